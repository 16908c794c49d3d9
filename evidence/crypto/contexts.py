"""Says what a sealed thing is and where it belongs, as bytes that no two places share."""

from __future__ import annotations

from uuid import UUID

Part = UUID | int | str | bytes

VERSION = b"\x01"
"""The version byte that leads every stored blob; it is authenticated through `bound`."""


class NoContext(ValueError):
    """Something was to be sealed or opened without a context made by `context`."""


def context(purpose: str, *parts: Part) -> bytes:
    """Name one sealed thing: each part is a 4-byte big-endian length and that many bytes.

    The first part is `abuse-help/1`, the second the purpose in UTF-8; each further part starts with
    one byte for its type (`u` UUID, 16 bytes; `i` integer, decimal; `s` text, UTF-8; `b` bytes), so that
    1, "1" and b"1" differ. Raises TypeError for any other type and ValueError for an empty purpose.
    """
    if not purpose:
        raise NoContext
    return _FIRST + _measured(purpose.encode()) + b"".join(_measured(_tagged(part)) for part in parts)


def bound(ctx: bytes, layer: str, version: bytes = VERSION) -> bytes:
    """The context as the cipher gets it: `ctx`, then one more part that names layer and version byte.

    The layer ("field", "stream", "envelope") is followed by a slash and the version in decimal, so a blob
    that is relabelled, or moved from one kind of seal to another, does not open. Raises NoContext.
    """
    if not ctx.startswith(_FIRST):
        raise NoContext
    return ctx + _measured(f"{layer}/{version[0]}".encode())


def _measured(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part


_FIRST = _measured(b"abuse-help/1")


def _tagged(part: Part) -> bytes:
    match part:
        case UUID():
            return b"u" + part.bytes
        case int() if not isinstance(part, bool):
            return b"i" + str(part).encode()
        case str():
            return b"s" + part.encode()
        case bytes():
            return b"b" + part
    raise TypeError
