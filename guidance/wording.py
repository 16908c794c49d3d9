"""A step's Markdown, rendered once into HTML with holes, and filled for one person's answers."""

from __future__ import annotations

import html.parser
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from guidance.conditions import ALWAYS, All, Condition, Is

MARK = re.compile(r"\{\{\s*(.*?)\s*\}\}")
HOLE = re.compile("<p>\ue000(\\d+)\ue001</p>\n?|\ue000(\\d+)\ue001")
IF = re.compile(r"^if\s+([a-z_]+=[A-Za-z0-9_|-]+(?:\s+and\s+[a-z_]+=[A-Za-z0-9_|-]+)*)$")
RECORD = re.compile(r"^(contact|law):([A-Za-z0-9-]+)$")


class WordingBroken(ValueError):
    """A text has a mark that is unknown, unclosed, nested, or cuts an element in two."""


class Html(str):
    """Text that is HTML already: rendered from Markdown in which raw HTML is off."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


NOTHING = Html()


@dataclass(frozen=True)
class Piece:
    """A run of HTML, or the record `id` to be drawn: `kind` is html, contact, platforms or law."""

    kind: str
    html: Html = NOTHING
    id: str = ""


@dataclass(frozen=True)
class Block:
    """Pieces that are shown where the condition holds."""

    when: Condition
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Wording:
    """A whole text."""

    blocks: tuple[Block, ...]

    def pieces(self, facts: Mapping[str, str]) -> tuple[Piece, ...]:
        """What this person sees, in order."""
        return tuple(piece for block in self.blocks if block.when.holds(facts) for piece in block.pieces)

    def conditions(self) -> Iterator[Condition]:
        return (block.when for block in self.blocks if block.when != ALWAYS)

    def records(self) -> Iterator[Piece]:
        return (piece for block in self.blocks for piece in block.pieces if piece.kind != "html")


def _link_open(self: RendererHTML, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    """A link out tells the other site nothing of where it stood."""
    token = tokens[index]
    if str(token.attrGet("href")).startswith("http"):
        token.attrSet("rel", "noreferrer")
    return self.renderToken(tokens, index, options, env)


MARKDOWN = MarkdownIt("commonmark", {"html": False})
MARKDOWN.add_render_rule("link_open", _link_open)


def render(text: str) -> Html:
    """Markdown without raw HTML, images or marks, as HTML."""
    return Html(MARKDOWN.render(text))


def read(text: str) -> Wording:
    """The Markdown `text` with its marks.

    Marks: `{{ contact:ID }}`, `{{ platform-list }}`, `{{ law:topic }}`, each alone on its line, and
    `{{ if fact=value|value and fact=value }} ... {{ end }}`, one level deep. Raises WordingBroken.
    """
    marks: list[str] = []

    def hole(match: re.Match[str]) -> str:
        marks.append(match[1])
        alone = text[: match.start()].rpartition("\n")[2].strip() == "" and _rest(text, match.end()) == ""
        token = f"\ue000{len(marks) - 1}\ue001"
        return f"\n\n{token}\n\n" if alone else token

    return Wording(tuple(_blocks(render(MARK.sub(hole, text)), marks)))


def _rest(text: str, start: int) -> str:
    return text[start:].partition("\n")[0].strip()


def _blocks(rendered: str, marks: list[str]) -> Iterator[Block]:
    when: Condition = ALWAYS
    pieces: list[Piece] = []
    for piece in _pieces(rendered, marks):
        if piece.kind not in ("if", "end"):
            pieces.append(piece)
            continue
        yield _closed(when, pieces)
        when, pieces = _turn(piece, when), []
    if when != ALWAYS:
        raise WordingBroken("an {{ if }} has no {{ end }}")
    yield _closed(when, pieces)


def _turn(piece: Piece, when: Condition) -> Condition:
    """The condition after an if or an end."""
    if (piece.kind == "end") == (when == ALWAYS):
        raise WordingBroken("an {{ if }} stands in another, or an {{ end }} closes none")
    if piece.kind == "end":
        return ALWAYS
    parts = tuple(_compared(part) for part in piece.id.split(" and "))
    return parts[0] if len(parts) == 1 else All(parts)


def _compared(part: str) -> Is:
    fact, _, values = part.strip().partition("=")
    return Is(fact, frozenset(values.split("|")))


def _closed(when: Condition, pieces: list[Piece]) -> Block:
    """A block; one with a condition must hold whole elements, or leaving it out would break the page."""
    if when != ALWAYS and not _balanced("".join(piece.html for piece in pieces)):
        raise WordingBroken("an {{ if }} ... {{ end }} cuts a paragraph or a list in two")
    return Block(when, tuple(pieces))


def _pieces(rendered: str, marks: list[str]) -> Iterator[Piece]:
    at = 0
    for match in HOLE.finditer(rendered):
        if match.start() > at:
            yield Piece("html", Html(rendered[at : match.start()]))
        yield _marked(marks[int(match[1] or match[2])], alone=match[1] is not None)
        at = match.end()
    if at < len(rendered):
        yield Piece("html", Html(rendered[at:]))


def _marked(mark: str, *, alone: bool) -> Piece:
    if mark == "end":
        return Piece("end")
    if condition := IF.match(mark):
        return Piece("if", id=" ".join(condition[1].split()))
    if not alone:
        raise WordingBroken(f"{{{{ {mark} }}}} must stand alone on its line")
    if mark == "platform-list":
        return Piece("platforms")
    if record := RECORD.match(mark):
        return Piece(record[1], id=record[2])
    raise WordingBroken(f"nothing is called {{{{ {mark} }}}}")


class _Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.whole = True

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        """A line break or a rule opens nothing; Markdown writes both with a slash."""

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.whole = False


def _balanced(fragment: str) -> bool:
    tags = _Tags()
    tags.feed(fragment)
    tags.close()
    return tags.whole and not tags.open
