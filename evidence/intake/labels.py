"""Makes text that came inside an upload fit to keep: one short line without invisible characters."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200
_UNFIT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def one_line(text: str, *, longest: int = LONGEST) -> str:
    """Text as one line of at most `longest` characters.

    Control, direction-changing, private and unassigned characters go (they can hide or reorder what a
    reader sees); runs of white space become one space. What is left is text, not HTML: escape it where shown.
    """
    seen = text[: longest * 8]
    kept = "".join(char for char in seen if char.isspace() or unicodedata.category(char) not in _UNFIT)
    return " ".join(kept.split())[:longest].rstrip()


def file_name(text: str) -> str:
    """The last part of a name that a browser sent, as one line: some browsers send the whole path."""
    return one_line(re.split(r"[/\\]", text)[-1])
