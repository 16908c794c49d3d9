"""Freezes one item for a pack: what is claimed, what was observed, and what of it leaves."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from evidence import index
from evidence.freezing_inside import inside
from evidence.index import Gate
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

# What an app wrote beside a message, with the words of a pack.
_MARKS = {
    "edited": "Edited later, says the app",
    "deleted": "Deleted, says the app",
    "media-left-out": "The file that was sent is not in the export",
}
_PLAIN_TEXT = "This file is plain text. A message in it can contain lines that look like other messages."

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Choices:
    """Item ids chosen one by one: pictures shown and packed as copies, originals packed, locations released.

    `locations` lets out originals that may hold one; `places` prints what was read of it, if it was.
    """

    pictures: frozenset[uuid.UUID] = field(default_factory=frozenset)
    originals: frozenset[uuid.UUID] = field(default_factory=frozenset)
    locations: frozenset[uuid.UUID] = field(default_factory=frozenset)
    places: frozenset[uuid.UUID] = field(default_factory=frozenset)


def frozen_when(when: index.When) -> When | None:
    if when.known == "unknown" or not when.at:
        return When("unknown", basis=when.basis or None)
    return When("exact" if when.known == "exact" else "about", when.at, basis=when.basis or None)


def frozen_item(view: ItemView, choices: Choices, gate: Gate, *, place: Pairs = ()) -> frozen.Item:
    """`place`: what was read of the place inside its file, where that was chosen."""
    line, claims, viewable = view.line, view.claims, gate.open
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
        observed=_observed(view.observed, place, whole=original) if line.kind in index.FILES else None,
        recorded_at=line.received_at,
        intimate=line.intimate,
        include_picture=shown,
        covered=shown and line.covered,
        locked=gate.locked and line.kind in index.FILES,
        position=view.observed["message"]["position"] if line.kind == index.MESSAGE else 0,
        include_original=original,
        location_included=(shown or original) and line.id in choices.locations,
    )


def _observed(facts: dict[str, Any], place: Pairs, *, whole: bool) -> frozen.Observations:
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
        place=place,
        seconds=max(1, round(facts["seconds"])) if facts.get("seconds") else None,
        inside=inside(facts) if whole else (),
    )


def _more(view: ItemView) -> tuple[tuple[str, str], ...]:
    """What only some kinds have: sums and accounts as typed, and of a picked message where it stands in its chat."""
    typed = tuple((name, view.claims[key]) for key, name in _MORE.items() if view.claims.get(key))
    if view.line.kind == index.CHAT and view.observed.get("chat", {}).get("form") == "text":
        return (*typed, ("About the file", _PLAIN_TEXT))
    return (*typed, *_in_chat(view.observed)) if view.line.kind == index.MESSAGE else typed


def _in_chat(seen: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """Where a picked message stands, what the app says of it, and those around it; `seen` is a `chats.Picked`."""
    message = seen["message"]
    place = f"Message {message['position']} of the conversation “{seen['title']}”, time: {message['zone'] or 'none'}"
    yield "In the export", place
    yield "Line in the file", message["raw"]
    if seen["app"] == "WhatsApp":
        yield "About the file", _PLAIN_TEXT
    yield "SHA-256 of the export", seen["export_sha256"]
    if message["attachments"]:
        yield "Files named", ", ".join(message["attachments"])
    if marks := _marks(message):
        yield "Marks", "; ".join(marks)
    for name in ("Before", "After"):
        if seen[name.lower()]:
            yield f"{name} it", _spoken(seen[name.lower()])


def _marks(message: dict[str, Any]) -> list[str]:
    by_app = ["Written by the app, by no person"] if message["system"] else []
    return by_app + [words for mark, words in _MARKS.items() if mark in message["marks"]]


def _spoken(messages: Iterable[dict[str, Any]]) -> str:
    return "\n".join(_said(one) for one in messages)


def _said(message: dict[str, Any]) -> str:
    marks = _marks(message)
    said = f"{message['sender']}: {message['text']}" if message["sender"] else message["text"]
    return f"{_clock(message)} {said}{' [' + '; '.join(marks) + ']' if marks else ''}".strip()


def _clock(message: dict[str, Any]) -> str:
    """A message's time on the clock of the site's zone, to the second; without an offset as it was shown."""
    if not message["at"]:
        return "time not known,"
    read = datetime.fromisoformat(message["at"])
    about = "" if message["exact"] else "about "
    if read.tzinfo is None:
        return f"{about}{message['at'].replace('T', ' ')}"
    return f"{about}{read.astimezone(ZoneInfo(settings.TIME_ZONE)):%Y-%m-%d %H:%M:%S %Z}"


def _dated(facts: dict[str, Any]) -> str | None:
    """The time that a picture holds, or the first that a film or sound does: as written there."""
    dates = facts.get("dates") or ()
    return facts.get("taken") or next((text for _, text in dates), None)
