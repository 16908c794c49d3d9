"""Whole pictures that carry something with them: they are taken, and what they carry stays behind."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache, partial

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.evidence.intake import make
from tests.evidence.intake.corpus import DAMAGED, MARK, TAKEN, Specimen, is_read

REFUSED = {"webp and frames that do not come"}
KINDS = ("png", "jpeg", "webp", "heic")
XXE = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x:xmpmeta>&e;'
    + MARK
    + b"</x:xmpmeta>"
)
LAUGHS = (
    b"<!DOCTYPE l [" + b"".join(b'<!ENTITY %c "%s">' % (97 + n, b"&%c;" % (96 + n) * 9) for n in range(1, 9)) + b"]>"
)


@cache
def clean(kind: str) -> bytes:
    """The picture that is shown, with nothing beside it."""
    return _saved(kind)


def _saved(kind: str, **beside: object) -> bytes:
    picture = make.screenshot((60, 90))
    return make.heic(picture, **beside) if kind == "heic" else make.saved(picture, kind.upper(), **beside)


def drawer() -> Iterator[Specimen]:
    for kind in KINDS:
        for name, build in {**_behind(kind), **_exif(kind), **_beside(kind)}.items():
            yield Specimen("guests", f"{kind} {name}", build, TAKEN, partial(clean, kind))
    for kind in filter(is_read, ("gif", "avif")):
        for name, build in _behind(kind).items():
            yield Specimen("guests", f"{kind} {name}", build, TAKEN, partial(clean, kind))
    for name, build in {**_png_chunks(), **_jpeg_segments(), **_webp_parts()}.items():
        expect = DAMAGED if name in REFUSED else TAKEN
        yield Specimen("guests", name, build, expect, partial(clean, name.split()[0]))


Builds = dict[str, Callable[[], bytes]]


# --- behind the end ---------------------------------------------------------------------------------------


def _behind(kind: str) -> Builds:
    tails = {
        "and a page": b"<html><body>" + MARK,
        "and an archive": _archive(),
        "and a program": b"\x7fELF\x02\x01\x01" + MARK * 30,
        "and php": b"<?php system('" + MARK + b"'); ?>",
        "and a document": b"%PDF-1.7\n1 0 obj <</OpenAction <</S /JavaScript /JS (" + MARK + b")>>>>\n%%EOF",
        "and a film": b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + MARK * 9,
        "and another picture": _saved("png", pnginfo=_text("Comment", MARK.decode())),
        "and 300,000 bytes of nothing": bytes(300_000),
    }
    return {name: (lambda tail=tail: clean(kind) + tail) for name, tail in tails.items()}


def _archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bag:
        bag.writestr(zipfile.ZipInfo("../../page.html"), MARK)
    return out.getvalue()


def _text(key: str, value: str) -> PngInfo:
    told = PngInfo()
    told.add_text(key, value)
    return told


# --- metadata that every kind can have ----------------------------------------------------------------------


def _exif(kind: str) -> Builds:
    told: dict[str, bytes] = {
        "of a script for a device": _tags({0x010F: MARK.decode(), 0x0110: MARK.decode()}),
        "of a script for software": _tags({0x0131: MARK.decode() * 100}),
        "of a remark": _tags({0x9C9C: MARK.decode().encode("utf-16-le"), 0x010E: MARK.decode()}),
        "of a name turned round": _tags({0x013B: "\u202egnp.exe", 0x010F: "\u202e" + MARK.decode()}),
        "of a place": make.exif(place=True).tobytes(),
        "of a senseless direction": _tags({0x0112: 60_000}),
        "of a directory that holds itself": b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x87\x69\0\4\0\0\0\1\0\0\0\x08\0\0\0\x08",
        "of a directory of 65,535 tags": b"Exif\0\0II*\0\x08\0\0\0\xff\xff"
        + b"\x0f\x01\x02\0\xff\xff\xff\xff\0\0\0\0" * 9,
        "of a directory that lies far away": b"Exif\0\0II*\0\xff\xff\xff\xff",
        "of metadata that is none": b"Exif\0\0" + MARK * 40,
        "of metadata without a byte": b"Exif\0\0",
    }
    return {name: partial(_saved, kind, exif=data) for name, data in told.items()}


def _tags(values: dict[int, object]) -> bytes:
    told = Image.Exif()
    for tag, value in values.items():
        told[tag] = value
    return told.tobytes()


def _beside(kind: str) -> Builds:
    """What only some writers can add."""
    profile = make.srgb_profile().replace(b"sRGB built-in", MARK[:13])
    builds: Builds = {}
    if kind in {"jpeg", "webp"}:
        builds |= {
            "and words of XML that fetch": partial(_saved, kind, xmp=XXE),
            "and words of XML that grow": partial(_saved, kind, xmp=LAUGHS),
            "and 60,000 bytes of XML": partial(_saved, kind, xmp=MARK * 2_000),
        }
    if kind in {"png", "jpeg", "webp"}:
        builds["and a profile of rubbish"] = partial(_saved, kind, icc_profile=MARK * 40)
        builds["and a profile cut short"] = partial(_saved, kind, icc_profile=profile[:130])
    return builds


# --- places that only one kind has ---------------------------------------------------------------------------


def _png_chunks() -> Builds:
    extra = {
        "text": (b"tEXt", b"Comment\0" + MARK),
        "packed text": (b"zTXt", b"Comment\0\0" + zlib.compress(MARK * 50)),
        "wide text": (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XXE),
        "packed wide text": (b"iTXt", b"a\0\1\0\0\0" + zlib.compress(MARK * 50)),
        "text whose key is a path": (b"tEXt", b"../../../x\0" + MARK),
        "text without a key": (b"tEXt", b"\0" + MARK),
        "a chunk of nobody": (b"prVt", MARK * 99),
        "a program in a chunk": (b"exEc", b"\x7fELF\x02\x01\x01" + MARK),
        "a time": (b"tIME", struct.pack(">HBBBBB", 2026, 2, 30, 25, 61, 61)),
        "a suggested palette": (b"sPLT", b"x\0\x08" + MARK),
        "frames that do not come": (b"acTL", struct.pack(">II", 1_000_000, 0)),
        "a size on paper": (b"pHYs", struct.pack(">IIB", 2**31, 1, 1)),
        "a stereo picture": (b"sTER", b"\x07"),
    }
    return {f"png and {name}": partial(_with_chunk, data) for name, data in extra.items()}


def _with_chunk(data: tuple[bytes, bytes]) -> bytes:
    whole = clean("png")
    return whole[:33] + make.chunk(*data) + whole[33:]


def _jpeg_segments() -> Builds:
    extra = {f"segment {number:02}": (0xE0 + number, MARK * 20) for number in range(1, 16) if number != 14}
    extra |= {
        "a remark": (0xFE, MARK * 20),
        "a remark of php": (0xFE, b"<?php system('marker'); ?>"),
        "photoshop's parts": (0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x08" + MARK),
        "a list of pictures": (0xE2, b"MPF\0" + MARK),
        "half a profile": (0xE2, b"ICC_PROFILE\0\x01\x02" + MARK * 9),
        "a small picture of something else": (0xE1, b"Exif\0\0" + MARK + clean("jpeg")[:2000]),
        "a second head": (0xE0, b"JFXX\0\x10" + MARK),
    }
    return {f"jpeg and {name}": partial(_with_segment, *one) for name, one in extra.items()}


def _with_segment(marker: int, data: bytes) -> bytes:
    whole = clean("jpeg")
    end_of_head = 4 + int.from_bytes(whole[4:6])
    return whole[:end_of_head] + bytes([0xFF, marker]) + struct.pack(">H", 2 + len(data)) + data + whole[end_of_head:]


def _webp_parts() -> Builds:
    extra = {
        "a part of nobody": b"ABCD",
        "a second EXIF": b"EXIF",
        "a second XMP": b"XMP ",
        "frames that do not come": b"ANMF",
    }
    return {f"webp and {name}": partial(_with_part, code) for name, code in extra.items()}


def _with_part(code: bytes) -> bytes:
    whole = _saved("webp", exif=make.exif().tobytes())
    body = whole[12:] + code + struct.pack("<I", len(MARK) + 1) + MARK + b"\0"
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body
