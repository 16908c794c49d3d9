"""Puts what happened in order: times known exactly, roughly, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from evidence.index import Line


@dataclass(frozen=True)
class Day:
    """One day of the timeline (ISO date, or "" where no time is known) with its lines in order."""

    date: str
    lines: list[Line]


def in_order(lines: Iterable[Line]) -> list[Line]:
    """By claimed time; within the same minute by exhibit number; unknown times last, as they were added.

    A time that is only a day sorts before the times of that day.
    """
    return sorted(lines, key=lambda line: (not _known(line), _known(line), line.number))


def _known(line: Line) -> str:
    """The claimed time, "" where none is known."""
    return "" if line.when.known == "unknown" else line.when.at


def days(lines: Iterable[Line]) -> list[Day]:
    """The timeline by day, unknown times together at the end."""
    out: list[Day] = []
    for line in in_order(lines):
        day = _known(line)[:10]
        if not out or out[-1].date != day:
            out.append(Day(day, []))
        out[-1].lines.append(line)
    return out
