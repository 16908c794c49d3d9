"""Reads the messages of an Instagram or Facebook download in JSON; runs in the child."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from evidence.intake.exports.bundle import Bundle, Entry
from evidence.intake.exports.found import UTC_ZONE, Detail, Found, Thread, moment, number, oldest_first
from evidence.intake.exports.jsonwalk import Path, Walker
from evidence.intake.exports.words import mended

_PART = re.compile(r"message_(\d{1,9})\.(?:json|html?)", re.IGNORECASE)
_FOLDERS = (
    ("instagram", ("your_instagram_activity", "instagram-")),
    ("facebook", ("your_activity_across_facebook", "your_facebook_activity", "facebook-")),
)
_FILES = ("photos", "videos", "audio_files", "files", "gifs", "sticker", "media")


def which(names: list[str]) -> str:
    """`instagram`, `facebook`, or `instagram-or-facebook` where the folders of a download do not say."""
    parts = {part.lower() for name in names[:5_000] for part in name.split("/")[:3]}
    for kind, starts in _FOLDERS:
        if any(part.startswith(starts) for part in parts):
            return kind
    return "instagram-or-facebook"


def by_folder(entries: list[Entry]) -> list[list[Entry]]:
    """The files of each conversation, the oldest messages first: Meta numbers its files from the newest back.

    Parts of one conversation are `message_1` and so on in a folder of their own. A file with another name, as
    `Anna Smith_1.json` of end-to-end encrypted chats, is a conversation by itself, whatever figures it ends with.
    """
    folders: dict[str, list[Entry]] = {}
    for entry in entries:
        folder, _, last = entry.name.rpartition("/")
        folders.setdefault(folder if _PART.fullmatch(last) and folder else entry.name, []).append(entry)
    return [sorted(files, key=_age, reverse=True) for files in folders.values()]


def _age(entry: Entry) -> int:
    match = _PART.fullmatch(entry.name.rpartition("/")[2])
    return int(match[1]) if match else 0


class MetaJson:
    """The conversations of one download: one a folder, in files of up to 10,000 messages with the newest first."""

    form, date_order = "json", "not-needed"

    def __init__(self, bundle: Bundle, entries: list[Entry], kind: str) -> None:
        self.kind = kind
        self._bundle = bundle
        self._folders = by_folder(entries)
        self.threads = [Thread("", files[0].name) for files in self._folders]

    def walk(self, only: int | None) -> Iterator[tuple[int, Found]]:
        """Each message of each folder, as `evidence.intake.exports.found.Export` says."""
        for index, files in enumerate(self._folders):
            if only in (None, index):
                for entry in files:
                    for message in self._file(entry, self.threads[index]):
                        yield index, message

    def _file(self, entry: Entry, thread: Thread) -> list[Found]:
        messages: list[Found] = []
        with self._bundle.reading(entry) as text:
            for path, value, raw in Walker(text, _wanted, self._bundle.tally):
                if path[0] == "messages" and isinstance(value, dict):
                    messages.append(_found(value, raw))
                elif path[0] in ("title", "threadName") and isinstance(value, str):
                    thread.title = mended(value)
        return oldest_first(messages)


def _wanted(path: Path) -> bool:
    return path in (("title",), ("threadName",)) or (len(path) == 2 and path[0] == "messages")


def _found(value: dict[str, Any], raw: str) -> Found:
    sender = value.get("sender_name", value.get("senderName", ""))
    at = _at(value)
    return Found(
        mended(sender) if isinstance(sender, str) else "",
        at,
        UTC_ZONE,
        bool(at),
        raw,
        partial(_detail, raw),
        system=not sender,
    )


def _at(value: dict[str, Any]) -> str:
    milliseconds = number(value.get("timestamp_ms", value.get("timestamp")))
    return "" if milliseconds is None else moment(milliseconds / 1000, precise=True)


def _detail(raw: str) -> Detail:
    value = json.loads(raw)
    said = value.get("content", value.get("text", ""))
    lines = [mended(said)] if isinstance(said, str) and said else []
    share = value.get("share")
    if isinstance(share, dict):
        lines += [mended(share[key]) for key in ("share_text", "link") if isinstance(share.get(key), str)]
    deleted = value.get("is_unsent") is True or value.get("isUnsent") is True
    return Detail("\n".join(lines), list(_names(value)), ["deleted"] if deleted else [])


def _names(value: dict[str, Any]) -> Iterator[str]:
    for key in _FILES:
        files = value.get(key)
        for file in files if isinstance(files, list) else [files]:
            uri = file.get("uri") if isinstance(file, dict) else None
            if isinstance(uri, str):
                yield mended(uri)
