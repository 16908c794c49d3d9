"""What a person can do with a picture: keep it as it arrives, look at a fresh copy, say that it is not intimate."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from evidence import custody, gate, index, items, vault
from evidence.crypto import keys, streams
from evidence.custody import Act, Actor
from evidence.index import Line
from evidence.intake import pictures as intake
from evidence.intake import sniffing
from evidence.intake.sniffing import Kind
from evidence.items import ItemView, Telling
from evidence.models import SealedFile
from evidence.vault import Keeping, Opened

REVEALED_FOR = timedelta(minutes=10)
_EXTENSIONS = {Kind.PNG: "png", Kind.JPEG: "jpg", Kind.WEBP: "webp", Kind.HEIC: "heic"}


class NotRevealed(Exception):
    """A picture is sent only within ten minutes of being revealed on purpose."""


@dataclass(frozen=True)
class _Part:
    """One sealed file that is complete and waits for its row."""

    keeping: Keeping
    facts: streams.StreamFacts
    header: dict[str, Any]


class Arriving:
    """One picture on its way in: sealed piece by piece, looked at when whole, then kept in one transaction.

    Whatever goes wrong before `keep` has returned leaves no row; `drop` removes what was stored.
    """

    def __init__(self, opened: Opened, name: str) -> None:
        self._opened = opened
        self._name = name
        self._key = keys.new_key()
        self._parts: list[_Part] = []
        self._keeping = Keeping(self._key, opened.case.pk)
        self._head = b""

    def write(self, data: bytes) -> None:
        """Seal one piece. NotAPicture as soon as the first bytes show that it is none."""
        if len(self._head) < sniffing.ENOUGH:
            self._head += data[: sniffing.ENOUGH - len(self._head)]
            if len(self._head) >= sniffing.ENOUGH:
                self._check_head()
        self._keeping.write(data)

    def _check_head(self) -> None:
        if sniffing.sniff(self._head) is None:
            raise intake.NotAPicture("unknown_kind" if self._head else "empty")

    def keep(self, telling: Telling, *, by: Actor, at: datetime) -> Line:
        """Complete, look, seal the copies, and acknowledge: when this returns, it is on disk."""
        self._check_head()
        facts = self._keeping.complete()
        self._parts.append(_Part(self._keeping, facts, {}))
        seen = intake.examine(self._chunks(facts), limits=intake.Limits(file_bytes=settings.PICTURE_MAX_BYTES))
        self._parts[0] = replace(self._parts[0], header=self._original_header(seen, at))
        self._add_copy(
            "view", seen.view, {"width": seen.view_width, "height": seen.view_height, "made": seen.transform}
        )
        self._add_copy("cover", seen.thumb, {})
        return self._commit(telling, seen, by=by, at=at)

    def _chunks(self, facts: streams.StreamFacts) -> Iterator[bytes]:
        kept = self._keeping
        return vault.chunks(vault.FileRef(kept.id, kept.case_id, kept.name, kept.stored_size, facts.size, self._key))

    def _original_header(self, seen: intake.Picture, at: datetime) -> dict[str, Any]:
        return {
            "role": "original",
            "name": self._name[:255],
            "type": seen.kind.media_type,
            "extension": _EXTENSIONS[seen.kind],
            "width": seen.width,
            "height": seen.height,
            "taken": seen.taken or "",
            "device": seen.device or "",
            "has_location": seen.has_location,
            "received_at": at.isoformat(timespec="seconds"),
        }

    def _add_copy(self, role: str, data: bytes, more: dict[str, Any]) -> None:
        keeping = Keeping(self._key, self._opened.case.pk)
        try:
            keeping.write(data)
            facts = keeping.complete()
        except BaseException:
            keeping.abort()
            raise
        self._parts.append(_Part(keeping, facts, {"role": role, "type": "image/jpeg", **more}))

    def _commit(self, telling: Telling, seen: intake.Picture, *, by: Actor, at: datetime) -> Line:
        opened = self._opened
        with items.holding(opened) as whole:
            if not gate.pictures_allowed(whole.gate):
                raise gate.NoPictures
            line = items.admit(whole, index.PICTURE, telling, at=at)
            observed = {**self._parts[0].header, **_stream_facts(self._parts[0].facts)}
            claims = {name: telling.claims.get(name, "") for name in items.CLAIMS[index.PICTURE]}
            items.store(opened, line, {"claims": claims, "observed": observed, "earlier": []}, key=self._key)
            for part in self._parts:
                _row(opened, line.id, part, self._key, at).save(force_insert=True)
            act = Act("item-added", str(line.id), {"kind": index.PICTURE, "sha256": self._parts[0].facts.sha256})
            custody.record(opened.case, act, by=by, at=at, secret=opened.secret)
        self._parts = []  # acknowledged: from here `drop` takes nothing away
        return line

    def drop(self) -> None:
        """Leave nothing behind of a picture that was not kept: abort what is open, delete what was completed."""
        self._keeping.abort()
        vault.discard(part.keeping.name for part in self._parts)


def _stream_facts(facts: streams.StreamFacts) -> dict[str, Any]:
    return {"size": facts.size, "sha256": facts.sha256, "sha512": facts.sha512, "crc32": facts.crc32}


def _row(opened: Opened, item_id: uuid.UUID, part: _Part, key: bytes, at: datetime) -> SealedFile:
    kept = part.keeping
    header = {**part.header, **_stream_facts(part.facts)}
    return SealedFile(
        id=kept.id,
        case=opened.case,
        item_id=item_id,
        name=kept.name,
        stored_size=kept.stored_size,
        header=vault.seal_facts(key, header, case_id=opened.case.pk, about=kept.id, field="header"),
        created_on=at.date(),
    )


# --- looking --------------------------------------------------------------------------------------


def _picture(opened: Opened, item_id: uuid.UUID) -> ItemView:
    """A kept picture that may be looked at. NoSuchItem, or gate.NoPictures once the gate is shut."""
    whole = index.read(opened)
    gate.check_viewable(whole.gate)
    item = items.peek(opened, item_id)
    if item.line.kind != index.PICTURE:
        raise items.NoSuchItem
    return item


def reveal(opened: Opened, item_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Press to see: an entry in the log, and for ten minutes the copy is sent to this person."""
    _picture(opened, item_id)
    custody.view_once(opened, Act("picture-viewed", str(item_id)), by=by, at=at)


