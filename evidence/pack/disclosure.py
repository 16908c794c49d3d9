"""Decides, for each item, what of it leaves with the pack; every file of the pack asks here alone."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.pack.snapshot import Item, Marks, Snapshot

HELD = "Held by the person. Left out of this pack as a file."
LOCKED = "Locked: it may show someone under 18. Nobody can open it in the service."
ORIGINAL_HELD = "The original file is held by the person."
LOCATION_HELD = "Held by the person; it carries a location that they have not released."


@dataclass(frozen=True)
class Leaves:
    """What of one file leaves; `held` says why something does not, or is empty."""

    picture: bool
    original: bool
    held: str


def leaves(item: Item) -> Leaves:
    """What leaves of a file: the chosen picture; the original where chosen and its location released."""
    if not (item.include_picture or item.include_original):
        return Leaves(False, False, (LOCKED if item.locked else HELD) if item.observed else "")
    if item.observed is None or not item.include_original:
        return Leaves(True, False, ORIGINAL_HELD)
    if item.observed.has_location and not item.location_included:
        return Leaves(item.include_picture, False, LOCATION_HELD)
    return Leaves(item.include_picture, True, "")


def pictures(snapshot: Snapshot) -> tuple[Item, ...]:
    """Every picture and other file of the case by its number, those left out as well."""
    return tuple(item for item in snapshot.in_order() if item.observed is not None)


def original_name(marks: Marks, item: Item) -> str:
    """A file name that tells nothing: `ABC-001.png`."""
    extension = item.observed.extension if item.observed else "txt"
    return f"{marks.initials}-{item.number:03d}.{extension}"


def copy_name(marks: Marks, item: Item) -> str:
    """The name of the re-encoded copy: `ABC-001.jpg`."""
    return f"{marks.initials}-{item.number:03d}.jpg"


def originals_list(snapshot: Snapshot) -> bytes:
    """`originals-sha256.txt`: every original of the case, one a line, as `sha256sum` writes it.

    What is in the pack stands under `originals/`, what is not under `held-by-the-person/` or `locked/`.
    """
    lines = []
    for item in pictures(snapshot):
        held = "locked" if item.locked else "held-by-the-person"
        folder = "originals" if leaves(item).original else held
        sha256 = item.observed.sha256 if item.observed else ""
        lines.append(f"{sha256}  {folder}/{original_name(snapshot.marks, item)}\n")
    return "".join(lines).encode()
