"""Freezes an open case into the snapshot that a pack is made from: what is chosen goes in, the rest stays behind."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime

from django.conf import settings

from evidence import custody, custody_words, index, items, places, platforms
from evidence.cases import reference
from evidence.custody import Entry
from evidence.freezing_items import Choices, Pairs, frozen_item, frozen_when
from evidence.index import Index, Line
from evidence.intake.exports.snapchat import OWNER
from evidence.items import ItemView
from evidence.pack import snapshot as frozen
from evidence.pack.times import When, order
from evidence.vault import Opened

# Entries that leave with a pack; looks, messages and shares stay closed commitments.
OPEN_ACTS = frozenset(
    {
        "case-made",
        "words-confirmed",
        "gate-answered",
        "pictures-locked",
        "item-added",
        "note-left",
        "item-edited",
        "edit-undone",
        "item-removed",
        "item-brought-back",
        "marked-intimate",
        "marked-not-intimate",
        "parts-covered",
        "parts-uncovered",
        "message-picked",
    }
)
AGES = {
    "adults": "Everyone shown in any sexual picture was 18 or over when it was made.",
    "under18": "Someone shown in a sexual picture was under 18 when it was made.",
    "unsure": "The person is not sure that everyone shown was 18 or over.",
}
WHOSE = {
    "mine": "The pictures are of the person who keeps this case.",
    "agreed": "The pictures are of someone who asked the person to do this and knows of it.",
    "other": "The pictures are of someone else.",
}


def freeze(opened: Opened, pack_id: uuid.UUID, choices: Choices, *, at: datetime) -> frozen.Snapshot:
    """Everything one pack may print, as values. Pictures are left out altogether once the gate is shut."""
    whole = index.read(opened)
    views = [items.view(opened, line) for line in whole.kept()]
    details = whole.details
    _, head = custody.head_of(opened.case)
    return frozen.Snapshot(
        pack_id=str(pack_id),
        reference=reference(opened.case),
        made_at=at.astimezone(UTC).isoformat(timespec="seconds"),
        organisation=settings.ORGANISATION,
        compiled_by=details.get("compiled_by") or "The person who keeps this case",
        custody=frozen.Custody(tuple(_entry(e) for e in custody.everything(opened)), head.hex()),
        software=f"abuse-help {settings.VERSION}",
        marks=_marks(details),
        prepared_for=_given(details, "prepared_for"),
        person=_given(details, "person"),
        contact=_given(details, "contact"),
        summary=_summary(whole),
        gate=_gate(whole),
        items=tuple(_item(opened, view, choices, whole) for view in views),
        accounts=tuple(_accounts(views, _own_names(opened, whole, views))),
        addresses=tuple(_addresses(views)),
        reports=_reports(details),
        keeps=tuple(_keeps(whole.kept())),
    )


def _item(opened: Opened, view: ItemView, choices: Choices, whole: Index) -> frozen.Item:
    place = _place(opened, view, whole) if view.line.id in choices.places else ()
    return frozen_item(view, choices, whole.gate, place=place)


def _place(opened: Opened, view: ItemView, whole: Index) -> Pairs:
    """What was read of the place inside a file, the degrees before the file's own words."""
    kept = places.kept(opened, view, whole.gate)
    if kept is None:
        return ()
    degrees = (("Latitude, longitude", kept.degrees),) if kept.degrees else ()
    return (*degrees, *(pair for pair in kept.fields if pair[1] != kept.degrees))


def _given(details: dict[str, str], name: str) -> str | None:
    """None: nobody asked. "": asked, and the person left it as not known."""
    return details.get(name)


def _marks(details: dict[str, str]) -> frozen.Marks:
    word = "production" if details.get("nation") == "scotland" else "exhibit"
    return frozen.Marks(
        initials=details.get("initials") or "ABC", word="production" if word == "production" else "exhibit"
    )


def _summary(whole: Index) -> frozen.Summary:
    details = whole.details
    timed = [frozen_when(line.when) for line in whole.kept() if line.when.known != "unknown" and line.when.at]
    known = sorted(timed, key=lambda when: str(order(when)))
    risks = details.get("risks")
    return frozen.Summary(
        happened=_given(details, "happened"),
        first=known[0] if known else None,
        last=known[-1] if known else None,
        place=_given(details, "place"),
        other_place=_given(details, "other_place"),
        paid=_given(details, "paid"),
        wants=_given(details, "wants"),
        risks=None if risks is None else tuple(line.strip() for line in risks.splitlines() if line.strip()),
    )


def _gate(whole: Index) -> frozen.Gate:
    gate = whole.gate
    if not gate.answered:
        return frozen.Gate()
    ages = AGES[gate.shown]
    if gate.locked:
        ages += " Later every picture was locked, because one may show someone under 18."
    return frozen.Gate(ages=ages, whose=WHOSE[gate.whose], answered_at=gate.answered_at)


