"""Describes how a picture looks in a few bits, so that the same one in another form is noticed; runs in the child."""

from __future__ import annotations

from itertools import pairwise

from PIL import Image

SIDE = 12
LENGTH = SIDE * SIDE * 2 // 4
"""Letters of a look: hexadecimal, two bits a comparison."""

_NOISE = 3


def look_of(view: Image.Image) -> str:
    """The look of a picture: is each of 12 x 12 patches brighter (bit 0) or darker (bit 1) than the one to its left?

    A difference hash (N. Krawetz, "Kind of Like That", 2013) with a third answer: patches that are within 3 of
    256 levels of each other leave both bits unset. Screens are mostly flat, and there the usual two answers
    are noise, alike in all of them. Each patch is a plain mean.
    """
    grey = view.convert("L").resize((SIDE + 1, SIDE), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(SIDE):
        left = grey[row * (SIDE + 1) : (row + 1) * (SIDE + 1)]
        for before, after in pairwise(left):
            bits = bits << 2 | (after - before > _NOISE) | (before - after > _NOISE) << 1
    return f"{bits:0{LENGTH}x}"
