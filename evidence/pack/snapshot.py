"""The frozen snapshot that a pack is made from: every value that it may print, and nothing else.

Wherever a fact may be missing, `None` means that nobody asked and `""` means that the person does not know.
Strings are kept exactly as they were given; they are made safe to print later, in one place (`hygiene`).
"""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass, field
from typing import Any, Literal

from evidence.pack.decoding import DoesNotFit, canonical, decode, encode
from evidence.pack.endings import ENDINGS
from evidence.pack.times import When, instant

Kind = Literal[
    "picture", "film", "sound", "document", "mail", "chat",
    "address", "account", "contact", "demand", "payment", "note", "event", "message",
]  # fmt: skip
FILES = ("picture", "film", "sound", "document", "mail", "chat")
Keeps = Literal["timed", "lose", "keep", "unknown"]

_HEX = {"sha256": 64, "sha512": 128, "crc32": 8, "head": 64, "commitment": 64, "salt": 64}
_INITIALS = re.compile(r"[A-Z]{2,3}\Z")
_REFERENCE = re.compile(r"[A-Z0-9]{1,12}(-[A-Z0-9]{1,12}){0,4}\Z")


@dataclass(frozen=True)
class Marks:
    """How things are labelled: `ABC/1`, "exhibit" (or "production", the word in Scotland)."""

    initials: str = "ABC"
    separator: Literal["/", ""] = "/"
    word: Literal["exhibit", "production"] = "exhibit"

    def __post_init__(self) -> None:
        if not _INITIALS.match(self.initials):
            raise DoesNotFit("initials: two or three capital letters are expected")


@dataclass(frozen=True)
class Claims:
    """What the person said about an item."""

    what: str | None = None
    where: str | None = None
    account: str | None = None
    address: str | None = None
    when: When | None = None
    how_captured: str | None = None
    words_shown: str | None = None
    more: tuple[tuple[str, str], ...] = ()
    """What only some kinds have, each with its name in English: ("How much", "250 pounds")."""


@dataclass(frozen=True)
class Observations:
    """What the server measured about a received file: size in bytes, hashes in hex, sides in pixels."""

    received_at: str
    size: int
    type: str
    sha256: str
    sha512: str | None = None
    crc32: str | None = None
    width: int | None = None
    height: int | None = None
    original_name: str | None = None
    taken: str | None = None
    device: str | None = None
    has_location: bool = False
    place: tuple[tuple[str, str], ...] = ()
    """What was read of a location in the file, each with the name that it has there; only where it was chosen."""
    seconds: int | None = None
    inside: tuple[tuple[str, str], ...] = ()  # of a mail or chat that leaves whole, each with its name in English

    def __post_init__(self) -> None:
        instant(self.received_at, "received_at")
        _hexes(self, "sha256", "sha512", "crc32")
        if self.type not in ENDINGS:
            raise DoesNotFit(f"type: one of {', '.join(ENDINGS)} is expected")
        if self.size < 1:
            raise DoesNotFit("size: at least one byte is expected")

    @property
    def extension(self) -> str:
        """The neutral file name ending for the sniffed type."""
        return ENDINGS[self.type]


@dataclass(frozen=True)
class Item:
    """One thing in the case. Its number was given when it was added and is never given to another."""

    id: str
    number: int
    kind: Kind
    title: str
    description: str | None = None
    claims: Claims = field(default_factory=Claims)
    observed: Observations | None = None
    recorded_at: str | None = None
    intimate: bool = True
    include_picture: bool = False
    include_original: bool = False
    location_included: bool = False
    covered: bool = False  # parts of the picture are hidden in the copy that is shown
    locked: bool = False  # someone in a file of its case may be under 18
    position: int = 0  # where a picked message stands in its conversation: it orders those of one moment

    def __post_init__(self) -> None:
        if self.number < 1:
            raise DoesNotFit("number: one or more is expected")
        if (self.kind in FILES) != (self.observed is not None):
            raise DoesNotFit("observed: a file has observations, and nothing else does")
        if self.include_picture and (self.kind != "picture" or self.locked):
            raise DoesNotFit("include_picture: only a picture is shown, and none that is locked")
        if self.include_original and (self.locked or (self.kind == "picture" and not self.include_picture)):
            raise DoesNotFit("include_original: what is left out of the report is left out of the whole pack")
        if self.recorded_at is not None:
            instant(self.recorded_at, "recorded_at")


@dataclass(frozen=True)
class Account:
    """An account that the person named: `identifier` is the number that stays when the shown name changes."""

    platform: str
    shown_name: str | None = None
    identifier: str | None = None
    how_known: str | None = None
    first: When | None = None
    last: When | None = None
    items: tuple[int, ...] = ()


@dataclass(frozen=True)
class Address:
    """A web address; `state` says, in the person's words, whether it was still there, and `when` when."""

    address: str
    platform: str | None = None
    state: str | None = None
    when: When | None = None
    items: tuple[int, ...] = ()


