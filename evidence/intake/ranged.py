"""A file that is read by asking for ranges of it: a jump costs a small one, reading on asks for ever larger ones."""

from __future__ import annotations

import io
from abc import abstractmethod
from typing import Any

FIRST_LOOK, WIDEST_LOOK = 64 * 1024, 1024 * 1024  # bytes asked for: after a jump, and at most


class RangedFile(io.RawIOBase):
    """A seekable file of `size` bytes; whoever gives its ranges says how in `fetch`."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._at = self._from = 0
        self._seen = b""
        self._look = FIRST_LOOK

    @abstractmethod
    def fetch(self, offset: int, length: int) -> bytes:
        """Exactly these bytes, all inside the file: 1 to WIDEST_LOOK of them."""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """OSError before the start; beyond the end there is nothing to read."""
        place = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence] + offset
        if place < 0:
            raise OSError("before the start")
        self._at = place
        return place

    def read(self, size: int | None = -1) -> bytes:
        """Exactly `size` bytes, fewer only at the end. Raises what `fetch` raises."""
        stop = self._size if size is None or size < 0 else min(self._size, self._at + size)
        pieces = []
        while self._at < stop:
            pieces.append(self._next(stop - self._at))
        return b"".join(pieces)

    def readinto(self, into: Any) -> int:
        """Fill `into` from what is held, or from the next fetch; 0 at the end."""
        part = self._next(min(len(into), self._size - self._at))
        into[: len(part)] = part
        return len(part)

    def _next(self, wanted: int) -> bytes:
        """Some of the bytes from here on, at most `wanted`: what is held, else what comes in one fetch."""
        if wanted <= 0:
            return b""
        if not self._from <= self._at < self._from + len(self._seen):
            self._fill(wanted)
        start = self._at - self._from
        part = self._seen[start : start + wanted]
        self._at += len(part)
        return part

    def _fill(self, wanted: int) -> None:
        reads_on = bool(self._seen) and self._at == self._from + len(self._seen)
        self._look = min(WIDEST_LOOK, self._look * 2) if reads_on else FIRST_LOOK
        length = min(self._size - self._at, max(self._look, min(wanted, WIDEST_LOOK)))
        self._seen, self._from = self.fetch(self._at, length), self._at
