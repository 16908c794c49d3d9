"""Draws a timeline as SVG: one row a stretch of time, one mark a thing, breaks where nothing was kept; pure."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evidence.index import Line

MOST_ROWS = 20  # more days than these are drawn as weeks, months, years, tens of years
MOST_MARKS = 14  # more things in one row than these are drawn as bars
QUIET = 7  # days without anything from which a break is drawn and said
Span = tuple[date, date]


@dataclass(frozen=True)
class Row:
    """A stretch with something in it: its first and last day, its things, and the empty days before the first."""

    first: date
    last: date
    exact: int
    about: int
    quiet: int = 0

    @property
    def total(self) -> int:
        return self.exact + self.about


@dataclass(frozen=True)
class Plot:
    """What is drawn: rows of one `unit` ("day", "week", "month", "years"), and how many things have no time."""

    unit: str
    rows: tuple[Row, ...]
    unknown: int = 0


@dataclass(frozen=True)
class Said:
    """The words of a drawing in its reader's language: for each row its time, and the break before it or ""."""

    title: str
    facts: str
    rows: Sequence[str]
    breaks: Sequence[str]
    unknown: str
    legend: tuple[str, str, str]  # exact, about, unknown


# --- what there is to draw ----------------------------------------------------------------------------------------


def plot(lines: Iterable[Line]) -> Plot:
    """The smallest unit that needs at most MOST_ROWS rows."""
    days, unknown = _counted(lines)
    for unit, span in _UNITS:
        rows = _rows(days, span)
        if len(rows) <= MOST_ROWS:
            return Plot(unit, rows, unknown)
    raise AssertionError("ten thousands of years are ten rows")


def _counted(lines: Iterable[Line]) -> tuple[list[tuple[date, int, int]], int]:
    """(day, exact, about) by day, and how many have no time."""
    counts: dict[str, list[int]] = {}
    unknown = 0
    for line in lines:
        when = line.when
        if when.known == "unknown" or not when.at:
            unknown += 1
        else:
            counts.setdefault(when.at[:10], [0, 0])[when.known != "exact"] += 1
    return [(date.fromisoformat(day), exact, about) for day, (exact, about) in sorted(counts.items())], unknown


def _rows(days: Sequence[tuple[date, int, int]], span: Callable[[date], Span]) -> tuple[Row, ...]:
    rows: list[Row] = []
    before: date | None = None
    for (first, last), inside in groupby(days, lambda one: span(one[0])):
        group = list(inside)
        quiet = (group[0][0] - before).days - 1 if before else 0
        rows.append(Row(first, last, sum(one[1] for one in group), sum(one[2] for one in group), quiet))
        before = group[-1][0]
    return tuple(rows)


def _week(day: date) -> Span:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + min(timedelta(days=6), date.max - monday)


def _month(day: date) -> Span:
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _years(many: int) -> Callable[[date], Span]:
    def span(day: date) -> Span:
        start = day.year // many * many
        return date(max(1, start), 1, 1), date(start + many - 1, 12, 31)

    return span


_UNITS: tuple[tuple[str, Callable[[date], Span]], ...] = (
    ("day", lambda day: (day, day)),
    ("week", _week),
    ("month", _month),
    *(("years", _years(many)) for many in (1, 10, 100, 1000)),
)


# --- the drawing --------------------------------------------------------------------------------------------------

# In units of the view box. A phone of 360 pixels shows it one to one.
WIDTH, STEP, SIZE = 320, 22, 13
_RAIL, _START, _ROOM = 98, 110, 168
_PITCH = _ROOM // MOST_MARKS
_CIRCLE, _DIAMOND, _SQUARE = "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0", "m0-5l5 5-5 5-5-5z", "m-4-4h8v8h-8z"
_SOLID, _HOLLOW = 'fill="currentColor"', 'fill="none" stroke="currentColor" stroke-width="1.5"'
_DASHED = f'{_HOLLOW} stroke-dasharray="3 2"'
_STYLES = ((_CIRCLE, _SOLID), (_DIAMOND, _HOLLOW), (_SQUARE, _DASHED))  # exact, about, unknown: shape and filling


