"""Tells what kind of picture some bytes are by their content alone."""

from __future__ import annotations

from enum import StrEnum

ENOUGH = 1_024
"""Bytes of a file's start that `sniff` needs to be sure."""

_JPEG_SECOND_MARKERS = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0)})
_LONGEST_BRANDS = 512
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_EITHER = frozenset({b"mif1"})


class Kind(StrEnum):
    """A kind of picture that is taken in; everything else is refused."""

    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"
    HEIC = "heic"
    AVIF = "avif"
    GIF = "gif"

    @property
    def media_type(self) -> str:
        """The registered media type, such as `image/png`."""
        return f"image/{self.value}"


def sniff(head: bytes) -> Kind | None:
    """The kind of picture that starts with `head` (at least `ENOUGH` bytes, or the whole file), or None.

    Sources: PNG (RFC 2083, 3.1), JPEG (ITU-T T.81, B.1.1.3), WebP (RFC 9649, 2.4), GIF (GIF89a specification, 17 to
    20), HEIF (ISO/IEC 23008-12, 10.2) and AVIF (AV1 Image File Format 1.1.0, 6), whose brands stand in a `ftyp` box
    (ISO/IEC 14496-12, 4.3).
    """
    return next((kind for kind, matches in _CHECKS if matches(head)), None)


def _is_png(head: bytes) -> bool:
    return head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR"


def _is_jpeg(head: bytes) -> bool:
    return len(head) > 3 and head.startswith(b"\xff\xd8\xff") and head[3] in _JPEG_SECOND_MARKERS


def _is_webp(head: bytes) -> bool:
    return head.startswith(b"RIFF") and head[8:12] == b"WEBP" and head[12:16] in (b"VP8 ", b"VP8L", b"VP8X")


def _is_gif(head: bytes) -> bool:
    """A screen of some size, its table of colours, then the start of a block: more than six letters of text."""
    if not head.startswith((b"GIF87a", b"GIF89a")) or len(head) < 14 or not (any(head[6:8]) and any(head[8:10])):
        return False
    flags = head[10]
    first_block = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    return head[first_block : first_block + 1] in (b"!", b",")


def _brands(head: bytes) -> tuple[bytes, frozenset[bytes]]:
    """The major brand of a `ftyp` box and every brand that it names; nothing where there is no such box."""
    length = int.from_bytes(head[:4])
    if head[4:8] != b"ftyp" or not 16 <= length <= min(len(head), _LONGEST_BRANDS):
        return b"", frozenset()
    return head[8:12], frozenset({head[at : at + 4] for at in range(16, length, 4)} | {head[8:12]})


def _is_heic(head: bytes) -> bool:
    major, brands = _brands(head)
    return major in _HEIC_BRANDS | _EITHER and bool(brands & _HEIC_BRANDS) and not brands & _AVIF_BRANDS


def _is_avif(head: bytes) -> bool:
    major, brands = _brands(head)
    return major in _AVIF_BRANDS | _EITHER and bool(brands & _AVIF_BRANDS) and not brands & _HEIC_BRANDS


_CHECKS = (
    (Kind.PNG, _is_png),
    (Kind.JPEG, _is_jpeg),
    (Kind.WEBP, _is_webp),
    (Kind.HEIC, _is_heic),
    (Kind.AVIF, _is_avif),
    (Kind.GIF, _is_gif),
)
