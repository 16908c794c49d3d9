"""Makes text from an export fit to hand on: nothing that hides or reorders, nothing that can't be written as UTF-8."""

from __future__ import annotations

import re

_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_LONE = re.compile(r"[\ud800-\udfff]")
_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\x85]")


def text(given: str, longest: int) -> tuple[str, bool]:
    """What a person wrote, at most `longest` characters, and whether some was cut off.

    Line breaks stay, joiners that emoji and scripts need stay; control and direction-changing characters go.
    """
    part = _BREAKS.sub("\n", given[: longest * 2 + 64])
    kept = _INVISIBLE.sub("", whole(part)).strip()
    return kept[:longest], len(kept) > longest or len(given) > longest * 2 + 64


def bare(given: str) -> str:
    """All that can be seen of a source, in small letters: each word of its `text` stands in it."""
    return _INVISIBLE.sub("", given).casefold()


def raw(given: str, longest: int) -> tuple[str, bool]:
    """The source as it stands in the file, cut at `longest`; what can't be seen is written out, as in \\u202e."""
    part = given[:longest].rstrip("\n")
    return _LONE.sub(_escape, _INVISIBLE.sub(_escape, part))[: longest * 2], len(given) > longest


def whole(given: str) -> str:
    """The same text with each half of a broken surrogate pair replaced, so that it can be written."""
    if given.isascii() or not _LONE.search(given):
        return given
    return given.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def mended(given: str) -> str:
    """Text as it was before Meta wrote the bytes of its UTF-8 as if they were Latin-1 characters.

    What was never spoilt does not read as UTF-8 after the way back and stays as it is.
    """
    if given.isascii():
        return given
    try:
        return given.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return given


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
