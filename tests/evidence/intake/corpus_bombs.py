"""Small files that ask for much: pixels, frames, chunks, passes and unpacked text without end."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from functools import partial

from PIL import Image

from tests.evidence.intake import make
from tests.evidence.intake.corpus import DAMAGED, TAKEN, Specimen, is_read
from tests.evidence.intake.corpus_broken import ROWS, WHOLE, png_of

MANY = frozenset({"too_many_pixels"})
TINY = Image.new("RGB", (40, 60), "red")


def drawer() -> Iterator[Specimen]:
    for name, (build, expect) in {**_pixels(), **_chunks(), **_frames(), **_passes(), **_boxes()}.items():
        yield Specimen("bombs", name, build, expect)


Bombs = dict[str, tuple[Callable[[], bytes], frozenset[str]]]


def _pixels() -> Bombs:
    """Sizes alone: nothing of the pixels may be unpacked."""
    bombs: Bombs = {f"png of {side} a side": (partial(make.png_bomb, side), MANY) for side in (6_400, 13_000, 30_000)}
    for wide, tall in ((40_001, 1), (1, 40_001), (65_535, 65_535), (2**31 - 1, 1), (1, 2**31 - 1), (20_000, 2_001)):
        expect = frozenset({"too_long"}) if wide * tall <= 40_000_000 else MANY
        bombs[f"png said to be {wide} by {tall}"] = (partial(_said, wide, tall), expect)
    for colour, bits in ((0, 16), (2, 16), (4, 16), (6, 16), (3, 8), (6, 8)):
        bombs[f"png of colour {colour} in {bits} bits"] = (partial(_said, 9_000, 9_000, colour, bits), MANY)
    for kind, most in (("jpeg", 65_500), ("webp", 16_383)):
        bombs[f"{kind} of {most} by {most}"] = (partial(_resized, kind, most), MANY)
    bombs["heic of 65535 by 65535"] = (partial(_resized, "heic", 65_535), DAMAGED)
    bombs["woven png of many pixels"] = (lambda: png_of((9_000, 9_000, 8, 6, 0, 0, 1), (b"IDAT", ROWS)), MANY)
    return bombs


def _said(wide: int, tall: int, colour: int = 2, bits: int = 8) -> bytes:
    palette = [(b"PLTE", bytes(768))] if colour == 3 else []
    return png_of((wide, tall, bits, colour, 0, 0, 0), *palette, (b"IDAT", ROWS))


def _resized(kind: str, side: int) -> bytes:
    """The same file, that says of itself to be `side` by `side`."""
    data, size = bytearray(WHOLE[kind]), struct.pack(">HH", side, side)
    if kind == "jpeg":
        at = data.index(b"\xff\xc0") + 5
    elif kind == "webp":
        at, size = data.index(b"\x9d\x01\x2a") + 3, struct.pack("<HH", side, side)
    else:
        at, size = data.index(b"ispe") + 8, struct.pack(">II", side, side)
    data[at : at + len(size)] = size
    return bytes(data)


def _unpacked(megabytes: int, name: bytes, head: bytes) -> bytes:
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(1_000_000)) for _ in range(megabytes)) + packer.flush()
    return make.png_with(make.chunk(name, head + data))


def _many(count: int, name: bytes, data: bytes) -> bytes:
    return make.png_with(make.chunk(name, data) * count)


def _chunks() -> Bombs:
    return {
        "png whose text unpacks to 200 MB": (make.text_bomb, DAMAGED),
        "png whose profile unpacks to 50 MB": (make.profile_bomb, DAMAGED),
        "png whose wide text unpacks to 60 MB": (partial(_unpacked, 60, b"iTXt", b"a\0\1\0\0\0"), DAMAGED),
        "png of 20,000 texts": (partial(_many, 20_000, b"tEXt", b"a\0" + b"b" * 400), TAKEN),
        "png of 100,000 empty chunks": (partial(_many, 100_000, b"prVt", b""), TAKEN),
        "png of 50,000 empty runs of pixels": (partial(_empty_runs, 50_000), TAKEN),
        "png with 8 MB of metadata": (
            lambda: make.png_with(make.chunk(b"eXIf", b"MM\0*\0\0\0\x08" + bytes(8_000_000))),
            TAKEN,
        ),
        "png of pixels that unpack far beyond its size": (_too_much_behind, TAKEN),
        "jpeg of 30,000 remarks": (lambda: _remarks(30_000), TAKEN),
        "jpeg of 250 profiles": (lambda: _profiles(250), TAKEN),
    }


def _empty_runs(count: int) -> bytes:
    whole = png_of((8, 8, 8, 2, 0, 0, 0), (b"IDAT", ROWS))
    return whole[:33] + make.chunk(b"IDAT", b"") * count + whole[33:]


def _too_much_behind() -> bytes:
    packer = zlib.compressobj(9)
    data = packer.compress(bytes(1 + 24) * 8) + b"".join(packer.compress(bytes(1_000_000)) for _ in range(100))
    return png_of((8, 8, 8, 2, 0, 0, 0), (b"IDAT", data + packer.flush()))


def _remarks(count: int) -> bytes:
    whole = WHOLE["jpeg"]
    return whole[:2] + (b"\xff\xfe\x00\x22" + b"r" * 32) * count + whole[2:]


def _profiles(count: int) -> bytes:
    parts = (b"ICC_PROFILE\0" + bytes([n + 1, count]) + bytes(200) for n in range(count))
    whole = WHOLE["jpeg"]
    return whole[:2] + b"".join(b"\xff\xe2" + struct.pack(">H", 2 + len(one)) + one for one in parts) + whole[2:]


def _frames() -> Bombs:
    def several(kind: str, count: int) -> bytes:
        frames = [Image.new("RGB", (16, 16), (n % 256, n // 256, 7)) for n in range(1, count)]
        return make.saved(Image.new("RGB", (16, 16)), kind, save_all=True, append_images=frames, duration=1)

    gifs: Bombs = {
        "gif of 2,500 frames": (partial(several, "GIF", 2_500), TAKEN),
        "gif of 65535 by 65535": (lambda: b"GIF89a" + b"\xff" * 4 + make.saved(TINY, "GIF")[10:], MANY),
        "gif that says it repeats for ever": (lambda: make.animated("GIF"), TAKEN),
    }
    return (gifs if is_read("gif") else {}) | {
        "png of 2,000 frames": (partial(several, "PNG", 2_000), TAKEN),
        "webp of 1,500 frames": (partial(several, "WEBP", 1_500), TAKEN),
        "png that says it has 2^32 frames": (partial(_said_frames, 2**32 - 1), TAKEN),
        "png that says it has no frame": (partial(_said_frames, 0), TAKEN),
        "jpeg of 200 pictures": (partial(_pictures, 200), TAKEN),
        "jpeg that says it holds 2^32 pictures": (_said_pictures, TAKEN),
    }


def _said_frames(count: int) -> bytes:
    return make.png_with(make.chunk(b"acTL", struct.pack(">II", count, 0)), TINY)


def _pictures(count: int) -> bytes:
    return make.saved(TINY, "MPO", save_all=True, append_images=[TINY] * (count - 1))


def _said_pictures() -> bytes:
    entries = struct.pack(">HHI4s", 0xB000, 7, 4, b"0100") + struct.pack(">HHII", 0xB001, 4, 1, 2**32 - 1)
    index = b"MPF\0MM\0*\0\0\0\x08" + struct.pack(">H", 2) + entries + bytes(4)
    whole = WHOLE["jpeg"]
    return whole[:2] + b"\xff\xe2" + struct.pack(">H", 2 + len(index)) + index + whole[2:]


def _passes() -> Bombs:
    """A progressive JPEG may ask for its pixels to be gone through again and again."""
    return {
        f"jpeg of {many} passes": (partial(scans, Image.new("L", (600, 600), 90), many), TAKEN)
        for many in (50, 500, 3_000)
    }


def scans(picture: Image.Image, many: int) -> bytes:
    """`picture` as a progressive JPEG whose last passes are repeated until there are about `many`."""
    whole = make.saved(picture, "JPEG", progressive=True)
    first = whole.index(b"\xff\xda")
    again = whole.index(b"\xff\xda", first + 2)
    return whole[:again] + whole[again:-2] * (many // whole.count(b"\xff\xda") + 1) + b"\xff\xd9"


def _boxes() -> Bombs:
    heic = WHOLE["heic"]
    end = int.from_bytes(heic[:4])
    return {
        "heic of 50,000 empty boxes": (lambda: heic[:end] + b"\0\0\0\x08free" * 50_000 + heic[end:], DAMAGED),
        "heic behind 2 MB of nothing": (
            lambda: heic[:end] + b"\0\x20\0\0free" + bytes(2**21 - 8) + heic[end:],
            DAMAGED,
        ),
        "heic whose sizes count from 2^31": (lambda: heic.replace(b"iinf\0", b"iinf\1", 1), DAMAGED),
    }
