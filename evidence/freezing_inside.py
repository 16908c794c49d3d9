"""Freezes what was read inside a mail or a chat export: the headers and people that an officer asks for by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from evidence.pack.facts import counted

_APPS = {"whatsapp": "WhatsApp", "instagram": "Instagram", "facebook": "Facebook or Messenger", "snapchat": "Snapchat"}
_MOST_LETTERS = 1_500  # of the words of a mail: the file itself has them all
_MOST_ROWS = 12
Pairs = tuple[tuple[str, str], ...]


def inside(facts: dict[str, Any]) -> Pairs:
    """Each fact with its name in English; nothing for a file of another sort, or one that could not be read."""
    found = _mail(facts["mail"]) if facts.get("mail") else _chat(facts["chat"]) if facts.get("chat") else ()
    return tuple((name, value) for name, value in found if value)


def _mail(mail: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "From", _people(mail["sender"])
    yield "To", _people(mail["to"])
    yield "Answers go to", _people(mail["reply_to"])
    yield "Date in it", mail["date"]
    yield "Subject", mail["subject"]
    yield "Number of the message (Message-ID)", mail["message_id"]
    yield "Sent from, as it says", mail["originating_ip"]
    yield "Its way (Received), the newest line first", _lines(hop["raw"] for hop in mail["hops"])
    yield "Checks by mail services", _lines(mail["authentication"])
    yield "Words", _cut(mail["text"])
    yield "Links in it, made so that they can't be pressed", _lines(one["defanged"] for one in mail["links"])
    yield "Files in it", _lines(f"{one['name']}, {one['size']} bytes, {one['sha256']}" for one in mail["attachments"])


def _chat(chat: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "App", _APPS.get(chat["kind"], str(chat["kind"]).replace("-", " ").capitalize())
    yield "Messages in it", str(chat["messages"])
    yield "Conversations in it", _lines(_conversation(one) for one in chat["conversations"])


def _conversation(one: dict[str, Any]) -> str:
    who = one["title"] or ", ".join(one["people"][:4]) or f"Conversation {one['number']}"
    span = " to ".join(dict.fromkeys(at[:10] for at in (one["first"], one["last"]) if at))
    return ", ".join(filter(None, [f"{who}: {counted(one['messages'], 'message')}", span]))


def _people(people: Iterable[dict[str, str]]) -> str:
    return _lines(f"{one['name']} <{one['address']}>" if one["name"] else one["address"] for one in people)


def _lines(lines: Iterable[str]) -> str:
    every = list(lines)
    more = len(every) - _MOST_ROWS
    return "\n".join([*every[:_MOST_ROWS], *([f"and {more} more, in the file"] if more > 0 else [])])


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]} … (the rest is in the file)"
