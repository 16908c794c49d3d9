"""Counts the frames of a picture that moves, and how long they last, without unpacking any; runs in the child."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evidence.intake.sniffing import Kind

MOST = 10_000
"""Frames after which the count stops, so that a file of millions costs no more than one of these."""

_MOST_BOXES = 200_000
_GIF_HEADER, _IMAGE, _EXTENSION, _CONTROL = 13, 0x2C, 0x21, 0xF9


@dataclass(frozen=True, slots=True)
class Moving:
    """How many frames a file says that it has (MOST: that many or more), and for how many seconds once."""

    frames: int = 1
    seconds: float = 0.0


def count(kind: Kind, raw: bytes) -> Moving:
    """What `raw`, a file of this kind, holds beside its first frame. Damage behind that one only ends the count."""
    times = _TIMES.get(kind)
    if times is None:
        return Moving()
    frames, seconds = 0, 0.0
    for frames, lasts in enumerate(times(raw), 1):
        seconds += lasts
        if frames == MOST:
            break
    return Moving(frames, round(seconds, 2)) if frames > 1 else Moving()


def _gif_times(raw: bytes) -> Iterator[float]:
    """The delay before each frame, from the graphic control block that may stand before it (GIF89a, 20 and 23)."""
    at, lasts = _GIF_HEADER + _colours(raw, 10), 0.0
    while at < len(raw) and raw[at] in (_IMAGE, _EXTENSION):
        if raw[at] == _EXTENSION:
            if raw[at + 1 : at + 2] == bytes((_CONTROL,)):
                lasts = int.from_bytes(raw[at + 4 : at + 6], "little") / 100
            at = _after_blocks(raw, at + 2)
        else:
            yield lasts
            at, lasts = _after_blocks(raw, at + 11 + _colours(raw, at + 9)), 0.0


def _colours(raw: bytes, at: int) -> int:
    """Bytes of the table of colours that the flags at this place announce."""
    flags = raw[at] if at < len(raw) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(raw: bytes, at: int) -> int:
    """Where a chain of data blocks ends: each begins with its length, the last has none."""
    while at < len(raw) and raw[at]:
        at += 1 + raw[at]
    return at + 1


def _png_times(raw: bytes) -> Iterator[float]:
    """The delay of each frame of an animated PNG (PNG 3rd edition, 11.3.6: `fcTL`)."""
    for name, at, _length in _boxes(raw, 8, order=1):
        if name == b"fcTL":
            numerator, denominator = int.from_bytes(raw[at + 20 : at + 22]), int.from_bytes(raw[at + 22 : at + 24])
            yield numerator / (denominator or 100)


def _webp_times(raw: bytes) -> Iterator[float]:
    """The duration of each frame (RFC 9649, 2.7.1.1: `ANMF`)."""
    for name, at, _length in _boxes(raw, 12, order=2):
        if name == b"ANMF":
            yield int.from_bytes(raw[at + 12 : at + 15], "little") / 1000


def _avif_times(raw: bytes) -> Iterator[float]:
    """The duration of each sample, by the runs of the first track (ISO/IEC 14496-12, 8.6.1.2: `stts`)."""
    track = _inside(raw, (b"moov", b"trak", b"mdia"))
    scale = _inside(raw, (b"mdhd",), track)
    runs = _inside(raw, (b"minf", b"stbl", b"stts"), track)
    if scale is None or runs is None:
        return
    place = scale[0] + (20 if raw[scale[0]] else 12)  # version 1 has times of eight bytes
    ticks = int.from_bytes(raw[place : place + 4]) or 1
    for at in range(runs[0] + 8, runs[1] - 7, 8):
        for _ in range(min(int.from_bytes(raw[at : at + 4]), MOST)):
            yield int.from_bytes(raw[at + 4 : at + 8]) / ticks


def _inside(raw: bytes, names: tuple[bytes, ...], within: tuple[int, int] | None = (0, 0)) -> tuple[int, int] | None:
    """Start and end of the first box found by going down `names`; None where one is missing."""
    for name in names:
        if within is None:
            return None
        start, stop = within
        found = ((at, at + length) for each, at, length in _boxes(raw, start, order=0, stop=stop) if each == name)
        within = next(found, None)
    return within


def _boxes(raw: bytes, at: int, *, order: int, stop: int = 0) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and length of what each box holds: 0 as in AVIF (length with its header), 1 PNG, 2 WebP."""
    stop = stop or len(raw)
    for _ in range(_MOST_BOXES):
        if at + 8 > stop:
            return
        name, length = _head(raw, at, order)
        start = at + 8
        held = length - 8 if order == 0 else length
        if held < 0:
            return
        yield name, start, min(held, stop - start)
        at = start + held + (0, 4, held & 1)[order]


def _head(raw: bytes, at: int, order: int) -> tuple[bytes, int]:
    first, second = raw[at : at + 4], raw[at + 4 : at + 8]
    if order == 2:  # the name comes before the length, and lengths are little-endian
        return first, int.from_bytes(second, "little")
    return second, int.from_bytes(first)


_TIMES: dict[Kind, Callable[[bytes], Iterator[float]]] = {
    Kind.GIF: _gif_times,
    Kind.PNG: _png_times,
    Kind.WEBP: _webp_times,
    Kind.AVIF: _avif_times,
}
