"""Notices what a case holds already: the same file, the same address in another form, a picture that looks alike."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from evidence.index import ADDRESS, FILES, PICTURE, Index, Line
from evidence.plain_addresses import plain

_TELLING = 8
_DIFFERS = 0.2


@dataclass(frozen=True)
class Alike:
    """Kept items that are like one item: `same` file or address, and those that only look alike."""

    same: tuple[Line, ...] = ()
    near: tuple[Line, ...] = ()


def mark_of(kind: str, claims: dict[str, str]) -> str:
    """The mark of a typed address, as the mark of a file is the start of its hash; "" for anything else."""
    address = plain(claims.get("address", "")) if kind == ADDRESS else ""
    return hashlib.sha256(address.encode()).hexdigest()[:16] if address else ""


def like(line: Line, whole: Index) -> Alike:
    """What in the case is like `line`. Once the gate is shut nothing is said of files, not even that."""
    if line.kind in FILES and not whole.gate.open:
        return Alike()
    others = [other for other in whole.kept() if other.id != line.id]
    found = same(line, others)
    return Alike(tuple(found), tuple(other for other in near(line, others) if other not in found))


def same(line: Line, lines: Iterable[Line]) -> list[Line]:
    """The lines that hold the same file, byte for byte, or the same address."""
    sort = _sort(line) if line.mark else ""
    return [other for other in lines if sort and other.mark == line.mark and _sort(other) == sort]


def _sort(line: Line) -> str:
    """What the mark of a line is made of; that of a picked message is only its place in its own export."""
    return "file" if line.kind in FILES else ADDRESS if line.kind == ADDRESS else ""


def near(line: Line, lines: Iterable[Line]) -> list[Line]:
    """The pictures that look like this one."""
    if line.kind != PICTURE or not line.look:
        return []
    return [other for other in lines if other.kind == PICTURE and alike(line.look, other.look)]


def alike(look: str, other: str) -> bool:
    """Whether two looks (`evidence.intake.looks`) differ in at most a fifth of what either of them says.

    Not in so many bits: a screen with little on it says little, and two of those differ in few bits though
    they show other words. A look that says next to nothing is like no other.
    """
    if len(look) != len(other) or not look:
        return False
    one, two = int(look, 16), int(other, 16)
    if min(one.bit_count(), two.bit_count()) < _TELLING:
        return False
    return (one ^ two).bit_count() <= _DIFFERS * (one | two).bit_count()
