"""Looks into a file that has arrived, each family in its own way: what was observed, and the copies that people see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from evidence import index, vault
from evidence.intake import media, pictures, reading
from evidence.intake.families import Family, Told
from evidence.vault import FileRef

MOST_LINKS, MOST_CONVERSATIONS = 100, 500


@dataclass(frozen=True)
class Copy:
    """A re-encoded copy (JPEG) in its role: "view" is looked at on purpose, "cover" stands in its place."""

    role: str
    data: bytes = field(repr=False)
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """What was found: the kind of item, the observed facts, the copies, and the perceptual hash of a picture."""

    kind: str
    observed: dict[str, Any] = field(default_factory=dict)
    copies: tuple[Copy, ...] = ()
    look: str = ""


def examine(told: Told, file: FileRef) -> Seen:
    """What is in a file of this family. Only a picture that asks for too much is refused here (PictureRefused).

    Whatever else can't be read is kept all the same, half a picture too: its bytes are what counts.
    """
    return _LOOKS[told.family](told, file)


def _picture(_told: Told, file: FileRef) -> Seen:
    try:
        seen = pictures.examine(vault.chunks(file), limits=pictures.Limits(file_bytes=settings.PICTURE_MAX_BYTES))
    except pictures.NotAPicture:
        return Seen(index.DOCUMENT, {"problem": "damaged"})  # never opened again: it leaves as a download alone
    observed = {
        "width": seen.width,
        "height": seen.height,
        "taken": seen.taken or "",
        "dates": seen.dates,
        "orientation": seen.orientation,
        "device": seen.device,
        "software": seen.software,
        "has_location": seen.has_location,
        "frames": seen.frames,
        "seconds": seen.seconds,
    }
    view = Copy("view", seen.view, {"width": seen.view_width, "height": seen.view_height, "made": seen.transform})
    return Seen(index.PICTURE, observed, (view, Copy("cover", seen.thumb)), look=seen.look)


def _recording(told: Told, file: FileRef) -> Seen:
    """A film or a sound; a film without a picture is a sound."""
    with vault.parts_of(file) as read_at:
        seen = media.examine_media(read_at, file.size, told.media_type)
    film = seen.has_picture if seen.has_picture is not None else told.family is Family.FILM
    made = {"width": seen.poster_width, "height": seen.poster_height, "made": seen.transform}
    copies = (Copy("view", seen.poster, made), Copy("cover", seen.cover)) if film and seen.poster else ()
    return Seen(index.FILM if film else index.SOUND, {**seen.observed(), "poster": bool(copies)}, copies)


def _mail(_told: Told, file: FileRef) -> Seen:
    try:
        with vault.parts_of(file) as read_at:
            mail = reading.read_mail(read_at, file.size)
    except reading.NotRead as problem:
        return Seen(index.MAIL, {"problem": problem.code})
    found = mail.model_dump(mode="json", exclude={"headers"})
    return Seen(index.MAIL, {"mail": {**found, "links": found["links"][:MOST_LINKS]}})


def _chat(_told: Told, file: FileRef) -> Seen:
    """A chat export, or else a document: an archive, a text and a page say only when read which they are."""
    try:
        observed = read_chat(file)
    except reading.NotRead as problem:
        later = problem.code in {"busy", "too_slow"}
        return Seen(index.CHAT if later else index.DOCUMENT, {"problem": problem.code if later else ""})
    return Seen(index.CHAT, observed)


def read_chat(file: FileRef, *, date_order: str = "") -> dict[str, Any]:
    """What an export holds, without any message of it. reading.NotRead."""
    with vault.parts_of(file) as read_at:
        export = reading.read_export(read_at, file.size, date_order=date_order)
    found = export.model_dump(mode="json")
    return {"chat": {**found, "conversations": found["conversations"][:MOST_CONVERSATIONS]}, "problem": ""}


def _stored(_told: Told, _file: FileRef) -> Seen:
    """A document is kept and never opened here."""
    return Seen(index.DOCUMENT)


_LOOKS: dict[Family, Callable[[Told, FileRef], Seen]] = {
    Family.PICTURE: _picture,
    Family.FILM: _recording,
    Family.SOUND: _recording,
    Family.DOCUMENT: _stored,
    Family.MAIL: _mail,
    Family.CHAT: _chat,
}
