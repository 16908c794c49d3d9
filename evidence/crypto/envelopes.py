"""Seals a secret to someone's public key, so that whoever writes need not be able to read.

HPKE (RFC 9180, base mode) with HKDF-SHA256 and AES-256-GCM, in one of two suites. `HYBRID` is X-Wing (ML-KEM-768 and
X25519, draft-connolly-cfrg-xwing-kem, 0x647a): what is stored today must stay shut when quantum computers come.
`CLASSIC` is X25519 alone (0x0020), for sites that may use nothing newer. A public key tells its suite by its length,
an envelope by its first byte, which is bound into the context: both suites always open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import shake_256
from typing import Any

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
from evidence.crypto.keys import checked, subkey
from evidence.crypto.padding import BLOCK, pad, unpad

MLKEM_BYTES = 1_184
TAG_BYTES = 16


class BadPublicKey(ValueError):
    """Not a public key of any suite: wrong length, numbers out of range, or a point that no honest key has."""


@dataclass(frozen=True)
class KeyPair:
    """A pair: 1,216 (hybrid) or 32 (classic) public bytes, and the 32-byte seed that everything private comes from."""

    public: bytes
    seed: bytes = field(repr=False)


# --- the two suites -------------------------------------------------------------------------------


def _hybrid_halves(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    """SHAKE-256 stretches the seed to 96 bytes, as the X-Wing draft does."""
    stretched = shake_256(checked(seed)).digest(96)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(stretched[:64])
    return mlkem, X25519PrivateKey.from_private_bytes(stretched[64:])


def _hybrid_private(seed: bytes) -> MLKEM768X25519PrivateKey:
    return MLKEM768X25519PrivateKey(*_hybrid_halves(seed))


def _hybrid_public_of(seed: bytes) -> bytes:
    """1,216 bytes: the ML-KEM-768 key (1,184), then the X25519 key (32)."""
    mlkem, x25519 = _hybrid_halves(seed)
    return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def _hybrid_public(raw: bytes) -> MLKEM768X25519PublicKey:
    mlkem = MLKEM768PublicKey.from_public_bytes(raw[:MLKEM_BYTES])
    return MLKEM768X25519PublicKey(mlkem, X25519PublicKey.from_public_bytes(raw[MLKEM_BYTES:]))


def _classic_private(seed: bytes) -> X25519PrivateKey:
    """A key of its own: nothing of the hybrid pair of the same seed stands in it."""
    return X25519PrivateKey.from_private_bytes(subkey(seed, "classic-kem"))


def _classic_public_of(seed: bytes) -> bytes:
    return _classic_private(seed).public_key().public_bytes_raw()


@dataclass(frozen=True)
class Kem:
    """One suite: its first byte, the lengths of its public key and encapsulation, and how it reads keys."""

    mark: bytes
    public_bytes: int
    enc_bytes: int
    hpke: Suite
    public_of: Callable[[bytes], bytes]
    public: Callable[[bytes], Any]
    private: Callable[[bytes], Any]

    @property
    def overhead(self) -> int:
        return self.enc_bytes + TAG_BYTES


HYBRID = Kem(
    VERSION,
    MLKEM_BYTES + 32,
    1_120,
    Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
    _hybrid_public_of,
    _hybrid_public,
    _hybrid_private,
)
CLASSIC = Kem(
    b"\x02",
    32,
    32,
    Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
    _classic_public_of,
    X25519PublicKey.from_public_bytes,
    _classic_private,
)
SUITES = {"hybrid": HYBRID, "classic": CLASSIC}


def suite_of(public: bytes) -> Kem:
    """The suite of a public key, by its length; raises BadPublicKey."""
    for kem in SUITES.values():
        if len(public) == kem.public_bytes:
            return kem
    raise BadPublicKey


# --- sealing and opening --------------------------------------------------------------------------


def keypair(seed: bytes, kem: Kem = HYBRID) -> KeyPair:
    """The pair of a 32-byte seed; raises BadKey for any other length."""
    return KeyPair(public=public_of(seed, kem), seed=seed)


def public_of(seed: bytes, kem: Kem = HYBRID) -> bytes:
    """The public key of a seed in one suite; raises BadKey."""
    return kem.public_of(seed)


def seal_to(public: bytes, plaintext: bytes, ctx: bytes) -> bytes:
    """One byte for the suite, the encapsulation (1,120 or 32 bytes), then the sealed plaintext padded to 64 bytes.

    A secret of 32 bytes becomes 1,201 bytes, or 113 in the classic suite. The context goes into HPKE's `info` as
    `contexts.bound(ctx, "envelope", mark)`. Raises BadPublicKey and NoContext.
    """
    kem = suite_of(public)
    info = bound(ctx, "envelope", kem.mark)
    try:
        return kem.mark + kem.hpke.encrypt(pad(plaintext), kem.public(public), info)
    except ValueError:
        raise BadPublicKey from None


def open_with(seed: bytes, blob: bytes | memoryview, ctx: bytes) -> bytes:
    """What `seal_to` was given, opened with the seed of that public key under the same context.

    Raises UnknownVersion, WrongLength, DidNotOpen or PaddingBroken (all SealBroken); BadKey and NoContext.
    """
    kem = next((kem for kem in SUITES.values() if blob[:1] == kem.mark), None)
    if kem is None:
        raise UnknownVersion
    padded = len(blob) - 1 - kem.overhead
    if padded < BLOCK or padded % BLOCK:
        raise WrongLength
    private, info = kem.private(checked(seed)), bound(ctx, "envelope", kem.mark)
    try:
        return unpad(kem.hpke.decrypt(blob[1:], private, info))
    except InvalidTag:
        raise DidNotOpen from None
