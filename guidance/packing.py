"""Compresses the fixed parts of a page once, and puts what is each person's own between them uncompressed."""

from __future__ import annotations

import secrets
import struct
import zlib
from collections.abc import Iterator, Sequence

LEVEL = 9  # once a page and minute, so the best is the cheapest
HIDDEN = 100  # bytes at most of random length, against reading a page's words from its size (BREACH)
HEAD = b"\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\xff"  # RFC 1952, section 2.3: deflate, with a name, no time
STORED = struct.Struct("<BHH")  # RFC 1951, section 3.2.4: a block that is not compressed
NEVER = b"\xff"  # stands in no UTF-8 text, so nothing that is compressed can refer to it


def fixed(parts: Sequence[bytes], gap: int) -> tuple[bytes, ...]:
    """The UTF-8 `parts` as deflate blocks on whole bytes, for exactly `gap` bytes between each two of them."""
    return tuple(_blocks(parts, gap))


def _blocks(parts: Sequence[bytes], gap: int) -> Iterator[bytes]:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    for place, part in enumerate(parts):
        if place:  # moves the window on by the gap; what it makes of it is thrown away
            packer.compress(NEVER * gap)
            packer.flush(zlib.Z_SYNC_FLUSH)
        yield packer.compress(part) + packer.flush(zlib.Z_SYNC_FLUSH)


def whole(parts: Sequence[bytes], packed: Sequence[bytes], own: bytes) -> bytes:
    """A gzip stream of the `parts`, `packed` by `fixed`, with `own` (as long as the gap) between each two of them."""
    between = STORED.pack(0, len(own), len(own) ^ 0xFFFF) + own
    name = b"a" * secrets.randbelow(HIDDEN) + b"\x00"
    body = between.join(packed) + STORED.pack(1, 0, 0xFFFF)
    crc, size = zlib.crc32(parts[0]), len(parts[0])
    for part in parts[1:]:
        crc, size = zlib.crc32(part, zlib.crc32(own, crc)), size + len(own) + len(part)
    return HEAD + name + body + struct.pack("<II", crc, size & 0xFFFFFFFF)
