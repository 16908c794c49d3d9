"""The officer's page: what to know in one minute, and what to ask for before it is deleted."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.pack.facts import NOT_KNOWN, Fact, counted, fact, moment, span
from evidence.pack.snapshot import Account, Address, Snapshot
from evidence.pack.times import When, order, spoken

_RANK = {"timed": 0, "lose": 1, "keep": 2, "unknown": 3}
_FATE = {
    "timed": "Deleted after a set time",
    "lose": "May be lost when the account or post goes",
    "keep": "Kept while the account is there",
    "unknown": "Not known how long it is kept",
}
_MOST_ROWS = 8
_MOST_LETTERS = 900


@dataclass(frozen=True)
class Request:
    """One row of what to ask a platform for; `soon` marks what may be gone first."""

    platform: str
    thing: str
    mono: str
    ask: str
    fate: str
    note: str
    soon: str
    marks: str
    rank: int


@dataclass(frozen=True)
class Officer:
    """Everything on the page. `happened` is cut, at a sentence, only where `more` says so."""

    contact: Fact
    risks: tuple[str, ...]
    risk_word: str
    happened: tuple[Fact, ...]
    more: str
    facts: tuple[Fact, ...]
    requests: tuple[Request, ...]
    further: str


def officer(snapshot: Snapshot) -> Officer:
    """The values of the officer's page."""
    asked = requests(snapshot)
    told = snapshot.summary.happened
    short = _opening(told) if told else told
    return Officer(
        contact=fact("Reaching the person safely", snapshot.contact),
        risks=snapshot.summary.risks or (),
        risk_word="not asked" if snapshot.summary.risks is None else "none named",
        happened=paragraphs(short),
        more="yes" if short != told else "",
        facts=tuple(_facts(snapshot)),
        requests=asked[:_MOST_ROWS],
        further=counted(len(asked) - _MOST_ROWS, "more row") if len(asked) > _MOST_ROWS else "",
    )


def paragraphs(text: str | None) -> tuple[Fact, ...]:
    """A text of several paragraphs, each in its own direction."""
    if text is None or not text.strip():
        return (fact("", text),)
    return tuple(fact("", part) for part in text.split("\n") if part.strip())


def requests(snapshot: Snapshot) -> tuple[Request, ...]:
    """Accounts and addresses to name to each platform, the soonest deleted first."""
    rows = [_for_account(snapshot, account) for account in snapshot.accounts]
    rows += [_for_address(snapshot, address) for address in snapshot.addresses]
    return tuple(sorted(rows, key=lambda row: row.rank))


def period(snapshot: Snapshot) -> str | None:
    """First to last date: as the person said, else from the dated items."""
    first, last = _ends(snapshot)
    return span(first, last, snapshot.zone)


def marks_of(snapshot: Snapshot, numbers: tuple[int, ...]) -> str:
    """The marks of items, in order: "ABC/1, ABC/3", or a dash."""
    return ", ".join(snapshot.label(number) for number in sorted(numbers)) or "\u2013"


def reported(snapshot: Snapshot) -> str | None:
    """Who has been told, with reference numbers, in one line; None where it was not asked."""
    if snapshot.reports is None:
        return None
    told = [f"{made.to} ({made.reference or 'no reference'})" for made in snapshot.reports]
    return "; ".join(told) or "Nobody yet"


def _facts(snapshot: Snapshot) -> list[Fact]:
    first, last = _ends(snapshot)
    summary = snapshot.summary
    return [
        fact("The person", snapshot.person),
        fact("What the person wants", summary.wants),
        moment("First event", first, snapshot.zone),
        moment("Last event", last, snapshot.zone),
        fact("Where the person is", summary.place),
        fact("Where the other person is", summary.other_place),
        fact("Money or anything else handed over", summary.paid),
        fact("Already told", reported(snapshot)),
        fact("Age of everyone shown (claimed)", snapshot.gate.ages),
        fact("Whose pictures (claimed)", snapshot.gate.whose),
    ]


def _ends(snapshot: Snapshot) -> tuple[When | None, When | None]:
    dated = [item.claims.when for item in snapshot.items if item.claims.when and order(item.claims.when)]
    dated.sort(key=lambda when: str(order(when)))
    given = snapshot.summary
    return (given.first or (dated[0] if dated else None), given.last or (dated[-1] if dated else None))


def _for_account(snapshot: Snapshot, account: Account) -> Request:
    shown = account.shown_name or NOT_KNOWN
    number = f"Number {account.identifier}" if account.identifier else "Number not known"
    ask = "Who registered it, sign-in times and network addresses, messages with the person"
    return _row(snapshot, account.platform, (shown, number, ""), ask, account.items)


def _for_address(snapshot: Snapshot, address: Address) -> Request:
    timed = f"; time given: {spoken(address.when, snapshot.zone)}" if address.when else ""
    state = (address.state or "Not known whether it is still there") + timed
    ask = "Who put it there, when and from which network address; the file itself"
    return _row(snapshot, address.platform or "Web page", (address.address, state, "mono"), ask, address.items)


def _row(snapshot: Snapshot, platform: str, thing: tuple[str, str, str], ask: str, items: tuple[int, ...]) -> Request:
    keeping = {keep.platform.casefold(): keep for keep in snapshot.keeps}.get(platform.casefold())
    kind = keeping.evidence if keeping else "unknown"
    return Request(
        platform=platform or NOT_KNOWN,
        thing=thing[0],
        note=thing[1],
        mono=thing[2],
        ask=ask,
        fate=(keeping.note if keeping and keeping.note else _FATE[kind]),
        soon="soon" if kind in {"timed", "lose"} else "",
        marks=marks_of(snapshot, items),
        rank=_RANK[kind],
    )


def _opening(text: str) -> str:
    """The text, or as many whole sentences of it as fit the page."""
    if len(text) <= _MOST_LETTERS:
        return text
    cut = max(text.rfind(end, 0, _MOST_LETTERS) for end in (". ", ".\n", "! ", "? "))
    return text[: cut + 1] if cut > 0 else text[:_MOST_LETTERS] + " …"
