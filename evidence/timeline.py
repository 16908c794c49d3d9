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
    return sorted(lines, key=lambda line: (line.when.known == "unknown" or not line.when.at, line.when.at, line.number))


def days(lines: Iterable[Line]) -> list[Day]:
    """The timeline by day, unknown times together at the end."""
    out: list[Day] = []
    for line in in_order(lines):
        known = line.when.known != "unknown" and bool(line.when.at)
        day = line.when.at[:10] if known else ""
        if not out or out[-1].date != day:
            out.append(Day(day, []))
        out[-1].lines.append(line)
    return out
