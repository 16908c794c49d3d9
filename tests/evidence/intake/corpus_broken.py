"""Pictures that are none: the right first bytes, and then a cut, a lie or something else."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from tests.evidence.intake import make
from tests.evidence.intake.corpus import DAMAGED, MARK, TAKEN, TOO_BIG, Specimen

SMALL = Image.frombytes("RGB", (60, 80), random.Random(1).randbytes(60 * 80 * 3))  # noqa: S311  (the same each time)
WHOLE = {
    "png": make.saved(SMALL, "PNG"),
    "jpeg": make.saved(SMALL, "JPEG"),
    "webp": make.saved(SMALL, "WEBP"),
    "heic": make.heic(SMALL),
}
SIGNATURE = b"\x89PNG\r\n\x1a\n"
CUTS = (0.1, 0.25, 0.5, 0.75, 0.9, 0.97)
GUESTS = {
    "a page": b"<html>" + MARK,
    "php": b"<?php system('marker'); ?>",
    "a program": b"\x7fELF\x02\x01\x01" + bytes(200),
    "a zip": b"PK\x03\x04" + bytes(200),
    "nothing": bytes(600),
    "ones": b"\xff" * 600,
}


def drawer() -> Iterator[Specimen]:
    for name, data in {**_masks(), **_cut(), **_png(), **_jpeg(), **_webp(), **_heic()}.items():
        yield Specimen("broken", name, lambda data=data: data, _expected(name))


def _expected(name: str) -> frozenset[str]:
    if name in FORGIVEN:
        return TAKEN
    return DAMAGED | TOO_BIG if name in SIZES_THAT_LIE or name.startswith("webp of parts") else DAMAGED


def _masks() -> dict[str, bytes]:
    """The start that is looked for, and behind it something else."""
    starts = {
        "png": SIGNATURE + b"\x00\x00\x00\rIHDR",
        "jpeg": b"\xff\xd8\xff\xe0",
        "jpeg of exif": b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00",
        "webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
        "webp without loss": b"RIFF\x24\x00\x00\x00WEBPVP8L",
        "webp of parts": b"RIFF\x24\x00\x00\x00WEBPVP8X",
        "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
    }
    return {f"{mask}, then {name}": start + guest for mask, start in starts.items() for name, guest in GUESTS.items()}


def _cut() -> dict[str, bytes]:
    cut = {f"{kind} cut at {part:.0%}": data[: int(len(data) * part)] for kind, data in WHOLE.items() for part in CUTS}
    return cut | {f"{kind} without its middle": data[:300] + data[-300:] for kind, data in WHOLE.items()}


def png_of(header: tuple[int, ...], *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of the parts that are given, each with a right checksum."""
    head = make.chunk(b"IHDR", struct.pack(">IIBBBBB", *header))
    return SIGNATURE + head + b"".join(make.chunk(*each) for each in chunks) + make.chunk(b"IEND", b"")


ROWS = zlib.compress(bytes(1 + 8 * 3) * 8)
GOOD = (8, 8, 8, 2, 0, 0, 0)
SIZES_THAT_LIE = {f"png of 2^{n} pixels a side" for n in (31, 32)} | {"jpeg of 65535 by 65535", "webp of 2^24 a side"}
# Readers make a whole picture of these all the same; it is shown, and nothing but its pixels.
FORGIVEN = {
    "png with a wrong checksum of its pixels",
    "png whose chunk says 4 GB",
    "jpeg of a segment of one byte",
    "webp of rubbish",
}


