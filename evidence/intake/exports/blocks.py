"""Takes the messages out of an HTML page as blocks of sender, time, words and links; runs in the child.

Only the parser of the standard library is used: it knows no entities but those of HTML, fetches nothing, runs
nothing. Which element is what, a page's reader says by a `Roles`.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import IO

from evidence.intake.exports.bounds import Tally

Attributes = dict[str, str]
Roles = Callable[[str, Attributes, list[str]], str]
"""The role of an element by its tag, its attributes and the roles around it.

`block` begins a message that ends with the element, `start` one that ends where the next begins; `title` is the name of
the conversation, before its messages; any other word names a part of a message, and no word none.
"""

_PIECE = 65_536
_LONGEST_TITLE = 500
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_UNSEEN = frozenset({"script", "style"})
_LINES = frozenset({"br", "div", "p", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6"})
_LINKS = ("href", "src", "title", "id", "class")


@dataclass(slots=True)
class Block:
    """One message as it stands in a page: the text of each role, the links in it, and its source."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    seen: list[Attributes] = field(default_factory=list)
    source: list[str] = field(default_factory=list)
    room: int = 0

    def said(self, role: str) -> str:
        """What stands in the elements of a role, with a line for each."""
        lines = (" ".join(line.split()) for line in "".join(self.texts.get(role, [])).split("\n"))
        return "\n".join(line for line in lines if line)

    def raw(self) -> str:
        return "".join(self.source)


class _Reader(HTMLParser):
    """Cuts a page into blocks while it is fed."""

    def __init__(self, roles: Roles, tally: Tally) -> None:
        super().__init__(convert_charrefs=False)
        self._roles, self._tally, self._limits = roles, tally, tally.limits
        self._open: list[tuple[str, str]] = []
        self._block: Block | None = None
        self.done: list[Block] = []
        self.title = self.heading = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tally.step()
        known = {name: value or "" for name, value in attrs if name in _LINKS}
        role = "unseen" if tag in _UNSEEN else self._roles(tag, known, [role for _, role in self._open if role])
        if role in ("block", "start"):
            self._finish()
            self._block = Block(room=self._limits.raw)
        self._keep(self.get_starttag_text() or "", tag)
        self._link(known)
        if tag not in _VOID and len(self._open) < self._limits.depth:
            self._open.append((tag, role))

    def handle_endtag(self, tag: str) -> None:
        places = [place for place, (name, _) in enumerate(self._open) if name == tag]
        if not places:
            return
        roles = [role for _, role in self._open[places[-1] :]]
        self._keep(f"</{tag}>", tag)
        del self._open[places[-1] :]
        if "block" in roles:
            self._finish()

    def handle_data(self, data: str) -> None:
        self._say(data, data)

    def handle_entityref(self, name: str) -> None:
        self._say(html.unescape(f"&{name};"), f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._say(html.unescape(f"&#{name};"), f"&#{name};")

    def close(self) -> None:
        super().close()
        self._finish()

    def _say(self, words: str, source: str) -> None:
        role = next((role for _, role in reversed(self._open) if role), "")
        if self._block is None:
            self._name(words, role)
            return
        self._keep(source, "")
        if self._block.room > 0:
            self._block.texts.setdefault(role, []).append(words.replace("\n", " "))

    def _name(self, words: str, role: str) -> None:
        if role == "title" and len(self.heading) < _LONGEST_TITLE:
            self.heading += words
        elif self._open and self._open[-1][0] == "title" and len(self.title) < _LONGEST_TITLE:
            self.title += words

    def _keep(self, source: str, tag: str) -> None:
        if self._block is None:
            return
        if self._block.room > 0:
            self._block.source.append(source[: self._block.room])
        self._block.room -= len(source)
        if tag in _LINES:
            for words in self._block.texts.values():
                words.append("\n")

    def _link(self, known: Attributes) -> None:
        block = self._block
        if block is None or block.room <= 0:
            return
        block.seen.append(known)
        for name in ("href", "src"):
            if known.get(name) and known[name] not in block.links and len(block.links) < self._limits.attachments:
                block.links.append(known[name])

    def _finish(self) -> None:
        if self._block:
            self.done.append(self._block)
        self._block = None


def blocks(stream: IO[str], roles: Roles, tally: Tally, *, title: Callable[[str], None]) -> Iterator[Block]:
    """Each block of the page in `stream`; `title` is told the page's title once it is known.

    What the parser of the standard library gives up on raises ValueError: the page is damaged from there on.
    """
    reader = _Reader(roles, tally)
    try:
        while piece := stream.read(_PIECE):
            reader.feed(piece)
            yield from _taken(reader)
        reader.close()
    except AssertionError:
        raise ValueError("page") from None
    yield from _taken(reader)
    title((reader.heading or reader.title).strip())


def _taken(reader: _Reader) -> list[Block]:
    done, reader.done = reader.done, []
    return done
