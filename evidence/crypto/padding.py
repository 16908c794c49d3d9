"""Hides how long a short secret or text is, up to the next 64 bytes."""

from __future__ import annotations

from evidence.crypto.errors import PaddingBroken

BLOCK = 64


def pad(plain: bytes) -> bytes:
    """Append 0x80 and zeros up to a multiple of 64 bytes (ISO/IEC 7816-4); at least one byte is added."""
    return plain + b"\x80" + bytes(-(len(plain) + 1) % BLOCK)


def unpad(padded: bytes) -> bytes:
    """What `pad` was given; raises PaddingBroken for anything that `pad` never makes."""
    plain = padded.rstrip(b"\x00")[:-1]
    if pad(plain) != padded:
        raise PaddingBroken
    return plain
