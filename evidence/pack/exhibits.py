"""The page of each picture and the record of each typed item, as values that a template only has to print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evidence.pack.disclosure import leaves, original_name
from evidence.pack.facts import Fact, counted, fact, hash_lines, lasting, moment, short, weighed
from evidence.pack.layout import Part, Place, place
from evidence.pack.snapshot import Item, Observations, Snapshot
from evidence.pack.times import clock

_PAGE = 218.0  # mm under the heading of a page
_SIGNED = 62.0  # mm for the SHA-256, the label to sign and two headings
_KINDS = {
    "picture": "Picture or screenshot",
    "film": "Film or screen recording",
    "sound": "Sound or voice note",
    "document": "Document",
    "mail": "Email, saved as a file",
    "chat": "Chat, exported from an app",
    "message": "Message, picked from an exported chat",
    "address": "Web address, typed by the person",
    "account": "Account, typed by the person",
    "contact": "Phone number or email address, typed by the person",
    "demand": "Demand, typed by the person",
    "payment": "Payment made, typed by the person",
    "note": "Message or note, typed by the person",
    "event": "Event, typed by the person",
}
_SHOWING = ("picture", "film", "sound")


@dataclass(frozen=True)
class Exhibit:
    """The page of a picture or another file: the facts beside it, and in `below` those too long to stand there."""

    label: str
    anchor: str
    item: str
    title: str
    kind: str
    said: tuple[Fact, ...]
    recorded: tuple[Fact, ...]
    below: tuple[Fact, ...]
    sha256: tuple[str, str]
    where: Place | None
    held: str
    file: str = ""
    locked: bool = False
    inside: tuple[Fact, ...] = ()

    @property
    def long(self) -> bool:
        """Whether what stands inside the file needs a page that begins with it."""
        return sum(one.height(132) for one in self.inside) > 60

    @property
    def pairs(self) -> Iterator[tuple[Part, ...]]:
        """The parts of a tall picture after the first, two to a page."""
        rest = self.where.parts[1:] if self.where else ()
        return (rest[start : start + 2] for start in range(0, len(rest), 2))

    @property
    def count(self) -> str:
        """How many parts a tall picture is cut into."""
        return str(len(self.where.parts)) if self.where else "0"


@dataclass(frozen=True)
class Record:
    """An item that was typed: a short block with its mark."""

    label: str
    anchor: str
    title: str
    kind: str
    said: tuple[Fact, ...]
    picked: bool  # out of an exported chat, and so not the person's words


def exhibit(snapshot: Snapshot, item: Item, pixels: tuple[int, int] | None) -> Exhibit:
    """The page of one file; `pixels` is the size of a picture's copy, None where there is none to show."""
    if item.observed is None:
        raise ValueError("only a file has a page of its own")
    out = leaves(item)
    where = place(*pixels) if out.picture and pixels else None
    recorded = tuple(_observed(snapshot, item, item.observed))
    said, below = _fitted(list(_claimed(snapshot, item)), _room(where, recorded, title(item)))
    return Exhibit(
        label=snapshot.label(item.number),
        anchor=anchor(item),
        item=item.id,
        title=title(item),
        kind=kind_of(item),
        said=said,
        recorded=recorded,
        below=below,
        sha256=hash_lines(item.observed.sha256),
        where=where,
        held=out.held,
        file=original_name(snapshot.marks, item) if out.original and not out.picture else "",
        locked=item.locked,
        inside=tuple(fact(name, value) for name, value in item.observed.inside if out.original),
    )


def record(snapshot: Snapshot, item: Item) -> Record:
    """The block of one typed item: what was said, and when it was typed."""
    facts = [one for one in _claimed(snapshot, item) if "missing" not in one.style]
    if not facts:
        facts = [fact("Said about it", item.description)]
    typed = f", {clock(item.recorded_at, snapshot.zone, seconds=False)}" if item.recorded_at else ""
    picked = item.kind == "message"
    if picked:
        facts = [*sorted(facts, key=lambda one: one.name != "Words"), *_export_of(snapshot, item)]
    return Record(snapshot.label(item.number), anchor(item), title(item), kind_of(item) + typed, tuple(facts), picked)


def _export_of(snapshot: Snapshot, item: Item) -> Iterator[Fact]:
    """The exhibit that a picked message stands in, found by its hash."""
    hashes = {value for _, value in item.claims.more}
    for other in snapshot.in_order():
        if other.observed and other.observed.sha256 in hashes:
            yield Fact("The whole export is", snapshot.label(other.number), "ltr")


def anchor(item: Item) -> str:
    """The name of an item's place in the report."""
    return f"n{item.number}"


