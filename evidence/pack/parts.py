"""Gathers every value that the report prints, part by part, from the snapshot made safe to print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from evidence.pack import checking, exhibits, summary
from evidence.pack.disclosure import leaves, original_name, pictures
from evidence.pack.facts import Fact, counted, fact, hash_lines, moment, short, span, weighed
from evidence.pack.snapshot import Entry, Item, ReportMade, Snapshot
from evidence.pack.times import When, clock, order

_MOST_CONTENTS = 60
_DASH = "\u2013"


@dataclass(frozen=True)
class Row:
    """A row of the chronology."""

    when: Fact
    what: Fact
    where: Fact
    label: str
    anchor: str
    at: datetime | None
    position: int = 0


@dataclass(frozen=True)
class Listed:
    """A row of the exhibit list."""

    label: str
    anchor: str
    title: Fact
    kind: str
    name: str
    start: str
    received: str
    pack: str


@dataclass(frozen=True)
class Logged:
    """A row of the custody log; closed entries that follow one another share a row."""

    numbers: str
    at: str
    who: str
    act: str
    words: str
    closed: str


@dataclass(frozen=True)
class Measured:
    """What was worked out from the snapshot as it was given, before it was made safe to print.

    `list_sha256` is the hash of originals-sha256.txt, `pixels` the size of each copy shown by item id,
    `log_faults` the sentences in which the custody log does not add up.
    """

    list_sha256: str
    pixels: Mapping[str, tuple[int, int]]
    log_faults: tuple[str, ...]


def values(snapshot: Snapshot, measured: Measured) -> dict[str, Any]:
    """The template's values: text and records of text only. `snapshot` has been through `hygiene` already."""
    files = pictures(snapshot)
    typed = [item for item in snapshot.in_order() if not item.observed]
    return {
        "s": snapshot,
        "title": f"Report {snapshot.reference}",
        "word": snapshot.marks.word,
        "Word": snapshot.marks.word.capitalize(),
        "organisation": short(snapshot.organisation, 80),
        "made": clock(snapshot.made_at, snapshot.zone, seconds=False),
        "made_utc": clock(snapshot.made_at, "UTC"),
        "cover": _cover(snapshot),
        "shown": str(sum(leaves(item).picture for item in files)),
        "of": str(sum(item.kind == "picture" for item in files)),
        "list_sha256": hash_lines(measured.list_sha256),
        "head": hash_lines(snapshot.custody.head),
        "officer": summary.officer(snapshot),
        "whole_story": summary.paragraphs(snapshot.summary.happened),
        "requests": summary.requests(snapshot),
        "chronology": chronology(snapshot),
        "list": [_listed(snapshot, item) for item in snapshot.in_order()],
        "gaps": _gaps(snapshot),
        "contents_exhibits": files if len(files) <= _MOST_CONTENTS else (),
        "exhibits": [exhibits.exhibit(snapshot, item, measured.pixels.get(item.id)) for item in files],
        "records": [exhibits.record(snapshot, item) for item in typed if item.kind != "message"],
        "messages": [exhibits.record(snapshot, item) for item in typed if item.kind == "message"],
        "accounts": [_account(snapshot, number) for number in range(len(snapshot.accounts))],
        "addresses": [_address(snapshot, number) for number in range(len(snapshot.addresses))],
        "reports": [_report(snapshot, made) for made in snapshot.reports or ()],
        "reports_missing": "not asked" if snapshot.reports is None else "Nobody has been told yet.",
        "gate": _gate(snapshot),
        "custody": logged(snapshot),
        "custody_counts": _custody_counts(snapshot),
        "custody_fits": " ".join(measured.log_faults),
        "ways": checking.ways("data/report.pdf"),
        "held": str(sum(not leaves(item).original for item in files)),
    }


def chronology(snapshot: Snapshot) -> list[Row]:
    """Everything with a moment in order of time, messages of one moment as their chat has them.

    What has no time stands last, by its number.
    """
    placed = [item for item in snapshot.in_order() if item.kind != "account" or item.claims.when]
    rows = [_happened(snapshot, item) for item in placed]
    rows += [_told(snapshot, made) for made in snapshot.reports or ()]
    known = [row for row in rows if row.at is not None]
    return sorted(known, key=lambda row: (str(row.at), row.position)) + [row for row in rows if row.at is None]


def logged(snapshot: Snapshot) -> list[Logged]:
    """The custody log, open entries one by one."""
    rows = []
    for is_open, group in groupby(snapshot.custody.entries, key=lambda entry: entry.open):
        entries = list(group)
        rows += [_opened(snapshot, entry) for entry in entries] if is_open else [_closed(entries)]
    return rows


