"""Tells what sort of file some bytes begin, by their content alone: what is not on this list is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from evidence.intake import sniffing

ENOUGH = 4_096
"""Bytes of a file's start that `tell` needs to be sure."""

_BRANDS = {
    b"qt  ": ("film", "video/quicktime", "mov"),
    b"M4A ": ("sound", "audio/mp4", "m4a"),
    b"M4B ": ("sound", "audio/mp4", "m4a"),
    b"M4V ": ("film", "video/mp4", "mp4"),
}
_BRANDS |= dict.fromkeys(
    (
        *(b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9", b"avc1", b"mp41", b"mp42"),
        *(b"MSNV", b"dash", b"mmp4", b"f4v ", b"F4V ", b"M4VH", b"M4VP", b"XAVC"),
    ),
    ("film", "video/mp4", "mp4"),
)
_BRANDS |= dict.fromkeys((b"3gp4", b"3gp5", b"3gp6", b"3gr6", b"3gs6", b"3ge6", b"3g2a"), ("film", "video/3gpp", "3gp"))
_STARTS: tuple[tuple[bytes, tuple[str, str, str]], ...] = (
    (b"ID3", ("sound", "audio/mpeg", "mp3")),
    (b"fLaC", ("sound", "audio/flac", "flac")),
    (b"#!AMR", ("sound", "audio/amr", "amr")),
    (b"caff", ("sound", "audio/x-caf", "caf")),
    (b"OggS", ("sound", "audio/ogg", "ogg")),
    (b"%PDF-", ("document", "application/pdf", "pdf")),
    (b"{\\rtf", ("document", "application/rtf", "rtf")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ("document", "application/x-ole-storage", "doc")),
)
# Kept as they came, as documents: no reader of this site opens them.
_AS_DOCUMENTS: tuple[tuple[bytes, tuple[str, str, str]], ...] = (
    (b"II*\x00", ("document", "image/tiff", "tif")),
    (b"MM\x00*", ("document", "image/tiff", "tif")),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", ("document", "video/x-ms-asf", "wmv")),
    (b"\x00\x00\x01\xba", ("document", "video/mpeg", "mpg")),
    (b"\x00\x00\x01\xb3", ("document", "video/mpeg", "mpg")),
    (b"FLV\x01", ("document", "video/x-flv", "flv")),
)
_BITMAPS = (12, 40, 52, 56, 64, 108, 124)
"""Sizes of the second header of a BMP."""
_PACKET = 188
"""Bytes of a packet of an MPEG transport stream."""
_OFFICE = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
)
_OPEN_OFFICE = re.compile(rb"mimetypeapplication/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation)")
_HEADER = re.compile(r"(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+")
_MAIL_HEADERS = re.compile(
    r"^(received|return-path|from|message-id|delivered-to|mime-version|dkim-signature):", re.I | re.M
)
_MARKUP = re.compile(r"\s*<\?xml\b", re.I)
_STILLS = frozenset({b"mif1", b"msf1", b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"avif", b"avis", b"jp2 "})
_MOST_BRANDS = 32
_ACTIVE = re.compile(r"\s*(?:<!doctype|<html|<svg|<\?xml|<script|<\?php|#!)", re.I)
_UNTYPED = frozenset(range(32)) - {9, 10, 12, 13, 27}


class Family(StrEnum):
    """The sorts of file that are taken in; the names are those of the index."""

    PICTURE = "picture"
    FILM = "film"
    SOUND = "sound"
    DOCUMENT = "document"
    MAIL = "mail"
    CHAT = "chat"


@dataclass(frozen=True)
class Told:
    """What some bytes are: the family, the media type, and the ending of a neutral file name."""

    family: Family
    media_type: str
    extension: str


_PICTURE_ENDINGS = {"jpeg": "jpg"}


def tell(head: bytes) -> Told | None:
    """What the file is that starts with `head` (at least `ENOUGH` bytes, or the whole file), or None.

    CHAT stands for "may be a chat export": an archive, a text or a page, which only reading settles. Sources: ISO/IEC
    14496-12 4.3 and mp4ra.org (brands), RFC 9559 (Matroska), RFC 3533 (Ogg), RFC 3550 sync words of MPEG audio,
    RFC 4867 5 (AMR), ISO 32000 7.5.2 (PDF), APPNOTE 4.3.7 (ZIP), RFC 5322 2.2 (mail), TIFF 6.0 2, ISO/IEC 13818-1
    2.4.3 (packets), AIFF 1.3.
    """
    if picture := sniffing.sniff(head):
        ending = _PICTURE_ENDINGS.get(picture.value, picture.value)
        return Told(Family.PICTURE, picture.media_type, ending)
    for check in (_by_start, _boxed, _riff, _matroska, _mpeg_audio, _zipped, _by_shape, _text):
        if told := check(head):
            return told
    return None


def _told(row: tuple[str, str, str]) -> Told:
    return Told(Family(row[0]), row[1], row[2])


def _by_start(head: bytes) -> Told | None:
    return next((_told(row) for start, row in (*_STARTS, *_AS_DOCUMENTS) if head.startswith(start)), None)


