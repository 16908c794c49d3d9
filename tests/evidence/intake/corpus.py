"""The corpus of hostile uploads: every specimen, what must become of it, and in which drawer it lies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from evidence.intake.sniffing import Kind

MARK = b"<script>marker()</script>"
"""Stands in every guest; no copy that people see may hold any of it."""


@dataclass(frozen=True)
class Specimen:
    """One hostile file, made anew at each call; `expect` is a code of refusal, or TAKEN.

    What is taken shows `shows`: the copy must be, byte for byte, the one of that clean picture.
    """

    drawer: str
    name: str
    make: Callable[[], bytes] = field(repr=False)
    expect: frozenset[str]
    shows: Callable[[], bytes] | None = field(default=None, repr=False)


DRAWERS = ("strangers", "broken", "bombs", "guests")
TAKEN = frozenset({"taken"})
UNKNOWN = frozenset({"unknown_kind"})
DAMAGED = frozenset({"damaged"})
TOO_BIG = frozenset({"too_many_pixels", "too_long"})


def is_read(kind: str) -> bool:
    """Whether the site reads this kind of picture; where it does not, its files are unknown."""
    return kind in {each.value for each in Kind}


def everything() -> Iterator[Specimen]:
    """All drawers, in order."""
    from tests.evidence.intake import corpus_bombs, corpus_broken, corpus_guests, corpus_strangers

    yield from corpus_strangers.drawer()
    yield from corpus_broken.drawer()
    yield from corpus_bombs.drawer()
    yield from corpus_guests.drawer()
