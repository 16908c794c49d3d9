"""Freezes one item for a pack: what is claimed, what was observed, and what of it leaves."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from evidence import index
from evidence.items import ItemView
from evidence.pack import snapshot as frozen
from evidence.pack.times import When

# What only some kinds have, with the name that it has in a pack: an officer reads English.
_MORE = {
    "amount": "How much",
    "currency": "In which money",
    "way": "How",
    "target": "To whom",
    "reference": "Reference",
    "deadline": "Until when",
    "reach": "Phone number or email address",
    "number": "Number of the account",
    "names": "Names that it showed",
}


@dataclass(frozen=True)
class Choices:
    """Item ids chosen one by one: pictures shown and packed as copies, originals packed, locations released."""

    pictures: frozenset[uuid.UUID] = field(default_factory=frozenset)
    originals: frozenset[uuid.UUID] = field(default_factory=frozenset)
    locations: frozenset[uuid.UUID] = field(default_factory=frozenset)


def frozen_when(when: index.When) -> When | None:
    if when.known == "unknown" or not when.at:
        return When("unknown", basis=when.basis or None)
    return When("exact" if when.known == "exact" else "about", when.at, basis=when.basis or None)


def frozen_item(view: ItemView, choices: Choices, *, viewable: bool) -> frozen.Item:
    line, claims = view.line, view.claims
    shown = viewable and line.kind == index.PICTURE and line.id in choices.pictures
    original = viewable and line.id in choices.originals and (shown or line.kind in index.FILES[1:])
    return frozen.Item(
        id=str(line.id),
        number=line.number,
        kind=line.kind,  # type: ignore[arg-type]  # the index knows the same kinds
        title=line.title,
        description=claims.get("what"),
        claims=frozen.Claims(
            where=claims.get("where"),
            account=claims.get("account"),
            address=claims.get("address"),
            when=frozen_when(line.when),
            how_captured=claims.get("captured"),
            words_shown=claims.get("words") or view.observed.get("message", {}).get("text"),
            more=_more(view),
        ),
        observed=_observed(view.observed) if line.kind in index.FILES else None,
        recorded_at=line.received_at,
        intimate=line.intimate,
        include_picture=shown,
        covered=shown and line.covered,
        include_original=original,
        location_included=(shown or original) and line.id in choices.locations,
    )


def _observed(facts: dict[str, Any]) -> frozen.Observations:
    return frozen.Observations(
        received_at=facts["received_at"],
        size=facts["size"],
        type=facts["type"],
        sha256=facts["sha256"],
        sha512=facts.get("sha512"),
        crc32=f"{facts['crc32']:08x}",
        width=facts.get("width") or None,
        height=facts.get("height") or None,
        original_name=facts["name"],
        taken=_dated(facts),
        device=facts.get("device") or None,
        has_location=facts.get("has_location", False),
    )


def _more(view: ItemView) -> tuple[tuple[str, str], ...]:
    """What only some kinds have: sums and accounts as typed, and of a picked message where it stands in its chat."""
    typed = tuple((name, view.claims[key]) for key, name in _MORE.items() if view.claims.get(key))
    if view.line.kind != index.MESSAGE:
        return typed
    seen = view.observed
    message = seen["message"]
    place = f"Message {message['position']} of the conversation “{seen['title']}”, time: {message['zone'] or 'none'}"
    rows = [
        ("In the export", place),
        ("SHA-256 of the export", seen["export_sha256"]),
        ("Line in the file", message["raw"]),
    ]
    rows += [("Files named", ", ".join(message["attachments"]))] if message["attachments"] else []
    rows += [(f"{name} it", _spoken(seen[name.lower()])) for name in ("Before", "After") if seen[name.lower()]]
    return (*typed, *rows)


def _spoken(messages: Iterable[dict[str, Any]]) -> str:
    return "\n".join(f"{one['at']} {one['sender']}: {one['text']}" for one in messages)


def _dated(facts: dict[str, Any]) -> str | None:
    """The time that a picture holds, or the first that a film or sound does: as written there."""
    dates = facts.get("dates") or ()
    return facts.get("taken") or next((text for _, text in dates), None)
