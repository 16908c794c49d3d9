"""Splits what opens a case between the person's cookie and a row of the database."""

from __future__ import annotations

from hashlib import sha256

from evidence.crypto.fields import seal, unseal
from evidence.crypto.keys import subkey


def split(cookie: bytes) -> tuple[bytes, bytes]:
    """The row's id and the row's key, 32 bytes each, from the 32 random bytes of the cookie.

    The id is the SHA-256 of a value derived from the cookie: neither the row nor a copy of the whole
    database leads back to the cookie or the key. Raises BadKey.
    """
    return sha256(subkey(cookie, "half-id")).digest(), subkey(cookie, "half-key")


def seal_half(cookie: bytes, payload: bytes, ctx: bytes) -> bytes:
    """The payload sealed for the row as a field is; only the cookie opens it. Raises BadKey, NoContext."""
    _, key = split(cookie)
    return seal(key, payload, ctx)


def open_half(cookie: bytes, blob: bytes | memoryview, ctx: bytes) -> bytes:
    """What `seal_half` was given; raises SealBroken for another cookie, another row or changed bytes."""
    _, key = split(cookie)
    return unseal(key, blob, ctx)