def _boxed(head: bytes) -> Told | None:
    """ISO base media: a `ftyp` box, or one of the boxes that old QuickTime files begin with."""
    if head[4:8] == b"ftyp":
        brand = next((brand for brand in _brands(head) if brand in _BRANDS), None)
        return _told(_BRANDS[brand]) if brand else None
    plausible = head[4:8] in {b"moov", b"mdat", b"wide"} and int.from_bytes(head[:4]) < 2**31
    return _told(_BRANDS[b"qt  "]) if plausible else None


def _brands(head: bytes) -> list[bytes]:
    """The major brand, then those that the file says it is compatible with: a reader of any of them can read it.

    Of a still picture only the major one: what `sniff` left out there is no film.
    """
    major = head[8:12]
    if major in _STILLS:
        return [major]
    end = min(int.from_bytes(head[:4]), len(head), 16 + 4 * _MOST_BRANDS)
    return [major, *(head[at : at + 4] for at in range(16, end - 3, 4))]


def _by_shape(head: bytes) -> Told | None:
    """What has no start of its own that is long enough: BMP by its headers, AIFF by its form, packets by their sync."""
    if head[:2] == b"BM" and head[6:10] == bytes(4) and int.from_bytes(head[14:18], "little") in _BITMAPS:
        return Told(Family.DOCUMENT, "image/bmp", "bmp")
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return Told(Family.DOCUMENT, "audio/aiff", "aif")
    synced = len(head) >= 3 * _PACKET and all(head[at] == 0x47 for at in range(0, len(head), _PACKET))
    return Told(Family.DOCUMENT, "video/mp2t", "ts") if synced else None


def _riff(head: bytes) -> Told | None:
    kinds = {b"WAVE": ("sound", "audio/wav", "wav"), b"AVI ": ("film", "video/x-msvideo", "avi")}
    return _told(kinds[head[8:12]]) if head[:4] == b"RIFF" and head[8:12] in kinds else None


def _matroska(head: bytes) -> Told | None:
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return None
    if b"webm" in head[:64]:
        return Told(Family.FILM, "video/webm", "webm")
    return Told(Family.FILM, "video/x-matroska", "mkv") if b"matroska" in head[:64] else None


def _mpeg_audio(head: bytes) -> Told | None:
    """Bare MPEG audio: ADTS (AAC), or a sync word of layer 3 with a bit rate and a sampling rate that exist."""
    if len(head) < 4 or head[0] != 0xFF:
        return None
    if head[1] & 0xF6 == 0xF0:
        return Told(Family.SOUND, "audio/aac", "aac")
    layer_3 = head[1] & 0xE6 == 0xE2
    sound = head[2] >> 4 not in (0, 15) and (head[2] >> 2) & 3 != 3
    return Told(Family.SOUND, "audio/mpeg", "mp3") if layer_3 and sound else None


def _zipped(head: bytes) -> Told | None:
    if not head.startswith(b"PK\x03\x04"):
        return None
    if found := _OPEN_OFFICE.search(head[:200]):
        ending = {b"text": "odt", b"spreadsheet": "ods", b"presentation": "odp"}[found[1]]
        return Told(Family.DOCUMENT, found[0].decode().removeprefix("mimetype"), ending)
    if b"[Content_Types].xml" in head:
        kind = next(((name, ending) for mark, name, ending in _OFFICE if mark in head), None)
        return Told(Family.DOCUMENT, *kind) if kind else Told(Family.DOCUMENT, "application/zip", "zip")
    return Told(Family.CHAT, "application/zip", "zip")


def _text(head: bytes) -> Told | None:
    """Plain words in UTF-8, or UTF-16 with its mark; scripts are none. A page and XML are kept and never drawn."""
    text = _decoded(head)
    if text is None or not text.strip():
        return None
    if _MARKUP.match(text):
        return Told(Family.DOCUMENT, "application/xml", "xml")
    return _page(text) if _ACTIVE.match(text) else _words(text)


def _page(text: str) -> Told | None:
    starts = text.lstrip().lower().startswith(("<!doctype", "<html"))
    return Told(Family.CHAT, "text/html", "html") if starts else None


def _words(text: str) -> Told:
    header = _HEADER.match(text)
    if header and len(set(_MAIL_HEADERS.findall(header[0].lower()))) >= 2:
        return Told(Family.MAIL, "message/rfc822", "eml")
    if text.lstrip()[:1] in "{[" and '"messages"' in text:
        return Told(Family.CHAT, "application/json", "json")
    return Told(Family.CHAT, "text/plain", "txt")


def _decoded(head: bytes) -> str | None:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head[: len(head) & ~1].decode("utf-16", "replace")
    if sum(byte in _UNTYPED for byte in head) > max(1, len(head) // 100):
        return None  # one that strayed into a text does not make it a program
    for cut in range(4):  # the last letter may be cut in two
        try:
            return head[: len(head) - cut].decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            if len(head) < ENOUGH:
                break
    return _latin(head)


def _latin(head: bytes) -> str | None:
    """Mail and old exports come in one-byte letters too: taken where nearly all of it is plain ASCII."""
    odd = sum(byte > 127 for byte in head)
    return head.decode("latin-1").replace("\r\n", "\n") if odd * 10 < len(head) else None