def _own_names(opened: Opened, whole: Index, views: Iterable[ItemView]) -> dict[str, str]:
    """By the id of each export from which something was picked: the name there that the person says is hers."""
    exports = {view.observed["export"] for view in views if view.line.kind == index.MESSAGE}
    lines = (line for line in whole.lines if str(line.id) in exports)
    return {str(line.id): items.view(opened, line).observed.get("own", "") for line in lines}


def _accounts(views: Iterable[ItemView], own: dict[str, str]) -> list[frozen.Account]:
    """One row for each platform and handle, with every exhibit that names it.

    Never the person's own: who sent a picked message counts where she has said which name in the export is hers, or
    where somebody typed that account.
    """
    named = [view for view in views if view.claims.get("account") and not _is_own(view, own)]
    typed = {_account_of(view) for view in named if not _as_picked(view)}
    rows: dict[tuple[str, str], frozen.Account] = {}
    for view in named:
        key = _account_of(view)
        if not _as_picked(view) or own.get(view.observed["export"]) or key in typed:
            blank = frozen.Account(platform=view.claims.get("where", ""), shown_name=view.claims["account"])
            rows[key] = _merged(rows.get(key, blank), view)
    return list(rows.values())


def _account_of(view: ItemView) -> tuple[str, str]:
    return view.claims.get("where", "").casefold(), view.claims["account"].casefold()


def _as_picked(view: ItemView) -> bool:
    """Is its account the sender that the export names, and nobody's own words?"""
    return view.line.kind == index.MESSAGE and view.claims["account"] == view.observed["message"]["sender"]


def _is_own(view: ItemView, own: dict[str, str]) -> bool:
    """Did the person send it herself, or the app, which no account did?"""
    if not _as_picked(view):
        return False
    message = view.observed["message"]
    return message["system"] or message["sender"] in (OWNER, own.get(view.observed["export"]))


def _merged(old: frozen.Account, view: ItemView) -> frozen.Account:
    when = frozen_when(view.line.when)
    times = [t for t in (old.first, old.last, when) if t is not None and t.at]
    times.sort(key=lambda when: str(order(when)))
    is_account = view.line.kind == index.ACCOUNT
    return frozen.Account(
        platform=old.platform,
        shown_name=old.shown_name,
        identifier=(view.claims.get("number") or old.identifier) if is_account else old.identifier,
        how_known=(view.claims.get("what") or old.how_known) if is_account else old.how_known,
        first=times[0] if times else None,
        last=times[-1] if times else None,
        items=(*old.items, view.line.number),
    )


def _addresses(views: Iterable[ItemView]) -> list[frozen.Address]:
    rows: dict[str, frozen.Address] = {}
    for view in views:
        address = view.claims.get("address", "")
        if address:
            old = rows.get(address, frozen.Address(address=address, platform=view.claims.get("where") or None))
            when = old.when if old.when and old.when.at else frozen_when(view.line.when)
            state = view.claims.get("state") or old.state
            rows[address] = frozen.Address(address, old.platform, state, when, (*old.items, view.line.number))
    return list(rows.values())


def _reports(details: dict[str, str]) -> tuple[frozen.ReportMade, ...] | None:
    """One line each: "to whom | day | reference | answer"."""
    text = details.get("reports")
    if text is None:
        return None
    rows = ([part.strip() for part in line.split("|")] for line in text.splitlines() if line.strip())
    return tuple(
        frozen.ReportMade(to=to, when=_day(day), reference=reference, answer=answer)
        for to, day, reference, answer in ((*row, "", "", "")[:4] for row in rows)
    )


def _day(words: str) -> When:
    """A day as people write it ("18 November 2026"); other words stand as they are."""
    for shape in ("%d %B %Y", "%d %b %Y", "%d/%m/%Y", "%Y-%m-%d"):
        with contextlib.suppress(ValueError):
            return When("exact", datetime.strptime(words, shape).date().isoformat())  # noqa: DTZ007  a day has no zone
    return When("unknown", words=words or None)


def _keeps(lines: Iterable[Line]) -> list[frozen.Keeping]:
    """One row for each platform that was named, as it was typed first."""
    named: dict[str, str] = {}
    for line in lines:
        if line.where:
            named.setdefault(line.where.casefold(), line.where)
    return [platforms.keeping(named[name]) for name in sorted(named)]


def _entry(entry: Entry) -> frozen.Entry:
    if entry.act.what not in OPEN_ACTS:
        return frozen.Entry(seq=entry.seq, commitment=entry.commitment.hex())
    return frozen.Entry(
        seq=entry.seq,
        commitment=entry.commitment.hex(),
        salt=entry.salt.hex(),
        body=entry.body,
        at=entry.body["at"],
        who=custody_words.who(entry.by),
        act=entry.act.what,
        words=custody_words.said(entry.act),
    )
