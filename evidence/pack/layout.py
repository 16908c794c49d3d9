"""Where a picture goes on its page, in mm: beside its facts, above them, or cut into readable parts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

_SIDE = (98.0, 200.0)
_TOP = (176.0, 112.0)
_PART = (84.0, 200.0)
_NATURAL = 25.4 / 96  # no picture is drawn larger than 96 pixels to the inch
_TALL = 2.6
_REPEATED = 60  # rows that a part shows again, so that a line cut in two can be read


@dataclass(frozen=True)
class Part:
    """A cut of a tall picture: its number, its rows, its height and how far the picture is moved up (mm)."""

    number: int
    first_row: int
    last_row: int
    height: str
    above: str


@dataclass(frozen=True)
class Place:
    """Where and how large (mm, as text for the style sheet)."""

    way: Literal["side", "top", "tall"]
    width: str
    height: str
    parts: tuple[Part, ...] = ()


def place(width: int, height: int) -> Place:
    """The place of a picture of so many pixels."""
    if height / width > _TALL and height > 2400:
        return Place("tall", _mm(_PART[0]), _mm(_PART[1]), _parts(width, height))
    way: Literal["side", "top"] = "top" if width > height else "side"
    widest, highest = _TOP if way == "top" else _SIDE
    scale = min(widest / width, highest / height, _NATURAL)
    return Place(way, _mm(width * scale), _mm(height * scale))


def _parts(width: int, height: int) -> tuple[Part, ...]:
    row = _PART[0] / width
    most = int(_PART[1] / row)
    count = math.ceil((height - _REPEATED) / (most - _REPEATED))
    rows = math.ceil((height + (count - 1) * _REPEATED) / count)
    cuts = []
    for number in range(count):
        first = number * (rows - _REPEATED)
        last = min(first + rows, height)
        cuts.append(Part(number + 1, first + 1, last, _mm((last - first) * row), _mm(first * row)))
    return tuple(cuts)


def _mm(length: float) -> str:
    return f"{length:.2f}"
