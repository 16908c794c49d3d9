"""Turns a film or sound into facts and a poster, by a child with limits; what can't be read is kept all the same."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from evidence.intake.answer import COVER_LIMIT, bare_jpeg_size
from evidence.intake.children import AnswerBroken, Bounds, Child, ReadAt, Source, command, slot
from evidence.intake.labels import one_line

CHILDREN_AT_ONCE = 2
READER = command("evidence.intake.media_child")
POSTER_LIMIT = 8_000_000
COVER_WIDTH = 160
LONGEST_SECONDS = 10_000_000.0
MOST_PLACES = 16

_slots = threading.BoundedSemaphore(CHILDREN_AT_ONCE)


class _Busy(Exception):
    """All children were at work for as long as the caller may wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLimits:
    """What one film or sound may cost. Sizes in bytes and pixels, times in seconds."""

    pixels: int = 40_000_000
    poster_width: int = 1080
    poster_pixels: int = 4_000_000
    memory: int = 768 * 1024 * 1024
    cpu_seconds: int = 15
    seconds: float = 25.0
    wait_seconds: float = 10.0
    reads: int = 5_000
    read_bytes: int = 300_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """What was observed in one film or sound; none of it is known to be true.

    `seconds` is None where the file does not say how long it is. `width` and `height` are as stored, before it is
    turned upright (0 for sounds). `has_picture` is None where the file could not be read. `dates` are pairs of the
    name that the file uses and its text, as written. `has_location`: it holds, or may hold, a place; `place`, pairs
    like `dates`, is filled only where it was asked for. `poster` is a bare JPEG of one picture, taken `poster_at`
    seconds in, with its own width and height; `cover` is the same, unrecognisable; both are empty where there is
    none, and `transform` says how they were made. `problem` is empty, or why something is missing: `no_reader` (PyAV
    is not there), `unreadable`, `too_slow`, `reader_ended`, `busy`.
    """

    seconds: float | None = None
    width: int = 0
    height: int = 0
    has_picture: bool | None = None
    codecs: tuple[str, ...] = ()
    container: str = ""
    dates: tuple[tuple[str, str], ...] = ()
    device: str = ""
    software: str = ""
    has_location: bool = True
    place: tuple[tuple[str, str], ...] = ()
    poster: bytes = b""
    poster_width: int = 0
    poster_height: int = 0
    poster_at: float = 0.0
    cover: bytes = b""
    transform: str = ""
    problem: str = ""

    def observed(self) -> dict[str, Any]:
        """The facts to keep with the file: no picture, and never the place."""
        left_out = {"poster", "cover", "place", "transform", "poster_width", "poster_height"}
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in left_out}


def _as_one_line(text: str) -> str:
    if text != one_line(text):
        raise ValueError("not one clean line")
    return text


Label = Annotated[str, Field(max_length=200), AfterValidator(_as_one_line)]
Pair = Annotated[tuple[Label, Label], Field(strict=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class _Unread(_Strict):
    """The child could say nothing of the file."""

    problem: Literal["no_reader", "unreadable"]


class _Facts(_Strict):
    """What the child says of the file."""

    seconds: float | None = Field(gt=0, lt=LONGEST_SECONDS)
    width: int = Field(ge=0, le=65_536)
    height: int = Field(ge=0, le=65_536)
    has_picture: bool
    codecs: Annotated[tuple[Label, ...], Field(max_length=12, strict=False)]
    container: Label
    dates: Annotated[tuple[Pair, ...], Field(max_length=12, strict=False)]
    device: Label
    software: Label
    has_location: bool
    place: Annotated[tuple[Pair, ...], Field(max_length=MOST_PLACES, strict=False)]


class _Poster(_Strict):
    """What the child says of the picture that follows."""

    width: int = Field(ge=1, le=65_500)
    height: int = Field(ge=1, le=65_500)
    at: float = Field(ge=0, lt=LONGEST_SECONDS)
    made: str = Field(max_length=400)


def examine_media(
    read_at: ReadAt, size: int, media_type: str, *, limits: MediaLimits | None = None, with_place: bool = False
) -> Media:
    """What can be told of the file of `size` bytes that `families.tell` found to be of `media_type`.

    Never refuses: what can't be read is missing, and `problem` says why. Raises only what `read_at` raises, and
    children.SourceCutShort where it gives fewer bytes than it was asked for.
    """
    bounds = limits or MediaLimits()
    names = ("pixels", "poster_width", "poster_pixels")
    request = {"media_type": media_type, "with_place": with_place} | {name: getattr(bounds, name) for name in names}
    try:
        with slot(_slots, bounds.wait_seconds, _Busy()), Child(READER, bounds.seconds) as child:
            return _heard(child, child.ask(request, Source(read_at, size), _bounds(bounds)), bounds)
    except _Busy:
        return Media(problem="busy")


def _bounds(limits: MediaLimits) -> Bounds:
    return Bounds(
        memory=limits.memory,
        cpu_seconds=limits.cpu_seconds,
        reads=limits.reads,
        read_bytes=limits.read_bytes,
        pieces=4,
        piece_bytes=POSTER_LIMIT,
        answer_bytes=2 * POSTER_LIMIT,
    )


def _heard(child: Child, pieces: Iterator[bytes], limits: MediaLimits) -> Media:
    """All that came whole: where the child ends early, the facts before that stay."""
    media = Media()
    try:
        media = _facts(_next(pieces))
        return _with_poster(media, pieces, limits)
    except AnswerBroken:
        return replace(media, problem="too_slow" if child.was_late() else "reader_ended")


def _next(pieces: Iterator[bytes]) -> bytes:
    piece = next(pieces, None)
    if piece is None:
        raise AnswerBroken("a piece is missing")
    return piece


def _facts(piece: bytes) -> Media:
    shape: type[_Unread] | type[_Facts] = _Unread if piece.startswith(b'{"problem"') else _Facts
    return Media(**_checked(shape, piece).model_dump())


def _with_poster(media: Media, pieces: Iterator[bytes], limits: MediaLimits) -> Media:
    if (about := next(pieces, None)) is None:
        return media
    said, poster, cover = _checked(_Poster, about), _next(pieces), _next(pieces)
    fits = said.width <= limits.poster_width and len(cover) <= COVER_LIMIT and next(pieces, None) is None
    if not fits or bare_jpeg_size(poster) != (said.width, said.height) or bare_jpeg_size(cover)[0] != COVER_WIDTH:
        raise AnswerBroken("poster")
    return replace(
        media,
        poster=poster,
        cover=cover,
        poster_width=said.width,
        poster_height=said.height,
        poster_at=said.at,
        transform=said.made,
    )


_Shape = TypeVar("_Shape", bound=_Strict)


def _checked(shape: type[_Shape], piece: bytes) -> _Shape:
    try:
        return shape.model_validate_json(piece)
    except ValidationError:
        raise AnswerBroken("facts") from None  # its text repeats the values
