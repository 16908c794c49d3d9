"""What a person can do with an exported chat: read it page by page, and pick the messages that matter."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from evidence import custody, examining, index, items, pictures, vault
from evidence.crypto import keys
from evidence.custody import Act, Actor
from evidence.index import Line, When
from evidence.intake import reading
from evidence.intake.reading import Asked
from evidence.intake.said import Message, Page
from evidence.items import ItemView, Telling
from evidence.vault import FileRef, Opened

AROUND = 3
ORDERS = ("day-first", "month-first")
_APPS = {
    "whatsapp": "WhatsApp",
    "instagram": "Instagram",
    "facebook": "Facebook",
    "instagram-or-facebook": "Instagram or Facebook",
    "snapchat": "Snapchat",
    "telegram": "Telegram",
}


class NoSuchConversation(Exception):
    """The export holds no conversation of this number."""


@dataclass(frozen=True)
class Picked:
    """One message as the export has it, with those around it: what is kept as observed."""

    export: str
    export_sha256: str
    app: str
    conversation: int
    title: str
    message: dict[str, Any]
    before: tuple[dict[str, Any], ...] = field(default=())
    after: tuple[dict[str, Any], ...] = field(default=())


def export(opened: Opened, item_id: uuid.UUID) -> ItemView:
    """A kept export. items.NoSuchItem, or gate.NoPictures once the gate is shut."""
    return pictures.with_file(opened, item_id, (index.CHAT,))


def conversation(item: ItemView, number: int) -> dict[str, Any]:
    """What is known of one conversation: title, people, how many messages, first and last. NoSuchConversation."""
    found = next(
        (one for one in item.observed.get("chat", {}).get("conversations", ()) if one["number"] == number), None
    )
    if found is None:
        raise NoSuchConversation
    return dict(found)


def app(item: ItemView) -> str:
    """The name of the app that the export comes from, "" where it was not read."""
    return _APPS.get(item.observed.get("chat", {}).get("kind", ""), "")


def date_order(item: ItemView) -> str:
    """What the person said of the dates in the file, "" where nobody asked."""
    return str(item.observed.get("date_order", ""))


def page(opened: Opened, item: ItemView, asked: Asked, *, by: Actor, at: datetime) -> Page:
    """Some messages of one conversation, read from the sealed export. reading.NotRead, NoSuchConversation."""
    conversation(item, asked.conversation)
    custody.view_once(opened, Act("chat-read", str(item.line.id)), by=by, at=at)
    file = _file(item)
    with vault.parts_of(file) as read_at:
        return reading.read_page(read_at, file.size, asked, date_order=date_order(item))


def pick(opened: Opened, item: ItemView, wanted: tuple[int, Iterable[int]], *, by: Actor, at: datetime) -> list[Line]:
    """Keep messages, `(conversation, positions)`, each as an item with its raw line and those around it.

    A message that was picked before is not kept twice. reading.NotRead, NoSuchConversation, items.CaseFull.
    """
    number, positions = wanted
    about, file = conversation(item, number), _file(item)
    with vault.parts_of(file) as read_at:
        found = reading.read_messages(
            read_at, file.size, (number, sorted(set(positions))), around=AROUND, date_order=date_order(item)
        )
    there = {message.position: message for message in found.messages}
    return [
        _keep(opened, item, _picked(item, about, there, position), by=by, at=at)
        for position in sorted(set(positions))
        if position in there
    ]


def _file(item: ItemView) -> FileRef:
    return vault.ref(item.key, items.files_of(item)["original"])


def _picked(item: ItemView, about: dict[str, Any], there: dict[int, Message], position: int) -> Picked:
    def near(places: Iterable[int]) -> tuple[dict[str, Any], ...]:
        return tuple(there[place].model_dump(mode="json", exclude={"raw"}) for place in places if place in there)

    return Picked(
        export=str(item.line.id),
        export_sha256=item.observed["sha256"],
        app=app(item),
        conversation=about["number"],
        title=about["title"] or ", ".join(about["people"][:4]) or f"Conversation {about['number']}",
        message=there[position].model_dump(mode="json"),
        before=near(range(position - AROUND, position)),
        after=near(range(position + 1, position + AROUND + 1)),
    )


def _keep(opened: Opened, item: ItemView, picked: Picked, *, by: Actor, at: datetime) -> Line:
    place = f"{picked.conversation}:{picked.message['position']}"
    item_id = items.once_id(opened, "message", f"{picked.export}:{place}")
    telling = _telling(picked)
    with items.holding(opened) as whole:
        if there := whole.find(item_id):
            return there
        line = items.admit(whole, index.MESSAGE, telling, at=at, item_id=item_id)
        line = replace(line, of=str(item.line.id), mark=place)
        whole.put(line)
        claims = items.clean(index.MESSAGE, telling)
        items.store(opened, line, {"claims": claims, "observed": asdict(picked), "earlier": []}, key=keys.new_key())
        act = Act("message-picked", str(line.id), {"from": str(item.line.id), "position": place})
        custody.record(opened.case, act, by=by, at=at, secret=opened.secret)
    return line


def _telling(picked: Picked) -> Telling:
    """Title, time and people as the export has them; the person adds her own words later."""
    message = picked.message
    words = " ".join(message["text"].split())[:80] or ", ".join(message["attachments"])[:80]
    time = when(Message.model_validate(message))
    return Telling(words or message["sender"], time, {"where": picked.app, "account": message["sender"]})


def when(message: Message) -> When:
    """A message's time as local time in the site's zone; without a zone it stands as it was shown."""
    if not message.at:
        return When(basis="exported chat")
    moment = datetime.fromisoformat(message.at)
    if moment.tzinfo is not None:
        moment = moment.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(tzinfo=None)
    basis = f"exported chat, {message.zone}" if message.zone else "exported chat"
    return When(moment.isoformat(timespec="minutes"), "exact" if message.exact else "about", basis)


def picked_from(whole: index.Index, item_id: uuid.UUID) -> dict[str, Line]:
    """The messages picked from one export, by "conversation:position"."""
    return {line.mark: line for line in whole.lines if line.kind == index.MESSAGE and line.of == str(item_id)}


def read_again(opened: Opened, item_id: uuid.UUID, order: str, *, by: Actor, at: datetime) -> None:
    """Read the export anew: after other files kept the readers busy, or with the order of its dates settled.

    reading.NotRead where it still can't be read. What was picked before stays as it is.
    """
    if order and order not in ORDERS:
        raise ValueError("not an order of dates")
    item = export(opened, item_id)
    found = examining.read_chat(_file(item), date_order=order)
    with transaction.atomic():
        items.observe_again(opened, item_id, {**found, "date_order": order})
        custody.record(opened.case, Act("chat-read-again", str(item_id)), by=by, at=at, secret=opened.secret)
