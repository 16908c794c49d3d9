"""Turns the bytes of an upload into facts and safe copies, or a refusal, by a child process with limits."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from evidence.intake.answer import AnswerBroken, Refusal, Said, read_answer
from evidence.intake.sniffing import ENOUGH, Kind, sniff

CHILDREN_AT_ONCE = 2

# Isolated mode leaves this project out of the path; the child appends it, so that it shadows nothing.
_START = "import sys; sys.path.append(sys.argv[1]); from evidence.intake.decoder import main; main()"
DECODER = (sys.executable, "-I", "-B", "-c", _START, str(Path(__file__).resolve().parents[2]))

_REASONS = {
    "empty": "This file is empty.",
    "unknown_kind": "This is not a picture that we can read. Use a PNG, JPEG, WebP or HEIC file.",
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
    `has_location`: the metadata holds, or may hold, a place. `view` and `thumb` are bare JPEG files;
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


def examine(chunks: Iterable[bytes], *, limits: Limits | None = None) -> Picture:
    """The picture in `chunks` (one file, in order), decoded in a child process.

    No byte of it is written to a file. Raises NotAPicture, TooLarge, DecoderFailed or Busy, or what `chunks`
    itself raises; in every case the child is gone and its slot is free.
    """
    bounds = limits or Limits()
    source = iter(chunks)
    head = _head(source)
    kind = sniff(head)
    if kind is None:
        raise NotAPicture("unknown_kind" if head else "empty")
    with _slot(bounds.wait_seconds), _Child(bounds.seconds) as child:
        child.send(_request(kind, bounds), _capped(itertools.chain([head], source), bounds.file_bytes))
        return _picture(kind, child.hear())


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


@contextlib.contextmanager
def _slot(wait_seconds: float) -> Iterator[None]:
    if not _slots.acquire(timeout=wait_seconds):
        raise Busy("busy")
    try:
        yield
    finally:
        _slots.release()


def _request(kind: Kind, limits: Limits) -> bytes:
    names = ("file_bytes", "pixels", "side", "view_width", "view_pixels", "memory", "cpu_seconds")
    request = {"kind": kind.value} | {name: getattr(limits, name) for name in names}
    header = json.dumps(request).encode()
    return len(header).to_bytes(4) + header


def _picture(kind: Kind, heard: Refusal | tuple[Said, bytes, bytes]) -> Picture:
    if isinstance(heard, Refusal):
        refusal = NotAPicture if heard.refused == "damaged" else TooLarge
        raise refusal(heard.refused)
    said, view, cover = heard
    facts = said.model_dump(exclude={"view_bytes", "cover_bytes"})
    return Picture(kind=kind, view=view, thumb=cover, **facts)


class _Child:
    """One decoding process without files, environment or inherited descriptors; it never outlives us.

    A timer kills it, which ends every read and write that waits for it.
    """

    def __init__(self, seconds: float) -> None:
        self._late = False
        self._process = subprocess.Popen(  # noqa: S603  (a constant command)
            DECODER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"MALLOC_ARENA_MAX": "1"},
            close_fds=True,
            start_new_session=True,
        )
        self._timer = threading.Timer(seconds, self._out_of_time)
        self._timer.daemon = True
        self._timer.start()

    def __enter__(self) -> _Child:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # closing writes what is left to a child that is gone
                cast("IO[bytes]", pipe).close()

    def send(self, request: bytes, chunks: Iterable[bytes]) -> None:
        """Give the child its request and the whole file. One that stopped listening is noticed in `hear`."""
        sink = cast("IO[bytes]", self._process.stdin)
        for data in itertools.chain([request], chunks):
            with contextlib.suppress(BrokenPipeError):
                sink.write(data)
        with contextlib.suppress(BrokenPipeError):
            sink.close()

    def hear(self) -> Refusal | tuple[Said, bytes, bytes]:
        """The child's checked answer. Raises DecoderFailed."""
        try:
            return read_answer(cast("BinaryIO", self._process.stdout))
        except AnswerBroken:
            raise DecoderFailed(self._why()) from None

    def _why(self) -> str:
        ended = self._end()
        return "too_slow" if self._late or ended == -signal.SIGXCPU else "decoder_ended"

    def _end(self) -> int:
        self._timer.cancel()
        self._timer.join()  # so that it can't kill an id that is free again
        self._kill()
        return self._process.wait()

    def _out_of_time(self) -> None:
        self._late = True
        self._kill()

    def _kill(self) -> None:
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