def is_revealed(opened: Opened, item_id: uuid.UUID, *, by: Actor, at: datetime) -> bool:
    for entry in custody.recent(opened, 60):
        if at - entry.at > REVEALED_FOR:
            return False
        if (entry.act.what, entry.act.about) == ("picture-viewed", str(item_id)) and entry.by == by:
            return True
    return False


def view(opened: Opened, item_id: uuid.UUID, *, by: Actor, at: datetime) -> bytes:
    """The re-encoded copy (JPEG). NotRevealed unless this person pressed within ten minutes."""
    item = _picture(opened, item_id)
    if not is_revealed(opened, item_id, by=by, at=at):
        raise NotRevealed
    return read_file(item, "view")


def cover(opened: Opened, item_id: uuid.UUID) -> bytes:
    """The unrecognisable blurred cover (JPEG) that stands in the picture's place."""
    return read_file(_picture(opened, item_id), "cover")


def read_file(item: ItemView, role: str) -> bytes:
    """A whole small copy; originals are streamed instead."""
    return b"".join(vault.chunks(vault.ref(item.key, items.files_of(item)[role])))


def original(opened: Opened, item_id: uuid.UUID, *, by: Actor, at: datetime) -> tuple[ItemView, Iterator[bytes]]:
    """The original bytes, for a deliberate download by the owner; recorded before the first byte."""
    item = _picture(opened, item_id)
    file = vault.ref(item.key, items.files_of(item)["original"])
    custody.record(opened.case, Act("original-downloaded", str(item_id)), by=by, at=at, secret=opened.secret)
    return item, vault.chunks(file)


def set_intimate(opened: Opened, item_id: uuid.UUID, *, intimate: bool, by: Actor, at: datetime) -> None:
    """A picture counts as intimate until its owner says that it is not."""
    with items.holding(opened) as whole:
        line = whole.find(item_id)
        if line is None or line.kind != index.PICTURE:
            raise items.NoSuchItem
        whole.put(replace(line, intimate=intimate))
        act = Act("marked-intimate" if intimate else "marked-not-intimate", str(item_id))
        custody.record(opened.case, act, by=by, at=at, secret=opened.secret)
