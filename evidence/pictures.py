"""What a person can do with a kept file: look at a fresh copy, download the original, say that it is not intimate."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from evidence import custody, gate, index, items, vault
from evidence.custody import Act, Actor
from evidence.items import ItemView
from evidence.sending import while_open
from evidence.vault import Opened

REVEALED_FOR = AHEAD = timedelta(minutes=10)
_LOOK_BACK, _LOOKS = 20, 25


class NotRevealed(Exception):
    """A picture is sent only within ten minutes of being revealed on purpose."""


# --- looking --------------------------------------------------------------------------------------


def _picture(opened: Opened, item_id: uuid.UUID) -> ItemView:
    """A kept picture or film that may be looked at. NoSuchItem, or gate.NoPictures."""
    return with_file(opened, item_id, index.SEEN)


def with_file(opened: Opened, item_id: uuid.UUID, kinds: tuple[str, ...] = index.FILES) -> ItemView:
    """An item behind which a file of one of these kinds stands. NoSuchItem, or gate.NoPictures."""
    whole = index.read(opened)
    gate.check_viewable(whole.gate)
    item = items.peek(opened, item_id)
    if item.line.kind not in kinds:
        raise items.NoSuchItem
    return item


def reveal(opened: Opened, item_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Press to see: an entry in the log, and for ten minutes the copy is sent to this person."""
    _picture(opened, item_id)
    custody.view_once(opened, Act("picture-viewed", str(item_id)), by=by, at=at)


def is_revealed(opened: Opened, item_id: uuid.UUID, *, by: Actor, at: datetime) -> bool:
    return was_pressed(opened, Act("picture-viewed", str(item_id)), REVEALED_FOR, by=by, at=at)


def was_pressed(opened: Opened, act: Act, lasts: timedelta, *, by: Actor, at: datetime) -> bool:
    """Whether this person did this to this object, not longer ago than it lasts."""
    before = None
    for _ in range(_LOOKS):
        entries = custody.recent(opened, _LOOK_BACK, before)
        for entry in entries:
            if not at - lasts <= entry.at <= at + AHEAD:  # ahead of now where the clock was put back
                return False
            if (entry.act.what, entry.act.about, entry.by) == (act.what, act.about, by):
                return True
        if not entries:
            break
        before = entries[-1].seq
    return False


def view(opened: Opened, item_id: uuid.UUID, *, by: Actor, at: datetime) -> bytes:
    """The re-encoded copy (JPEG). NotRevealed unless this person pressed within ten minutes."""
    item = _picture(opened, item_id)
    if not is_revealed(opened, item_id, by=by, at=at):
        raise NotRevealed
    return read_file(item, shown_role(item))


def shown_role(item: ItemView) -> str:
    """The copy that is shown and handed on: with its parts covered, where its owner has covered any."""
    return "covered" if item.line.covered else "view"


def cover(opened: Opened, item_id: uuid.UUID) -> bytes:
    """The unrecognisable blurred cover (JPEG) that stands in the picture's place."""
    return read_file(_picture(opened, item_id), "cover")


def read_file(item: ItemView, role: str) -> bytes:
    """A whole small copy; originals are streamed instead. NoSuchItem where a film gave no picture."""
    files = items.files_of(item)
    if role not in files:
        raise items.NoSuchItem
    return b"".join(vault.chunks(vault.ref(item.key, files[role])))


def original(opened: Opened, item_id: uuid.UUID, *, by: Actor, at: datetime) -> tuple[ItemView, Iterator[bytes]]:
    """The original bytes, for a deliberate download by the owner; recorded before the first byte.

    Within the stream sending.LockedMeanwhile.
    """
    item = with_file(opened, item_id)
    file = vault.ref(item.key, items.files_of(item)["original"])
    custody.record(opened.case, Act("original-downloaded", str(item_id)), by=by, at=at, secret=opened.secret)
    return item, while_open(opened, vault.chunks(file))


def set_intimate(opened: Opened, item_id: uuid.UUID, *, intimate: bool, by: Actor, at: datetime) -> None:
    """A picture counts as intimate until its owner says that it is not."""
    with items.holding(opened) as whole:
        line = whole.find(item_id)
        if line is None or line.kind not in index.SEEN:
            raise items.NoSuchItem
        if line.intimate == intimate:
            return
        whole.put(replace(line, intimate=intimate))
        act = Act("marked-intimate" if intimate else "marked-not-intimate", str(item_id))
        custody.record(opened.case, act, by=by, at=at, secret=opened.secret)
