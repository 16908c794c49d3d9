"""Makes any text safe to print: what can't be seen, or would turn the line around, is shown as its code."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Set

_HIDDEN = (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, 0xFFFC)
_VARIANTS = (*range(0x180B, 0x1810), *range(0xFE00, 0xFE0F), *range(0xE0100, 0xE01F0))
_INVISIBLE = frozenset((*_HIDDEN, *_VARIANTS))
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
_EMOJI_STYLE = "\ufe0f"
# Arabic, Syriac, N'Ko and the scripts of India: there a joiner between letters is spelling and is seen.
_JOINING = ((0x0600, 0x08FF), (0x0900, 0x0DFF), (0x0F00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF))
_MOST_MARKS = 4


def shown(text: str, *, drawable: Callable[[str], bool] = lambda _: True) -> str:
    """The text with each character that is not to be trusted on paper as `⟨U+XXXX⟩`.

    Kept: line breaks, and joiners where they are spelling or hold an emoji together. `drawable` tells whether
    some font has a character; one that none has would leave an empty box, so its code is shown too.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    marks = 0
    out = []
    for place, char in enumerate(plain):
        marks = marks + 1 if unicodedata.combining(char) else 0
        out.append(char if _kept(plain, place, marks) and drawable(char) else code(char))
    return "".join(out)


def code(char: str) -> str:
    """How a character is named: `⟨U+202E⟩`."""
    return f"\u27e8U+{ord(char):04X}\u27e9"


def direction(text: str) -> str:
    """`rtl` where the first letter with a direction runs from right to left, else `ltr` (UAX 9, rule P2)."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def unusual(text: str) -> Set[str]:
    """The characters for which it is worth asking whether a font has them."""
    return {char for char in text if ord(char) > 0x24F and not 0x370 <= ord(char) < 0x530}


def _kept(text: str, place: int, marks: int) -> bool:
    char = text[place]
    if char == "\n" or char in " \u00a0":
        return True
    if char in _JOINERS or char == _EMOJI_STYLE:
        return _belongs(text, place)
    if ord(char) in _INVISIBLE or marks > _MOST_MARKS:
        return False
    return unicodedata.category(char) not in _REFUSED


def _belongs(text: str, place: int) -> bool:
    before = text[place - 1] if place else ""
    after = text[place + 1] if place + 1 < len(text) else ""
    if text[place] == _EMOJI_STYLE:
        return _symbol(before) or (before != "" and before in "0123456789#*")
    if text[place] == "\u200d" and (_symbol(before) or before == _EMOJI_STYLE) and _symbol(after):
        return True
    return _spelled(before) and _spelled(after)


def _symbol(char: str) -> bool:
    return bool(char) and unicodedata.category(char) in {"So", "Sk", "Sm"}


def _spelled(char: str) -> bool:
    return bool(char) and any(low <= ord(char) <= high for low, high in _JOINING)
