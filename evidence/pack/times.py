"""Moments as people know them (exactly, roughly, not at all): checked, put in order and said in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from evidence.pack.decoding import DoesNotFit

_SHAPE = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d)(T(?P<clock>\d\d:\d\d(:\d\d)?)(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?\Z"
)


@dataclass(frozen=True)
class When:
    """A moment: `at` is a year, month, day or time (ISO 8601; without an offset it is the clock of `zone`).

    `basis` says where the time comes from ("clock on the screen"); `words` is how the person put it.
    """

    exactness: Literal["exact", "about", "unknown"]
    at: str | None = None
    zone: str = "Europe/London"
    basis: str | None = None
    words: str | None = None

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
            raise DoesNotFit("zone: a name such as Europe/London is expected") from fault
        if self.at is None and self.exactness != "unknown":
            raise DoesNotFit("at: expected where the time is known, exactly or roughly")
        if self.at is not None:
            _start(self.at, self.zone)


def instant(text: str, place: str) -> datetime:
    """An aware UTC datetime from ISO 8601 with an offset. Raises DoesNotFit naming `place`."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as fault:
        raise DoesNotFit(f"{place}: a date and time is expected") from fault
    if read.tzinfo is None:
        raise DoesNotFit(f"{place}: an offset from UTC is expected")
    return read.astimezone(UTC)


def order(when: When | None) -> datetime | None:
    """The first instant that the moment may mean, in UTC, or None where it is not known."""
    if when is None or when.at is None or when.exactness == "unknown":
        return None
    return _start(when.at, when.zone)


def spoken(when: When, shown_in: str) -> str:
    """The moment in words: "about 14 November 2026", "14 November 2026, 21:14 GMT"."""
    if when.at is None or when.exactness == "unknown":
        return "Time not known"
    about = "about " if when.exactness == "about" else ""
    return about + _said(when, shown_in)


def clock(text: str, shown_in: str, *, seconds: bool = True) -> str:
    """An instant (ISO 8601 with offset) on the clock of the zone: "20 November 2026, 14:05:09 GMT"."""
    local = instant(text, "time").astimezone(ZoneInfo(shown_in))
    return f"{_day(local)}, {local:%H:%M:%S %Z}" if seconds else f"{_day(local)}, {local:%H:%M %Z}"


def _start(text: str, zone: str) -> datetime:
    shape = _SHAPE.match(text)
    if shape is None:
        raise DoesNotFit("at: a year, month, day or time such as 2026-11-14T21:14 is expected")
    whole = f"{shape['year']}-{shape['month'] or '01'}-{shape['day'] or '01'}T{shape['clock'] or '00:00'}"
    try:
        read = datetime.fromisoformat(whole + (shape["zone"] or ""))
    except ValueError as fault:
        raise DoesNotFit("at: there is no such day or time") from fault
    return (read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def _said(when: When, shown_in: str) -> str:
    text = when.at or ""
    if "T" not in text:
        return _dated(text)
    own = _start(text, when.zone).astimezone(ZoneInfo(when.zone))
    there = f"{_day(own)}, {_hands(own, text)}"
    if when.zone == shown_in:
        return f"{there} {own:%Z}"
    here = own.astimezone(ZoneInfo(shown_in))
    return f"{there} ({when.zone}), which is {_day(here)}, {_hands(here, text)} {here:%Z}"


def _hands(moment: datetime, written: str) -> str:
    shape = _SHAPE.match(written)
    seconds = shape is not None and len(shape["clock"]) > 5
    return f"{moment:%H:%M:%S}" if seconds else f"{moment:%H:%M}"


def _dated(text: str) -> str:
    if len(text) == 4:
        return text
    if len(text) == 7:
        return f"{date.fromisoformat(text + '-01'):%B %Y}"
    return _day(date.fromisoformat(text))


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
