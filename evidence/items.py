"""What a person can do with one item: add, read, edit, remove, bring back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from evidence import custody, index, likeness, vault
from evidence.crypto import keys
from evidence.custody import Act, Actor
from evidence.index import Index, Line, When
from evidence.models import Item, SealedFile
from evidence.vault import Opened

# What a person may say of an item of each kind, beside its title and its time. The names are stored.
_FILE = ("what", "where", "account", "address", "captured")
_MONEY = ("amount", "currency", "way", "target", "reference", "where", "account", "what")
CLAIMS: dict[str, tuple[str, ...]] = {
    index.PICTURE: (*_FILE, "words"),
    index.FILM: (*_FILE, "words"),
    index.SOUND: (*_FILE, "words"),
    index.DOCUMENT: _FILE,
    index.MAIL: _FILE,
    index.CHAT: _FILE,
    index.ADDRESS: ("address", "what", "where", "account", "state"),
    index.ACCOUNT: ("where", "account", "number", "address", "names", "what"),
    index.CONTACT: ("reach", "where", "account", "what"),
    index.DEMAND: (*_MONEY, "deadline"),
    index.PAYMENT: _MONEY,
    index.NOTE: ("what", "where", "account"),
    index.EVENT: ("what", "where", "account"),
    index.MESSAGE: ("what", "where", "account"),
}


class NoSuchItem(Exception):
    """There is no such item in this case: answered like anything else that does not exist."""


class CaseFull(Exception):
    """The case holds as many items as the operator allows."""


@dataclass(frozen=True)
class Telling:
    """What the person claims: a title, a time, and the fields of `CLAIMS` for the kind."""

    title: str
    when: When = field(default_factory=When)
    claims: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ItemView:
    """One opened item: its line, what is claimed, what was observed at receipt, and how often it was edited."""

    line: Line
    claims: dict[str, str]
    observed: dict[str, Any]
    edits: int
    can_undo: bool
    key: bytes = field(repr=False)
    place: dict[str, Any] | None = field(default=None, repr=False)  # as `evidence.places` keeps it: opened there alone


@contextmanager
def holding(opened: Opened) -> Iterator[Index]:
    """The index for reading and changing; written back at the end, all inside one transaction on the case's row."""
    with transaction.atomic():
        vault.hold(opened)
        whole = index.read(opened)
        yield whole
        index.write(opened, whole)


def clean(kind: str, telling: Telling) -> dict[str, str]:
    return {name: telling.claims.get(name, "") for name in CLAIMS[kind]}


def _line(line: Line, telling: Telling) -> Line:
    claims = telling.claims
    return replace(
        line,
        title=telling.title,
        when=telling.when,
        where=claims.get("where", ""),
        account=claims.get("account", ""),
        mark=likeness.mark_of(line.kind, claims) if line.kind == index.ADDRESS else line.mark,
    )


def add(opened: Opened, kind: str, telling: Telling, *, by: Actor, at: datetime, once: str = "") -> Line:
    """Keep something that was typed. CaseFull at the operator's limit.

    The same words with the same `once` (what a form was given when it was drawn) give the same item: a form
    sent twice adds one; gone back to and filled in otherwise, it adds another.
    """
    if kind not in index.TYPED:
        raise ValueError("files come in by arriving.Arriving, through the gate")
    key = keys.new_key()
    with holding(opened) as whole:
        item_id = once_id(opened, once, repr((kind, telling)))
        if there := whole.find(item_id):
            return there
        line = admit(whole, kind, telling, at=at, item_id=item_id)
        store(opened, line, {"claims": clean(kind, telling), "observed": {}, "earlier": []}, key=key)
        custody.record(opened.case, Act("item-added", str(line.id), {"kind": kind}), by=by, at=at, secret=opened.secret)
    return line


def once_id(opened: Opened, once: str, content: str) -> uuid.UUID:
    """The id of the item that one form with this content makes in this case; random where the form said nothing."""
    if not once:
        return uuid.uuid4()
    return uuid.UUID(bytes=keys.subkey(opened.secret, "once", opened.case.pk, once, content)[:16], version=4)


def admit(whole: Index, kind: str, telling: Telling, *, at: datetime, item_id: uuid.UUID | None = None) -> Line:
    """A new line with the next exhibit number, put in the index; `item_id` where the row is there already."""
    if len(whole.lines) >= settings.CASE_MAX_ITEMS:
        raise CaseFull
    blank = Line(item_id or uuid.uuid4(), whole.take_number(), kind, "", When(), intimate=kind in index.SEEN)
    line = replace(_line(blank, telling), received_at=at.isoformat(timespec="seconds"))
    whole.put(line)
    return line


def store(opened: Opened, line: Line, facts: dict[str, Any], *, key: bytes) -> Item:
    """Write the row of a new item: its key under the case secret, its facts under its key."""
    case = opened.case
    return Item.objects.create(
        id=line.id,
        case=case,
        key_version=case.secret_version,
        key_wrap=vault.wrap_key(key, secret=opened.secret, case=case, about=line.id),
        facts=vault.seal_facts(key, facts, case_id=case.pk, about=line.id),
        created_on=datetime.fromisoformat(line.received_at).date(),
    )


def _row(opened: Opened, item_id: uuid.UUID) -> tuple[Item, bytes, dict[str, Any]]:
    row = Item.objects.filter(case=opened.case, pk=item_id).first()
    if row is None:
        raise NoSuchItem
    key = vault.key_of(opened, row, row.pk)
    return row, key, vault.open_facts(key, row.facts, case_id=opened.case.pk, about=row.pk)


