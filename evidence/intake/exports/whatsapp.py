"""Reads a chat that WhatsApp exported, as a text or as an archive with one; runs in the child."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import IO

from evidence.intake.exports.bundle import Bundle, Entry
from evidence.intake.exports.found import PHONE_ZONE, Detail, Found, Thread
from evidence.intake.exports.whatsapp_times import Start, moment_of, order_of, start_of

_FIRST_LINES = 30
_LONGEST_SENDER = 200
_QUOTES = (('"', '"'), ("\u201c", "\u201d"), ("\u201e", "\u201c"), ("\u00ab", "\u00bb"))
_QUOTE = re.compile('["\u201c\u201e\u00ab]')
_LRM = "\u200e"
_ATTACHED = re.compile(r"\u200e?<[^<>:\n]{2,30}[:\uff1a]\s?([^<>\n]{1,255}\.\w{1,5})>")
_FILE = re.compile(
    r"^\u200e?((?:IMG|VID|AUD|PTT|DOC|STK)-\d{8}-WA\d{4}\.\w{2,5}|[^\n]{1,255}\.\w{1,5}(?= \(file attached\)))"
    r" \([^()\n]{3,40}\)$",
    re.MULTILINE,
)
_LEFT_OUT = re.compile(
    r"^(?:<(?:Media omitted|Medien ausgeschlossen|Multimedia omitido|M\u00e9dias omis|Media omessi|M\u00eddia oculta"
    r"|Ficheiro n\u00e3o revelado|Media weggelaten|Medya dahil edilmedi|pomini\u0119to multimedia|Media omise"
    r"|\u0411\u0435\u0437 \u043c\u0435\u0434\u0438\u0430\u0444\u0430\u0439\u043b\u043e\u0432"
    r"|\u062a\u0645 \u0627\u0633\u062a\u0628\u0639\u0627\u062f \u0627\u0644\u0648\u0633\u0627\u0626\u0637)>"
    r"|\u200e(?:image|video|audio|GIF|sticker|document|video note|Contact card) omitted)$",
    re.MULTILINE,
)
_EDITED = re.compile(r"\u200e?<This message was edited>")
_DELETED = re.compile(r"^\u200e?(?:This message was deleted|You deleted this message)(?: by admin [^\n]{1,100})?\.?$")


class WhatsApp:
    """The chat or chats of one export: one a text."""

    kind, form = "whatsapp", "text"

    def __init__(self, bundle: Bundle, entries: list[Entry], order: str = "") -> None:
        self._bundle, self._entries, self._asked = bundle, entries, order
        self.threads = [Thread(_title(entry.name), entry.name) for entry in entries]
        self._orders = [self._order(entry) for entry in entries]

    @property
    def date_order(self) -> str:
        """The one order of all dates, or `unsure`."""
        return self._orders[0] if len(set(self._orders)) == 1 else "unsure"

    def walk(self, only: int | None) -> Iterator[tuple[int, Found]]:
        """Each message of each text, as `evidence.intake.exports.found.Export` says."""
        for index, entry in enumerate(self._entries):
            if only in (None, index):
                for message in self._messages(entry, self._orders[index]):
                    yield index, message

    def _order(self, entry: Entry) -> str:
        order = "unsure"
        with self._bundle.reading(entry) as text:
            starts = (start for line, fresh in self._lines(text) if fresh and (start := start_of(line)))
            order = order_of(starts)
        return self._asked if order == "unsure" and self._asked else order

    def _messages(self, entry: Entry, order: str) -> Iterator[Found]:
        with self._bundle.reading(entry) as text:
            open_start: Start | None = None
            held: list[str] = []
            room = 0
            for line, fresh in self._lines(text):
                start = start_of(line) if fresh else None
                if start is None:
                    room -= len(line)
                    held += [line] if room > 0 else []  # more is cut off in any case
                    continue
                if open_start:
                    yield _found(open_start, held, order)
                open_start, held, room = start, [line], 2 * self._bundle.tally.limits.raw
            if open_start:
                yield _found(open_start, held, order)

    def _lines(self, text: IO[str]) -> Iterator[tuple[str, bool]]:
        """Each line, in pieces where it is very long, and whether the piece is the start of its line."""
        fresh = True
        while line := text.readline(self._bundle.tally.limits.line):
            self._bundle.tally.step()
            yield line, fresh
            fresh = line.endswith("\n")


def looks_like_a_chat(head: str) -> bool:
    """Does one of the first lines start as a message does?"""
    return any(start_of(line[:200]) for line in islice(head.split("\n"), _FIRST_LINES))


def _found(start: Start, held: list[str], order: str) -> Found:
    at, exact = moment_of(start, order)
    raw = "".join(held)
    first, _, more = raw[start.text_at :].partition("\n")
    sender, colon, said = first.partition(": ")
    if not colon and first.endswith(":"):
        sender, colon = first[:-1], ":"
    if not colon or len(sender) > _LONGEST_SENDER or _within_quotes(sender, said):
        return Found("", at, PHONE_ZONE, exact, raw, partial(_detail, raw[start.text_at :]), system=True)
    text = f"{said}\n{more}" if more else said
    system = text.startswith(_LRM) and _by_the_app(text)
    return Found(sender.strip(), at, PHONE_ZONE, exact, raw, partial(_detail, text), system=system)


def _within_quotes(before: str, after: str) -> bool:
    """Does the colon stand in a quoted name, as in: Max changed the subject from "a: b" to "c"?

    Only after four words or more, so that a name with a lone quotation mark stays a name.
    """
    if not _QUOTE.search(before):
        return False
    for opening, closing in _QUOTES:
        start = before.find(opening)
        if start >= 0 and closing not in before[start + 1 :] and closing in after:
            return len(before[:start].split()) >= 4
    return False


def _by_the_app(text: str) -> bool:
    """iPhones begin what the app wrote itself with an invisible mark, and so they do with files."""
    part = text[:400].rstrip("\n")
    return not any(sign.search(part) for sign in (_ATTACHED, _FILE, _LEFT_OUT, _EDITED, _DELETED))


def _detail(text: str) -> Detail:
    text = text.rstrip("\n")
    names = [match[1] for match in (*_ATTACHED.finditer(text), *_FILE.finditer(text))]
    signs = (
        ("edited", _EDITED.search(text)),
        ("deleted", _DELETED.match(text)),
        ("media-left-out", _LEFT_OUT.search(text)),
    )
    marks = [mark for mark, sign in signs if sign]
    return Detail(_EDITED.sub("", text), names, marks)


def _title(name: str) -> str:
    last = re.split(r"[/\\]", name)[-1]
    return "" if last in ("", "_chat.txt") else re.sub(r"\.txt$", "", last, flags=re.IGNORECASE)
