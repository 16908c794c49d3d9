"""Reads the head of a JPEG file: its size in pixels, and whether anything but the picture rides along."""

from __future__ import annotations

# Start-of-frame markers (ITU-T T.81, table B.1): C0..CF without DHT (C4), JPG (C8) and DAC (CC).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN = 0xDA
_JFIF = 0xE0
_COMMENT = 0xFE


class NotAViewCopy(ValueError):
    """The bytes are no JPEG picture, or one that still carries metadata; it must not leave."""


def size(data: bytes) -> tuple[int, int]:
    """(width, height) in pixels of a JPEG that carries no metadata. Raises NotAViewCopy."""
    if data[:2] != b"\xff\xd8":
        raise NotAViewCopy("a JPEG picture is expected")
    frame = None
    for marker, body in _segments(data):
        if marker == _COMMENT or _JFIF < marker <= 0xEF:
            raise NotAViewCopy("the picture carries metadata")
        if marker in _FRAMES:
            frame = body
    if frame is None or len(frame) < 5:
        raise NotAViewCopy("a JPEG picture is expected")
    return int.from_bytes(frame[3:5]), int.from_bytes(frame[1:3])


def _segments(data: bytes) -> list[tuple[int, bytes]]:
    found = []
    place = 2
    while data[place : place + 1] == b"\xff" and place + 4 <= len(data):
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4])
        found.append((marker, data[place + 4 : place + 2 + length]))
        if marker == _SCAN:
            break
        place += 2 + max(length, 2)
    return found
