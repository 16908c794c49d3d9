"""Reads downloads that come as web pages, of Instagram, Facebook and Telegram; runs in the child."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from evidence.intake.exports import meta
from evidence.intake.exports.blocks import Attributes, Block, Roles, blocks
from evidence.intake.exports.bundle import Bundle, Entry
from evidence.intake.exports.found import DOWNLOAD_ZONE, UTC_ZONE, Detail, Found, Thread, oldest_first

_PAGE_NUMBER = re.compile(r"(\d{1,9})\.html?$", re.IGNORECASE)
_OFFSITE = re.compile(r"^(?:[a-z][a-z0-9+.-]{0,20}:|//|#|\?)", re.IGNORECASE)
_META_PARTS = {
    "_a6-h": "who", "_2lel": "who", "_a6-p": "text", "_2let": "text", "_a6-o": "when", "_2lem": "when", "_a72d": "when",
}  # fmt: skip
_META_BLOCKS = frozenset({"_a6-g", "_2lej"})
_SPACES = re.compile(r"[\s\u202f]+")
_META_TIMES = (
    "%b %d, %Y %I:%M:%S %p", "%b %d, %Y, %I:%M:%S %p", "%b %d, %Y %I:%M %p", "%b %d, %Y, %I:%M %p",
    "%d %b %Y %H:%M", "%d %b %Y, %H:%M", "%d %b %Y, %H:%M:%S", "%b %d, %Y, %H:%M",
)  # fmt: skip
_CLOCK_ENDS = re.compile(r"(?<=\d)([ap]m)\b", re.IGNORECASE)
_TELEGRAM_TIME = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d:\d\d:\d\d)(?: UTC([+-]\d\d:\d\d))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Style:
    """How the pages of one app are read: the roles of elements, and a message from a block and the sender before it."""

    kind: str
    roles: Roles
    message: Callable[[Block, str], Found | None]


class Pages:
    """The conversations of one download in HTML: a list of pages each, the first of them the oldest."""

    form, date_order = "html", "not-needed"

    def __init__(self, bundle: Bundle, conversations: list[list[Entry]], style: Style, kind: str = "") -> None:
        self.kind = kind or style.kind
        self._bundle, self._conversations, self._style = bundle, conversations, style
        self.threads = [Thread("", pages[0].name) for pages in conversations]

    def walk(self, only: int | None) -> Iterator[tuple[int, Found]]:
        """Each message of each page, as `evidence.intake.exports.found.Export` says."""
        for index, pages in enumerate(self._conversations):
            if only in (None, index):
                sender = ""
                for entry in pages:
                    for message in self._page(entry, self.threads[index], sender):
                        sender = message.sender if not message.system else sender
                        yield index, message

    def _page(self, entry: Entry, thread: Thread, sender: str) -> list[Found]:
        messages: list[Found] = []
        with self._bundle.reading(entry) as text:
            named = partial(setattr, thread, "title")
            for block in blocks(text, self._style.roles, self._bundle.tally, title=named):
                message = self._style.message(block, sender)
                if message:
                    messages.append(message)
                    sender = sender if message.system else message.sender
        return oldest_first(messages)


def _meta_roles(_tag: str, known: Attributes, _around: list[str]) -> str:
    classes = known.get("class", "").split()
    if _META_BLOCKS.intersection(classes):
        return "block"
    return next((_META_PARTS[name] for name in classes if name in _META_PARTS), "")


def _meta_message(block: Block, _before: str) -> Found | None:
    sender, when = block.said("who"), block.said("when")
    if not when:
        return None
    at = _meta_time(when)
    return Found(sender, at, DOWNLOAD_ZONE, bool(at), block.raw(), partial(detail, block), system=not sender)


def _meta_time(text: str) -> str:
    """A time as Meta writes it in English; other languages stay in the source alone."""
    plain = _CLOCK_ENDS.sub(r" \1", _SPACES.sub(" ", text)).strip()
    for shape in _META_TIMES:
        try:
            at = datetime.strptime(plain, shape)  # noqa: DTZ007  (the page gives no zone)
        except ValueError:
            continue
        return at.isoformat(timespec="seconds" if "%S" in shape else "minutes")
    return ""


def _telegram_roles(_tag: str, known: Attributes, around: list[str]) -> str:
    classes = set(known.get("class", "").split())
    inside = "block" in around
    tests = (
        ("block", "message" in classes and classes & {"default", "service"}),
        ("title", not inside and {"text", "bold"} <= classes),
        ("text", "text" in classes),
        ("forwarded", "forwarded" in classes or "forwarded" in around),
        ("who", "from_name" in classes),
        ("aside", classes & {"reply_to", "userpic_wrap"}),
        ("service", {"body", "details"} <= classes),
    )
    return next((role for role, holds in tests if holds), "")


def _telegram_message(block: Block, before: str) -> Found | None:
    first = block.seen[0].get("class", "") if block.seen else ""
    if "service" in first.split():
        return Found("", "", DOWNLOAD_ZONE, False, block.raw(), partial(detail, block, "service"), system=True)
    at, zone = _telegram_time(block)
    sender = block.said("who") or (before if "joined" in first.split() else "")
    return Found(sender, at, zone, bool(at), block.raw(), partial(detail, block))


def _telegram_time(block: Block) -> tuple[str, str]:
    for known in block.seen:
        match = _TELEGRAM_TIME.fullmatch(known.get("title", ""))
        if match and "date" in known.get("class", "").split():
            day, month, year, clock, offset = match.groups()
            zone = DOWNLOAD_ZONE if not offset else UTC_ZONE if offset == "+00:00" else f"UTC{offset}"
            return f"{year}-{month}-{day}T{clock}{offset or ''}", zone
    return "", DOWNLOAD_ZONE


def detail(block: Block, role: str = "text") -> Detail:
    lines = [f"[forwarded from {said}]" for said in [block.said("forwarded")] if said] + [block.said(role)]
    names = [link for link in block.links if not _OFFSITE.match(link)]
    return Detail("\n".join(line for line in lines if line), names)


META = Style("instagram-or-facebook", _meta_roles, _meta_message)
TELEGRAM = Style("telegram", _telegram_roles, _telegram_message)


def meta_pages(bundle: Bundle, entries: list[Entry], kind: str) -> Pages:
    """A download of Instagram or Facebook: a folder of pages for each conversation, newest first."""
    return Pages(bundle, meta.by_folder(entries), META, kind)


def telegram_pages(bundle: Bundle, entries: list[Entry]) -> Pages:
    """An export of Telegram Desktop: a folder of pages for each chat, oldest first."""
    folders: dict[str, list[Entry]] = {}
    for entry in entries:
        folders.setdefault(entry.name.rpartition("/")[0], []).append(entry)
    return Pages(bundle, [sorted(pages, key=_place) for pages in folders.values()], TELEGRAM)


def _place(entry: Entry) -> int:
    match = _PAGE_NUMBER.search(entry.name)
    return int(match[1]) if match else 0
