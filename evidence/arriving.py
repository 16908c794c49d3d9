"""Takes in one file: sealed piece by piece as it comes, looked into when whole, kept in one transaction."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Sum

from evidence import custody, examining, faults, gate, items, vault
from evidence.crypto import keys, streams
from evidence.custody import Act, Actor
from evidence.examining import Copy, Seen
from evidence.index import Line
from evidence.intake import families
from evidence.intake.families import Family, Told
from evidence.intake.pictures import NotAPicture, TooLarge
from evidence.items import Telling
from evidence.models import SealedFile
from evidence.vault import Keeping, Opened

MOST_CALLED = 80
"""Characters of a file's name that lists show."""


class NoRoom(Exception):
    """The sealed files of this case take as many bytes as the operator allows."""


@dataclass(frozen=True)
class _Part:
    """One sealed file that is complete and waits for its row."""

    keeping: Keeping
    facts: streams.StreamFacts
    header: dict[str, Any]

    @property
    def whole_header(self) -> dict[str, Any]:
        """With its size and checksums, as it is sealed."""
        return {**self.header, **asdict(self.facts)}


class Arriving:
    """One file on its way in. The same `once` again gives the same item, as in `items.add`.

    Whatever goes wrong before `keep` has returned leaves no row; `drop` removes what was stored.
    """

    def __init__(self, opened: Opened, name: str, *, once: str = "") -> None:
        self._opened = opened
        self._name = name
        self._once = once
        self._key = keys.new_key()
        self._parts: list[_Part] = []
        self._keeping = Keeping(self._key, opened.case.pk)
        self._head = b""
        self._told: Told | None = None
        self._size = 0
        self._room = room_left(opened)

    def write(self, data: bytes) -> None:
        """Seal one piece. NotAPicture, TooLarge or NoRoom as soon as the bytes show it."""
        self._size += len(data)
        if self._told is None:
            self._head += data[: families.ENOUGH - len(self._head)]
            if len(self._head) >= families.ENOUGH:
                self._tell()
        self._check_size()
        self._keeping.write(data)

    def _tell(self) -> Told:
        self._told = self._told or families.tell(self._head)
        if self._told is None:
            raise NotAPicture("unknown_kind" if self._head else "empty")
        return self._told

    def _check_size(self) -> None:
        picture = self._told is not None and self._told.family is Family.PICTURE
        if self._size > (settings.PICTURE_MAX_BYTES if picture else settings.FILE_MAX_BYTES):
            raise TooLarge("too_many_bytes")
        if self._size > self._room:
            raise NoRoom

    def keep(self, telling: Telling, *, by: Actor, at: datetime) -> Line:
        """Complete, look, seal the copies, and acknowledge: when this returns, it is on disk."""
        told = self._tell()
        self._check_size()
        facts = self._keeping.complete()
        self._parts.append(_Part(self._keeping, facts, {}))
        seen = examining.examine(told, self._ref(facts))
        self._parts[0] = replace(self._parts[0], header=self._header(told, seen, at))
        for copy in seen.copies:
            self._add_copy(copy)
        try:
            return self._commit(telling, seen, by=by, at=at)
        except Exception as error:
            if faults.in_doubt(error):
                self._parts = []  # it may be kept after all: `drop` takes nothing away
            raise

    def _ref(self, facts: streams.StreamFacts) -> vault.FileRef:
        kept = self._keeping
        return vault.FileRef(kept.id, kept.case_id, kept.name, kept.stored_size, facts.size, self._key)

    def _header(self, told: Told, seen: Seen, at: datetime) -> dict[str, Any]:
        return {
            "role": "original",
            "name": self._name[:255],
            "type": told.media_type,
            "extension": told.extension,
            **seen.observed,
            "received_at": at.isoformat(timespec="seconds"),
        }

    def _add_copy(self, copy: Copy) -> None:
        keeping = Keeping(self._key, self._opened.case.pk)
        try:
            keeping.write(copy.data)
            facts = keeping.complete()
        except BaseException:
            keeping.abort()
            raise
        self._parts.append(_Part(keeping, facts, {"role": copy.role, "type": "image/jpeg", **copy.more}))

    def _commit(self, telling: Telling, seen: Seen, *, by: Actor, at: datetime) -> Line:
        opened, facts = self._opened, self._parts[0].facts
        with items.holding(opened) as whole:
            if not gate.pictures_allowed(whole.gate):
                raise gate.NoPictures
            item_id = items.once_id(opened, self._once, facts.sha256)
            if there := whole.find(item_id):
                return there  # the same form again: what it brings now is dropped
            line = items.admit(whole, seen.kind, telling, at=at, item_id=item_id)
            line = replace(line, mark=facts.sha256[:16], look=seen.look, size=facts.size)
            line = replace(line, called=self._name[:MOST_CALLED])
            whole.put(line)
            observed = self._parts[0].whole_header
            claims = items.clean(seen.kind, telling)
            items.store(opened, line, {"claims": claims, "observed": observed, "earlier": []}, key=self._key)
            for part in self._parts:
                part.keeping.row(part.whole_header, on=at.date(), item_id=line.id).save(force_insert=True)
            act = Act("item-added", str(line.id), {"kind": seen.kind, "sha256": facts.sha256})
            custody.record(opened.case, act, by=by, at=at, secret=opened.secret)
        self._parts = []  # acknowledged: from here `drop` takes nothing away
        return line

    def drop(self) -> None:
        """Leave nothing behind of a file that was not kept: abort what is open, delete what was completed."""
        self._keeping.abort()
        vault.discard(part.keeping.name for part in self._parts)


def room_left(opened: Opened) -> int:
    """Bytes that the case may still take, by what its sealed files take on disk; pieces on their way do not count."""
    taken = (
        SealedFile.objects.filter(case=opened.case, upload__isnull=True).aggregate(Sum("stored_size"))[
            "stored_size__sum"
        ]
        or 0
    )
    return max(0, settings.CASE_MAX_BYTES - int(taken))
