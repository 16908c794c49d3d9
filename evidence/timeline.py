"""Puts what happened in order, by day, with its gaps and its bursts; chooses by account and by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby, pairwise
from operator import itemgetter
from statistics import median_low
from zoneinfo import ZoneInfo

from django.conf import settings

from evidence.index import MESSAGE, Line
from evidence.plotting import QUIET

BURST = 5  # things on one day from which it may stand out
NAMED = 40  # accounts to choose from: those with the most things


@dataclass(frozen=True)
class Day:
    """One day (ISO date, or "" where no time is known) with its lines in order.

    `quiet` empty days came before it where there were enough to speak of; `count` things happened on it, `burst` where
    they are many. These hold for the whole day, also where `lines` are only those of one page.
    """

    date: str
    lines: list[Line]
    quiet: int = 0
    count: int = 0
    burst: bool = False


def in_order(lines: Iterable[Line]) -> list[Line]:
    """By claimed time, as moments: an hour that comes twice in autumn is told apart by its offset.

    At the same moment by the place in the chat for what was picked from one, then by exhibit number; unknown times
    last, as they were added. A time that is only a day sorts before the times of that day.
    """
    return [line for _, line in _placed(lines)]


def _placed(lines: Iterable[Line]) -> list[tuple[str, Line]]:
    """(day, line) in order; the day is "" where no time is known."""
    known, unknown = [], []
    zone = ZoneInfo(settings.TIME_ZONE)
    for line in lines:
        when = line.when
        if when.at and when.known != "unknown":
            known.append(((when.at[:10], moment(when.at, zone), place_in_chat(line), line.number), line))
        else:
            unknown.append((line.number, line))
    ordered = [(key[0], line) for key, line in sorted(known, key=itemgetter(0))]
    return ordered + [("", line) for _, line in sorted(unknown, key=itemgetter(0))]


def moment(at: str, zone: ZoneInfo) -> float:
    """A claimed time in seconds; without an offset it is the clock of the zone, and a day is its beginning."""
    read = datetime.fromisoformat(at)
    return (read if read.tzinfo else read.replace(tzinfo=zone)).timestamp()


def place_in_chat(line: Line) -> int:
    """Where a picked message stands in its conversation, 0 for all else."""
    return int(line.mark.rpartition(":")[2]) if line.kind == MESSAGE and line.mark else 0


def days(lines: Iterable[Line]) -> list[Day]:
    """The timeline by day, unknown times together at the end."""
    groups = groupby(_placed(lines), itemgetter(0))
    return _told([Day(day, [line for _, line in placed]) for day, placed in groups])


def _told(found: list[Day]) -> list[Day]:
    """The same days with what can be said of each among the others."""
    known = [day for day in found if day.date]
    usual = median_low([len(day.lines) for day in known]) if len(known) > 1 else 0
    quiet = {two.date: _between(one.date, two.date) for one, two in pairwise(known)}
    return [
        replace(
            day,
            count=len(day.lines),
            quiet=quiet.get(day.date, 0),
            burst=bool(day.date) and len(day.lines) >= max(BURST, 2 * usual),
        )
        for day in found
    ]


def _between(one: str, two: str) -> int:
    """How many empty days lie between; 0 where they are too few to be a gap."""
    empty = (date.fromisoformat(two) - date.fromisoformat(one)).days - 1
    return empty if empty >= QUIET else 0


def part(found: Sequence[Day], start: int, stop: int) -> list[Day]:
    """The days of one page: lines `start` up to, not including, `stop` of all. A day that goes on keeps its facts.

    The gap before a day is said where the day begins, and not again where a page does.
    """
    out, place = [], 0
    for day in found:
        lines = day.lines[max(0, start - place) : max(0, stop - place)]
        if lines:
            out.append(replace(day, lines=lines, quiet=day.quiet if place >= start else 0))
        place += len(day.lines)
    return out


# --- choosing -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """Numbers of an account and of a kind (0: all of them), counted as they first turn up in the case's index."""

    account: int = 0
    kind: int = 0


@dataclass(frozen=True)
class Account:
    """One account to choose, as it was typed first."""

    number: int
    where: str
    name: str


Key = tuple[str, str]  # where, account


class Filter:
    """What can be chosen in one case. Numbers stand in addresses instead of names: they tell nothing without the case.

    They are counted over every line, removed ones too, so that removing something gives no account another number.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self._keys: dict[Key, Key] = {}  # as typed -> as compared: few are different, so each is made once
        self._accounts: dict[Key, int] = {}
        self._kinds: dict[str, int] = {}
        self._kept: list[tuple[Line, Key | None]] = []
        for line in lines:
            self._kinds.setdefault(line.kind, len(self._kinds) + 1)
            key = self._key(line)
            if key:
                self._accounts.setdefault(key, len(self._accounts) + 1)
            if line.state == "kept":
                self._kept.append((line, key))

    def _key(self, line: Line) -> Key | None:
        """The account of a line as it is compared; None where it has none."""
        typed = (line.where, line.account)
        if typed not in self._keys:
            self._keys[typed] = (line.where.strip().casefold(), line.account.strip().casefold())
        key = self._keys[typed]
        return key if key[1] else None

    def only(self, wanted: Wanted) -> list[Line]:
        """The kept lines that are wanted; a number that nothing has, chooses nothing."""
        found = self._kept
        if wanted.kind:
            kinds = [kind for kind, number in self._kinds.items() if number == wanted.kind]
            found = [(line, key) for line, key in found if line.kind in kinds]
        if wanted.account:
            keys = [key for key, number in self._accounts.items() if number == wanted.account]
            found = [(line, key) for line, key in found if key in keys]
        return [line for line, _ in found]

    def kinds(self) -> list[tuple[int, str]]:
        """Number and kind of what is kept."""
        there = {line.kind for line, _ in self._kept}
        return [(number, kind) for kind, number in self._kinds.items() if kind in there]

    def accounts(self, chosen: int = 0) -> list[Account]:
        """The NAMED accounts with the most things, and the chosen one, in the order of their numbers."""
        counts = Counter(key for _, key in self._kept if key)
        typed = {key: line for line, key in reversed(self._kept) if key}  # the first of each
        named = {key for key, _ in counts.most_common(NAMED)}
        return [
            Account(number, typed[key].where.strip(), typed[key].account.strip())
            for key, number in self._accounts.items()
            if key in named or (number == chosen and key in typed)
        ]