@dataclass(frozen=True)
class ReportMade:
    """Someone the person has told: a police force, a platform, a helpline that they chose to name."""

    to: str
    when: When | None = None
    reference: str | None = None
    answer: str | None = None


@dataclass(frozen=True)
class Keeping:
    """What becomes of evidence at a platform: `timed` goes after a time, `lose` goes with the account."""

    platform: str
    evidence: Keeps
    note: str | None = None


@dataclass(frozen=True)
class Summary:
    """What the officer's page says first. `risks`: None not asked, () asked and none named."""

    happened: str | None = None
    first: When | None = None
    last: When | None = None
    place: str | None = None
    other_place: str | None = None
    paid: str | None = None
    wants: str | None = None
    risks: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Gate:
    """The person's two answers before anything could be uploaded, as claims."""

    ages: str | None = None
    whose: str | None = None
    answered_at: str | None = None


@dataclass(frozen=True)
class Entry:
    """A custody entry: closed (commitment alone) or open, with the salt and body behind its commitment."""

    seq: int
    commitment: str
    salt: str | None = None
    body: dict[str, Any] | None = None
    at: str | None = None
    who: str | None = None
    act: str | None = None
    words: str | None = None

    def __post_init__(self) -> None:
        _hexes(self, "commitment", "salt")
        if (self.salt is None) != (self.body is None):
            raise DoesNotFit("body: an open entry has a salt and a body, a closed one has neither")

    @property
    def open(self) -> bool:
        """Whether what the entry says leaves with the pack."""
        return self.body is not None


@dataclass(frozen=True)
class Custody:
    """The custody log up to the moment before the pack was made, and its head."""

    entries: tuple[Entry, ...]
    head: str

    def __post_init__(self) -> None:
        _hexes(self, "head")
        if [entry.seq for entry in self.entries] != list(range(1, len(self.entries) + 1)):
            raise DoesNotFit("entries: numbered from one, with none missing, is expected")


@dataclass(frozen=True)
class Snapshot:
    """Everything that one pack is made from. `made_at` is UTC (ISO 8601); times are shown in `zone`."""

    pack_id: str
    reference: str
    made_at: str
    organisation: str
    compiled_by: str
    custody: Custody
    software: str
    zone: str = "Europe/London"
    marks: Marks = field(default_factory=Marks)
    prepared_for: str | None = None
    person: str | None = None
    contact: str | None = None
    summary: Summary = field(default_factory=Summary)
    gate: Gate = field(default_factory=Gate)
    items: tuple[Item, ...] = ()
    accounts: tuple[Account, ...] = ()
    addresses: tuple[Address, ...] = ()
    reports: tuple[ReportMade, ...] | None = None
    keeps: tuple[Keeping, ...] = ()

    def __post_init__(self) -> None:
        instant(self.made_at, "made_at")
        When("unknown", zone=self.zone)
        if not _REFERENCE.match(self.reference):
            raise DoesNotFit("reference: capital letters and digits in groups, as in AH-7K2M-91QD, are expected")
        for name in ("id", "number"):
            seen = [getattr(item, name) for item in self.items]
            if len(set(seen)) != len(seen):
                raise DoesNotFit(f"items: two have the same {name}")
        self._check_mentions()

    def _check_mentions(self) -> None:
        known = {item.number for item in self.items}
        for name in ("accounts", "addresses"):
            for place, record in enumerate(getattr(self, name)):
                if missing := sorted(set(record.items) - known):
                    raise DoesNotFit(f"{name}[{place}].items: there is no item {missing[0]}")

    def label(self, number: int) -> str:
        """The mark of an item: `ABC/1`."""
        return f"{self.marks.initials}{self.marks.separator}{number}"

    def in_order(self) -> tuple[Item, ...]:
        """The items by their number."""
        return tuple(sorted(self.items, key=lambda item: item.number))


def from_json(data: bytes | str) -> Snapshot:
    """The snapshot written by to_json. Raises DoesNotFit, which names the place of the first fault."""
    try:
        value = json.loads(data)
    except ValueError as fault:
        raise DoesNotFit("the snapshot: JSON is expected") from fault
    return decode(Snapshot, value)


def to_json(snapshot: Snapshot) -> bytes:
    """Canonical JSON (sorted keys, UTF-8): equal snapshots give equal bytes."""
    return canonical(encode(snapshot))


def _hexes(record: Any, *names: str) -> None:
    known = {f.name for f in dataclasses.fields(record)}
    for name in known.intersection(names):
        value = getattr(record, name)
        if value is not None and not re.fullmatch(rf"[0-9a-f]{{{_HEX[name]}}}", value):
            raise DoesNotFit(f"{name}: {_HEX[name]} lower-case hex digits are expected")
