"""One fact as it is printed: its name, its words, and whether it was never asked or is not known."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass

from evidence.pack.hygiene import direction
from evidence.pack.times import When, spoken

NOT_ASKED = "not asked"
NOT_KNOWN = "not known"


@dataclass(frozen=True)
class Fact:
    """Name and words; `style` holds class names for the template; `note` is a smaller line below."""

    name: str
    text: str
    style: str = ""
    note: str = ""

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Each line with its class names: a line runs in its own direction."""
        whole = [line for line in self.text.split("\n") if line.strip()]
        if self.style not in {"ltr", "rtl"}:
            return tuple((line, self.style) for line in whole)
        return tuple((line, direction(line)) for line in whole)

    @property
    def wide(self) -> bool:
        """Whether half the width of a page is too narrow for it."""
        return self.height(85) > 18

    def height(self, width: float) -> float:
        """About how high (mm) the fact stands in a column so many mm wide."""
        letter = 1.85 if "mono" in self.style else 1.62
        words = sum(math.ceil(_cells(line) * letter / width) for line, _ in self.lines)
        return 5.4 + 4.2 * words + 3.6 * math.ceil(_cells(self.note) * 1.4 / width)


def fact(name: str, value: str | None, *, mono: bool = False, note: str = "") -> Fact:
    """A fact whose words run in their own direction; None prints "not asked", blank "not known"."""
    if value is None:
        return Fact(name, NOT_ASKED, "missing")
    if not value.strip():
        return Fact(name, NOT_KNOWN, "missing")
    return Fact(name, value.strip(), "mono ltr" if mono else direction(value), note)


def moment(name: str, when: When | None, zone: str) -> Fact:
    """A moment as a fact; its basis, and how the person put it, stand under it."""
    if when is None:
        return fact(name, None)
    notes = [when.basis or "", f"In the person's words: {when.words}" if when.words else ""]
    if when.exactness == "unknown":
        return Fact(name, NOT_KNOWN, "missing", ". ".join(filter(None, notes)))
    return Fact(name, spoken(when, zone), "ltr", ". ".join(filter(None, notes)))


def span(first: When | None, last: When | None, zone: str) -> str | None:
    """ "14 November 2026 to 18 November 2026", or None where neither is known."""
    said = [spoken(when, zone) for when in (first, last) if when is not None and when.exactness != "unknown"]
    return " to ".join(dict.fromkeys(said)) or None


def hash_lines(sha256: str) -> tuple[str, str]:
    """Two lines of four groups of eight hex digits, for reading aloud."""
    groups = [sha256[place : place + 8] for place in range(0, 64, 8)]
    return " ".join(groups[:4]), " ".join(groups[4:])


def weighed(size: int) -> str:
    """Bytes in words: "912 bytes", "173 KB", "2.1 MB" (1 KB is 1,000 bytes)."""
    if size < 1000:
        return f"{size} bytes"
    if size < 1_000_000:
        return f"{size / 1000:.0f} KB"
    return f"{size / 1_000_000:.1f} MB"


def lasting(seconds: int) -> str:
    """Whole seconds in words: "2 seconds", "3 min 5 s", "1 h 2 min 5 s"."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    return " ".join(f"{n} {unit}" for n, unit in parts if n) if seconds >= 60 else counted(seconds, "second")


def short(text: str, most: int = 110) -> str:
    """One line of at most so many letters, for the cover, which has to stay one page."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 2] + " …"


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 picture", "3 pictures", "no pictures"."""
    return f"{number or 'no'} {one if number == 1 else many or one + 's'}"


def _cells(line: str) -> int:
    """How many letters wide a line is: East Asian letters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)
