"""Reads what a picture's metadata says: time, device, direction, place or not; runs in the child."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PIL import Image

from evidence.intake.labels import one_line

_MAKE, _MODEL, _ORIENTATION, _SOFTWARE = 0x010F, 0x0110, 0x0112, 0x0131
_EXIF, _GPS, _TAKEN, _TAKEN_OFFSET = 0x8769, 0x8825, 0x9003, 0x9011
_TIME = re.compile(r"[12]\d{3}:[01]\d:[0-3]\d [0-2]\d:[0-5]\d:[0-6]\d", re.ASCII)
_OFFSET = re.compile(r"[+-][01]\d:[0-5]\d", re.ASCII)
_XMP_KEYS = ("xmp", "XML:com.adobe.xmp")
_PLACE_MARKS = (b"GPSLatitude", b"GPSLongitude", b"GPSCoordinates")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a picture's metadata says. None of it is known to be true.

    `taken` is the text of EXIF DateTimeOriginal (`2026:03:01 14:02:09`, in the device's own time) and, where
    given, a space and the offset from UTC; `orientation` is the EXIF value, 1 to 8.
    """

    taken: str | None = None
    device: str = ""
    software: str = ""
    has_location: bool = False
    orientation: int = 1


def read_facts(image: Image.Image, raw: bytes) -> Facts:
    """The facts in `image`, whose file is `raw`. Where metadata can't be read, it may hold a place: say so.

    A place is only looked for, never decoded: the GPS directory of EXIF 2.32 (4.6.6) is not opened.
    """
    try:
        exif = image.getexif()
        inner = exif.get_ifd(_EXIF)
    except Exception:  # a parser of hostile bytes fails in many ways; all mean the same here
        return Facts(has_location=True)
    return Facts(
        taken=_taken(_text(inner.get(_TAKEN)), _text(inner.get(_TAKEN_OFFSET))),
        device=one_line(f"{_text(exif.get(_MAKE))} {_text(exif.get(_MODEL))}"),
        software=_text(exif.get(_SOFTWARE)),
        has_location=_GPS in exif or _marks_a_place(image, raw),
        orientation=_orientation(exif.get(_ORIENTATION)),
    )


def _text(value: object) -> str:
    return one_line(value) if isinstance(value, str) else ""


def _taken(text: str, offset: str) -> str | None:
    if not _TIME.fullmatch(text):
        return None
    return f"{text} {offset}" if _OFFSET.fullmatch(offset) else text


def _orientation(value: object) -> int:
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _marks_a_place(image: Image.Image, raw: bytes) -> bool:
    # XMP may name a place too; it stands as plain text in the file, or was unpacked from a PNG text chunk.
    packets = [_as_bytes(image.info.get(key)) for key in _XMP_KEYS]
    return any(mark in packet for packet in (raw, *packets) for mark in _PLACE_MARKS)


def _as_bytes(value: object) -> bytes:
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    return value if isinstance(value, bytes) else b""
