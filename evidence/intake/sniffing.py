"""Tells what kind of picture some bytes are by their content alone."""

from __future__ import annotations

from enum import StrEnum

ENOUGH = 512
"""Bytes of a file's start that `sniff` needs to be sure."""

_JPEG_SECOND_MARKERS = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0)})
_STILL_MAJORS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
_STILL_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis"})
_OTHER_BRANDS = frozenset({b"avif", b"avis"})


class Kind(StrEnum):
    """A kind of picture that is taken in; everything else is refused."""

    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"
    HEIC = "heic"

    @property
    def media_type(self) -> str:
        """The registered media type, such as `image/png`."""
        return f"image/{self.value}"


def sniff(head: bytes) -> Kind | None:
    """The kind of picture that starts with `head` (at least `ENOUGH` bytes, or the whole file), or None.

    Sources: PNG (RFC 2083, 3.1), JPEG (ITU-T T.81, B.1.1.3), WebP (RFC 9649, 2.4),
    HEIF (ISO/IEC 23008-12, 10.2, brands of an `ftyp` box, ISO/IEC 14496-12, 4.3).
    """
    checks = ((Kind.PNG, _is_png), (Kind.JPEG, _is_jpeg), (Kind.WEBP, _is_webp), (Kind.HEIC, _is_heic))
    return next((kind for kind, matches in checks if matches(head)), None)


def _is_png(head: bytes) -> bool:
    return head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR"


def _is_jpeg(head: bytes) -> bool:
    return len(head) > 3 and head.startswith(b"\xff\xd8\xff") and head[3] in _JPEG_SECOND_MARKERS


def _is_webp(head: bytes) -> bool:
    return head.startswith(b"RIFF") and head[8:12] == b"WEBP" and head[12:16] in (b"VP8 ", b"VP8L", b"VP8X")


def _is_heic(head: bytes) -> bool:
    length = int.from_bytes(head[:4])
    if head[4:8] != b"ftyp" or not 16 <= length <= min(len(head), ENOUGH):
        return False
    brands = {head[at : at + 4] for at in range(16, length, 4)} | {head[8:12]}
    return head[8:12] in _STILL_MAJORS and bool(brands & _STILL_BRANDS) and not brands & _OTHER_BRANDS
