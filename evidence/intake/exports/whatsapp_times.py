"""Reads the start of a WhatsApp line, whichever phone, language and order of day and month wrote it; in the child."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

_MARKS = "[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*"
_DATE = r"(\d{1,4})\u200f?[./\-年년]\s?(\d{1,2})\u200f?[./\-月월]\s?(\d{1,4})[.日일]?"
_TIME = (
    r"(?:([^\W\d]{1,6}\.?(?:\s[^\W\d]{1,4}\.?)?)\s?)?"
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?"
    r"(?:\s?([^\W\d]\.?\s?[^\W\d]{0,6}\.?))?"
)
_GAP = r"[,\u060c]?[\u200e\u200f]?\s*"
_CLOCK = r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?"
_MAY_START = re.compile(rf"{_MARKS}[\[\d]")  # most lines that go on with a message end here
_IN_BRACKETS = re.compile(rf"{_MARKS}\[{_DATE}{_GAP}{_TIME}\]\s?{_MARKS}")
_WITH_DASH = re.compile(rf"{_MARKS}{_DATE}{_GAP}{_TIME}\s[-\u2013\u2014]\s{_MARKS}")
_TIME_FIRST = re.compile(  # Vietnamese: 21:34, 20/11/2026 - Max: hi
    rf"{_MARKS}(?:\[{_CLOCK}{_GAP}{_DATE}\]\s?|{_CLOCK}{_GAP}{_DATE}\s[-\u2013\u2014]\s){_MARKS}"
)
_IN_KOREAN = re.compile(rf"{_MARKS}{_DATE}\s(오전|오후)\s(\d{{1,2}}):(\d{{2}})(?::(\d{{2}}))?(),\s{_MARKS}")

_BUDDHIST = 543
_BUDDHIST_YEARS = range(2543, 2604)  # 2000 to 2060
_BEFORE_NOON = frozenset({"am", "a", "上午", "凌晨", "早上", "午前", "오전", "ص", "πμ", "vorm", "sa"})
_AFTER_NOON = frozenset({"pm", "p", "下午", "晚上", "中午", "午後", "오후", "م", "μμ", "nachm", "ch"})


@dataclass(slots=True)
class Start:
    """The figures at the start of a message's line, in the order in which they stand, and where its text begins."""

    first: int
    second: int
    third: int
    clock: tuple[str, str, str]
    halves: tuple[str, str]
    text_at: int


def start_of(line: str) -> Start | None:
    """The start of a message, or None where the line goes on with the one before."""
    if not _MAY_START.match(line):
        return None
    match = _IN_BRACKETS.match(line) or _WITH_DASH.match(line) or _IN_KOREAN.match(line)
    if match is None:
        return _time_first(line)
    first, second, third, before, hour, minute, seconds, after = match.groups()
    clock = (hour, minute, seconds or "")
    return Start(int(first), int(second), int(third), clock, (before or "", after or ""), match.end())


def _time_first(line: str) -> Start | None:
    match = _TIME_FIRST.match(line)
    if match is None:
        return None
    hour, minute, seconds, first, second, third = match.groups()[:6] if match[1] else match.groups()[6:]
    return Start(int(first), int(second), int(third), (hour, minute, seconds or ""), ("", ""), match.end())


def order_of(starts: Iterable[Start]) -> str:
    """`day-first`, `month-first` or `year-first`, or `unsure` where nothing in the file settles it.

    A number above 12 settles it; else a reading in which time never steps back, where the other one does.
    """
    last = {"day-first": (0, 0, 0), "month-first": (0, 0, 0)}
    steps_back = dict.fromkeys(last, 0)
    for start in starts:
        if settled := _settled(start):
            return settled
        for order, before in last.items():
            now = _ordered(start, order)
            steps_back[order] += now < before
            last[order] = now
    fitting = [order for order, steps in steps_back.items() if not steps]
    return fitting[0] if len(fitting) == 1 else "unsure"


def moment_of(start: Start, order: str) -> tuple[str, bool]:
    """When a message was sent, ISO 8601 without a zone, and whether its line can be read in one way only.

    Without seconds where the phone wrote none; empty where no calendar has the date. An unsure date is read with
    the day first; a year of the Buddhist era (Thai phones) as the year it is here, and never as exact.
    """
    year, month, day = _ordered(start, order)
    ours = year - _BUDDHIST if year in _BUDDHIST_YEARS else year
    hour, sure = _hour(int(start.clock[0]), start.halves)
    try:
        at = datetime(ours, month, day, hour, int(start.clock[1]), int(start.clock[2] or 0))  # noqa: DTZ001
    except ValueError:
        return "", False
    alike = start.first == start.second or start.first > 31
    text = at.isoformat(timespec="seconds" if start.clock[2] else "minutes")
    return text, sure and ours == year and (order != "unsure" or alike)


def _settled(start: Start) -> str:
    if start.first > 31:
        return "year-first"
    if start.first > 12 >= start.second:
        return "day-first"
    return "month-first" if start.second > 12 >= start.first else ""


def _ordered(start: Start, order: str) -> tuple[int, int, int]:
    if start.first > 31 or order == "year-first":
        return _full(start.first), start.second, start.third
    if order == "month-first":
        return _full(start.third), start.first, start.second
    return _full(start.third), start.second, start.first


def _full(year: int) -> int:
    return 2000 + year if year < 100 else year


def _hour(hour: int, halves: tuple[str, str]) -> tuple[int, bool]:
    """The hour of 24, and whether that is sure: a word for the half of the day that is not known leaves two."""
    if halves == ("", ""):
        return hour, True
    words = {re.sub(r"[.\s]", "", half).lower() for half in halves} - {""}
    if words & _AFTER_NOON:
        return hour % 12 + 12, True
    if words & _BEFORE_NOON:
        return hour % 12, True
    return hour, not halves[1] or hour > 12
