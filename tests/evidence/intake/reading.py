"""Runs the decoding of one picture in the test's own process and looks at what comes out."""

from __future__ import annotations

import io

from PIL import Image

from evidence.intake import decoder
from tests.evidence.intake import make

REQUEST = {
    "file_bytes": 25_000_000,
    "pixels": 40_000_000,
    "side": 40_000,
    "view_width": 1080,
    "view_pixels": 8_000_000,
    "memory": 512 * 1024 * 1024,
    "cpu_seconds": 15,
}


def decoded(kind: str, raw: bytes, **other):
    said, view, cover = decoder.answer({"kind": kind, **REQUEST, **other}, raw)
    assert "refused" not in said, said
    return said, Image.open(io.BytesIO(view)), Image.open(io.BytesIO(cover))


def refusal(kind: str, raw: bytes, **other) -> str:
    said, view, cover = decoder.answer({"kind": kind, **REQUEST, **other}, raw)
    assert (view, cover) == (b"", b"")
    return said["refused"]


def corners(image: Image.Image) -> list[str]:
    """The nearest plain colour in the middle of each quarter, from top left, by rows."""
    wide, tall = image.size
    spots = [(wide // 4, tall // 4), (wide * 3 // 4, tall // 4), (wide // 4, tall * 3 // 4)]
    spots.append((wide * 3 // 4, tall * 3 // 4))
    return ["".join("1" if level > 127 else "0" for level in image.getpixel(spot)) for spot in spots]


def quarters(size: tuple[int, int] = (80, 40)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    wide, tall = size[0] // 2, size[1] // 2
    for colour, at in (("red", (0, 0)), ("lime", (wide, 0)), ("blue", (0, tall))):
        image.paste(colour, (*at, at[0] + wide, at[1] + tall))
    return image


UPRIGHT = ["100", "010", "001", "111"]


FILES = {
    "png": lambda image: make.saved(image, "PNG"),
    "jpeg": lambda image: make.saved(image, "JPEG", quality=95, subsampling=0),
    "webp": lambda image: make.saved(image, "WEBP", lossless=True),
    "heic": make.heic,
    "avif": lambda image: make.saved(image, "AVIF", quality=95, subsampling="4:4:4"),
    "gif": lambda image: make.saved(image, "GIF"),
}
