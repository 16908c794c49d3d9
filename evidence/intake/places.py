"""Tells where a picture, film or sound says that it was made: read only when its owner asks."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evidence.intake.children import AnswerBroken, Bounds, Child, ReadAt, Source, command, slot
from evidence.intake.media import MOST_PLACES, Pair, examine_media
from evidence.intake.sniffing import Kind

PLACER = command("evidence.intake.place_child")
PIXELS, MEMORY, CPU_SECONDS, SECONDS, WAIT_SECONDS = 40_000_000, 512 * 1024 * 1024, 10, 15.0, 10.0

_one_at_a_time = threading.BoundedSemaphore(1)
_PICTURES = {kind.media_type: kind for kind in Kind}
_IN_DEGREES = re.compile(r"-?\d{1,3}\.\d{6}, -?\d{1,3}\.\d{6}", re.ASCII)
_ISO_6709 = re.compile(
    r"([+-]\d{2}(?:\.\d{1,10})?)([+-]\d{3}(?:\.\d{1,10})?)(?:[+-][\d.]{1,20})?[^+\-]{0,40}/?", re.ASCII
)


class NotReadNow(Exception):
    """Nobody could look: other files were being read, it took too long, or this site has nothing that reads it."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a file says of where it was made: pairs of the file's own name for it and its text, as written.

    Nothing where it holds none, or none that can be read. None of it is known to be true.
    """

    fields: tuple[tuple[str, str], ...] = ()

    @property
    def degrees(self) -> str:
        """Degrees north and east as maps take them, "51.507400, -0.127800"; empty where it is said in another way."""
        return next(filter(None, (_degrees(text) for _, text in self.fields)), "")


class _Said(BaseModel):
    """What the child says of one picture."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    place: Annotated[tuple[Pair, ...], Field(max_length=MOST_PLACES, strict=False)]


def read_place(read_at: ReadAt, size: int, media_type: str) -> Place:
    """The place inside the file of `size` bytes. Raises NotReadNow, and what `read_at` raises."""
    kind = _PICTURES.get(media_type)
    if kind is None:
        return _of_film(read_at, size, media_type)
    bounds = Bounds(memory=MEMORY, cpu_seconds=CPU_SECONDS, pieces=1, piece_bytes=16_384, read_bytes=2 * size + 1)
    try:
        with slot(_one_at_a_time, WAIT_SECONDS, NotReadNow()), Child(PLACER, SECONDS) as child:
            pieces = list(child.ask({"kind": kind.value, "pixels": PIXELS}, Source(read_at, size), bounds))
    except AnswerBroken:
        raise NotReadNow from None
    return Place(_checked(pieces))


def _of_film(read_at: ReadAt, size: int, media_type: str) -> Place:
    """ISO 6709 in what phones record."""
    media = examine_media(read_at, size, media_type, with_place=True)
    if media.problem not in {"", "unreadable"} and not media.place:
        raise NotReadNow
    return Place(media.place)


def _checked(pieces: Iterable[bytes]) -> tuple[tuple[str, str], ...]:
    try:
        return _Said.model_validate_json(b"".join(pieces)).place
    except ValidationError:
        raise NotReadNow from None  # its text repeats the values


def _degrees(text: str) -> str:
    if _IN_DEGREES.fullmatch(text):
        return text
    written = _ISO_6709.fullmatch(text)
    north, east = map(float, written.groups()) if written else (999.0, 999.0)
    return f"{north + 0:.6f}, {east + 0:.6f}" if abs(north) <= 90 and abs(east) <= 180 else ""
