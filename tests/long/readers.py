"""Reads files in the test's own process: mails and chats by the real readers, pictures and films by none."""

from __future__ import annotations

import io
from dataclasses import asdict

from evidence import places
from evidence.intake import covering, mail, media, pictures, reading
from evidence.intake.boxes import Box
from evidence.intake.covering import Covered
from evidence.intake.exports import child
from evidence.intake.media import Media
from evidence.intake.places import Place
from evidence.intake.said import Refusal, checked
from evidence.intake.sniffing import sniff

PLACE = (("GPSLatitude", "51.5074"), ("GPSLongitude", "-0.1278"))


def here(monkeypatch):
    """From now on no child is started."""
    monkeypatch.setattr(reading, "_said", _said)
    monkeypatch.setattr(media, "examine_media", _recording)
    monkeypatch.setattr(pictures, "examine", _picture)
    monkeypatch.setattr(covering, "cover", _covered)
    monkeypatch.setattr(places, "read_place", lambda *_: Place(PLACE))


def _said(command, request, source, limits):
    of_mail = command is reading.MAIL
    whole = {"size": source.size, **request, "limits": asdict(limits.mail if of_mail else limits.exports)}
    file = io.BufferedReader(io.BytesIO(source.read_at(0, source.size)))
    told = [checked(piece) for piece in (mail if of_mail else child).answer(whole, file)]
    if isinstance(told[-1], Refusal):
        raise reading.NotRead(told[-1].refused)
    return told


def _recording(_read_at, _size, media_type, **_):
    film = media_type.startswith("video")
    copies = {"poster": b"a poster", "cover": b"a cover", "poster_width": 160, "poster_height": 120} if film else {}
    return Media(seconds=2.0, has_picture=film, transform="none", **copies)


def _picture(chunks, *, limits):
    data = b"".join(chunks)
    size = {"width": 540, "height": 1170, "view_width": 540, "view_height": 1170}
    copies = {"view": b"view of " + data, "thumb": b"cover of " + data[:8], "transform": "none"}
    told = {"taken": "2026:03:01 14:02:09", "device": "Fone X", "software": "", "has_location": True}
    return pictures.Picture(kind=sniff(data), **size, **copies, **told)


def _covered(chunks, boxes, _limits=None):
    assert all(isinstance(box, Box) for box in boxes)
    return Covered(b"covered " + b"".join(chunks), 540, 1170, "none")
