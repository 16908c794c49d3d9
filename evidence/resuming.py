"""Takes in a large file in pieces, over many requests: each piece is sealed and synced before it is acknowledged."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from evidence import faults, gate, index, vault
from evidence.arriving import Arriving, NoRoom, room_left
from evidence.crypto import keys
from evidence.custody import Actor
from evidence.index import Line
from evidence.intake.pictures import PictureRefused, TooLarge
from evidence.items import CaseFull, Telling
from evidence.models import Hold, SealedFile, Upload
from evidence.vault import Keeping, Opened

PIECE = 4 * 1024**2
"""The most bytes of one piece: a connection that drops loses no more."""

LASTS = timedelta(hours=24)
AT_ONCE = 5
_FINISHED_WITHOUT = (PictureRefused, CaseFull, NoRoom)


class NoSuchUpload(Exception):
    """There is no such upload in this case: answered like anything else that does not exist."""


class WrongPlace(Exception):
    """The piece does not begin where the upload stands: `at` bytes are here."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at


class CutShort(Exception):
    """The piece was not whole, too long, or went past the end of its file: nothing of it was kept."""


class TooManyUploads(Exception):
    """The case has as many unfinished uploads as it may."""


@dataclass(frozen=True)
class Announced:
    """What the browser says of a file before it sends it: all of it claims, and sealed."""

    name: str
    size: int
    modified: int
    once: str
    title: str


@dataclass(frozen=True)
class Standing:
    """One upload as it stands: `at` bytes of `size` are here; `line` once it is kept."""

    id: uuid.UUID
    at: int
    size: int
    done: bool = False
    key: bytes = field(default=b"", repr=False)


def begin(opened: Opened, told: Announced, *, at: datetime) -> Standing:
    """A new upload, or the one that this file began earlier. TooLarge, NoRoom, TooManyUploads, gate.NoPictures."""
    _check(opened)
    if not 0 < told.size <= settings.FILE_MAX_BYTES:
        raise TooLarge("too_many_bytes")
    with transaction.atomic():
        vault.hold(opened)
        under_way = 0
        for row in Upload.objects.filter(case=opened.case):
            key, facts = _open(opened, row)
            if _is_of(told, facts):
                return _standing(row, key, facts)
            under_way += not facts["done"]
        if under_way >= AT_ONCE:
            raise TooManyUploads
        if told.size > room_left(opened):
            raise NoRoom
        return _new(opened, told, at)


def _is_of(told: Announced, facts: dict[str, Any]) -> bool:
    """Whether an unfinished upload is of this file: the page may have been opened anew since."""
    same = all(facts[name] == getattr(told, name) for name in ("name", "size", "modified"))
    return same and not facts["done"]


def _new(opened: Opened, told: Announced, at: datetime) -> Standing:
    key, upload_id = keys.new_key(), uuid.uuid4()
    facts = {**asdict(told), "pieces": [], "at": 0, "done": False}
    row = Upload.objects.create(
        id=upload_id,
        case=opened.case,
        key_version=opened.case.secret_version,
        key_wrap=vault.wrap_key(key, secret=opened.secret, case=opened.case, about=upload_id),
        facts=vault.seal_facts(key, facts, case_id=opened.case.pk, about=upload_id),
        seen_at=at,
    )
    return _standing(row, key, facts)


def _check(opened: Opened) -> None:
    if not gate.pictures_allowed(index.read(opened).gate):
        raise gate.NoPictures


def _open(opened: Opened, row: Upload) -> tuple[bytes, dict[str, Any]]:
    key = vault.key_of(opened, row, row.pk)
    return key, vault.open_facts(key, row.facts, case_id=opened.case.pk, about=row.pk)


def _standing(row: Upload, key: bytes, facts: dict[str, Any]) -> Standing:
    return Standing(row.pk, facts["at"], facts["size"], facts["done"], key)


def _found(opened: Opened, upload_id: uuid.UUID) -> tuple[Upload, bytes, dict[str, Any]]:
    row = Upload.objects.filter(case=opened.case, pk=upload_id).first()
    if row is None:
        raise NoSuchUpload
    return row, *_open(opened, row)


def standing(opened: Opened, upload_id: uuid.UUID) -> Standing:
    """How far an upload is. NoSuchUpload, gate.NoPictures."""
    _check(opened)
    return _standing(*_found(opened, upload_id))


@dataclass(frozen=True)
class Waiting:
    """A file that is here in part: what it was called, and how much of it is here, in percent."""

    id: uuid.UUID
    name: str = field(repr=False)
    percent: int


