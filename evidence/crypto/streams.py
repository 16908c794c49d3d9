"""Seals a file while it arrives, and reads any part of it back.

A stored blob is one version byte, then a Cobblestone-256 message. To read it with the library alone, strip
that byte and give `Cobblestone256Decryptor` the file's key and `contexts.bound(ctx, "stream")`:

    decryptor = Cobblestone256Decryptor(key, bound(ctx, "stream"))
    padded = decryptor.update(blob[1:]) + decryptor.finalize()

The first `size` bytes of `padded` are the file, where `size` stands in its sealed header; zeros follow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.cobblestone import Cobblestone256Encryptor
from zlib_ng import zlib_ng

from evidence.crypto.chunks import CHUNK, Message, sealed_length
from evidence.crypto.contexts import VERSION, bound
from evidence.crypto.errors import UnknownVersion, WrongLength
from evidence.crypto.keys import checked

SMALLEST_BUCKET = 1_024
PIECE = 65_536


class AlreadyFinished(RuntimeError):
    """More was given to a sealer that has written its end."""


class NotFinished(RuntimeError):
    """Facts were asked of a sealer that has not written its end."""


class OutOfRange(ValueError):
    """A range that does not lie within the file: padding is never given out."""


@dataclass(frozen=True)
class StreamFacts:
    """What was sealed: true size in bytes, SHA-256 in lower-case hex, CRC-32 as a number.

    The hashes confirm possession of a known picture, so facts are stored only sealed.
    """

    size: int
    sha256: str
    crc32: int


def bucket(size: int) -> int:
    """The padded size: Padmé (Nikitin et al. 2019, section 4), at most 12 % more, at least 1,024 bytes."""
    if size <= SMALLEST_BUCKET:
        return SMALLEST_BUCKET
    exponent = size.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-size // step) * step


def sealed_size(size: int) -> int:
    """How many bytes are stored for a file of `size` bytes."""
    return len(VERSION) + sealed_length(bucket(size))


class Sealer:
    """Seals one file of any size; give it pieces in order and store what it returns in order.

    `key` is 32 random bytes used for this file alone. Nothing is kept but one chunk and the hashes.
    Raises BadKey and NoContext.
    """

    def __init__(self, key: bytes, ctx: bytes) -> None:
        self._encryptor = Cobblestone256Encryptor(checked(key), bound(ctx, "stream"))
        self._lead = VERSION
        self._size = self._crc32 = 0
        self._sha256 = hashlib.sha256()
        self._facts: StreamFacts | None = None

    def update(self, data: bytes | memoryview) -> bytes:
        """The next sealed bytes, maybe none yet; raises AlreadyFinished."""
        if self._facts:
            raise AlreadyFinished
        self._sha256.update(data)
        self._crc32 = zlib_ng.crc32(data, self._crc32)
        self._size += len(data)
        return self._emit(data)

    def finish(self) -> Iterator[bytes]:
        """The last sealed bytes in pieces of about 64 KiB: the padding of a large file is large too.

        All of them must be stored. Raises AlreadyFinished at once.
        """
        if self._facts:
            raise AlreadyFinished
        self._facts = StreamFacts(self._size, self._sha256.hexdigest(), self._crc32)
        return self._ending(bucket(self._size) - self._size)

    def finalize(self) -> bytes:
        """All that `finish` gives, in one piece; raises AlreadyFinished."""
        return b"".join(self.finish())

    @property
    def facts(self) -> StreamFacts:
        """What was sealed; raises NotFinished before `finish` or `finalize`."""
        if not self._facts:
            raise NotFinished
        return self._facts

    def _ending(self, padding: int) -> Iterator[bytes]:
        for start in range(0, padding, PIECE):
            yield self._emit(bytes(min(PIECE, padding - start)))
        yield self._emit(b"") + self._encryptor.finalize()

    def _emit(self, data: bytes | memoryview) -> bytes:
        lead, self._lead = self._lead, b""
        return lead + self._encryptor.update(data)


class Reader:
    """Reads any part of one stored file; length, key, context and end are checked before it exists.

    `source` is seekable and holds nothing but the blob of `stored_size` bytes, `size` is the true size from
    the sealed header. Raises UnknownVersion, WrongLength or DidNotOpen (all SealBroken), here and on every
    read; BadKey and NoContext. One thread at a time.
    """

    def __init__(self, key: bytes, ctx: bytes, source: BinaryIO, stored_size: int, size: int) -> None:
        if size < 0 or stored_size != sealed_size(size):
            raise WrongLength
        source.seek(0)
        if source.read(1) != VERSION:
            raise UnknownVersion
        self.size = size
        self._message = Message(key, bound(ctx, "stream"), source, len(VERSION), stored_size - len(VERSION))

    def read_range(self, start: int, stop: int) -> bytes:
        """The bytes from `start` up to, not including, `stop`; raises OutOfRange beyond the true size."""
        self._check(start, stop)
        first = start // CHUNK
        opened = self._message.open(first, -(-stop // CHUNK))
        return opened[start - first * CHUNK : stop - first * CHUNK]

    def chunks(self, start: int = 0, stop: int | None = None, piece: int = PIECE) -> Iterator[bytes]:
        """The same bytes in pieces of at most `piece`, cut at multiples of it; raises OutOfRange at once."""
        stop = self.size if stop is None else stop
        self._check(start, stop)
        return self._pieces(start, stop, piece)

    def _pieces(self, start: int, stop: int, piece: int) -> Iterator[bytes]:
        while start < stop:
            end = min(stop, (start // piece + 1) * piece)
            yield self.read_range(start, end)
            start = end

    def _check(self, start: int, stop: int) -> None:
        if not 0 <= start <= stop <= self.size:
            raise OutOfRange
