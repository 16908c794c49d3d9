"""The cases, keys, texts and blobs that the tests of this folder seal, and the ways they damage them."""

from __future__ import annotations

import io
from uuid import UUID

from hypothesis import settings

from evidence.crypto.chunks import HEAD, SEALED_CHUNK
from evidence.crypto.contexts import context
from evidence.crypto.streams import Reader, Sealer

steady = settings(derandomize=True, deadline=None, max_examples=60, database=None)

ALICE = UUID("a11ce000-0000-4000-8000-000000000001")
MALLORY = UUID("3a110000-0000-4000-8000-000000000002")
ITEM = UUID("17e30000-0000-4000-8000-000000000003")
OTHER_ITEM = UUID("17e30000-0000-4000-8000-000000000004")

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
PEPPER = b"pepper of the server, 32 bytes.."

NOTE = context("field", ALICE, ITEM, "note", 1)
ELSEWHERE = {
    "other case": context("field", MALLORY, ITEM, "note", 1),
    "other item": context("field", ALICE, OTHER_ITEM, "note", 1),
    "other field": context("field", ALICE, ITEM, "address", 1),
    "other key version": context("field", ALICE, ITEM, "note", 2),
    "other purpose": context("header", ALICE, ITEM, "note", 1),
    "fewer parts": context("field", ALICE, ITEM, "note"),
    "more parts": context("field", ALICE, ITEM, "note", 1, ""),
}

SIZES = [
    *(0, 1, 15, 16, 17, 55, 56, 1_023, 1_024, 1_025),
    *(16_383, 16_384, 16_385, 2 * 16_384, 3 * 16_384, 10 * 16_384, 2**20 + 1),
]


def picture(size: int) -> bytes:
    """Bytes that differ from chunk to chunk."""
    return b"".join(number.to_bytes(4, "big") for number in range(size // 4 + 1))[:size]


def sealed_file(data: bytes, key: bytes = KEY, ctx: bytes = NOTE) -> bytes:
    sealer = Sealer(key, ctx)
    return sealer.update(data) + sealer.finalize()


def read_all(blob: bytes, size: int, key: bytes = KEY, ctx: bytes = NOTE) -> bytes:
    """Believes the blob about its own length, as a storage does."""
    return b"".join(Reader(key, ctx, io.BytesIO(blob), len(blob), size).chunks())


def flipped(blob: bytes, at: int, mask: int = 1) -> bytes:
    return blob[:at] + bytes([blob[at] ^ mask]) + blob[at + 1 :]


def taken_apart(message: bytes) -> tuple[bytes, list[bytes]]:
    """The head of a Cobblestone message and its sealed chunks."""
    return message[:HEAD], [message[at : at + SEALED_CHUNK] for at in range(HEAD, len(message), SEALED_CHUNK)]


class Trickle(io.BytesIO):
    """A file that gives less than it is asked for, as sockets and some stores do; it counts what it gave.

    It also counts what it was asked for.
    """

    given = asked = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.asked += size if size and size > 0 else 2**40
        data = super().read(min(size, 1_000) if size else size)
        self.given += len(data)
        return data
