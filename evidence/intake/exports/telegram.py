"""Reads the JSON that Telegram Desktop exports, of one chat or of all; runs in the child."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from evidence.intake.exports.bundle import Bundle, Entry
from evidence.intake.exports.found import DOWNLOAD_ZONE, UTC_ZONE, Detail, Found, Thread, moment, number
from evidence.intake.exports.jsonwalk import Path, Walker

_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)
_FILES = ("photo", "file", "thumbnail", "contact_vcard")
_LISTS = ("chats", "left_chats")


class TelegramJson:
    """The chats of one export, in the order of the file."""

    kind, form, date_order = "telegram", "json", "not-needed"

    def __init__(self, bundle: Bundle, entries: list[Entry]) -> None:
        self._bundle, self._entries = bundle, entries
        self.threads: list[Thread] = []

    def walk(self, only: int | None) -> Iterator[tuple[int, Found]]:
        """Each message of each chat, as `evidence.intake.exports.found.Export` says."""
        self.threads = []
        for entry in self._entries:
            known: dict[Path, int] = {}
            with self._bundle.reading(entry) as text:
                for path, value, raw in Walker(text, _wanted, self._bundle.tally):
                    index = self._thread(known, entry, _chat(path))
                    if path[-1] == "name" and isinstance(value, str):
                        self.threads[index].title = value
                    elif isinstance(value, dict) and only in (None, index):
                        yield index, _found(value, raw)

    def _thread(self, known: dict[Path, int], entry: Entry, chat: Path) -> int:
        if chat not in known:
            known[chat] = len(self.threads)
            self.threads.append(Thread("", entry.name))
        return known[chat]


def _chat(path: Path) -> Path:
    return path[:3] if path[0] in _LISTS else ()


def _wanted(path: Path) -> bool:
    inside = path[3:] if len(path) > 3 and path[0] in _LISTS and path[1] == "list" else path
    return inside == ("name",) or (len(inside) == 2 and inside[0] == "messages")


def _found(value: dict[str, Any], raw: str) -> Found:
    at, zone = _at(value)
    system = value.get("type") == "service"
    sender = value.get("actor" if system else "from") or value.get("from") or value.get("from_id")
    return Found(
        sender if isinstance(sender, str) else "", at, zone, bool(at), raw, partial(_detail, raw), system=system
    )


def _at(value: dict[str, Any]) -> tuple[str, str]:
    seconds = number(value.get("date_unixtime"))
    if seconds is not None and (at := moment(seconds, precise=False)):
        return at, UTC_ZONE
    local = value.get("date")
    return (local if isinstance(local, str) and _LOCAL.fullmatch(local) else ""), DOWNLOAD_ZONE


def _detail(raw: str) -> Detail:
    value = json.loads(raw)
    lines = [_words(value.get("text"))]
    if value.get("type") == "service":
        lines.append(f"[{value.get('action', '')}]")
    if isinstance(origin := value.get("forwarded_from"), str):
        lines.insert(0, f"[forwarded from {origin}]")
    names = [name for key in _FILES if isinstance(name := value.get(key), str)]
    left_out = [name for name in names if name.startswith("(")]
    marks = (["edited"] if "edited" in value else []) + (["media-left-out"] if left_out else [])
    return Detail("\n".join(line for line in lines if line), [name for name in names if name not in left_out], marks)


def _words(parts: object) -> str:
    """Telegram writes plain text as a text, and text with links or styles as a list of texts and objects."""
    if isinstance(parts, str):
        return parts
    if not isinstance(parts, list):
        return ""
    texts = (part.get("text") if isinstance(part, dict) else part for part in parts)
    return "".join(text for text in texts if isinstance(text, str))
