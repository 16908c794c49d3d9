"""What a person can do about the place inside a file: have it read and kept with the item, and take it out again."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from evidence import custody, gate, index, items, pictures, vault
from evidence.custody import Act, Actor
from evidence.index import Gate
from evidence.intake.places import read_place
from evidence.items import ItemView
from evidence.vault import Opened

KINDS = (index.PICTURE, index.FILM, index.SOUND)


@dataclass(frozen=True)
class Kept:
    """What was read: the file's own names and texts, degrees where it says them; no fields where no place was found.

    `role` is who had it read. Only the owner opens it, but where she agreed that the helpline may read it too.
    """

    read_at: str
    role: str
    degrees: str
    fields: tuple[tuple[str, str], ...]
    helpline: bool = False


def file(opened: Opened, item_id: uuid.UUID) -> ItemView:
    """A file that may hold a place, for its owner alone. NoSuchItem, or gate.NoPictures once the gate is shut."""
    item = pictures.with_file(opened, item_id, KINDS)
    if opened.owner_seed is None or not item.observed.get("has_location"):
        raise items.NoSuchItem
    return item


def look(opened: Opened, item_id: uuid.UUID, *, helpline: bool, by: Actor, at: datetime) -> Kept:
    """Read the place, because its owner agrees, and keep it sealed with the item; that none was found is kept too.

    NoSuchItem, gate.NoPictures, intake.places.NotReadNow: then nothing is kept.
    """
    item = file(opened, item_id)
    original = vault.ref(item.key, items.files_of(item)["original"])
    with vault.parts_of(original) as read_at:
        place = read_place(read_at, original.size, item.observed["type"])
    kept = Kept(at.isoformat(timespec="seconds"), by.role, place.degrees, place.fields, helpline)
    _keep(opened, item_id, kept, by=by, at=at)
    return kept


def _keep(opened: Opened, item_id: uuid.UUID, kept: Kept, *, by: Actor, at: datetime) -> None:
    """For the owner alone, or under the item's own key, which the helpline has where the case is shared."""
    fact = asdict(kept) if kept.helpline else {"sealed": _sealed(opened, item_id, kept)}
    detail = {"fields": [name for name, _ in kept.fields], "helpline": kept.helpline}
    with items.holding(opened) as whole:
        gate.check_viewable(whole.gate)
        items.keep_fact(opened, item_id, "place", fact)
        whole.put(replace(items.line_of(whole, item_id), placed=bool(kept.fields)))
        custody.record(opened.case, Act("place-read", str(item_id), detail), by=by, at=at, secret=opened.secret)


def take_out(opened: Opened, item_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Keep nothing of it any more; the file stays as it is. Nothing happens where nothing was kept."""
    item = file(opened, item_id)
    if item.place is None:
        return
    with items.holding(opened) as whole:
        gate.check_viewable(whole.gate)
        items.keep_fact(opened, item_id, "place", None)
        whole.put(replace(items.line_of(whole, item_id), placed=False))
        custody.record(opened.case, Act("place-taken-out", str(item_id)), by=by, at=at, secret=opened.secret)


def kept(opened: Opened, item: ItemView, its_gate: Gate) -> Kept | None:
    """What was read of this item and is kept; None for whom it is not sealed to, and once the gate is shut."""
    return _opened(opened, item.line.id, item.place) if its_gate.open and item.place else None


def plain(opened: Opened, item_id: uuid.UUID, fact: dict[str, Any] | None) -> dict[str, Any] | None:
    """The same as plain values, for its owner's copy of everything."""
    found = _opened(opened, item_id, fact) if fact else None
    return asdict(found) if found else None


def _opened(opened: Opened, item_id: uuid.UUID, fact: dict[str, Any]) -> Kept | None:
    if "sealed" in fact:
        if opened.owner_seed is None:
            return None
        fact = json.loads(vault.open_as_owner(opened, base64.b64decode(fact["sealed"]), _field(item_id)))
    return Kept(**{**fact, "fields": tuple((name, text) for name, text in fact["fields"])})


def _sealed(opened: Opened, item_id: uuid.UUID, kept: Kept) -> str:
    sealed = vault.seal_for_owner(opened, json.dumps(asdict(kept)).encode(), _field(item_id))
    return base64.b64encode(sealed).decode()


def _field(item_id: uuid.UUID) -> str:
    return f"place:{item_id}"
