"""Runs one child process with limits and gives it, over its pipes, only the parts of a file that it asks for.

Files from outside are parsed in a process of its own, because parsers of hostile bytes crash, hang and grow.
`Child` starts it, ends it in time and leaves nothing behind. A child that needs the whole file gets it with
`send`; one that needs parts of a large one is asked with `ask` and answers with `evidence.intake.confined.serve`:

- Every message in either direction is a frame: one letter, 4 bytes of length (big-endian), that many bytes.
- The parent begins with one `Q`: the request, a JSON object, with `size` (bytes of the file), `memory` (bytes)
  and `cpu_seconds` added. Nothing else comes unasked.
- The child says `R` (8 bytes of offset, 4 bytes of length) and gets one `D` with exactly those bytes. It asks
  for at most `PIECE` bytes at a time, inside the file; count and sum are bounded by `Bounds`.
- The child says `A` for each piece of its answer, any number of them and between its reads; what a piece holds
  is agreed between caller and child. It ends with one empty `E`;
  what it may do after that, nobody waits for.

The parent believes nothing: a frame of another kind, out of its bounds or too late raises `AnswerBroken`, and
whoever asked checks each piece (pydantic) before using it. Nothing of the file is written anywhere.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

PIECE = 1_048_576
"""The most bytes of a file that a child may ask for at once."""

_ROOT = str(Path(__file__).resolve().parents[2])
_HEADER, _RANGE = 5, 12

ReadAt = Callable[[int, int], bytes]
"""Gives exactly `length` bytes of a file from `offset` on: `read_at(offset, length)`."""


class AnswerBroken(Exception):
    """The child ended early or said something that a sound one never says."""


class SourceCutShort(Exception):
    """The file gave fewer or more bytes than were asked of it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file of `size` bytes that any part can be read from."""

    read_at: ReadAt
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one child may use and say. Sizes in bytes, times in seconds."""

    memory: int = 512 * 1024 * 1024
    cpu_seconds: int = 15
    reads: int = 50_000
    read_bytes: int = 1_000_000_000
    pieces: int = 20_000
    piece_bytes: int = 1_048_576
    answer_bytes: int = 32_000_000


def command(module: str) -> tuple[str, ...]:
    """The command line of a child that runs `main` of `module`, a dotted name of this project.

    Isolated mode leaves this project out of the path; the child appends it, so that it shadows nothing.
    """
    start = f"import sys; sys.path.append(sys.argv[1]); from {module} import main; main()"
    return (sys.executable, "-I", "-B", "-c", start, _ROOT)


@contextlib.contextmanager
def slot(slots: threading.BoundedSemaphore, wait_seconds: float, refusal: Exception) -> Iterator[None]:
    """One of `slots` while the block runs; raises `refusal` if none is free within `wait_seconds`."""
    if not slots.acquire(timeout=wait_seconds):
        raise refusal
    try:
        yield
    finally:
        slots.release()


class Child:
    """One process without files, environment or inherited descriptors; it never outlives us.

    A timer kills it after `seconds`, which ends every read and write that waits for it.
    """

    def __init__(self, command: tuple[str, ...], seconds: float) -> None:
        self._late = False
        self._process = subprocess.Popen(  # noqa: S603  (a constant command)
            command,
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

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # closing writes what is left to a child that is gone
                cast("IO[bytes]", pipe).close()

    @property
    def output(self) -> BinaryIO:
        """What the child says, as it says it."""
        return cast("BinaryIO", self._process.stdout)

    def send(self, request: bytes, chunks: Iterable[bytes]) -> None:
        """Give the child its request and the whole file, then end its input. It may have stopped listening."""
        sink = cast("IO[bytes]", self._process.stdin)
        for data in itertools.chain([request], chunks):
            with contextlib.suppress(BrokenPipeError):
                sink.write(data)
        with contextlib.suppress(BrokenPipeError):
            sink.close()

    def ask(self, request: dict[str, Any], source: Source, bounds: Bounds) -> Iterator[bytes]:
        """The pieces of the child's answer to `request`, while it is given the parts of `source` that it reads.

        Raises AnswerBroken, SourceCutShort, or what `source` raises.
        """
        whole = {**request, "size": source.size, "memory": bounds.memory, "cpu_seconds": bounds.cpu_seconds}
        self._tell(b"Q", json.dumps(whole).encode())
        told = _Tally(bounds, source.size)
        while (frame := self._frame(bounds.piece_bytes))[0] != b"E":
            kind, body = frame
            if kind == b"A":
                told.say(len(body))
                yield body
            else:
                self._give(source, *told.read(body))
        if frame[1]:
            raise AnswerBroken("frame")

    def was_late(self) -> bool:
        """End the child: did it run out of its time, on the clock or on the processor?"""
        ended = self._end()
        return self._late or ended == -signal.SIGXCPU

    def _frame(self, longest: int) -> tuple[bytes, bytes]:
        head = self._exactly(_HEADER)
        kind, length = head[:1], int.from_bytes(head[1:])
        if kind not in b"ARE" or length > longest or (kind == b"R" and length != _RANGE):
            raise AnswerBroken("frame")
        return kind, self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        data = self.output.read(length)
        if len(data) != length:
            raise AnswerBroken("ended early")
        return data

    def _give(self, source: Source, offset: int, length: int) -> None:
        data = source.read_at(offset, length)
        if len(data) != length:
            raise SourceCutShort
        self._tell(b"D", data)

    def _tell(self, kind: bytes, body: bytes) -> None:
        sink = cast("IO[bytes]", self._process.stdin)
        with contextlib.suppress(BrokenPipeError):  # a child that is gone is noticed at the next read
            sink.write(kind + len(body).to_bytes(4) + body)
            sink.flush()

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


@dataclass(slots=True)
class _Tally:
    """What one child has read and said so far."""

    bounds: Bounds
    size: int
    reads: int = 0
    read_bytes: int = 0
    pieces: int = 0
    said_bytes: int = 0

    def read(self, body: bytes) -> tuple[int, int]:
        offset, length = int.from_bytes(body[:8]), int.from_bytes(body[8:])
        self.reads += 1
        self.read_bytes += length
        inside = 1 <= length <= PIECE and offset + length <= self.size
        if not inside or self.reads > self.bounds.reads or self.read_bytes > self.bounds.read_bytes:
            raise AnswerBroken("read")
        return offset, length

    def say(self, length: int) -> None:
        self.pieces += 1
        self.said_bytes += length
        if self.pieces > self.bounds.pieces or self.said_bytes > self.bounds.answer_bytes:
            raise AnswerBroken("too much said")
