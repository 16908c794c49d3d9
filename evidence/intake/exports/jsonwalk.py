"""Reads a JSON file of any length value by value, so that it is never in memory at once; runs in the child."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import IO, Any

from evidence.intake.exports.bounds import Tally

Path = tuple[str | int, ...]
Step = tuple[Path, Any, str]
"""Where a value stands, the value, and its text as it is in the file."""

_PIECE = 65_536
_SIGN = re.compile(r"[^ \t\r\n]")
_SIGNS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


class JsonBroken(ValueError):
    """The text is no JSON, or nests deeper or has longer values than an export has."""


class Walker:
    """Goes through the JSON text of `stream` and gives each value whose path is `wanted`; enters all others."""

    def __init__(self, stream: IO[str], wanted: Callable[[Path], bool], tally: Tally) -> None:
        self._stream, self._wanted, self._tally, self._limits = stream, wanted, tally, tally.limits
        self._decode = json.JSONDecoder().raw_decode
        self._text, self._at, self._ended = "", 0, False

    def __iter__(self) -> Iterator[Step]:
        """The wanted values in order. Raises JsonBroken, or ValueError, where the file is damaged."""
        yield from self._value([])

    def _value(self, path: list[str | int]) -> Iterator[Step]:
        self._tally.step()
        if len(path) > self._limits.nesting:
            raise JsonBroken("too deep")
        here = tuple(path)
        if self._wanted(here):
            yield (here, *self._take())
        elif (sign := self._next()) == "{":
            yield from self._members(path)
        elif sign == "[":
            yield from self._elements(path)
        else:
            self._take()

    def _members(self, path: list[str | int]) -> Iterator[Step]:
        self._at += 1
        while not self._closed("}"):
            key, _ = self._take()
            if not isinstance(key, str) or self._next() != ":":
                raise JsonBroken("key")
            self._at += 1
            path.append(key)
            yield from self._value(path)
            path.pop()

    def _elements(self, path: list[str | int]) -> Iterator[Step]:
        self._at += 1
        index = 0
        while not self._closed("]"):
            path.append(index)
            yield from self._value(path)
            path.pop()
            index += 1

    def _closed(self, sign: str) -> bool:
        """Step over a comma, or over `sign` at the end of its container."""
        found = self._next()
        if found in (sign, ","):
            self._at += 1
        return found == sign

    def _next(self) -> str:
        """The next sign that is not white space; it is not consumed."""
        while True:
            if found := _SIGN.search(self._text, self._at):
                self._at = found.start()
                return found[0]
            if self._ended:
                raise JsonBroken("cut short")
            self._at = len(self._text)
            self._more()

    def _take(self) -> tuple[Any, str]:
        self._next()
        while (decoded := self._decoded()) is None:
            if len(self._text) - self._at > self._limits.value:
                raise JsonBroken("too long")
            self._more()
        value, end = decoded
        raw = self._text[self._at : end]
        self._at = end
        if _deeper(raw, self._limits.nesting):
            raise JsonBroken("too deep")
        return value, raw

    def _decoded(self) -> tuple[Any, int] | None:
        """The value that begins here and where it ends, or None where more of the text is needed to tell."""
        try:
            value, end = self._decode(self._text, self._at)
        except json.JSONDecodeError:
            if self._ended:
                raise
            return None
        return (value, end) if end < len(self._text) or self._ended else None

    def _more(self) -> None:
        kept = self._text[self._at :]
        piece = self._stream.read(max(_PIECE, len(kept)))
        self._ended = not piece
        self._text, self._at = kept + piece, 0


def _deeper(raw: str, most: int) -> bool:
    if raw.count("[") + raw.count("{") <= most:
        return False
    depth = 0
    for match in _SIGNS.finditer(raw):
        sign = match[0]
        depth += (sign in "[{") - (sign in "]}")
        if depth > most:
            return True
    return False
