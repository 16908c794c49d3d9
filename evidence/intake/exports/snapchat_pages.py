"""Reads the chats of a Snapchat "My Data" download as web pages, today's cards and older tables; in the child."""

from __future__ import annotations

import re
from functools import partial

from evidence.intake.exports.blocks import Attributes, Block, blocks
from evidence.intake.exports.bundle import Entry
from evidence.intake.exports.found import UTC_ZONE, Detail, Found, Thread, oldest_first
from evidence.intake.exports.snapchat import OWNER, SnapchatJson, created

_SUBPAGE = re.compile(r"subpage_([^/]{1,200})\.html?$", re.IGNORECASE)
_CELLS = 3


class SnapchatPages(SnapchatJson):
    """The conversations of one download: a page each, or all in the two tables of one page."""

    form = "html"

    def _file(self, entry: Entry, only: int | None) -> dict[int, list[Found]]:
        chats: dict[str, list[Found]] = {}
        with self._bundle.reading(entry) as text:
            table = _Table()
            for block in blocks(text, _roles, self._bundle.tally, title=lambda _title: None):
                other, message = _card(block, entry) if "start" in block.texts else table.row(block)
                if message:
                    chats.setdefault(other, []).append(message)
        held: dict[int, list[Found]] = {}
        for other, messages in chats.items():
            if only in (None, len(self.threads)):
                held[len(self.threads)] = oldest_first(messages)
            self.threads.append(Thread(other, entry.name))
        return held


class _Table:
    """The tables of before 2022: a row with who, what and when, then a row with the words."""

    def __init__(self) -> None:
        self._sent = False
        self._last: tuple[Found, list[str]] | None = None

    def row(self, block: Block) -> tuple[str, Found | None]:
        """Whom the message is with, and the message; none for a row that heads others or has only words."""
        cells = block.said("cell").split("\n")
        if heads := block.said("head").split("\n")[0]:
            self._sent = heads.casefold().startswith("to")
        at = created(cells[-1]) if len(cells) == _CELLS else ""
        if not at:
            self._add(block, cells)
            return "", None
        words: list[str] = []
        sender = OWNER if self._sent else cells[0]
        found = Found(sender, at, UTC_ZONE, True, block.raw(), partial(_said, words, cells[1]))
        self._last = found, words
        return cells[0], found

    def _add(self, block: Block, cells: list[str]) -> None:
        """The row below a message holds its words."""
        if self._last:
            found, words = self._last
            words += cells
            found.raw += block.raw()
        self._last = None


def _said(words: list[str], kind: str) -> Detail:
    return Detail("\n".join(words) or f"[{kind}]")


def _roles(tag: str, _known: Attributes, _around: list[str]) -> str:
    return {"h4": "start", "tr": "start", "p": "text", "h6": "when", "td": "cell", "th": "head"}.get(tag, "")


def _card(block: Block, entry: Entry) -> tuple[str, Found | None]:
    at = created(block.said("when"))
    if not at:
        return "", None
    sender = block.said("start").split("\n")[0]
    named = _SUBPAGE.search(entry.name)
    text = block.said("text") or block.said("")
    other = named[1] if named else ""
    return other, Found(sender, at, UTC_ZONE, True, block.raw(), partial(Detail, text))
