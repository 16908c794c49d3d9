"""Signs short messages with the site's own Ed25519 key, and checks such signatures."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SEED_SIZE = 32
PUBLIC_SIZE = 32
SIGNATURE_SIZE = 64


class SignatureBroken(Exception):
    """The signature was not made over this message by the holder of this key."""


def public_of(seed: bytes) -> bytes:
    """The public key (32 bytes, raw) of an Ed25519 seed (32 bytes). RFC 8032, section 5.1.5."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(seed: bytes, message: bytes) -> bytes:
    """The signature (64 bytes) of `message` under an Ed25519 seed (32 bytes). RFC 8032, section 5.1.6."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def verify(public: bytes, message: bytes, signature: bytes) -> None:
    """Returns if `signature` (64 bytes) fits; SignatureBroken if it, the message or the key does not."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise SignatureBroken from error
