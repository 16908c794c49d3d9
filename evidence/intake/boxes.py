"""Says which pixels a box covers: a part of a picture in thousandths, widened so that nothing shows past its edge."""

from __future__ import annotations

from dataclasses import dataclass

WHOLE = 1_000
"""Thousandths of a picture's width or height: what boxes are measured in."""

MOST = 100
BLOCK = 16
"""Pixels: no block of a JPEG is larger (ITU-T T.81, A.2: 8 x 8 samples, 16 x 16 where colour is halved)."""

_REACH = 4
Edges = tuple[int, int, int, int]


class NotABox(ValueError):
    """A box is empty or reaches out of its picture."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture: from its left and its top edge, in thousandths of what is shown upright."""

    left: int
    top: int
    width: int
    height: int

    def __post_init__(self) -> None:
        fits = self.left + self.width <= WHOLE and self.top + self.height <= WHOLE
        if min(self.left, self.top) < 0 or min(self.width, self.height) < 1 or not fits:
            raise NotABox

    def as_list(self) -> list[int]:
        return [self.left, self.top, self.width, self.height]


def pixels(box: Box, size: tuple[int, int]) -> Edges:
    """Left, top, right and bottom in a picture of `size`, whole blocks.

    First 4 pixels more on each side: as far as making the picture smaller mixes one pixel into the next. Then
    outwards to whole blocks, so that no block holds both covered and uncovered pixels.
    """
    left, right = _span(box.left, box.width, size[0])
    top, bottom = _span(box.top, box.height, size[1])
    return left, top, right, bottom


def _span(start: int, length: int, whole: int) -> tuple[int, int]:
    first = start * whole // WHOLE - _REACH
    last = -(-(start + length) * whole // WHOLE) + _REACH
    return max(0, first // BLOCK * BLOCK), min(whole, -(-last // BLOCK) * BLOCK)
