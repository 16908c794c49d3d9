"""Seals a secret to someone's public key, so that whoever writes need not be able to read.

HPKE (RFC 9180, base mode) with X-Wing (ML-KEM-768 and X25519, draft-connolly-cfrg-xwing-kem, 0x647a),
HKDF-SHA256 and AES-256-GCM: what is stored today must stay shut when quantum computers come.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import shake_256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from evidence.crypto.contexts import VERSION, bound
from evidence.crypto.errors import DidNotOpen, UnknownVersion, WrongLength
from evidence.crypto.keys import checked
from evidence.crypto.padding import BLOCK, pad, unpad

MLKEM_BYTES = 1_184
PUBLIC_BYTES = MLKEM_BYTES + 32
OVERHEAD = 1_120 + 16

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class BadPublicKey(ValueError):
    """Not an X-Wing public key: wrong length, numbers out of range, or a point that no honest key has."""


@dataclass(frozen=True)
class KeyPair:
    """An X-Wing pair: 1,216 public bytes, and the 32-byte seed that everything private comes from."""

    public: bytes
    seed: bytes = field(repr=False)


def keypair(seed: bytes) -> KeyPair:
    """The pair of a 32-byte seed; raises BadKey for any other length."""
    return KeyPair(public=public_of(seed), seed=seed)


def public_of(seed: bytes) -> bytes:
    """1,216 bytes: the ML-KEM-768 key (1,184), then the X25519 key (32)."""
    mlkem, x25519 = _private_halves(seed)
    return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def seal_to(public: bytes, plaintext: bytes, ctx: bytes) -> bytes:
    """One version byte, 1,120 bytes of encapsulation, then the sealed plaintext padded to 64 bytes.

    A secret of 32 bytes becomes 1,201 bytes. The context goes into HPKE's `info` as
    `contexts.bound(ctx, "envelope")`. Raises BadPublicKey and NoContext.
    """
    info = bound(ctx, "envelope")
    if len(public) != PUBLIC_BYTES:
        raise BadPublicKey
    try:
        mlkem = MLKEM768PublicKey.from_public_bytes(public[:MLKEM_BYTES])
        x25519 = X25519PublicKey.from_public_bytes(public[MLKEM_BYTES:])
        return VERSION + _SUITE.encrypt(pad(plaintext), MLKEM768X25519PublicKey(mlkem, x25519), info)
    except ValueError:
        raise BadPublicKey from None


def open_with(seed: bytes, blob: bytes | memoryview, ctx: bytes) -> bytes:
    """What `seal_to` was given, opened with the seed of that public key under the same context.

    Raises UnknownVersion, WrongLength, DidNotOpen or PaddingBroken (all SealBroken); BadKey and NoContext.
    """
    if blob[:1] != VERSION:
        raise UnknownVersion
    padded = len(blob) - 1 - OVERHEAD
    if padded < BLOCK or padded % BLOCK:
        raise WrongLength
    private = MLKEM768X25519PrivateKey(*_private_halves(seed))
    try:
        return unpad(_SUITE.decrypt(blob[1:], private, bound(ctx, "envelope")))
    except InvalidTag:
        raise DidNotOpen from None


def _private_halves(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    """SHAKE-256 stretches the seed to 96 bytes, as the X-Wing draft does."""
    stretched = shake_256(checked(seed)).digest(96)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(stretched[:64])
    return mlkem, X25519PrivateKey.from_private_bytes(stretched[64:])
