"""Opens any chunk of one Cobblestone-256 message; the library reads such a message only from its start.

The format is C2SP chunked-encryption (https://c2sp.org/chunked-encryption) with SHA-512 and AES-256-GCM:
24 bytes of salt, 32 bytes of key commitment, then chunks of 16,384 bytes and a tag of 16 bytes each; the
last chunk is always shorter, if need be empty.
"""

from __future__ import annotations

from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from evidence.crypto.errors import DidNotOpen, WrongLength
from evidence.crypto.keys import checked

CHUNK = 16_384
TAG = 16
SEALED_CHUNK = CHUNK + TAG
SALT = 24
COMMITMENT = 32
HEAD = SALT + COMMITMENT
MOST_CHUNKS = 2**38

_NONCE = 12
_INFO = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00"


def sealed_length(plain: int) -> int:
    """How many bytes a message of `plain` bytes becomes."""
    return HEAD + plain + TAG * (plain // CHUNK + 1)


def plain_length(sealed: int) -> int:
    """How many bytes a message of `sealed` bytes holds; raises WrongLength where none has that length."""
    full, last = divmod(sealed - HEAD, SEALED_CHUNK)
    if not 0 <= full < MOST_CHUNKS or last < TAG:
        raise WrongLength
    return full * CHUNK + last - TAG


class Message:
    """One sealed message inside a seekable file, with key, length and end already found right.

    `offset` is where its salt starts, `length` its sealed length in bytes; the file must end with it.
    Raises WrongLength and DidNotOpen. `source` is moved by every call, so one thread at a time.
    """

    def __init__(self, key: bytes, ctx: bytes, source: BinaryIO, offset: int, length: int) -> None:
        self.size = plain_length(length)
        self._source, self._offset = source, offset
        head = self._read(0, HEAD)
        self._cipher, self._base = _opened(checked(key), ctx, head)
        self._check_end(length)

    def open(self, first: int, beyond: int) -> bytes:
        """The bytes of the chunks `first` up to, not including, `beyond`, counted from zero."""
        start = HEAD + first * SEALED_CHUNK
        stop = min(HEAD + beyond * SEALED_CHUNK, sealed_length(self.size))
        sealed = memoryview(self._read(start, stop - start))
        return b"".join(
            self._chunk(number, sealed[at : at + SEALED_CHUNK])
            for number, at in enumerate(range(0, len(sealed), SEALED_CHUNK), first)
        )

    def _check_end(self, length: int) -> None:
        """The last chunk is the only short one: where it opens under its number, nothing is missing."""
        last = self.size // CHUNK
        self.open(last, last + 1)
        self._source.seek(self._offset + length)
        if self._source.read(1):
            raise WrongLength

    def _chunk(self, number: int, sealed: memoryview) -> bytes:
        nonce = (self._base ^ number).to_bytes(_NONCE, "big")
        try:
            return self._cipher.decrypt(nonce, sealed, None)
        except InvalidTag:
            raise DidNotOpen from None

    def _read(self, start: int, count: int) -> bytes:
        self._source.seek(self._offset + start)
        data = self._source.read(count)
        while len(data) < count and (more := self._source.read(count - len(data))):
            data += more
        if len(data) != count:
            raise WrongLength
        return data


def _opened(key: bytes, ctx: bytes, head: bytes) -> tuple[AESGCM, int]:
    salt, commitment = head[:SALT], head[SALT:]
    okm = HKDFExpand(SHA512(), 32 + _NONCE + COMMITMENT, _INFO + salt + ctx).derive(key)
    if not bytes_eq(okm[32 + _NONCE :], commitment):
        raise DidNotOpen
    return AESGCM(okm[:32]), int.from_bytes(okm[32 : 32 + _NONCE], "big")
