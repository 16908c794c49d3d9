"""Turns the page of a mail into text and its links into words that nothing opens; runs in the child."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from evidence.intake.labels import one_line

Link = tuple[str, str]
"""The words that are shown, and where the link leads."""

_UNSEEN = frozenset({"script", "style", "template", "title", "noscript", "object", "svg"})
_LINES = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "hr"})
_TARGETS = {"a": "href", "area": "href", "form": "action"}
_WEB = re.compile(r"\b(?:https?://|www\.)[^\s<>\"'\x00-\x1f]{1,2000}", re.IGNORECASE)
_LONGEST_TARGET, _LONGEST_WORDS = 2_000, 200


@dataclass(slots=True)
class Page:
    """The text and the links of a page; `damaged` where the parser gave up before its end."""

    text: str = ""
    links: list[Link] = field(default_factory=list)
    damaged: bool = False


class _Reader(HTMLParser):
    def __init__(self, most_links: int) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.links: list[Link] = []
        self._most = most_links
        self._unseen = 0
        self._link: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        if tag in _LINES:
            self.words.append("\n")
        target = dict(attrs).get(_TARGETS.get(tag, "")) or ""
        if target:
            self.end_link()
            self._link = (target, [])
        if tag == "area":
            self.end_link()

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        if tag in _LINES:
            self.words.append("\n")
        if tag in _TARGETS:
            self.end_link()

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        words = re.sub(r"\s+", " ", data)
        self.words.append(words)
        if self._link:
            self._link[1].append(words[:_LONGEST_WORDS])

    def end_link(self) -> None:
        """Keep the link that is open, if any; more than one above the most are not kept."""
        if self._link and len(self.links) <= self._most:
            target, words = self._link
            self.links.append((one_line("".join(words[:20])), target[: _LONGEST_TARGET * 2]))
        self._link = None


def page(source: str, most_links: int) -> Page:
    """The text of an HTML page as a person would read it, without scripts and styles, and its links."""
    reader = _Reader(most_links)
    damaged = False
    try:
        reader.feed(source)
        reader.close()
    except (AssertionError, ValueError):
        damaged = True
    reader.end_link()
    lines = (line.strip() for line in "".join(reader.words).split("\n"))
    return Page(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), reader.links, damaged)


def links_in(text: str, most: int) -> list[Link]:
    """The web addresses that stand in a plain text."""
    found: list[Link] = []
    for match in _WEB.finditer(text):
        if len(found) > most:
            break
        address = match[0].rstrip(".,;:!?)]}")
        found.append((one_line(address), address))
    return found


def shown(link: Link) -> dict[str, str]:
    """A link as text: `defanged` is written so that no program takes it for an address."""
    words, target = link
    plain = one_line(target, longest=_LONGEST_TARGET)
    return {"shown": words, "target": plain, "defanged": defanged(plain)}


def defanged(address: str) -> str:
    """An address that can be read and copied, but not opened: hxxps[:]//example[.]org."""
    inert = re.sub(r"^(\s*)http", r"\1hxxp", address, flags=re.IGNORECASE)
    return inert.replace(".", "[.]").replace(":", "[:]", 1).replace("@", "[@]")[: _LONGEST_TARGET * 2]
