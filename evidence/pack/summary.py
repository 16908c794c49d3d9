"""The officer's page: what to know in one minute, and what to ask for before it is deleted."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.pack.disclosure import leaves
from evidence.pack.facts import NOT_KNOWN, Fact, counted, fact, moment, short, span
from evidence.pack.snapshot import Account, Address, Item, Snapshot
from evidence.pack.times import When, order, spoken

_RANK = {"timed": 0, "lose": 1, "keep": 2, "unknown": 3}
_FATE = {
    "timed": "Deleted after a set time",
    "lose": "May be lost when the account or post goes",
    "keep": "Kept while the account is there",
    "unknown": "Not known how long it is kept",
}
# What to ask for behind what a person typed, by the name that it has in a pack.
_REACH, _TARGET, _WAY = "Phone number or email address", "To whom", "How"
_ASK_NUMBER = "Who holds the number, with calls and messages to and from the person"
_ASK_MAIL = "Who registered it, sign-in times and network addresses, mail to the person"
_ASK_MONEY = "Who holds it, and where the money went"
_FEWEST_ROWS, _MOST_ROWS = 1, 8
# Millimetres of the page: all that stands between its margins but the story and the facts; what each row takes.
_FREE, _ROW, _AROUND = 159.0, 11.0, 3.0
_MOST_LETTERS = 700


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
    opening = _opening(told) if told else told
    story, facts = paragraphs(opening), tuple(_facts(snapshot))
    rows = _room(story, facts, len(snapshot.summary.risks or ()))
    return Officer(
        contact=fact("Reaching the person safely", snapshot.contact),
        risks=snapshot.summary.risks or (),
        risk_word="not asked" if snapshot.summary.risks is None else "none named",
        happened=story,
        more="yes" if opening != told else "",
        facts=facts,
        requests=asked[:rows],
        further=counted(len(asked) - rows, "more row") if len(asked) > rows else "",
    )


def _room(story: tuple[Fact, ...], facts: tuple[Fact, ...], risks: int) -> int:
    """How many rows of requests stay on the officer's page: it is the one page that has to be one page."""
    pairs = (facts[place : place + 2] for place in range(0, len(facts), 2))
    used = sum(max(one.height(85) for one in pair) + _AROUND for pair in pairs)
    used += sum(one.height(176) for one in story) + 4.6 * max(0, risks - 1)
    return max(_FEWEST_ROWS, min(_MOST_ROWS, int((_FREE - used) / _ROW)))


def paragraphs(text: str | None) -> tuple[Fact, ...]:
    """A text of several paragraphs, each in its own direction."""
    if text is None or not text.strip():
        return (fact("", text),)
    return tuple(fact("", part) for part in text.split("\n") if part.strip())


def requests(snapshot: Snapshot) -> tuple[Request, ...]:
    """Accounts, addresses, numbers and where money went, to name to each platform; the soonest deleted first."""
    rows = [_for_account(snapshot, account) for account in snapshot.accounts]
    rows += [_for_address(snapshot, address) for address in snapshot.addresses]
    rows += [_for_reach(snapshot, item) for item in snapshot.in_order() if _REACH in dict(item.claims.more)]
    rows += [_for_mail(snapshot, item) for item in snapshot.in_order() if item.kind == "mail" and _sender(item)]
    rows += [_for_money(snapshot, item) for item in snapshot.in_order() if _TARGET in dict(item.claims.more)]
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
        fact("Demanded", _sums(snapshot, "demand") or ""),
        fact("Money or anything else handed over", _joined(summary.paid, _sums(snapshot, "payment"))),
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


def _for_reach(snapshot: Snapshot, item: Item) -> Request:
    reach = dict(item.claims.more)[_REACH]
    mail = "@" in reach
    where = item.claims.where or ("Mail service" if mail else "Phone company")
    note = "Email address" if mail else "Phone number"
    return _row(snapshot, where, (reach, note, ""), _ASK_MAIL if mail else _ASK_NUMBER, (item.number,))


def _for_mail(snapshot: Snapshot, item: Item) -> Request:
    return _row(snapshot, "Mail service", (_sender(item), "Sender of an email", ""), _ASK_MAIL, (item.number,))


def _sender(item: Item) -> str:
    """Who a mail says that it is from, where the mail leaves."""
    read = dict(item.observed.inside) if item.observed and leaves(item).original else {}
    return short(read.get("From", ""), 100)


def _for_money(snapshot: Snapshot, item: Item) -> Request:
    more = dict(item.claims.more)
    note = "Paid to" if item.kind == "payment" else "Named in a demand"
    return _row(snapshot, more.get(_WAY) or "Bank or wallet", (more[_TARGET], note, "mono"), _ASK_MONEY, (item.number,))


def _sums(snapshot: Snapshot, kind: str) -> str | None:
    """Each demand or payment in one line: what was asked, how much, how, to whom; None where there is none."""
    return "\n".join(_sum(snapshot, item) for item in snapshot.in_order() if item.kind == kind) or None


def _sum(snapshot: Snapshot, item: Item) -> str:
    more = dict(item.claims.more)
    much = " ".join(filter(None, [more.get("How much"), more.get("In which money")]))
    parts = [
        much,
        short(item.description or item.claims.what or "", 60),
        more.get(_WAY),
        more.get(_TARGET) and f"to {more[_TARGET]}",
    ]
    until = more.get("Until when") and f"until {more['Until when']}"
    return f"{', '.join(filter(None, [*parts, until])) or short(item.title)} ({snapshot.label(item.number)})"


def _joined(told: str | None, rows: str | None) -> str | None:
    """What was told in the details, and below it what was kept as an item."""
    return told if rows is None else "\n".join(filter(None, [told, rows]))


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
