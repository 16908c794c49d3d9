"""Reads what a picture's metadata says: times, device, direction, place or not; runs in the child."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image
from PIL.ExifTags import GPSTAGS

from evidence.intake.labels import one_line

_MAKE, _MODEL, _ORIENTATION, _SOFTWARE = 0x010F, 0x0110, 0x0112, 0x0131
_EXIF, _GPS, _TAKEN = 0x8769, 0x8825, "DateTimeOriginal"
_DATES = {_TAKEN: (0x9003, 0x9011), "DateTimeDigitized": (0x9004, 0x9012), "DateTime": (0x0132, 0x9010)}  # with offset
_SOUTH_OR_WEST = frozenset({"S", "W"})
_GPS_MORE = (31, 11, 10, 5, 6, 29, 7, 16, 17, 18, 27, 28)  # how far it may be off, height, day and time, direction
_ASCII = b"ASCII\0\0\0"
_TIME = re.compile(r"[12]\d{3}:[01]\d:[0-3]\d [0-2]\d:[0-5]\d:[0-6]\d", re.ASCII)
_OFFSET = re.compile(r"[+-][01]\d:[0-5]\d", re.ASCII)
_XMP_KEYS = ("xmp", "XML:com.adobe.xmp")
_PLACE_MARKS = (b"GPSLatitude", b"GPSLongitude", b"GPSCoordinates")
_PLACE_IN_XMP = re.compile(rb"GPSL(?:atitude|ongitude)(?:=[\"']|>)([0-9]{1,3},[0-9.,]{1,20}[NSEW])")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a picture's metadata says. None of it is known to be true.

    `taken` is the text of EXIF DateTimeOriginal (`2026:03:01 14:02:09`, in the device's own time) and, where
    given, a space and the offset from UTC; `dates` are pairs of the EXIF name and such a text, of each of the three
    dates that is there; `orientation` is the EXIF value, 1 to 8.
    """

    taken: str | None = None
    device: str = ""
    software: str = ""
    has_location: bool = False
    orientation: int = 1
    dates: tuple[tuple[str, str], ...] = ()


def read_facts(image: Image.Image, raw: bytes) -> Facts:
    """The facts in `image`, whose file is `raw`. Where metadata can't be read, it may hold a place: say so.

    A place is only looked for here, never decoded: `read_place` does that, when its owner asks.
    """
    try:
        exif = image.getexif()
        inner = exif.get_ifd(_EXIF)
    except Exception:  # a parser of hostile bytes fails in many ways; all mean the same here
        return Facts(has_location=True)
    dates = _dates({tag: inner.get(tag) or exif.get(tag) for pair in _DATES.values() for tag in pair})
    return Facts(
        taken=dates.get(_TAKEN),
        dates=tuple(dates.items()),
        device=one_line(f"{_text(exif.get(_MAKE))} {_text(exif.get(_MODEL))}"),
        software=_text(exif.get(_SOFTWARE)),
        has_location=_GPS in exif or _marks_a_place(image, raw),
        orientation=_orientation(exif.get(_ORIENTATION)),
    )


def _text(value: object) -> str:
    return one_line(value) if isinstance(value, str) else ""


def _dates(tags: Mapping[int, Any]) -> dict[str, str]:
    read = {name: _date(_text(tags.get(date)), _text(tags.get(offset))) for name, (date, offset) in _DATES.items()}
    return {name: text for name, text in read.items() if text}


def _date(text: str, offset: str) -> str:
    if not _TIME.fullmatch(text):
        return ""
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


# --- the place, when its owner asks ---------------------------------------------------------------


def read_place(image: Image.Image, raw: bytes) -> Iterator[tuple[str, str]]:
    """(name, text) of what the metadata of `image` says of the place: degrees north and east first, then how sure."""
    try:
        written = image.getexif().get_ifd(_GPS)
        north, east = _degrees(written[2], written.get(1), 90), _degrees(written[4], written.get(3), 180)
    except Exception:  # not there, or not to be read
        yield from _place_in_xmp(image, raw)
        return
    yield "GPSLatitude, GPSLongitude", f"{north:.6f}, {east:.6f}"
    for tag in _GPS_MORE:
        if tag in written and (text := _as_it_stands(written[tag])):
            yield GPSTAGS[tag], text


def _degrees(value: Any, side: object, most: int) -> float:
    """Decimal degrees of a triple of degrees, minutes, seconds (EXIF 2.32, 4.6.6). ValueError where it is none."""
    degrees, minutes, seconds = (float(part) for part in value)
    total = degrees + minutes / 60 + seconds / 3600
    if not 0 <= total <= most:
        raise ValueError("not on the earth")
    return -total if side in _SOUTH_OR_WEST else total


def _as_it_stands(value: object) -> str:
    """Numbers as they are, several with a space between; text without the name of its letters (EXIF 2.32, 4.6.6)."""
    if isinstance(value, bytes):
        return str(value[0]) if len(value) == 1 else _text(value.removeprefix(_ASCII).decode("utf-8", "replace"))
    if isinstance(value, tuple):
        return " ".join(map(_as_it_stands, value))
    try:
        return f"{float(value):.12g}"  # type: ignore[arg-type]  # whatever is no number is text
    except (TypeError, ValueError, ArithmeticError):
        return _text(value)


def _place_in_xmp(image: Image.Image, raw: bytes) -> Iterator[tuple[str, str]]:
    packets = [raw, *(_as_bytes(image.info.get(key)) for key in _XMP_KEYS)]
    found = next((pair for pair in map(_PLACE_IN_XMP.findall, packets) if pair), [])
    if found:
        yield "XMP GPSLatitude, GPSLongitude", ", ".join(part.decode("ascii") for part in found[:2])
