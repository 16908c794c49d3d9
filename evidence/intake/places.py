"""Tells where a picture or a film says that it was taken: only when its owner asks, and nothing of it is kept."""

from __future__ import annotations

import threading

from pydantic import BaseModel, ConfigDict, ValidationError

from evidence.intake.children import AnswerBroken, Bounds, Child, ReadAt, Source, command, slot
from evidence.intake.media import Label, examine_media
from evidence.intake.sniffing import Kind

PLACER = command("evidence.intake.place_child")
PIXELS, MEMORY, CPU_SECONDS, SECONDS, WAIT_SECONDS = 40_000_000, 512 * 1024 * 1024, 10, 15.0, 10.0

_one_at_a_time = threading.BoundedSemaphore(1)
_PICTURES = {kind.media_type: kind for kind in Kind}


class _Busy(Exception):
    """Another place is being read."""


class _Said(BaseModel):
    """What the child says of one picture."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    place: Label


def read_place(read_at: ReadAt, size: int, media_type: str) -> str:
    """The place inside the file of `size` bytes, as one line; empty where it has none, or none that can be read.

    Degrees north and east, "51.507400, -0.127800", or what the file has instead: ISO 6709 in films. Raises what
    `read_at` raises.
    """
    kind = _PICTURES.get(media_type)
    if kind is None:
        return examine_media(read_at, size, media_type, with_place=True).place
    bounds = Bounds(memory=MEMORY, cpu_seconds=CPU_SECONDS, pieces=1, piece_bytes=4_096, read_bytes=2 * size + 1)
    try:
        with slot(_one_at_a_time, WAIT_SECONDS, _Busy()), Child(PLACER, SECONDS) as child:
            pieces = list(child.ask({"kind": kind.value, "pixels": PIXELS}, Source(read_at, size), bounds))
    except (_Busy, AnswerBroken):
        return ""
    return _checked(b"".join(pieces))


def _checked(piece: bytes) -> str:
    try:
        return _Said.model_validate_json(piece).place
    except ValidationError:
        return ""
