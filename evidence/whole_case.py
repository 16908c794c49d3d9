"""Everything that a case holds, opened for its owner piece by piece as plain values: nothing is left out but keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext

from evidence import custody, custody_words, holds, messages, places, progress, retention, sharing, vault
from evidence.cases import reference
from evidence.custody import Entry
from evidence.index import Index, Line
from evidence.models import AddPass, Item, OpenSession, OwnerWrap, Pack, SealedFile, Upload
from evidence.vault import FileRef, Opened
from guidance import content

LOG_AT_ONCE = 100
MADE_HERE = frozenset({"view", "cover"})  # copies that this site made for looking: the original tells the same
Row = dict[str, Any]


@dataclass(frozen=True)
class Leaving:
    """One sealed file of an item and the neutral name under which it leaves."""

    name: str
    file: FileRef
    crc32: int


@dataclass(frozen=True)
class Held:
    """One item with all that is known of it, and its files as they may leave."""

    told: Row
    files: tuple[Leaving, ...] = ()


# --- items ----------------------------------------------------------------------------------------------------------


def items_of(opened: Opened, whole: Index) -> Iterator[Held]:
    """Every item by its number, removed ones too, then notes that wait for a place in the index."""
    for line in sorted(whole.lines, key=lambda line: line.number):
        yield _held(opened, line, looks=whole.gate.open)
    known = {line.id for line in whole.lines}
    for pk in [pk for pk in Item.objects.filter(case=opened.case).values_list("pk", flat=True) if pk not in known]:
        yield Held({"id": str(pk), **_facts(opened, Item.objects.get(pk=pk))[1]})


def _facts(opened: Opened, row: Item) -> tuple[bytes, Row]:
    key = vault.key_of(opened, row, row.pk)
    return key, vault.open_facts(key, row.facts, case_id=opened.case.pk, about=row.pk)


def _held(opened: Opened, line: Line, *, looks: bool) -> Held:
    key, facts = _facts(opened, Item.objects.get(case=opened.case, pk=line.id))
    headers = [(row, vault.header_of(key, row)) for row in SealedFile.objects.filter(item=line.id)]
    headers.sort(key=lambda one: (one[1]["role"] != "original", one[1]["role"], one[1].get("turn", 0)))
    told = {**asdict(line), **facts, "files": [header for _, header in headers]}
    told["place"] = places.plain(opened, line.id, facts.get("place")) if looks else None
    if not looks:  # what could tell a locked picture again
        told["look"] = ""
        told["observed"] = {name: value for name, value in facts.get("observed", {}).items() if name != "look"}
    given = [(row, header) for row, header in headers if header["role"] not in MADE_HERE]
    return Held(told, tuple(_leaving(line, place, key, *one) for place, one in enumerate(given)))


def _leaving(line: Line, place: int, key: bytes, row: SealedFile, header: Row) -> Leaving:
    ending = header.get("extension") or header["type"].rpartition("/")[2].replace("jpeg", "jpg")
    more = f"-{place + 1}" if place else ""
    name = f"{line.number:03}{more}.{ending if ending.isalnum() and ending.isascii() else 'bin'}"
    return Leaving(name, vault.ref(key, row), header["crc32"])


# --- everything else --------------------------------------------------------------------------------------------------


def about(opened: Opened, whole: Index) -> Row:
    """The case itself: what the sealed index holds beside its lines, and what stands in the clear."""
    case = opened.case
    rest = {name: value for name, value in asdict(whole).items() if name not in {"lines", "steps"}}
    return {
        "reference": reference(case),
        "created_on": case.created_on,
        "status": case.status,
        "kept_until": case.erase_on,
        "locked": case.held,
        "key_version": case.secret_version,
        "new_keys_due": case.rotate_due,
        "deleted_at": case.hidden_at,
        "ways_in": sorted(OwnerWrap.objects.filter(case=case).values_list("kind", flat=True)),
        **rest,
        "keeping": asdict(retention.Choice(**whole.keeping)),
        "kept_by_order": retention.is_ordered(case),
        "steps": steps(opened, whole),
    }


def steps(opened: Opened, whole: Index) -> Row:
    """The list of steps that was kept: answers and marks, each with the words that stood on the page."""
    kept = progress.peek(opened)
    if kept is None:
        return {}
    return {
        "kept_at": whole.steps["kept_at"],
        "answers": [
            {"question": fact, "answer": given, "words": _label(fact, given)} for fact, given in kept.facts.items()
        ],
        "marks": [{"step": _title(code), "mark": mark.name.lower()} for code, mark in kept.marks.items()],
    }


def _title(code: str) -> str:
    step = content.load().by_code.get(code)
    return step.head.title if step else code


def _label(fact: str, given: str) -> str:
    """What the person pressed; the stored word where the page has changed since."""
    for step in content.load().steps.values():
        choice = step.head.choices.get(fact, {}).get(given)
        if choice:
            return choice.label
    return given


def _messages(opened: Opened) -> Iterator[Row]:
    return (asdict(one) for one in messages.each(opened))


def _shares(opened: Opened) -> Iterator[Row]:
    return (asdict(one) for one in sharing.shares(opened))


def _log(opened: Opened) -> Iterator[Row]:
    """The newest first, a hundred at a time; words in the language of the moment."""
    before = None
    while entries := custody.recent(opened, LOG_AT_ONCE, before):
        yield from map(_entry, entries)
        before = entries[-1].seq


def _entry(entry: Entry) -> Row:
    owner = entry.by.role == "owner"
    return {
        **entry.body,
        "said": custody_words.said(entry.act, say=gettext),
        "more": custody_words.more(entry.act),
        "by": gettext("You") if owner else custody_words.who(entry.by, say=gettext),
        "salt": entry.salt.hex(),
        "commitment": entry.commitment.hex(),
        "head": entry.head.hex(),
    }


def _orders(opened: Opened) -> Iterator[Row]:
    return (asdict(one) for one in holds.shown(opened))


def _packs(opened: Opened) -> Iterator[Row]:
    found = Pack.objects.filter(case=opened.case).order_by("asked_at")
    return (dict(row) for row in found.values("id", "status", "percent", "asked_at", "beat_at", "ends_at"))


def _uploads(opened: Opened) -> Iterator[Row]:
    for row in Upload.objects.filter(case=opened.case):
        facts = vault.open_facts(vault.key_of(opened, row, row.pk), row.facts, case_id=opened.case.pk, about=row.pk)
        yield {"id": row.pk, "seen_at": row.seen_at, **facts}


def _open_now(opened: Opened) -> Iterator[Row]:
    return (dict(row) for row in OpenSession.objects.filter(case=opened.case).values("born_at", "seen_at"))


def _adding(opened: Opened) -> Iterator[Row]:
    return (dict(row) for row in AddPass.objects.filter(case=opened.case).values("left", "ends_at"))


LISTS: dict[str, Callable[[Opened], Iterator[Row]]] = {
    "messages": _messages,
    "shares": _shares,
    "orders": _orders,
    "packs": _packs,
    "unfinished_uploads": _uploads,
    "open_now": _open_now,
    "devices_that_may_add": _adding,
    "log": _log,
}
