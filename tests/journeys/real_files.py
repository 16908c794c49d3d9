"""Writes one real file of each kind that people have, with the real tools: ffmpeg, Pillow, email and zipfile."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from PIL import Image, ImageDraw

from tests.evidence import making_media
from tests.evidence.intake import make
from tests.evidence.intake.exports import building

LARGE = 21 * 1024**2  # bytes: from 20 MB on, browsers with scripts send a file in pieces
SAID = "Send 300 pounds by tonight or your sister sees it"
TALK = [
    (building.ALICE, "hi, who is this?"),
    (building.OTHER, "I have your pictures"),
    (building.OTHER, SAID),
    (building.ALICE, "please stop"),
    (building.OTHER, "you have until tomorrow"),
]
HEADERS = (
    "from mail.scam.example (mail.scam.example [192.0.2.7]) by mx.example.org with ESMTPS id 4aB9; "
    "Fri, 20 Nov 2026 21:34:05 +0000"
)
_WORDS = "<w:p><w:r><w:t>He wrote to my sister on Friday.</w:t></w:r></w:p>"
_DOCX = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
    'Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    "word/document.xml": '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    f"{_WORDS}</w:body></w:document>",
}
_ODT = {
    "mimetype": "application/vnd.oasis.opendocument.text",
    "content.xml": '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>',
}


@dataclass(frozen=True)
class RealFile:
    """One file on the disk of somebody's phone, and the word beside it in the list of the case."""

    path: Path
    kind: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def write(folder: Path, names: tuple[str, ...] = ()) -> dict[str, RealFile]:
    """The files by name: all of them, or those of `names`."""
    folder.mkdir(exist_ok=True)
    made = {}
    for name, (kind, maker) in _EVERY.items():
        if not names or name in names:
            made[name] = RealFile(folder / name, kind)
            made[name].path.write_bytes(maker())
    return made


def _screen(seed: int) -> Image.Image:
    return make.screenshot(seed=seed)


def _photo() -> bytes:
    """A picture of a room without anybody, as a phone's camera keeps it."""
    image = Image.new("RGB", (1200, 900), (96, 128, 96))
    ImageDraw.Draw(image).rectangle((200, 200, 700, 800), fill=(180, 160, 120))
    return make.saved(image, "JPEG", exif=make.exif(place=True), quality=80)


def _large_film() -> bytes:
    """A film that plays, with a `free` box behind it (ISO 14496-12, 8.1.2) that makes it large."""
    return making_media.made("mp4 index first") + LARGE.to_bytes(4) + b"free" + bytes(LARGE - 8)


def _pdf() -> bytes:
    return make.saved(_screen(5).convert("L"), "PDF", title="Letter")


def mail() -> bytes:
    """A threat with a link and a picture, as a mail program saves it."""
    letter = EmailMessage()
    letter["Return-Path"] = "<max@scam.example>"
    letter["Received"] = HEADERS
    letter["From"] = "Max <max@scam.example>"
    letter["To"] = "alice@mail.example"
    letter["Date"] = "Fri, 20 Nov 2026 21:34:00 +0000"
    letter["Subject"] = "I have your pictures"
    letter["Message-ID"] = "<1.4aB9@scam.example>"
    letter.set_content("Pay 300 to https://pay.scam.example/x or everyone sees them.\n")
    letter.add_attachment(_png(6), maintype="image", subtype="png", filename="preview.png")
    return letter.as_bytes()


def _png(seed: int) -> bytes:
    return make.saved(_screen(seed), "PNG")


def _whatsapp() -> bytes:
    files: dict[str, bytes | str] = {"_chat.txt": building.iphone(TALK)}
    return building.zipped({**files, "00000007-PHOTO-2026-11-20.jpg": make.saved(_screen(7), "JPEG")})


def _facebook() -> bytes:
    inbox = "your_activity_across_facebook/messages/inbox/max_5678"
    return building.zipped({f"{inbox}/message_1.json": building.meta_json(TALK)})


def _snapchat() -> bytes:
    return building.zipped({"json/chat_history.json": building.snapchat_json(TALK)})


def _stored_first(files: dict[str, str]) -> bytes:
    """An archive whose first entry is not packed, as OpenDocument wants it (OASIS ODF 1.3, part 2, 3.3)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (name, text) in enumerate(files.items()):
            archive.writestr(name, text, zipfile.ZIP_DEFLATED if place else zipfile.ZIP_STORED)
    return out.getvalue()


_EVERY = {
    "screenshot.png": ("Picture", lambda: _png(1)),
    "photo.jpg": ("Picture", _photo),
    "sticker.webp": ("Picture", lambda: make.saved(_screen(2), "WEBP")),
    "IMG_0007.HEIC": ("Picture", lambda: make.heic(_screen(3))),
    "picture.avif": ("Picture", lambda: make.saved(_screen(4), "AVIF")),
    "moving.gif": ("Picture", lambda: make.animated("GIF")),
    "recording.mp4": ("Film", _large_film),
    "call.webm": ("Film", lambda: making_media.made("webm")),
    "IMG_0008.MOV": ("Film", lambda: making_media.made("mov")),
    "voice.ogg": ("Sound", lambda: making_media.made("opus")),
    "voice.m4a": ("Sound", lambda: making_media.made("m4a")),
    "letter.pdf": ("Document", _pdf),
    "notes.docx": ("Document", lambda: _stored_first(_DOCX)),
    "notes.odt": ("Document", lambda: _stored_first(_ODT)),
    "notes.txt": ("Document", lambda: b"He wrote to my sister on Friday.\n"),
    "threat.eml": ("Email", mail),
    "WhatsApp Chat.zip": ("Saved chat", _whatsapp),
    "WhatsApp Chat.txt": ("Saved chat", lambda: building.android(TALK).encode()),
    "instagram.zip": ("Saved chat", lambda: building.zipped(building.instagram())),
    "facebook.zip": ("Saved chat", _facebook),
    "snapchat.zip": ("Saved chat", _snapchat),
    "telegram.json": ("Saved chat", lambda: building.telegram_json(TALK).encode()),
}
