"""Believes nothing that the decoding child says until it has been checked."""

from __future__ import annotations

import re
from typing import Annotated, BinaryIO, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evidence.intake.children import AnswerBroken

Sound = TypeVar("Sound", bound=BaseModel)
Short = Annotated[str, Field(max_length=40)]

HEADER_LIMIT = 16_384
VIEW_LIMIT = 24_000_000
COVER_LIMIT = 3_000

_ALLOWED_MARKERS = frozenset({0xC0, 0xC4, 0xDA, 0xDB, 0xDD, 0xE0})
_FRAME, _SCAN, _JFIF = 0xC0, 0xDA, 0xE0
_JFIF_LENGTH = 16
_STRAY_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7]", re.DOTALL)


class Refusal(BaseModel):
    """The child read the file and will not take it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    refused: Literal["damaged", "too_many_pixels", "too_long", "too_much_memory"]


class Said(BaseModel):
    """The child's answer about one picture; sizes in pixels and bytes."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    width: int = Field(ge=1, le=1_000_000)
    height: int = Field(ge=1, le=1_000_000)
    taken: str | None = Field(max_length=40)
    dates: tuple[tuple[Short, Short], ...] = Field(max_length=3)
    orientation: int = Field(ge=1, le=8)
    device: str = Field(max_length=200)
    software: str = Field(max_length=200)
    has_location: bool
    frames: int = Field(ge=1, le=10_000)
    seconds: float = Field(ge=0, le=1e9, allow_inf_nan=False)
    look: str = Field(pattern=r"^[0-9a-f]{72}$")
    view_width: int = Field(ge=1, le=65_500)
    view_height: int = Field(ge=1, le=65_500)
    transform: str = Field(max_length=600)
    view_bytes: int = Field(ge=1, le=VIEW_LIMIT)
    cover_bytes: int = Field(ge=1, le=COVER_LIMIT)


class Drawn(BaseModel):
    """The child's answer about one covered copy; sizes in pixels and bytes."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    view_width: int = Field(ge=1, le=65_500)
    view_height: int = Field(ge=1, le=65_500)
    transform: str = Field(max_length=600)
    view_bytes: int = Field(ge=1, le=VIEW_LIMIT)


def read_answer(stream: BinaryIO) -> Refusal | tuple[Said, bytes, bytes]:
    """What the child says on `stream`: a refusal, or facts, view and cover.

    Raises AnswerBroken for anything else: a short or long answer, a field that is missing, unknown or of
    the wrong type, a copy that is not a bare JPEG of the stated size.
    """
    said = _header(stream, Said)
    if isinstance(said, Refusal):
        return said
    view, cover = _exactly(stream, said.view_bytes), _exactly(stream, said.cover_bytes)
    _check_ended(stream)
    bare_jpeg_size(cover)
    if bare_jpeg_size(view) != (said.view_width, said.view_height):
        raise AnswerBroken("size of the view")
    return said, view, cover


def read_covered(stream: BinaryIO) -> Refusal | tuple[Drawn, bytes]:
    """The same for a covered copy: a refusal, or how it was made and its bytes. Raises AnswerBroken."""
    said = _header(stream, Drawn)
    if isinstance(said, Refusal):
        return said
    view = _exactly(stream, said.view_bytes)
    _check_ended(stream)
    if bare_jpeg_size(view) != (said.view_width, said.view_height):
        raise AnswerBroken("size of the covered copy")
    return said, view


def _header(stream: BinaryIO, shape: type[Sound]) -> Refusal | Sound:
    length = int.from_bytes(_exactly(stream, 4))
    if not 2 <= length <= HEADER_LIMIT:
        raise AnswerBroken("length of header")
    return _parse(_exactly(stream, length), shape)


def _check_ended(stream: BinaryIO) -> None:
    if stream.read(1):
        raise AnswerBroken("bytes after the answer")


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) != length:
        raise AnswerBroken("ended early")
    return data


def _parse(header: bytes, sound: type[Sound]) -> Refusal | Sound:
    shape = Refusal if header.startswith(b'{"refused"') else sound
    try:
        return shape.model_validate_json(header)
    except ValidationError:
        raise AnswerBroken("header") from None  # its text repeats the values


def bare_jpeg_size(blob: bytes) -> tuple[int, int]:
    """Width and height of a JPEG that has one baseline scan, no metadata and no byte after its end.

    Raises AnswerBroken for any other segment, so that nothing can ride along in a copy that people see, even
    from a child that an attacker took over. Source: ITU-T T.81, B.1 and B.2; JFIF 1.02, page 5.
    """
    if blob[:2] != b"\xff\xd8":
        raise AnswerBroken("no start of image")
    at, size, marker = 2, (0, 0), 0
    while marker != _SCAN:
        marker, length = _segment(blob, at)
        if marker == _FRAME:
            size = int.from_bytes(blob[at + 7 : at + 9]), int.from_bytes(blob[at + 5 : at + 7])
        at += 2 + length
    stray = _STRAY_MARKER.search(blob, at)
    if stray is None or blob[stray.start() :] != b"\xff\xd9" or 0 in size:
        raise AnswerBroken("end of image")
    return size


def _segment(blob: bytes, at: int) -> tuple[int, int]:
    head = blob[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] not in _ALLOWED_MARKERS:
        raise AnswerBroken("segment")
    length = int.from_bytes(head[2:])
    if length < 2 or (head[1] == _JFIF and length != _JFIF_LENGTH):
        raise AnswerBroken("length of segment")
    return head[1], length