def _png() -> dict[str, bytes]:
    whole = WHOLE["png"]
    return {
        "png with a wrong checksum of its header": whole[:29] + b"\0\0\0\0" + whole[33:],
        "png with a wrong checksum of its pixels": png_of(GOOD)[:-12] + make.chunk(b"IDAT", ROWS)[:-4] + b"\0\0\0\0",
        "png without width": png_of((0, 8, 8, 2, 0, 0, 0), (b"IDAT", ROWS)),
        "png without height": png_of((8, 0, 8, 2, 0, 0, 0), (b"IDAT", ROWS)),
        "png of 2^31 pixels a side": png_of((2**31 - 1, 2**31 - 1, 8, 2, 0, 0, 0), (b"IDAT", ROWS)),
        "png of 2^32 pixels a side": png_of((2**32 - 1, 2**32 - 1, 8, 6, 0, 0, 0), (b"IDAT", ROWS)),
        "png of an unknown colour": png_of((8, 8, 8, 7, 0, 0, 0), (b"IDAT", ROWS)),
        "png of three bits": png_of((8, 8, 3, 0, 0, 0, 0), (b"IDAT", ROWS)),
        "png without pixels": png_of(GOOD),
        "png of too few pixels": png_of(GOOD, (b"IDAT", zlib.compress(bytes(40)))),
        "png of pixels that are not packed": png_of(GOOD, (b"IDAT", bytes(300))),
        "png of a script for pixels": png_of(GOOD, (b"IDAT", MARK * 20)),
        "png whose chunk says 4 GB": SIGNATURE + whole[8:33] + b"\xff\xff\xff\xffIDAT" + whole[41:],
        "png whose chunk has no name": SIGNATURE + whole[8:33] + make.chunk(b"\x00\x01\x02\x03", b"x") + whole[33:80],
        "png that ends at once": SIGNATURE + whole[8:33] + make.chunk(b"IEND", b""),
        "png with half a packed profile": make.png_with(make.chunk(b"iCCP", b"x\0\0" + ROWS[:9]))[:120],
    }


def _jpeg() -> dict[str, bytes]:
    whole = WHOLE["jpeg"]
    frame = whole.index(b"\xff\xc0")
    tables = whole.index(b"\xff\xc4")
    scan = whole.index(b"\xff\xda")
    return {
        "jpeg without height": whole[: frame + 5] + b"\0\0" + whole[frame + 7 :],
        "jpeg of 65535 by 65535": whole[: frame + 5] + b"\xff\xff\xff\xff" + whole[frame + 9 :],
        "jpeg of two bits": whole[: frame + 4] + b"\x02" + whole[frame + 5 :],
        "jpeg of nine colours": whole[: frame + 9] + b"\x09" + whole[frame + 10 :],
        "jpeg without loss": whole[:frame] + b"\xff\xc3" + whole[frame + 2 :],
        "jpeg without a frame": whole[:frame] + whole[tables:],
        "jpeg without a scan": whole[:scan] + b"\xff\xd9",
        "jpeg of a segment of one byte": whole[:2] + b"\xff\xe0\x00\x01" + whole[20:],
        "jpeg of a segment that says more than there is": whole[:2] + b"\xff\xe0\xff\xff" + whole[6:],
        "jpeg that ends at once": b"\xff\xd8\xff\xfe\x00\x04ok\xff\xd9",
    }


def _webp() -> dict[str, bytes]:
    whole = WHOLE["webp"]
    canvas = b"VP8X" + struct.pack("<I", 10) + b"\x00\x00\x00\x00" + b"\xff\xff\xff" * 2
    return {
        "webp of 2^24 a side": b"RIFF"
        + struct.pack("<I", 4 + len(canvas) + len(whole) - 12)
        + b"WEBP"
        + canvas
        + whole[12:],
        "webp whose part says 4 GB": whole[:16] + b"\xff\xff\xff\xff" + whole[20:],
        "webp whose file says nothing": whole[:4] + bytes(4) + whole[8:],
        "webp of rubbish": whole[:30] + bytes(len(whole) - 30),
        "moving webp without a frame": b"RIFF\x1e\x00\x00\x00WEBPVP8X" + struct.pack("<I", 10) + b"\x02" + bytes(9),
    }


def _heic() -> dict[str, bytes]:
    whole = WHOLE["heic"]
    end = int.from_bytes(whole[:4])
    nest = b""
    for _ in range(2_000):
        nest = struct.pack(">I4s", 8 + len(nest), b"meta") + nest
    return {
        "heic of boxes within boxes": whole[:end] + nest,
        "heic whose box says 4 GB": whole[:end] + b"\xff\xff\xff\xffmeta" + whole[end + 8 :],
        "heic whose box says nothing": whole[:end] + b"\x00\x00\x00\x01meta" + bytes(8) + whole[end + 8 :],
        "heic without pixels": whole[: whole.index(b"mdat") - 4],
        "heic whose pixels lie elsewhere": whole.replace(b"iloc", b"ilox", 1),
        "heic of rubbish": whole[: whole.index(b"mdat") + 4] + b"\xaa" * 900,
    }