def waiting(opened: Opened) -> list[Waiting]:
    """The files that are here in part, by their names."""
    there = ((row.pk, _open(opened, row)[1]) for row in Upload.objects.filter(case=opened.case))
    half = (Waiting(pk, facts["name"], 100 * facts["at"] // facts["size"]) for pk, facts in there if not facts["done"])
    return sorted(half, key=lambda one: (one.name, str(one.id)))


@transaction.atomic
def forget(opened: Opened, upload_id: uuid.UUID) -> None:
    """Drop the pieces of a file that never became an item. NoSuchUpload, gate.NoPictures."""
    _check(opened)
    vault.hold(opened)
    row, _, facts = _found(opened, upload_id)
    if facts["done"]:
        raise NoSuchUpload
    _drop_pieces([row])
    row.delete()


def _check_place(place: int, at: int) -> None:
    if place != at:
        raise WrongPlace(at)


class Piece:
    """One piece on its way in: sealed as it comes, and acknowledged when `keep` has returned.

    `length` is what the request declares. WrongPlace and CutShort before a byte is read.
    """

    def __init__(self, opened: Opened, here: Standing, place: int, length: int) -> None:
        _check_place(place, here.at)
        if not 0 < length <= min(PIECE, here.size - place):
            raise CutShort
        self._opened, self._here, self._length = opened, here, length
        self._size = 0
        self._keeping = Keeping(here.key, opened.case.pk)

    def write(self, data: bytes) -> None:
        self._size += len(data)
        self._keeping.write(data)

    def keep(self, *, at: datetime) -> Standing:
        """Sync the piece, then its row. CutShort where fewer or more bytes came; WrongPlace where another was first.

        gate.NoPictures where the gate was shut while it came.
        """
        if self._size != self._length:
            raise CutShort
        facts_of = self._keeping.complete()
        try:
            with transaction.atomic():
                vault.hold(self._opened)
                _check(self._opened)
                row, key, facts = _found(self._opened, self._here.id)
                _check_place(self._here.at, facts["at"])
                self._add(row, key, facts, at)
        except BaseException as error:
            if not faults.in_doubt(error):
                vault.discard([self._keeping.name])
            raise
        return _standing(row, key, {**facts, "at": self._here.at + facts_of.size})

    def _add(self, row: Upload, key: bytes, facts: dict[str, Any], at: datetime) -> None:
        kept = self._keeping
        kept.row({"role": "piece", "size": self._size}, on=at.date(), upload_id=row.pk).save(force_insert=True)
        more = {"at": facts["at"] + self._size, "pieces": [*facts["pieces"], str(kept.id)]}
        _save(self._opened, row, key, {**facts, **more}, at)

    def drop(self) -> None:
        """Leave nothing of a piece that was not kept."""
        self._keeping.abort()


def _save(opened: Opened, row: Upload, key: bytes, facts: dict[str, Any], at: datetime) -> None:
    row.facts = vault.seal_facts(key, facts, case_id=opened.case.pk, about=row.pk)
    row.seen_at = at
    row.save(update_fields=["facts", "seen_at"])


def finish(opened: Opened, upload_id: uuid.UUID, *, by: Actor, at: datetime) -> Line | None:
    """Make one item of the pieces once all are here; None where that was done before.

    CutShort while some are missing. Where the file is refused (pictures.PictureRefused, items.CaseFull, NoRoom) the
    pieces go: sending them again would change nothing. Where the gate was shut meanwhile (gate.NoPictures) they stay:
    nothing of a locked case is deleted by the way.
    """
    row, key, facts = _found(opened, upload_id)
    if facts["done"]:
        return None
    if facts["at"] != facts["size"]:
        raise CutShort
    arriving = Arriving(opened, facts["name"], once=facts["once"])
    try:
        for data in _chunks(row, key, facts):
            arriving.write(data)
        line = arriving.keep(Telling(facts["title"]), by=by, at=at)
    except _FINISHED_WITHOUT:
        _end(opened, row, key, facts, at)
        raise
    finally:
        arriving.drop()
    _end(opened, row, key, facts, at)
    return line


def _chunks(row: Upload, key: bytes, facts: dict[str, Any]) -> Iterator[bytes]:
    there = {str(file.pk): file for file in SealedFile.objects.filter(upload=row)}
    for piece in facts["pieces"]:
        yield from vault.chunks(vault.ref(key, there[piece]))


@transaction.atomic
def _end(opened: Opened, row: Upload, key: bytes, facts: dict[str, Any], at: datetime) -> None:
    """The pieces go; that it was done stays for a day, so that an answer that was lost can be asked for again."""
    _drop_pieces([row])
    _save(opened, row, key, {**facts, "pieces": [], "done": True}, at)


def _drop_pieces(rows: list[Upload]) -> None:
    """Rows first; the stored bytes go once that is committed."""
    files = SealedFile.objects.filter(upload__in=rows)
    names = list(files.values_list("name", flat=True))
    files.delete()
    transaction.on_commit(lambda: vault.discard(names))


@transaction.atomic
def prune(*, at: datetime) -> int:
    """Forget uploads that nobody went on with for a day; returns how many. None of a locked case, or an ordered one."""
    ordered = Hold.objects.filter(ended_on__isnull=True).values("case")
    rows = list(Upload.objects.filter(seen_at__lte=at - LASTS, case__held=False).exclude(case__in=ordered))
    _drop_pieces(rows)
    Upload.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
