"""How much of an export is read, and what ends the reading; runs in the child."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What reading one export may cost. Sizes in bytes; text lengths in characters.

    `directory_bytes` bounds the list of an archive's entries, `entry_bytes` one entry unpacked, `all_bytes` all of
    them, `ratio` how many times its packed size an entry may unpack to once it is past a mebibyte, `steps` how many
    lines of a text, values of a JSON or elements of a page are looked at in all.
    """

    entries: int = 200_000
    directory_bytes: int = 32_000_000
    entry_bytes: int = 300_000_000
    all_bytes: int = 600_000_000
    ratio: int = 200
    steps: int = 4_000_000
    messages: int = 1_000_000
    conversations: int = 2_000
    people: int = 500
    text: int = 20_000
    raw: int = 40_000
    line: int = 65_536
    value: int = 4_000_000
    nesting: int = 40
    depth: int = 200
    attachments: int = 50


class Refused(Exception):
    """This file can't be read as an export; the argument is a code that `evidence.intake.reading` has words for."""


@dataclass(slots=True)
class Tally:
    """What was unpacked so far, and how much was left aside for which reason."""

    limits: Limits
    unpacked: int = 0
    steps: int = 0
    guessed: bool = False
    """Was a text found to be in another alphabet's bytes than it should be?"""
    skipped: dict[str, int] = field(default_factory=dict)

    def unpack(self, count: int, *, entry: int, packed: int) -> None:
        """Count `count` more bytes of an entry that has given `entry` bytes from `packed`. Raises Refused."""
        self.unpacked += count
        if entry > self.limits.entry_bytes or self.unpacked > self.limits.all_bytes:
            raise Refused("too_much")
        if entry > 1_048_576 and entry > packed * self.limits.ratio:
            raise Refused("too_much")

    def step(self) -> None:
        """Count one more line, value or element that is looked at. Raises Refused."""
        self.steps += 1
        if self.steps > self.limits.steps:
            raise Refused("too_much")

    def skip(self, why: str, count: int = 1) -> None:
        """Note that `count` entries were left aside because of `why`."""
        if count:
            self.skipped[why] = self.skipped.get(why, 0) + count


def limits_from(said: dict[str, Any]) -> Limits:
    """The limits that the parent set, by name."""
    return Limits(**{one.name: said[one.name] for one in fields(Limits) if one.name in said})
