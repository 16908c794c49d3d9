"""Keeps a person's list of steps in their case, sealed for them alone, and gives it back."""

from __future__ import annotations

import base64
import json
from datetime import datetime

from django.db import transaction

from evidence import custody, index, items, vault
from evidence.custody import Act, Actor
from evidence.index import Index
from evidence.vault import Opened
from guidance.answers import Answers, Mark

ROOM = 4096  # bytes: a list is filled up to a multiple of them, so that its size tells nothing
FIELD = "steps"


class NothingToKeep(Exception):
    """No answer was given and no step was marked."""


class NothingKept(Exception):
    """There is no list in this case."""


def kept_at(whole: Index) -> datetime | None:
    """When the list was kept, or None where there is none."""
    return datetime.fromisoformat(whole.steps["kept_at"]) if whole.steps else None


def keep(opened: Opened, given: Answers, *, by: Actor, at: datetime) -> None:
    """Keep answers and marks, in place of those kept before. NothingToKeep."""
    if not given.facts and not given.marks:
        raise NothingToKeep
    sealed = vault.seal_for_owner(opened, _written(given), FIELD)
    with items.holding(opened) as whole:
        whole.steps = {
            "kept_at": at.isoformat(timespec="seconds"),
            "sealed": base64.b64encode(sealed).decode(),
        }
        custody.record(opened.case, Act("list-kept"), by=by, at=at, secret=opened.secret)


@transaction.atomic
def bring_back(opened: Opened, *, by: Actor, at: datetime) -> Answers:
    """The answers and marks that were kept; they stay kept. NothingKept; vault.Shut for anybody but the owner."""
    vault.hold(opened)
    kept = index.read(opened).steps
    if not kept:
        raise NothingKept
    given = _read(vault.open_as_owner(opened, base64.b64decode(kept["sealed"]), FIELD))
    custody.record(opened.case, Act("list-brought-back"), by=by, at=at, secret=opened.secret)
    return given


def peek(opened: Opened) -> Answers | None:
    """The same without an entry, for acts that write their own; None where there is no list."""
    kept = index.read(opened).steps
    return _read(vault.open_as_owner(opened, base64.b64decode(kept["sealed"]), FIELD)) if kept else None


def remove(opened: Opened, *, by: Actor, at: datetime) -> None:
    """Take the list out of the case. NothingKept."""
    with items.holding(opened) as whole:
        if not whole.steps:
            raise NothingKept
        whole.steps = {}
        custody.record(opened.case, Act("list-removed"), by=by, at=at, secret=opened.secret)


def _written(given: Answers) -> bytes:
    marks = {code: int(mark) for code, mark in given.marks.items()}
    plain = json.dumps({"facts": dict(given.facts), "marks": marks}, separators=(",", ":")).encode()
    return plain.ljust(-(-len(plain) // ROOM) * ROOM)


def _read(plain: bytes) -> Answers:
    value = json.loads(plain)
    return Answers(value["facts"], {code: Mark(mark) for code, mark in value["marks"].items()})
