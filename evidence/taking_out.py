"""Hands a case to its owner as one ZIP, in one pass: a page to read, the same as JSON, and the files."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from stream_zip import NO_COMPRESSION_32, NO_COMPRESSION_64, ZIP_AUTO, Method, stream_zip

from evidence import custody, gate, index, vault, whole_case
from evidence.custody import Act, Actor
from evidence.index import Index
from evidence.sending import Watch
from evidence.vault import Opened
from evidence.whole_case import Held, Leaving, Row

# As in a pack: the earliest moment that a ZIP file can hold, in UTC, so that the archive tells no times.
FIXED = datetime(1980, 1, 1, tzinfo=UTC)
NAME = "COPY.zip"
PAGE, JSON, FILES = "index.html", "everything.json", "files/"
LOOKS = (
    "body{font:100%/1.5 sans-serif;max-width:40em;margin:auto;padding:1em;overflow-wrap:anywhere}dt{font-weight:bold}"
)
LOOKS += "dd{margin:0 0 .5em;white-space:pre-wrap}article{border-top:1px solid;margin-top:1.5em}"
POLICY = f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(LOOKS.encode()).digest()).decode()}'"
_MODE = 0o100600
_FAR = 3 * 1024**3  # bytes after which a place or size may need more than 32 bits
Member = tuple[str, datetime, int, Method, Iterable[bytes]]


@transaction.atomic
def take(opened: Opened, *, by: Actor, at: datetime) -> Iterator[bytes]:
    """The archive in pieces, recorded before the first byte; no file is in it where the gate is not open.

    vault.Shut for anybody but the owner; within the stream sending.LockedMeanwhile.
    """
    if opened.owner_seed is None:
        raise vault.Shut
    vault.hold(opened)
    whole = index.read(opened)
    files = gate.pictures_allowed(whole.gate)
    act = Act("copy-taken", detail={"items": len(whole.lines), "files": files})
    custody.record(opened.case, act, by=by, at=at, secret=opened.secret)
    return iter(stream_zip(_Archive(opened, whole, files=files, at=at).members()))


class _Archive:
    """The members of one archive, made while they leave. `size` counts what has left, before it was packed."""

    def __init__(self, opened: Opened, whole: Index, *, files: bool, at: datetime) -> None:
        self.opened = replace(opened, case=copy.copy(opened.case))  # as it is now, whoever reads it anew meanwhile
        self.whole, self.files, self.at = whole, files, at
        self.language = translation.get_language()
        self.size, self.watch = 0, Watch(opened)

    def members(self) -> Iterator[Member]:
        yield self._text(PAGE, self._page())
        yield self._text(JSON, self._json())
        if self.files:
            for held in whole_case.items_of(self.opened, self.whole):
                for leaving in held.files:
                    yield self._file(leaving)

    def _text(self, name: str, pieces: Iterator[str]) -> Member:
        said = (piece.encode() for piece in pieces)
        return name, FIXED, _MODE, ZIP_AUTO(0), self._counted(self.watch.over(said))

    def _file(self, leaving: Leaving) -> Member:
        """One file as it was received; stream_zip checks its size and its CRC-32 on the way."""
        size = leaving.file.size
        method = (NO_COMPRESSION_64 if self.size + size > _FAR else NO_COMPRESSION_32)(size, leaving.crc32)
        return f"{FILES}{leaving.name}", FIXED, _MODE, method, self._counted(self.watch.over(self._of(leaving)))

    def _of(self, leaving: Leaving) -> Iterator[bytes]:
        """A file's bytes, opened when the archive has come to it."""
        yield from vault.chunks(leaving.file)

    def _counted(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.size += len(piece)
            yield piece

    # --- the page -----------------------------------------------------------------------------------------------------

    def _page(self) -> Iterator[str]:
        about, case = whole_case.about(self.opened, self.whole), self.opened.case
        kept = {"case": case, "choice": about["keeping"], "ordered": about["kept_by_order"]}
        yield self._drawn("top", about=about, looks=LOOKS, policy=POLICY, **kept)
        for held in whole_case.items_of(self.opened, self.whole):
            yield self._drawn("item", item=held.told, names=self._names(held))
        for name, rows in whole_case.LISTS.items():
            yield self._drawn("list", name=name)
            for row in self._spoken(rows(self.opened)):
                yield self._drawn("row", name=name, row=row)
        yield self._drawn("end")

    def _drawn(self, part: str, **values: Any) -> str:
        with translation.override(self.language):
            return render_to_string(f"evidence/copy_{part}.html", {**values, "files": self.files, "at": self.at})

    def _spoken(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Rows whose words are in the language of the person, whatever the thread speaks by then."""
        while True:
            with translation.override(self.language):
                row = next(rows, None)
            if row is None:
                return
            yield row

    def _names(self, held: Held) -> list[str]:
        return [f"{FILES}{leaving.name}" for leaving in held.files] if self.files else []

    # --- the same as JSON ---------------------------------------------------------------------------------------------

    def _json(self) -> Iterator[str]:
        yield f'{{\n"made_at": {_said(self.at)},\n"case": {_said(whole_case.about(self.opened, self.whole))}'
        yield from self._array("items", self._items())
        for name, rows in whole_case.LISTS.items():
            yield from self._array(name, self._spoken(rows(self.opened)))
        yield "\n}\n"

    def _items(self) -> Iterator[Row]:
        for held in whole_case.items_of(self.opened, self.whole):
            yield {**held.told, "in_this_copy": self._names(held)}

    def _array(self, name: str, rows: Iterator[Row]) -> Iterator[str]:
        between = ""
        yield f',\n"{name}": ['
        for row in rows:
            yield f"{between}\n{_said(row)}"
            between = ","
        yield "\n]"


def _said(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: object) -> str:
    """Moments and days as ISO, ids as they stand."""
    return value.isoformat() if isinstance(value, date) else str(value)