class _Pen:
    """Collects shapes line by line; turned round where the reader's language runs from right to left."""

    def __init__(self, *, rtl: bool, bars: float) -> None:
        self.rtl, self.bars = rtl, bars  # `bars`: the width of one thing, or 0 where each thing has a mark of its own
        self.parts: list[str] = []
        self.y = STEP

    def _x(self, x: float) -> float:
        return round(WIDTH - x if self.rtl else x, 1)

    def text(self, x: float, words: str, more: str = "") -> None:
        self.parts.append(f'<text x="{self._x(x):g}" y="{self.y + 4}"{more}>{escape(words)}</text>')

    def rail(self, top: int, bottom: int, *, broken: bool = False) -> None:
        x, dashes = self._x(_RAIL), ' stroke-dasharray="1 5"' if broken else ""
        self.parts.append(f'<path d="M{x:g} {top}V{bottom}" {_HOLLOW}{dashes}/>')

    def things(self, counts: tuple[int, int, int]) -> None:
        """The marks or bars of one row (exact, about, unknown), and how many there are."""
        x = float(_START)
        for count, (shape, style) in zip(counts, _STYLES, strict=True):
            if count:
                x = self._bar(x, count, style) if self.bars else self._marks(x, count, shape, style)
        self.text(x + 4, str(sum(counts)))

    def _marks(self, x: float, count: int, shape: str, style: str) -> float:
        places = "".join(f"M{self._x(x + 4 + _PITCH * n):g} {self.y}{shape}" for n in range(count))
        self.parts.append(f'<path d="{places}" {style}/>')
        return x + _PITCH * count

    def _bar(self, x: float, count: int, style: str) -> float:
        width = max(2.0, round(self.bars * count, 1))
        self._box(x, width, style)
        return x + width + 2

    def _box(self, x: float, width: float, style: str) -> None:
        left = self._x(x + width) if self.rtl else self._x(x)
        self.parts.append(f'<rect x="{left:g}" y="{self.y - 6}" width="{width:g}" height="12" {style}/>')

    def key(self, place: int, words: str) -> None:
        """One line of the legend."""
        shape, style = _STYLES[place]
        if self.bars:
            self._box(_RAIL - 8, 16, style)
        else:
            self._marks(_RAIL - 4, 1, shape, style)
        self.text(_START, words)


def svg(drawn: Plot, said: Said, *, rtl: bool = False, name: str = "plot") -> str:
    """The drawing as one element. Colours come from the page; `name` begins its ids."""
    pen = _Pen(rtl=rtl, bars=_scale(drawn))
    _draw_rows(pen, drawn, said)
    if drawn.unknown:
        pen.text(0, said.unknown)
        pen.things((0, 0, drawn.unknown))
        pen.y += STEP
    _draw_legend(pen, drawn, said)
    return "".join(_element(pen, said, name))


def _scale(drawn: Plot) -> float:
    most = max([drawn.unknown, *(row.total for row in drawn.rows)], default=0)
    return _ROOM / most if most > MOST_MARKS else 0


def _draw_rows(pen: _Pen, drawn: Plot, said: Said) -> None:
    for row, words, gap in zip(drawn.rows, said.rows, said.breaks, strict=True):
        if gap:
            pen.rail(pen.y - STEP // 2, pen.y + STEP // 2, broken=True)
            pen.text(_START, gap, ' font-style="italic"')
            pen.y += STEP
        pen.rail(pen.y - STEP // 2, pen.y + STEP // 2)
        pen.text(0, words)
        pen.things((row.exact, row.about, 0))
        pen.y += STEP


def _draw_legend(pen: _Pen, drawn: Plot, said: Said) -> None:
    there = (any(row.exact for row in drawn.rows), any(row.about for row in drawn.rows), bool(drawn.unknown))
    pen.y += STEP // 2
    for place, words in enumerate(said.legend):
        if there[place]:
            pen.key(place, words)
            pen.y += STEP


def _element(pen: _Pen, said: Said, name: str) -> Iterator[str]:
    height, way = pen.y - STEP // 2, ' direction="rtl"' if pen.rtl else ""
    yield f'<svg class="plot" viewBox="0 0 {WIDTH} {height}" width="{WIDTH * 3 // 2}" role="img"{way}'
    yield f' aria-labelledby="{name}-t" aria-describedby="{name}-d" font-size="{SIZE}" fill="currentColor">'
    yield f'<title id="{name}-t">{escape(said.title)}</title><desc id="{name}-d">{escape(said.facts)}</desc>'
    yield from pen.parts
    yield "</svg>"
