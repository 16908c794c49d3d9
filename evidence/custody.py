"""The append-only chained log of a case: record, read, verify.

Entry n has a body {seq, at, role, who, act, about, detail} and a random salt of 32 bytes. The commitment is
c = SHA-256("v1" || salt || canonical JSON of the body) and the head h_n = SHA-256(0x01 || n as 8 bytes big-endian ||
h_(n-1) || c), with 32 zero bytes before the first. Bodies and salts are sealed, so that a thief reads nothing and an
entry can be shown or left closed while the chain still verifies (`docs/threat-model.md`).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop as _

from evidence import events, vault
from evidence.crypto import keys
from evidence.crypto.errors import SealBroken
from evidence.models import Case, CustodyBody, CustodyEntry
from evidence.vault import Opened

START = bytes(32)
_ONE_VIEW = timedelta(minutes=10)
_LOOK_BACK = 60


class ChainBroken(Exception):
    """The log does not hold together: `why` in English, with `entry` in the place of {entry} where it has one."""

    def __init__(self, why: str, entry: int = 0) -> None:
        super().__init__(why.format(entry=entry))
        self.why, self.entry = why, entry


@dataclass(frozen=True)
class Actor:
    """Who acted: "owner", "worker" (with the worker's id and shown name) or "system"."""

    role: str
    id: str = ""
    name: str = ""


OWNER = Actor("owner")
SYSTEM = Actor("system")


@dataclass(frozen=True)
class Act:
    """What was done: a word of the list in `words.ACTS`, the object it was done to, and a few plain facts."""

    what: str
    about: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One opened entry, with what is needed to check it."""

    seq: int
    at: datetime
    by: Actor
    act: Act
    salt: bytes
    body: dict[str, Any]
    commitment: bytes
    head: bytes


def canonical(body: dict[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def commit(salt: bytes, body: dict[str, Any]) -> bytes:
    return hashlib.sha256(b"v1" + salt + canonical(body)).digest()


def next_head(seq: int, previous: bytes, commitment: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + seq.to_bytes(8, "big") + previous + commitment).digest()


@transaction.atomic
def record(case: Case, act: Act, *, by: Actor, at: datetime, secret: bytes | None = None) -> CustodyEntry:
    """Append one entry. Without `secret` its body is sealed to the case public key: a shut case can be written.

    Raises vault.Shut where `secret` is of an earlier version: nobody could ever read such an entry.
    """
    version = case.secret_version
    case = Case.objects.select_for_update().only("pk", "secret_version", "case_public").get(pk=case.pk)
    if secret and case.secret_version != version:
        raise vault.Shut
    last = CustodyEntry.objects.filter(case=case).order_by("-seq").first()
    seq, previous = (last.seq + 1, bytes(last.head)) if last else (1, START)
    body = {
        "seq": seq,
        "at": at.isoformat(timespec="seconds"),
        "role": by.role,
        "who": by.id,
        "name": by.name,
        "act": act.what,
        "about": act.about,
        "detail": act.detail,
    }
    salt = secrets.token_bytes(32)
    commitment = commit(salt, body)
    _seal_body(case, seq, {"salt": salt.hex(), "body": body}, secret)
    head = next_head(seq, previous, commitment)
    return CustodyEntry.objects.create(case=case, seq=seq, commitment=commitment, head=head, day=at.date())


def _about(seq: int) -> str:
    return f"custody:{seq}"


def _seal_body(case: Case, seq: int, value: dict[str, Any], secret: bytes | None) -> None:
    key, about = keys.new_key(), _about(seq)
    CustodyBody.objects.create(
        case=case,
        seq=seq,
        key_version=case.secret_version,
        key_wrap=vault.wrap_key(key, secret=secret, case=case, about=about)
        if secret
        else vault.drop_key(key, case=case, about=about),
        body=vault.seal_facts(key, value, case_id=case.pk, about=about, field="custody"),
    )


def view_once(opened: Opened, act: Act, *, by: Actor, at: datetime) -> None:
    """Record a view, unless the same person looked at the same object within the last ten minutes."""
    for entry in recent(opened, _LOOK_BACK):
        if abs(at - entry.at) > _ONE_VIEW:  # ahead of now where the clock was put back
            break
        if (entry.by.role, entry.by.id, entry.act.what, entry.act.about) == (
            by.role,
            by.id,
            act.what,
            act.about,
        ):
            return
    record(opened.case, act, by=by, at=at, secret=opened.secret)


def recent(opened: Opened, count: int, before: int | None = None) -> list[Entry]:
    """The newest `count` entries, newest first; `before` a sequence number for paging."""
    bodies = CustodyBody.objects.filter(case=opened.case)
    if before is not None:
        bodies = bodies.filter(seq__lt=before)
    rows = list(bodies.order_by("-seq")[:count])
    links = {e.seq: e for e in CustodyEntry.objects.filter(case=opened.case, seq__in=[r.seq for r in rows])}
    return [_open(opened, row, links[row.seq]) for row in rows]


def _open(opened: Opened, row: CustodyBody, link: CustodyEntry) -> Entry:
    about = _about(row.seq)
    key = vault.key_of(opened, row, about)
    value = vault.open_facts(key, row.body, case_id=opened.case.pk, about=about, field="custody")
    body = value["body"]
    return Entry(
        seq=row.seq,
        at=datetime.fromisoformat(body["at"]),
        by=Actor(body["role"], body["who"], body["name"]),
        act=Act(body["act"], body["about"], body["detail"]),
        salt=bytes.fromhex(value["salt"]),
        body=body,
        commitment=bytes(link.commitment),
        head=bytes(link.head),
    )


def everything(opened: Opened) -> list[Entry]:
    """All entries, oldest first, checked on the way. ChainBroken, which is noted, if they do not hold together."""
    try:
        return _checked(opened)
    except ChainBroken:
        events.note("chain-broken", case=opened.case.pk)
        raise


def _checked(opened: Opened) -> list[Entry]:
    links = {e.seq: e for e in CustodyEntry.objects.filter(case=opened.case)}
    bodies = {b.seq: b for b in CustodyBody.objects.filter(case=opened.case)}
    check_links(list(links.values()))
    if set(links) != set(bodies):
        raise ChainBroken(_("An entry has lost its words, or words have lost their entry."))
    try:
        entries = [_open(opened, bodies[seq], links[seq]) for seq in sorted(links)]
    except (SealBroken, vault.Shut) as error:
        raise ChainBroken(_("The words of an entry do not open: they were changed, or are not its own.")) from error
    for entry in entries:
        if commit(entry.salt, entry.body) != entry.commitment or entry.body["seq"] != entry.seq:
            raise ChainBroken(_("The words of entry {entry} are not the ones that were recorded."), entry.seq)
    return entries


def check_links(links: list[CustodyEntry], expected_head: bytes | None = None) -> bytes:
    """Check the outer chain without any key; returns its head. A cut tail shows only against `expected_head`."""
    head = START
    for number, link in enumerate(sorted(links, key=lambda e: e.seq), start=1):
        if link.seq != number:
            raise ChainBroken(_("Entry {entry} is missing."), number)
        head = next_head(number, head, bytes(link.commitment))
        if head != bytes(link.head):
            raise ChainBroken(_("Entry {entry} was changed, or the one before it was."), number)
    if expected_head is not None and head != expected_head:
        raise ChainBroken("The log ends before or after the head that was written down.")
    return head


def head_of(case: Case) -> tuple[int, bytes]:
    """(number of entries, head) of a case's log."""
    last = CustodyEntry.objects.filter(case=case).order_by("-seq").first()
    return (last.seq, bytes(last.head)) if last else (0, START)


def rewrap(opened: Opened, new_secret: bytes, row_case: Case) -> None:
    """Wrap the key of every body under a new case secret; the bodies themselves stay as they are."""
    rows = list(CustodyBody.objects.filter(case=opened.case))
    for row in rows:
        key = vault.key_of(opened, row, _about(row.seq))
        row.key_wrap = vault.wrap_key(key, secret=new_secret, case=row_case, about=_about(row.seq))
        row.key_version = row_case.secret_version
    CustodyBody.objects.bulk_update(rows, ["key_wrap", "key_version"], batch_size=200)