def read(opened: Opened, item_id: uuid.UUID, *, by: Actor, at: datetime) -> ItemView:
    """One item with its facts; the look is an entry in the log. NoSuchItem for a stranger's."""
    view = peek(opened, item_id)
    custody.view_once(opened, Act("item-viewed", str(item_id)), by=by, at=at)
    return view


def peek(opened: Opened, item_id: uuid.UUID) -> ItemView:
    """The same without an entry: for acts that write their own."""
    return view(opened, line_of(index.read(opened), item_id))


def view(opened: Opened, line: Line) -> ItemView:
    """The item of a line of the index that was read before."""
    _, key, facts = _row(opened, line.id)
    earlier = facts["earlier"]
    return ItemView(line, facts["claims"], facts["observed"], len(earlier), bool(earlier), key, facts.get("place"))


def edit(opened: Opened, item_id: uuid.UUID, telling: Telling, *, by: Actor, at: datetime) -> Line:
    """Change what is claimed; what was observed never changes, and the words before are kept for undo.

    Nothing happens where nothing is said otherwise: the form was sent twice.
    """
    with holding(opened) as whole:
        line = line_of(whole, item_id)
        row, key, facts = _row(opened, item_id)
        changed, claims = _line(line, _as_precise(line, telling)), clean(line.kind, telling)
        if (changed, claims) == (line, facts["claims"]):
            return line
        facts["earlier"].append({"title": line.title, "when": asdict(line.when), "claims": facts["claims"]})
        facts["claims"] = claims
        _save(opened, row, key, facts)
        whole.put(changed)
        custody.record(opened.case, Act("item-edited", str(item_id)), by=by, at=at, secret=opened.secret)
    return changed


def _as_precise(line: Line, telling: Telling) -> Telling:
    """A form knows minutes: the same minute again is the same time, with the second and the offset that it has."""
    when = telling.when
    return replace(telling, when=replace(when, at=line.when.at)) if when.at == line.when.at[:16] else telling


def undo_edit(opened: Opened, item_id: uuid.UUID, *, by: Actor, at: datetime, edits: int | None = None) -> Line:
    """Bring back the words from before the last edit; nothing happens where there was none.

    `edits` is how many there were where the press was shown: one that is sent twice takes back one.
    """
    with holding(opened) as whole:
        line = line_of(whole, item_id)
        row, key, facts = _row(opened, item_id)
        if len(facts["earlier"]) < (1 if edits is None else max(1, edits)):
            return line
        before = facts["earlier"].pop()
        facts["claims"] = before["claims"]
        line = _line(line, Telling(before["title"], When(**before["when"]), before["claims"]))
        _save(opened, row, key, facts)
        whole.put(line)
        custody.record(opened.case, Act("edit-undone", str(item_id)), by=by, at=at, secret=opened.secret)
    return line


def line_of(whole: Index, item_id: uuid.UUID) -> Line:
    """The line of an item, for acts that change it. NoSuchItem."""
    line = whole.find(item_id)
    if line is None:
        raise NoSuchItem
    return line


def _save(opened: Opened, row: Item, key: bytes, facts: dict[str, Any]) -> None:
    row.facts = vault.seal_facts(key, facts, case_id=opened.case.pk, about=row.pk)
    row.save(update_fields=["facts"])


def observe_again(opened: Opened, item_id: uuid.UUID, more: dict[str, Any]) -> None:
    """Add to what was observed in a file: it was read anew. The caller writes the entry in its own transaction."""
    with holding(opened) as whole:
        line_of(whole, item_id)
        row, key, facts = _row(opened, item_id)
        facts["observed"] = {**facts["observed"], **more}
        _save(opened, row, key, facts)


def keep_fact(opened: Opened, item_id: uuid.UUID, name: str, value: Any) -> None:
    """Keep one more fact with an item, None to take it out. The caller holds the case and writes the entry."""
    row, key, facts = _row(opened, item_id)
    rest = {other: kept for other, kept in facts.items() if other != name}
    _save(opened, row, key, rest if value is None else {**rest, name: value})


def remove(opened: Opened, item_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Take an item out of lists and packs; it can be brought back as long as the case stands."""
    _set_state(opened, item_id, "removed", "item-removed", by=by, at=at)


def bring_back(opened: Opened, item_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    _set_state(opened, item_id, "kept", "item-brought-back", by=by, at=at)


def _set_state(opened: Opened, item_id: uuid.UUID, state: str, what: str, *, by: Actor, at: datetime) -> None:
    with holding(opened) as whole:
        line = line_of(whole, item_id)
        if line.state == state:
            return
        whole.put(replace(line, state=state))
        custody.record(opened.case, Act(what, str(item_id)), by=by, at=at, secret=opened.secret)


def listed(opened: Opened) -> list[Line]:
    """Every kept item, in the order in which they were added."""
    return index.read(opened).kept()


def removed(opened: Opened) -> list[Line]:
    return [line for line in index.read(opened).lines if line.state == "removed"]


def files_of(item: ItemView) -> dict[str, SealedFile]:
    """The sealed files of an item by role: "original", "view", "cover", and the newest "covered"."""
    rows = SealedFile.objects.filter(item_id=item.line.id)
    headed = sorted(((vault.header_of(item.key, row), row) for row in rows), key=lambda pair: pair[0].get("turn", 0))
    return {header["role"]: row for header, row in headed}
