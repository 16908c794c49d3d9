"""What an editor must confirm, worst first: by the checks of review.toml, and by what a wrong word would do."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from guidance import content
from guidance.content import Content
from guidance.records import Checked, Contact, Law, Platform, Record, StepHead

TABLE = "review.toml"
LAST = 99  # the rank of what no check names
WEAKEST = ("memory", "repository", "secondary", "official")  # what somebody has seen of a fact
FILES = {"step": "en/steps/{}.md", "contact": "contacts.toml", "platform": "platforms.toml", "law": "laws.toml"}


class Check(Record):
    """One thing to look up before the site opens: its rank, what to open, and the records that rest on it."""

    rank: int
    name: str
    open: str
    records: tuple[str, ...] = ()

    def names(self, record: str) -> bool:
        """L-UK-01 names L-UK-01-R too; a star stands for anything."""
        return any(record == one or record.startswith(one + "-") or fnmatchcase(record, one) for one in self.records)


@dataclass(frozen=True)
class Due:
    """One record that somebody must look at, and why it stands where it does."""

    kind: str
    name: str
    record: Checked
    check: Check | None
    confidence: str
    overdue: bool

    @property
    def file(self) -> str:
        return FILES[self.kind].format(self.name)

    @property
    def open(self) -> str:
        """The service's own page or the platform's form; for the rest the sources that it cites."""
        own = self.record.web if isinstance(self.record, Contact) else getattr(self.record, "form", "")
        return own or ", ".join(self.record.sources)

    @property
    def place(self) -> tuple[bool, int, int, str, str]:
        """Sorts: past its date, then how bad an error would be, then the rank of the check."""
        return (not self.overdue, self.group, self.rank, self.kind, self.name)

    @property
    def rank(self) -> int:
        return self.check.rank if self.check else LAST

    @property
    def group(self) -> int:
        """0 named by a check, 1 a page where a wrong word is dangerous, 2 who answers in a crisis, 3 where, 4 rest."""
        if self.check is not None:
            return 0
        if isinstance(self.record, StepHead) and self.record.severity == "safety":
            return 1
        if isinstance(self.record, Contact) and {"crisis", "emergency"} & set(self.record.roles):
            return 2
        return 3 if isinstance(self.record, (Platform, Law)) else 4


def checks(folder: Path = content.FOLDER) -> tuple[Check, ...]:
    """The checks, by rank."""
    rows = tomllib.loads((folder / TABLE).read_text(encoding="utf-8"))["checks"]
    return tuple(sorted((Check.model_validate(row) for row in rows), key=lambda check: check.rank))


def due(loaded: Content, table: tuple[Check, ...], *, on: date) -> list[Due]:
    """What waits for an editor, or is past its date on that day, worst first."""
    found: list[Due] = []
    for title, record in content.dated(loaded):
        kind, name = title.split(" ", 1)
        overdue = record.review_by < on
        if record.needs_editor or overdue:
            check = next((one for one in table if one.names(name)), None)
            found.append(Due(kind, name, record, check, confidence(loaded, record), overdue))
    return sorted(found, key=lambda one: one.place)


def confidence(loaded: Content, record: Any) -> str:
    """The record's own word on it; a page has that of its weakest source, "reference" where it cites only facts."""
    if own := getattr(record, "confidence", ""):
        return str(own)
    kinds = {loaded.sources[one].kind for one in record.sources if one in loaded.sources}
    return next((kind for kind in WEAKEST if kind in kinds), "reference")
