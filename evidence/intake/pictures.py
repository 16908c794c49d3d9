"""Turns the bytes of an upload into facts and safe copies, or a refusal, by a child process with limits."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from evidence.intake.answer import Refusal, Said, read_answer
from evidence.intake.children import AnswerBroken, Child, command, slot
from evidence.intake.sniffing import ENOUGH, Kind, sniff

CHILDREN_AT_ONCE = 2

DECODER = command("evidence.intake.decoder")

_REASONS = {
    "empty": "This file is empty.",
    "unknown_kind": "We can't keep this kind of file. Add a picture, film, sound, PDF, email or saved chat.",
    "damaged": "This picture is damaged or not whole.",
    "too_many_bytes": "This file is too big.",
    "too_many_pixels": "This picture has too many pixels.",
    "too_long": "This picture is too long or too wide.",
    "too_much_memory": "This picture is too big to open safely.",
    "too_slow": "Reading this picture took too long.",
    "decoder_ended": "This picture could not be read.",
    "busy": "Other pictures are being read now. Try again in a minute.",
}
_slots = threading.BoundedSemaphore(CHILDREN_AT_ONCE)


class PictureRefused(Exception):
    """No picture came out; `code` is stable and `str()` is a plain sentence in English that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(_REASONS[code])
        self.code = code


class NotAPicture(PictureRefused):
    """The bytes are no whole picture of a kind that is taken: `empty`, `unknown_kind`, `damaged`."""


class TooLarge(PictureRefused):
    """`too_many_bytes`, `too_many_pixels`, `too_long`, `too_much_memory`."""


class DecoderFailed(PictureRefused):
    """The child hung (`too_slow`), died or answered rubbish (`decoder_ended`)."""


class Busy(PictureRefused):
    """All children were at work for as long as the caller may wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one picture may cost. Sizes in bytes and pixels, times in seconds."""

    file_bytes: int = 25_000_000
    pixels: int = 40_000_000
    side: int = 40_000
    view_width: int = 1080
    view_pixels: int = 8_000_000
    memory: int = 512 * 1024 * 1024
    cpu_seconds: int = 15
    seconds: float = 20.0
    wait_seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What was observed in one picture, and the two copies that people see.

    `width` and `height` are as stored in the file, before its orientation is applied. `taken`, `device` and
    `software` are what its metadata says: observed text, escaped where shown, known true by nobody. `taken`
    is EXIF DateTimeOriginal, `2026:03:01 14:02:09`, then a space and `+01:00` where an offset is given.
    `dates` are pairs of an EXIF name and such a text, of up to three; `orientation` is the EXIF value, 1 to 8.
    `has_location`: the metadata holds, or may hold, a place. `frames` and `seconds`: how long a picture that moves
    says that it is (10,000 frames stand for that many or more); `view` is its first. `look`: 72 hexadecimal
    letters, alike for pictures that look alike. `view` and `thumb` are bare JPEG files;
    `thumb` is 160 pixels wide and nothing in it can be recognised. `transform` says how `view` was made.
    """

    kind: Kind
    width: int
    height: int
    taken: str | None
    device: str
    software: str
    has_location: bool
    view: bytes
    view_width: int
    view_height: int
    transform: str
    thumb: bytes
    frames: int = 1
    seconds: float = 0.0
    look: str = ""
    dates: tuple[tuple[str, str], ...] = ()
    orientation: int = 1


def examine(chunks: Iterable[bytes], *, limits: Limits | None = None) -> Picture:
    """The picture in `chunks` (one file, in order), decoded in a child process.

    No byte of it is written to a file. Raises NotAPicture, TooLarge, DecoderFailed or Busy, or what `chunks`
    itself raises; in every case the child is gone and its slot is free.
    """
    with decoding(chunks, limits or Limits()) as (kind, said):
        return _picture(kind, read_answer(said))


@contextmanager
def decoding(chunks: Iterable[bytes], limits: Limits, **more: object) -> Iterator[tuple[Kind, BinaryIO]]:
    """A child at work on one picture: its kind, and what the child says of it. `more` goes into the request.

    Raises as `examine` does; an AnswerBroken of the block becomes DecoderFailed.
    """
    source = iter(chunks)
    head = _head(source)
    kind = sniff(head)
    if kind is None:
        raise NotAPicture("unknown_kind" if head else "empty")
    with slot(_slots, limits.wait_seconds, Busy("busy")), Child(DECODER, limits.seconds) as child:
        whole = _capped(itertools.chain([head], source), limits.file_bytes)
        child.send(_request(kind, limits, more), whole)
        try:
            yield kind, child.output
        except AnswerBroken:
            raise DecoderFailed("too_slow" if child.was_late() else "decoder_ended") from None


def _head(source: Iterator[bytes]) -> bytes:
    head = b""
    while len(head) < ENOUGH and (chunk := next(source, None)) is not None:
        head += chunk
    return head


def _capped(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise TooLarge("too_many_bytes")
        yield chunk


def _request(kind: Kind, limits: Limits, more: dict[str, object]) -> bytes:
    names = ("file_bytes", "pixels", "side", "view_width", "view_pixels", "memory", "cpu_seconds")
    request = {"kind": kind.value} | {name: getattr(limits, name) for name in names} | more
    header = json.dumps(request).encode()
    return len(header).to_bytes(4) + header


def refused(refusal: Refusal) -> PictureRefused:
    """The exception that says why the child took no picture."""
    return (NotAPicture if refusal.refused == "damaged" else TooLarge)(refusal.refused)


def _picture(kind: Kind, heard: Refusal | tuple[Said, bytes, bytes]) -> Picture:
    if isinstance(heard, Refusal):
        raise refused(heard)
    said, view, cover = heard
    facts = said.model_dump(exclude={"view_bytes", "cover_bytes"})
    return Picture(kind=kind, view=view, thumb=cover, **facts)
