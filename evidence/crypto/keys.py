"""Makes keys, and derives one key from another for one named use."""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from evidence.crypto.contexts import Part, context

KEY_BYTES = 32
PEPPER_BYTES = 32


class BadKey(ValueError):
    """A key that is not 32 bytes long, or a pepper that is shorter than 32 bytes."""


def new_key() -> bytes:
    """32 random bytes from the system's source."""
    return secrets.token_bytes(KEY_BYTES)


def subkey(key: bytes, label: str, *parts: Part) -> bytes:
    """32 bytes for one use: HKDF-Expand (RFC 5869, 2.3), SHA-512, info `context("subkey", label, ...)`.

    `key` is 32 uniform bytes, so there is no extract step. Raises BadKey.
    """
    return HKDFExpand(SHA512(), KEY_BYTES, context("subkey", label, *parts)).derive(checked(key))


def checked(key: bytes) -> bytes:
    """The key itself; raises BadKey unless it is 32 bytes long."""
    if len(key) != KEY_BYTES:
        raise BadKey
    return key


def checked_pepper(pepper: bytes) -> bytes:
    """The server's pepper itself; raises BadKey if it is shorter than 32 bytes."""
    if len(pepper) < PEPPER_BYTES:
        raise BadKey
    return pepper
