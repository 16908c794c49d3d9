"""What a person can do about parts of a picture that others need not see: cover them in a copy, and take that back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.conf import settings

from evidence import arriving, custody, faults, gate, index, items, pictures, vault
from evidence.crypto import streams
from evidence.custody import Act, Actor
from evidence.intake import covering
from evidence.intake.boxes import Box
from evidence.intake.covering import Covered
from evidence.intake.pictures import Limits
from evidence.items import ItemView
from evidence.models import SealedFile
from evidence.vault import Keeping, Opened


def picture(opened: Opened, item_id: uuid.UUID) -> ItemView:
    """A picture whose parts can be covered. NoSuchItem, or gate.NoPictures once the gate is shut."""
    return pictures.with_file(opened, item_id, (index.PICTURE,))


def boxes_of(item: ItemView) -> tuple[Box, ...]:
    """What is covered in the copy that is shown now; nothing where the whole picture is shown."""
    if not item.line.covered:
        return ()
    header = vault.header_of(item.key, items.files_of(item)["covered"])
    return tuple(Box(*edges) for edges in header["boxes"])


def whole(opened: Opened, item_id: uuid.UUID, *, by: Actor, at: datetime) -> bytes:
    """The view without boxes (JPEG), for choosing them: for the owner, and only after her press. NotRevealed."""
    item = picture(opened, item_id)
    if by.role != "owner":
        raise items.NoSuchItem
    if not pictures.is_revealed(opened, item_id, by=by, at=at):
        raise pictures.NotRevealed
    return pictures.read_file(item, "view")


def keep(opened: Opened, item_id: uuid.UUID, boxes: Sequence[Box], *, by: Actor, at: datetime) -> None:
    """Seal a copy with these parts covered; from now on it is what is shown and handed on.

    Original and view stay as they are, and so do earlier covered copies. Raises NoSuchItem, gate.NoPictures,
    arriving.NoRoom, covering.TooManyBoxes, or intake's PictureRefused; then nothing is left behind.
    """
    item = picture(opened, item_id)
    original = items.files_of(item)["original"]
    chunks = vault.chunks(vault.ref(item.key, original))
    made = covering.cover(chunks, boxes, Limits(file_bytes=settings.PICTURE_MAX_BYTES))
    if len(made.jpeg) > arriving.room_left(opened):
        raise arriving.NoRoom
    keeping = Keeping(item.key, opened.case.pk)
    try:
        keeping.write(made.jpeg)
        header = _header(made, boxes, keeping.complete())
        _commit(opened, item, (keeping, header), by=by, at=at)
    except BaseException as error:
        keeping.abort()
        if not faults.in_doubt(error):
            vault.discard([keeping.name])
        raise


def _header(made: Covered, boxes: Sequence[Box], facts: streams.StreamFacts) -> dict[str, Any]:
    return {
        "role": "covered",
        "type": "image/jpeg",
        "width": made.width,
        "height": made.height,
        "made": made.transform,
        "boxes": [box.as_list() for box in boxes],
        **asdict(facts),
    }


def _commit(opened: Opened, item: ItemView, sealed: tuple[Keeping, dict[str, Any]], *, by: Actor, at: datetime) -> None:
    item_id, (keeping, header) = item.line.id, sealed
    with items.holding(opened) as whole:
        gate.check_viewable(whole.gate)
        line = whole.find(item_id)
        if line is None:
            raise items.NoSuchItem
        turn = SealedFile.objects.filter(item_id=item_id).count()
        keeping.row({**header, "turn": turn}, on=at.date(), item_id=item_id).save(force_insert=True)
        whole.put(replace(line, covered=True))
        hashes = {"sha256": header["sha256"], "original_sha256": item.observed["sha256"]}
        act = Act("parts-covered", str(item_id), {**hashes, "boxes": len(header["boxes"])})
        custody.record(opened.case, act, by=by, at=at, secret=opened.secret)


def drop(opened: Opened, item_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Show and hand on the whole picture again; the covered copies stay sealed beside it."""
    picture(opened, item_id)
    with items.holding(opened) as whole:
        gate.check_viewable(whole.gate)
        line = whole.find(item_id)
        if line is None or not line.covered:
            raise items.NoSuchItem
        whole.put(replace(line, covered=False))
        custody.record(opened.case, Act("parts-uncovered", str(item_id)), by=by, at=at, secret=opened.secret)
