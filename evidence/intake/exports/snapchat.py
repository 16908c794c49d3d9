"""Reads the chats of a Snapchat "My Data" download in JSON, of now and as it was until 2022; runs in the child."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from evidence.intake.exports.bundle import Bundle, Entry
from evidence.intake.exports.found import UTC_ZONE, Detail, Found, Thread, moment, number
from evidence.intake.exports.jsonwalk import Path, Walker

OWNER = "(this account)"
"""Stands for the sender where a download names only whom a message went to."""

_CREATED = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC", re.ASCII)
_OLD_LIST = re.compile(r"(?:Received|Sent) .*(?:Chat|Snap) History", re.ASCII)


class SnapchatJson:
    """The conversations of one download: one for each other side and file; all of a file is held, as raw text."""

    kind, form, date_order = "snapchat", "json", "not-needed"

    def __init__(self, bundle: Bundle, entries: list[Entry]) -> None:
        self._bundle, self._entries = bundle, entries
        self.threads: list[Thread] = []

    def walk(self, only: int | None) -> Iterator[tuple[int, Found]]:
        """Each message of each conversation, as `evidence.intake.exports.found.Export` says."""
        self.threads = []
        for entry in self._entries:
            first, held = len(self.threads), self._file(entry, only)
            for index in range(first, len(self.threads)):
                for message in sorted(held.pop(index, []), key=lambda one: one.at):
                    yield index, message

    def _file(self, entry: Entry, only: int | None) -> dict[int, list[Found]]:
        held: dict[int, list[Found]] = {}
        known: dict[str, int] = {}
        with self._bundle.reading(entry) as text:
            for path, value, raw in Walker(text, _wanted, self._bundle.tally):
                if not isinstance(value, dict):
                    continue
                other = _other_side(path, value)
                if other not in known:
                    known[other] = len(self.threads)
                    self.threads.append(Thread(other, entry.name))
                index = known[other]
                if isinstance(value.get("Conversation Title"), str):
                    self.threads[index].title = value["Conversation Title"]
                if only in (None, index):
                    held.setdefault(index, []).append(found(value, raw))
        return {index: messages[::-1] for index, messages in held.items()}


def _wanted(path: Path) -> bool:
    return len(path) > 1 and isinstance(path[-1], int)


def _other_side(path: Path, value: dict[str, Any]) -> str:
    key = str(path[-2])
    if not _OLD_LIST.fullmatch(key):
        return key
    side = value.get("From", value.get("To"))
    return side if isinstance(side, str) else ""


def found(value: dict[str, Any], raw: str) -> Found:
    """One message of a download, whichever of its two ages the object has."""
    sender = value.get("From", OWNER if "To" in value else "")
    at = _at(value)
    return Found(
        sender if isinstance(sender, str) else "",
        at,
        UTC_ZONE,
        bool(at),
        raw,
        partial(_detail, raw),
        system=str(value.get("Media Type", "")).startswith("STATUS"),
    )


def created(text: str) -> str:
    """`2026-11-20 21:34:05 UTC` as ISO 8601, or an empty text."""
    match = _CREATED.fullmatch(text.strip())
    return f"{match[1]}T{match[2]}+00:00" if match else ""


def _at(value: dict[str, Any]) -> str:
    milliseconds = number(value.get("Created(microseconds)"))  # the name is wrong: the figures are milliseconds
    text = value.get("Created")
    written = created(text) if isinstance(text, str) else ""
    precise = moment(milliseconds / 1000, precise=True) if milliseconds else ""
    return precise if precise[:19] == written[:19] or not written else written


def _detail(raw: str) -> Detail:
    value = json.loads(raw)
    said = value.get("Content", value.get("Text"))
    if "Text" in value and isinstance(said, str):
        said = html.unescape(said)  # the older downloads hold text as it stands in a page
    kind = value.get("Media Type")
    lines = [said] if isinstance(said, str) and said else [f"[{kind}]"] if isinstance(kind, str) else []
    files = value.get("Media IDs")
    names = [name.strip() for name in files.split("|")] if isinstance(files, str) and files.strip() else []
    return Detail("\n".join(lines), names)
