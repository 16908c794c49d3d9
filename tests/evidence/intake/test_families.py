"""What sort of file something is is told by its bytes; whatever is not on the list is refused."""

from __future__ import annotations

import io
import zipfile

import pytest

from evidence.intake import families
from evidence.intake.families import ENOUGH, Family, tell
from tests.evidence.intake import make


def boxed(brand, *compatible):
    compatible = compatible or (b"isom", b"mp42")
    return (16 + 4 * len(compatible)).to_bytes(4) + b"ftyp" + brand + bytes(4) + b"".join(compatible) + bytes(600)


def zipped(*names, first=b"", stored=False):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, first or b"x" * 50)
    return out.getvalue()


MAIL = (
    b"Return-Path: <a@b.example>\r\nReceived: from x\r\n by y; Fri, 20 Nov 2026\r\nFrom: A <a@b.example>\r\n\r\nHello"
)
KNOWN = {
    "png": (make.saved(make.screenshot(), "PNG"), Family.PICTURE, "image/png", "png"),
    "jpeg": (make.saved(make.screenshot(), "JPEG"), Family.PICTURE, "image/jpeg", "jpg"),
    "mp4": (boxed(b"isom"), Family.FILM, "video/mp4", "mp4"),
    "mov": (boxed(b"qt  "), Family.FILM, "video/quicktime", "mov"),
    "old mov": ((8).to_bytes(4) + b"wide" + bytes(600), Family.FILM, "video/quicktime", "mov"),
    "3gp": (boxed(b"3gp4"), Family.FILM, "video/3gpp", "3gp"),
    "m4a": (boxed(b"M4A "), Family.SOUND, "audio/mp4", "m4a"),
    "webm": (b"\x1a\x45\xdf\xa3" + bytes(10) + b"webm" + bytes(600), Family.FILM, "video/webm", "webm"),
    "mkv": (b"\x1a\x45\xdf\xa3" + bytes(10) + b"matroska" + bytes(600), Family.FILM, "video/x-matroska", "mkv"),
    "avi": (b"RIFF" + bytes(4) + b"AVI " + bytes(600), Family.FILM, "video/x-msvideo", "avi"),
    "wav": (b"RIFF" + bytes(4) + b"WAVE" + bytes(600), Family.SOUND, "audio/wav", "wav"),
    "ogg": (b"OggS" + bytes(600), Family.SOUND, "audio/ogg", "ogg"),
    "mp3": (b"ID3" + bytes(600), Family.SOUND, "audio/mpeg", "mp3"),
    "bare mp3": (b"\xff\xfb\x90\x44" + bytes(600), Family.SOUND, "audio/mpeg", "mp3"),
    "aac": (b"\xff\xf1\x50\x80" + bytes(600), Family.SOUND, "audio/aac", "aac"),
    "flac": (b"fLaC" + bytes(600), Family.SOUND, "audio/flac", "flac"),
    "amr": (b"#!AMR\n" + bytes(600), Family.SOUND, "audio/amr", "amr"),
    "caf": (b"caff" + bytes(600), Family.SOUND, "audio/x-caf", "caf"),
    "pdf": (b"%PDF-1.7\n" + bytes(600), Family.DOCUMENT, "application/pdf", "pdf"),
    "rtf": (b"{\\rtf1 words}", Family.DOCUMENT, "application/rtf", "rtf"),
    "doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Family.DOCUMENT, "application/x-ole-storage", "doc"),
    "docx": (zipped("[Content_Types].xml", "word/document.xml"), Family.DOCUMENT, families._OFFICE[0][1], "docx"),
    "xlsx": (zipped("[Content_Types].xml", "xl/workbook.xml"), Family.DOCUMENT, families._OFFICE[1][1], "xlsx"),
    "odt": (
        zipped("mimetype", first=b"application/vnd.oasis.opendocument.text", stored=True),
        Family.DOCUMENT,
        "application/vnd.oasis.opendocument.text",
        "odt",
    ),
    "a package of another office": (zipped("[Content_Types].xml", "a"), Family.DOCUMENT, "application/zip", "zip"),
    "archive": (zipped("_chat.txt"), Family.CHAT, "application/zip", "zip"),
    "mail": (MAIL, Family.MAIL, "message/rfc822", "eml"),
    "mail in latin-1": (MAIL.replace(b"Hello", b"caf\xe9 " + b"a" * 200), Family.MAIL, "message/rfc822", "eml"),
    "telegram": (b'{"name": "Max", "messages": []}', Family.CHAT, "application/json", "json"),
    "text": ("Hello, it\u2019s me".encode(), Family.CHAT, "text/plain", "txt"),
    "text of windows": ("Hello, it\u2019s me".encode("utf-16"), Family.CHAT, "text/plain", "txt"),
    "text with a control sign": (b"pay me\x01 or else, he said, and more", Family.CHAT, "text/plain", "txt"),
    "long text with some": ((b"words " * 40 + b"\x02\x00") * 16, Family.CHAT, "text/plain", "txt"),
    "backup of messages": (b"<?xml version='1.0'?><smses/>", Family.DOCUMENT, "application/xml", "xml"),
    "mp4 of a new brand": (boxed(b"iso8"), Family.FILM, "video/mp4", "mp4"),
    "mp4 of flash": (boxed(b"f4v "), Family.FILM, "video/mp4", "mp4"),
    "mp4 by what it is compatible with": (boxed(b"abcd", b"efgh", b"iso5"), Family.FILM, "video/mp4", "mp4"),
    "bmp": (make.saved(make.screenshot(), "BMP"), Family.DOCUMENT, "image/bmp", "bmp"),
    "tiff": (make.saved(make.screenshot(), "TIFF"), Family.DOCUMENT, "image/tiff", "tif"),
    "words that begin with BM": (b"BMW came by, he said in the car", Family.CHAT, "text/plain", "txt"),
    "wmv": (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(99), Family.DOCUMENT, "video/x-ms-asf", "wmv"),
    "mpg": (b"\x00\x00\x01\xba" + bytes(600), Family.DOCUMENT, "video/mpeg", "mpg"),
    "flv": (b"FLV\x01" + bytes(600), Family.DOCUMENT, "video/x-flv", "flv"),
    "aiff": (b"FORM" + bytes(4) + b"AIFF" + bytes(600), Family.DOCUMENT, "audio/aiff", "aif"),
    "ts": ((b"\x47" + bytes(187)) * 10, Family.DOCUMENT, "video/mp2t", "ts"),
    "saved page": (b"  <!DOCTYPE html><p>x", Family.CHAT, "text/html", "html"),
    "one header is no mail": (b"From: the beginning\nthere was nothing", Family.CHAT, "text/plain", "txt"),
}
STRANGE = {
    "empty": b"",
    "blank": b" \n\t ",
    "program": b"MZ\x90\x00" + bytes(600),
    "elf": b"\x7fELF" + bytes(600),
    "script": b"#!/bin/sh\nrm",
    "svg": b"<svg xmlns='x'/>",
    "php": b"<?php x",
    "eps": b"\xc5\xd0\xd3\xc6" + bytes(600),
    "bmp of no size": b"BM" + bytes(600),
    "stray bytes in nothing": b"\x01\x02\x03ab",
    "packets out of step": (b"\x47" + bytes(186)) * 10,
    "a still picture": boxed(b"hevc"),
    "a script behind xml's back": b"<svg><?xml version='1.0'?></svg>",
    "ico": b"\x00\x00\x01\x00" + bytes(600),
    "unknown box": boxed(b"abcd", b"efgh", b"ijkl"),
    "another riff": b"RIFF" + bytes(4) + b"ACON" + bytes(600),
    "bytes": bytes(range(256)) * 4,
    "bad mpeg": b"\xff\xfb\xf0\x44" + bytes(600),
    "gzip": b"\x1f\x8b\x08" + bytes(600),
}


@pytest.mark.parametrize("name", KNOWN)
def test_what_people_have_is_told_by_its_bytes(name):
    data, family, media_type, ending = KNOWN[name]
    told = tell(data[:ENOUGH])
    assert told is not None
    assert (told.family, told.media_type, told.extension) == (family, media_type, ending)


@pytest.mark.parametrize("name", STRANGE)
def test_everything_else_is_refused(name):
    assert tell(STRANGE[name][:ENOUGH]) is None


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_letter_cut_in_two_at_the_end_of_what_is_looked_at_does_no_harm(cut):
    text = ("a" * (ENOUGH - cut) + "😈" * 10).encode()
    assert tell(text[:ENOUGH]).media_type == "text/plain"
