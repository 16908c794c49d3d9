"""What an officer needs beside the items: the person's own lines, kept in the sealed index."""

from __future__ import annotations

from datetime import datetime

from evidence import custody, index, items
from evidence.custody import Act, Actor
from evidence.vault import Opened

NAMES = (
    "happened",
    "person",
    "contact",
    "risks",
    "place",
    "other_place",
    "paid",
    "reports",
    "wants",
    "initials",
    "nation",
    "prepared_for",
)


def read(opened: Opened) -> dict[str, str]:
    """Every detail that was given; a name that is missing was never asked."""
    return dict(index.read(opened).details)


def save(opened: Opened, given: dict[str, str], *, by: Actor, at: datetime) -> None:
    """Replace all details. An empty one stays as "asked, and left open"."""
    with items.holding(opened) as whole:
        whole.details = {name: given.get(name, "").strip() for name in NAMES}
        custody.record(opened.case, Act("details-changed"), by=by, at=at, secret=opened.secret)