def _cover(snapshot: Snapshot) -> list[Fact]:
    originals = [item for item in pictures(snapshot) if leaves(item).original and item.observed]
    size = sum(item.observed.size for item in originals if item.observed)
    files = f"{counted(len(originals), 'original file')}{f', {weighed(size)}' if originals else ''}"
    return [
        fact("Prepared for", None if snapshot.prepared_for is None else short(snapshot.prepared_for)),
        fact("Compiled by", short(f"{snapshot.compiled_by}, {snapshot.organisation}")),
        fact("Events from, to", summary.period(snapshot) or ""),
        Fact("Report made", clock(snapshot.made_at, snapshot.zone, seconds=False), "ltr"),
        Fact("In the case", exhibits.tally(snapshot), "ltr"),
        Fact("In the pack with it", files, "ltr"),
    ]


def _happened(snapshot: Snapshot, item: Item) -> Row:
    return Row(
        when=moment("", item.claims.when, snapshot.zone),
        what=fact("", exhibits.title(item)),
        where=fact("", item.claims.where),
        label=snapshot.label(item.number),
        anchor=exhibits.anchor(item),
        at=order(item.claims.when),
        position=item.position,
    )


def _told(snapshot: Snapshot, made: ReportMade) -> Row:
    what = f"Told: {made.to}" + (f" (reference {made.reference})" if made.reference else "")
    return Row(
        moment("", made.when, snapshot.zone),
        fact("", what),
        Fact("", _DASH),
        _DASH,
        "reports",
        order(made.when),
    )


def _listed(snapshot: Snapshot, item: Item) -> Listed:
    seen = item.observed
    received = seen.received_at if seen else item.recorded_at
    return Listed(
        label=snapshot.label(item.number),
        anchor=exhibits.anchor(item),
        title=fact("", exhibits.title(item)),
        kind=exhibits.kind_of(item),
        name=original_name(snapshot.marks, item) if seen else "",
        start=f"{seen.sha256[:8]} {seen.sha256[8:16]}" if seen else "",
        received=clock(received, snapshot.zone, seconds=False) if received else "not known",
        pack=_in_pack(item),
    )


def _in_pack(item: Item) -> str:
    out = leaves(item)
    if item.observed is None or item.locked:
        return "Locked" if item.locked else "In words"
    if not out.picture:
        return "Original in the pack" if out.original else "Held by the person"
    return "Shown, with original" if out.original else "Shown; original held"


def _gaps(snapshot: Snapshot) -> str:
    numbers = {item.number for item in snapshot.items}
    missing = [number for number in range(1, max(numbers, default=0) + 1) if number not in numbers]
    return ", ".join(snapshot.label(number) for number in missing)


def _account(snapshot: Snapshot, place: int) -> dict[str, Any]:
    account = snapshot.accounts[place]
    return {
        "platform": fact("", account.platform),
        "name": fact("", account.shown_name),
        "identifier": fact("", account.identifier, mono=True),
        "known": fact("", account.how_known),
        "seen": fact("", span(account.first, account.last, snapshot.zone) or _unless_asked(account.first)),
        "marks": summary.marks_of(snapshot, account.items),
    }


def _address(snapshot: Snapshot, place: int) -> dict[str, Any]:
    address = snapshot.addresses[place]
    return {
        "platform": fact("", address.platform),
        "address": fact("", address.address, mono=True),
        "state": fact("", address.state),
        "when": moment("", address.when, snapshot.zone),
        "marks": summary.marks_of(snapshot, address.items),
    }


def _unless_asked(when: When | None) -> str | None:
    return None if when is None else ""


def _report(snapshot: Snapshot, made: ReportMade) -> dict[str, Fact]:
    return {
        "to": fact("", made.to),
        "when": moment("", made.when, snapshot.zone),
        "reference": fact("", made.reference),
        "answer": fact("", made.answer),
    }


def _gate(snapshot: Snapshot) -> list[Fact]:
    answered = clock(snapshot.gate.answered_at, snapshot.zone) if snapshot.gate.answered_at else None
    return [
        fact("How old is everyone shown?", snapshot.gate.ages),
        fact("Whose pictures are they?", snapshot.gate.whose),
        fact("Answered", answered),
    ]


def _opened(snapshot: Snapshot, entry: Entry) -> Logged:
    at = clock(entry.at, snapshot.zone) if entry.at else "not known"
    return Logged(str(entry.seq), at, entry.who or "not known", _act(entry.act), entry.words or _DASH, "")


def _act(act: str | None) -> str:
    return act.replace("-", " ").capitalize() if act else "not known"


def _closed(entries: list[Entry]) -> Logged:
    first, last = entries[0].seq, entries[-1].seq
    numbers = str(first) if first == last else f"{first} to {last}"
    return Logged(numbers, "", "", "", "", counted(len(entries), "closed entry", "closed entries"))


def _custody_counts(snapshot: Snapshot) -> str:
    entries = snapshot.custody.entries
    opened = sum(entry.open for entry in entries)
    return f"{counted(len(entries), 'entry', 'entries')}: {opened} open, {len(entries) - opened} closed"