def title(item: Item) -> str:
    """The item's title, or what it is, with the subject of a mail, the app of a chat or the name that a file had."""
    kind = _KINDS[item.kind].partition(",")[0]
    return " ".join(item.title.split()) or (f"{kind}: {short(_named(item), 60)}" if _named(item) else kind)


def _named(item: Item) -> str:
    """What tells one file without a title from another; a mail and an app only of a file that leaves."""
    if item.observed is None:
        return ""
    read = dict(item.observed.inside) if leaves(item).original else {}
    return read.get("Subject") or read.get("App") or item.observed.original_name or ""


def kind_of(item: Item) -> str:
    """What kind of thing the item is, and for a file whether it leaves."""
    out = leaves(item)
    held = item.observed is not None and not (out.picture or out.original)
    if not held:
        return _KINDS[item.kind]
    name = "Picture" if item.kind == "picture" else _KINDS[item.kind]
    return f"{name}, {'locked' if item.locked else 'held by the person'}"


def _claimed(snapshot: Snapshot, item: Item) -> Iterator[Fact]:
    claims = item.claims
    yield fact("Web address", claims.address, mono=True)
    yield fact("Account shown", claims.account)
    yield fact("Where", claims.where)
    yield moment("Sent, posted or happened", claims.when, snapshot.zone)
    for name, value in claims.more:
        yield fact(name, value)
    if item.observed is not None:
        yield fact("How it was captured", claims.how_captured)
    if claims.what:
        yield fact("What it shows" if item.kind in _SHOWING else "What happened", claims.what)
    if claims.words_shown:
        yield fact("Words in it" if item.kind in _SHOWING else "Words", claims.words_shown)
    if item.description and item.description != claims.what:
        yield fact("Description", item.description)


def _observed(snapshot: Snapshot, item: Item, seen: Observations) -> Iterator[Fact]:
    pixels = f"{seen.width} by {seen.height} pixels, " if seen.width and seen.height else ""
    lasts = f"{lasting(seen.seconds)}, " if seen.seconds else ""
    yield Fact("Received", clock(seen.received_at, snapshot.zone), "ltr")
    apart = "" if leaves(item).original else " (not in this pack)"
    named = f"Named {seen.original_name} on the device" if seen.original_name else ""
    yield Fact(
        "Original file",
        f"{original_name(snapshot.marks, item)}{apart}, {pixels}{lasts}{weighed(seen.size)}, {seen.extension.upper()}",
        "ltr",
        named,
    )
    if item.covered:
        yield Fact("Parts hidden", "The person covered parts of the copy that is shown. The original is whole.", "ltr")
    inside = ", ".join(filter(None, [seen.taken, seen.device]))
    if inside:
        yield Fact("Written in the file", inside, "ltr", "Taken from the file; a device's clock may be wrong.")
    if seen.place:
        lines = "\n".join(f"{name}: {text}" for name, text in seen.place)
        yield Fact("Location", lines, "ltr", "Read from the file when the person asked. It may be wrong or changed.")
    elif seen.has_location:
        yield Fact("Location", "The file may carry a location. It is not in this report.", "ltr")


@dataclass(frozen=True)
class _Room:
    """The column that what the person said has to fit: its width and height in mm."""

    width: float
    height: float


def _room(where: Place | None, recorded: tuple[Fact, ...], heading: str) -> _Room:
    free = _PAGE - 5.5 * (len(heading) // 62)
    if where is None:
        return _Room(62, free)
    if where.way == "top":
        return _Room(85, free - float(where.height) - 9)
    width = 72 if where.way == "side" else 86
    return _Room(width, free - _SIGNED - sum(one.height(width) for one in recorded))


def _fitted(facts: list[Fact], room: _Room) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """Facts that fit the column, and the longest ones that have to stand below, in their order."""
    moved: dict[int, Fact] = {}
    while sum(one.height(room.width) for one in facts) > room.height and len(moved) < len(facts):
        place_of = max(range(len(facts)), key=lambda place: facts[place].height(room.width))
        moved[place_of] = facts[place_of]
        facts[place_of] = Fact(facts[place_of].name, "see below", "missing")
    return tuple(facts), tuple(moved[place_of] for place_of in sorted(moved))


def tally(snapshot: Snapshot) -> str:
    """What the pack holds, in one sentence."""
    pictures = [item for item in snapshot.items if item.kind == "picture"]
    shown = [item for item in pictures if leaves(item).picture]
    files = sum(item.observed is not None for item in snapshot.items) - len(pictures)
    typed = len(snapshot.items) - len(pictures) - files
    others = f", {counted(files, 'other file')}" if files else ""
    seen = f"{len(shown)} shown, {len(pictures) - len(shown)} not shown"
    return f"{counted(len(pictures), 'picture')} ({seen}){others} and {counted(typed, 'typed record')}"
