"""What every child of intake does for itself: give up rights for good, read its file by parts, answer by pieces.

The protocol stands in `evidence.intake.children`, which is the other end of the pipes.
"""

from __future__ import annotations

import ctypes
import io
import json
import resource
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from evidence.intake.ranged import FIRST_LOOK, RangedFile

_SET_DUMPABLE = 4  # prctl(2)
_OPEN_FILES = 24

Answerer = Callable[[dict[str, Any], io.BufferedReader], Iterator[bytes]]
"""Takes the request and the file, gives the pieces of the answer; refusals are pieces too."""


def confine(*, memory: int, cpu_seconds: int) -> None:
    """Give up for good: more than `memory` bytes of addresses or `cpu_seconds`, writing files, core dumps."""
    caps = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for cap, value in caps.items():
        resource.setrlimit(cap, (value, value))
    # The soft limit comes first, as a signal that the parent can tell from other deaths.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    # A core dump that is piped to a collector ignores RLIMIT_CORE (core(5)): a picture would lie in it.
    ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)


def serve(answer: Answerer) -> None:
    """Answer the one request on standard input, within its limits."""
    pipes = Pipes(sys.stdin.buffer, sys.stdout.buffer)
    request = pipes.request()
    confine(memory=request["memory"], cpu_seconds=request["cpu_seconds"])
    for piece in answer(request, pipes.file(request["size"])):
        pipes.say(b"A", piece)
    pipes.say(b"E", b"")


class Pipes:
    """The child's two pipes, and the frames that go over them."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source, self._sink = source, sink

    def request(self) -> dict[str, Any]:
        """The request that the parent begins with. Raises EOFError."""
        asked: dict[str, Any] = json.loads(self._hear(b"Q"))
        return asked

    def read(self, offset: int, length: int) -> bytes:
        """These bytes of the file. Raises EOFError if the parent is gone."""
        self.say(b"R", offset.to_bytes(8) + length.to_bytes(4))
        return self._hear(b"D")

    def say(self, kind: bytes, body: bytes) -> None:
        """Send one frame at once."""
        self._sink.write(kind + len(body).to_bytes(4) + body)
        self._sink.flush()

    def file(self, size: int) -> io.BufferedReader:
        """The file of `size` bytes at the other end, seekable."""
        return io.BufferedReader(RemoteFile(self.read, size), FIRST_LOOK)

    def _hear(self, kind: bytes) -> bytes:
        head = self._source.read(5)
        if len(head) != 5 or head[:1] != kind:
            raise EOFError
        return self._source.read(int.from_bytes(head[1:]))


class RemoteFile(RangedFile):
    """The file at the other end of the pipes: `read_at(offset, length)` asks for a part of it."""

    def __init__(self, read_at: Callable[[int, int], bytes], size: int) -> None:
        super().__init__(size)
        self._read_at = read_at

    def fetch(self, offset: int, length: int) -> bytes:
        return self._read_at(offset, length)
