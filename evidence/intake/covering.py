"""Makes the copy of a picture in which parts are covered for good, in the child that decodes pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from evidence.intake.answer import Refusal, read_covered
from evidence.intake.boxes import MOST, Box
from evidence.intake.pictures import Limits, decoding, refused


class TooManyBoxes(ValueError):
    """No box at all, or more than 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A bare JPEG of the same size as the view; under its boxes every pixel is black. `transform` says how made."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int
    transform: str


def cover(chunks: Iterable[bytes], boxes: Sequence[Box], limits: Limits | None = None) -> Covered:
    """A covered copy of the picture in `chunks` (the original file, in order).

    Decoded, made smaller, covered and encoded anew: no byte of the original goes over, no metadata, no small
    picture inside. Raises TooManyBoxes, or as `pictures.examine` does.
    """
    if not 1 <= len(boxes) <= MOST:
        raise TooManyBoxes
    with decoding(chunks, limits or Limits(), boxes=[box.as_list() for box in boxes]) as (_, said):
        heard = read_covered(said)
    if isinstance(heard, Refusal):
        raise refused(heard)
    drawn, jpeg = heard
    return Covered(jpeg=jpeg, width=drawn.view_width, height=drawn.view_height, transform=drawn.transform)
