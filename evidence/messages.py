"""Messages between the owner and the helpline worker who holds her case; they stay inside the app."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from evidence import custody, items, vault
from evidence.crypto import keys
from evidence.custody import Act, Actor
from evidence.models import Message
from evidence.vault import Opened


@dataclass(frozen=True)
class Shown:
    """One message: who wrote it (role and shown name), when, and what."""

    id: uuid.UUID
    role: str
    name: str
    at: datetime
    text: str


@transaction.atomic
def write(opened: Opened, *, text: str, by: Actor, at: datetime, once: str = "") -> uuid.UUID:
    """Keep one message, sealed under a key of its own. With the same `once` the same words are one message."""
    key, case = keys.new_key(), vault.hold(opened)
    message_id = items.once_id(opened, once, repr(("message", by.role, by.id, text)))
    if Message.objects.filter(pk=message_id).exists():
        return message_id
    body = {
        "role": by.role,
        "who": by.id,
        "name": by.name,
        "at": at.isoformat(timespec="seconds"),
        "text": text,
    }
    Message.objects.create(
        id=message_id,
        case=case,
        key_version=case.secret_version,
        key_wrap=vault.wrap_key(key, secret=opened.secret, case=case, about=message_id),
        body=vault.seal_facts(key, body, case_id=case.pk, about=message_id, field="message"),
        created_on=at.date(),
    )
    custody.record(case, Act("message-written", str(message_id)), by=by, at=at, secret=opened.secret)
    return message_id


def thread(opened: Opened, *, by: Actor, at: datetime) -> list[Shown]:
    """Every message of the case, oldest first; the look is an entry in the log."""
    custody.view_once(opened, Act("messages-read"), by=by, at=at)
    shown = [_open(opened, row) for row in Message.objects.filter(case=opened.case)]
    return sorted(shown, key=lambda message: (message.at, str(message.id)))


def each(opened: Opened) -> Iterator[Shown]:
    """The same one by one and without an entry, for acts that write their own; never more than one open at a time."""
    rows = Message.objects.filter(case=opened.case)
    places = sorted((shown.at, str(shown.id)) for shown in (_open(opened, row) for row in rows.iterator()))
    return (_open(opened, Message.objects.get(pk=place)) for _, place in places)


def _open(opened: Opened, row: Message) -> Shown:
    key = vault.key_of(opened, row, row.pk)
    body = vault.open_facts(key, row.body, case_id=opened.case.pk, about=row.pk, field="message")
    return Shown(row.pk, body["role"], body["name"], datetime.fromisoformat(body["at"]), body["text"])
