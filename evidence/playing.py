"""What its owner does with a film or a sound: open it on purpose, then play any part of the sealed original."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from evidence import custody, index, items, pictures, vault
from evidence.custody import Act, Actor
from evidence.items import ItemView
from evidence.pictures import NotRevealed
from evidence.sending import while_open
from evidence.vault import FileRef, Opened

SLACK, LENGTH_UNKNOWN, AT_MOST = timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4)
RECORDINGS = (index.FILM, index.SOUND)
_PRESSED = "recording-played"

# What a browser is told that it gets. Films of phones are MP4 in all but name, and browsers play them under that name
# only. What is not here, no browser plays: it can be downloaded.
_PLAYED_AS = {
    "video/mp4": "video/mp4",
    "video/quicktime": "video/mp4",
    "video/3gpp": "video/mp4",
    "video/webm": "video/webm",
    "video/x-matroska": "video/webm",
    "audio/mp4": "audio/mp4",
    "audio/mpeg": "audio/mpeg",
    "audio/aac": "audio/aac",
    "audio/ogg": "audio/ogg",
    "audio/flac": "audio/flac",
    "audio/wav": "audio/wav",
}


@dataclass(frozen=True)
class Playable:
    """A recording that may be played now: its true size in bytes, and the fixed media type under which it is sent."""

    size: int
    media_type: str
    _file: FileRef
    _opened: Opened = field(repr=False)

    def part(self, start: int, stop: int) -> Iterator[bytes]:
        """The true bytes from `start` up to, not including, `stop`. streams.OutOfRange beyond the size.

        A file that is gone or was changed where the part begins is found out here (see `vault.chunks`); within the
        stream sending.LockedMeanwhile.
        """
        return while_open(self._opened, vault.chunks(self._file, start, stop))


def can_play(item: ItemView) -> bool:
    """Whether browsers play what this item holds."""
    return item.line.kind in RECORDINGS and item.observed.get("type") in _PLAYED_AS


def reveal(opened: Opened, item_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Press to play: an entry in the log, and for the length of the recording and ten minutes it can be played.

    NoSuchItem for anything that does not play and for anybody but the owner; gate.NoPictures.
    """
    _recording(opened, item_id)
    custody.view_once(opened, Act(_PRESSED, str(item_id)), by=by, at=at)


def is_open(opened: Opened, item: ItemView, *, by: Actor, at: datetime) -> bool:
    """Whether this person pressed, not longer ago than the recording lasts and ten minutes."""
    return pictures.was_pressed(opened, Act(_PRESSED, str(item.line.id)), _window(item), by=by, at=at)


def _window(item: ItemView) -> timedelta:
    seconds = item.observed.get("seconds")
    return min(timedelta(seconds=seconds) + SLACK, AT_MOST) if seconds else LENGTH_UNKNOWN


def playable(opened: Opened, item_id: uuid.UUID, *, by: Actor, at: datetime) -> Playable:
    """The recording, for playing. NoSuchItem and gate.NoPictures as in `reveal`; NotRevealed before the press."""
    item = _recording(opened, item_id)
    if not is_open(opened, item, by=by, at=at):
        raise NotRevealed
    file = vault.ref(item.key, items.files_of(item)["original"])
    return Playable(file.size, _PLAYED_AS[item.observed["type"]], file, opened)


def _recording(opened: Opened, item_id: uuid.UUID) -> ItemView:
    item = pictures.with_file(opened, item_id, RECORDINGS)
    if opened.owner_seed is None or not can_play(item):
        raise items.NoSuchItem
    return item
