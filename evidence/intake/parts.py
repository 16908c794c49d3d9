"""Reads a form with files as a stream of parts, keeping no byte of a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as attribute
from itertools import chain
from typing import Literal, Protocol, cast

from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
    parse_options_header,
)

from evidence.intake.labels import file_name

READ_SIZE = 256 * 1024  # bytes: a file of 1 GB goes through in a quarter of the steps that 64 KiB would take


class Stream(Protocol):
    """A body that is being received."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


class NotMultipart(Exception):
    """The body is no well-formed `multipart/form-data` of known length (RFC 7578)."""


class TooMuchSent(Exception):
    """The body has more bytes, parts, fields or headers than the limits allow."""


class UploadCutShort(Exception):
    """The connection ended before the whole body had come; files that ended earlier are whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLimits:
    """Caps for one body. Sizes in bytes. A file too many or too big is dropped; the rest refuse the body."""

    total_bytes: int = 260_000_000
    fields: int = 40
    field_bytes: int = 65_536
    all_field_bytes: int = 262_144
    headers: int = 8
    header_bytes: int = 4_096
    files: int = 10
    file_bytes: int = 25_000_000
    parts: int = 100


@dataclass(frozen=True, slots=True)
class Field:
    """One text field, whole. What it holds is not for logs."""

    name: str
    value: str = attribute(repr=False)


@dataclass(frozen=True, slots=True)
class FileStart:
    """A file begins. `name` is one line of text, never a path; `claimed_type` is the sender's word."""

    field: str
    name: str = attribute(repr=False)
    claimed_type: str = ""


@dataclass(frozen=True, slots=True)
class FileData:
    """The next bytes of the file that began last: never empty, at most 256 KiB and a boundary."""

    data: bytes = attribute(repr=False)


@dataclass(frozen=True, slots=True)
class FileEnd:
    """The file that began last is whole, `size` bytes."""

    size: int


@dataclass(frozen=True, slots=True)
class FileDropped:
    """The file that began last passed a limit: what came of it is to be thrown away. Others may follow."""

    problem: Literal["too_big", "too_many"]


Part = Field | FileStart | FileData | FileEnd | FileDropped


def read_parts(
    stream: Stream, content_type: str, content_length: int | None, *, limits: UploadLimits | None = None
) -> Iterator[Part]:
    """The parts of a body in the order in which they come; at most 256 KiB are read at a time.

    Nothing is read before the first part is asked for. A file input that was left empty is no part.
    Raises NotMultipart and TooMuchSent at once for what the headers show, and these or UploadCutShort while
    the parts are read. After an error nothing more comes; what ended before it is whole.
    """
    bounds = limits or UploadLimits()
    boundary = _boundary(content_type)
    if content_length is None or content_length < 0:
        raise NotMultipart("length unknown")
    if content_length > bounds.total_bytes:
        raise TooMuchSent("bytes")
    parser = PushMultipartParser(
        boundary,
        content_length=content_length,
        max_header_size=bounds.header_bytes,
        max_header_count=bounds.headers,
        max_segment_count=bounds.parts,
    )
    return _parts(_events(parser, _chunks(stream, content_length)), bounds)


def _boundary(content_type: str) -> str:
    kind, options = parse_options_header(content_type)
    boundary = str(options.get("boundary", ""))
    if kind != "multipart/form-data" or not 1 <= len(boundary) <= 70 or not boundary.isascii():
        raise NotMultipart("content type")
    if not boundary.isprintable():
        raise NotMultipart("boundary")
    return boundary


def _chunks(stream: Stream, length: int) -> Iterator[bytes]:
    left = length
    while left:
        try:
            chunk = stream.read(min(READ_SIZE, left))
        except OSError:  # servers and Django report a lost connection so
            raise UploadCutShort from None
        if not chunk:
            raise UploadCutShort
        left -= len(chunk)
        yield chunk


def _events(parser: PushMultipartParser, chunks: Iterator[bytes]) -> Iterator[MultipartSegment | bytes | None]:
    try:
        for chunk in chunks:
            yield from parser.parse(chunk)
    except ParserLimitReached:
        raise TooMuchSent("parts or headers") from None
    except MultipartError:
        raise NotMultipart("malformed") from None  # its text may repeat what was sent
    try:
        parser.close()
    except MultipartError:
        raise UploadCutShort from None


@dataclass(slots=True)
class _Tally:
    limits: UploadLimits
    fields: int = 0
    field_bytes: int = 0
    files: int = 0


def _parts(events: Iterator[MultipartSegment | bytes | None], limits: UploadLimits) -> Iterator[Part]:
    tally = _Tally(limits)
    for event in events:  # between parts only the start of one can come
        segment = cast("MultipartSegment", event)
        body = cast("Iterator[bytes]", iter(events.__next__, None))  # ends with its part
        if segment.filename is None:
            yield _field(segment, body, tally)
        else:
            yield from _file(segment, body, tally)


def _field(segment: MultipartSegment, body: Iterator[bytes], tally: _Tally) -> Field:
    tally.fields += 1
    if tally.fields > tally.limits.fields:
        raise TooMuchSent("fields")
    value = bytearray()
    for data in body:
        value += data
        tally.field_bytes += len(data)
        if len(value) > tally.limits.field_bytes or tally.field_bytes > tally.limits.all_field_bytes:
            raise TooMuchSent("field")
    return Field(segment.name, value.decode("utf-8", "replace"))


def _file(segment: MultipartSegment, body: Iterator[bytes], tally: _Tally) -> Iterator[Part]:
    first = next(body, b"")
    if not segment.filename and not first:
        return  # a file input that was left empty
    yield FileStart(segment.name, file_name(segment.filename), segment.content_type or "")
    tally.files += 1
    room = tally.limits.file_bytes if tally.files <= tally.limits.files else -1
    size = 0
    for data in chain([first] if first else [], body):
        size += len(data)
        if size <= room:
            yield FileData(data)
    if size <= room:
        yield FileEnd(size)
    else:
        yield FileDropped("too_many" if room < 0 else "too_big")
