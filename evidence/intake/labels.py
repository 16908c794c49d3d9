"""Makes text that came inside an upload fit to keep: one short line without invisible characters."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200
_UNFIT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters and marks that are drawn as nothing (Unicode, Default_Ignorable_Code_Point, but for those of emoji).
_DRAWN_AS_NOTHING = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0") | frozenset(
    map(chr, (*range(0xFE00, 0xFE0E), *range(0xE0100, 0xE01F0)))
)


def one_line(text: str, *, longest: int = LONGEST) -> str:
    """Text as one line of at most `longest` characters.

    Control, direction-changing, private and unassigned characters go (they can hide or reorder what a
    reader sees); runs of white space become one space. What is left is text, not HTML: escape it where shown.
    """
    seen = text[: longest * 8]
    return " ".join("".join(filter(_is_seen, seen)).split())[:longest].rstrip()


def _is_seen(char: str) -> bool:
    return char.isspace() or (unicodedata.category(char) not in _UNFIT and char not in _DRAWN_AS_NOTHING)


def file_name(text: str) -> str:
    """The last part of a name that a browser sent, as one line: some browsers send the whole path."""
    return one_line(re.split(r"[/\\]", text)[-1])
