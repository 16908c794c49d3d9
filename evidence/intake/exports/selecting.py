"""Answers what is asked of an export: what it holds, a page of one conversation, or picked messages; in the child."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from evidence.intake.exports import words
from evidence.intake.exports.bounds import Limits, Refused, Tally
from evidence.intake.exports.found import Export, Found, plausible
from evidence.intake.labels import one_line

Said = dict[str, Any]


@dataclass(slots=True)
class _Sum:
    """What is told of a conversation without showing a message of it."""

    count: int = 0
    undated: int = 0
    first: str = ""
    last: str = ""
    people: dict[str, int] = field(default_factory=dict)

    def add(self, message: Found, most_people: int) -> None:
        self.count += 1
        if message.at:
            self.first = min(self.first or message.at, message.at)
            self.last = max(self.last, message.at)
        else:
            self.undated += 1
        if message.sender and (message.sender in self.people or len(self.people) < most_people):
            self.people[message.sender] = self.people.get(message.sender, 0) + 1


def overview(export: Export, tally: Tally) -> Iterator[Said]:
    """Each conversation, then the whole: kind, people, counts, what was left aside. Raises Refused."""
    limits = tally.limits
    sums: dict[int, _Sum] = {}
    for count, (index, message) in enumerate(_walk(export, None), 1):
        if count > limits.messages:
            raise Refused("too_much")
        sums.setdefault(index, _Sum()).add(message, limits.people)
    if not sums:
        raise Refused("damaged" if tally.skipped.get("damaged") else "no_messages")
    shown = sorted(sums)[: limits.conversations]
    for index in shown:
        yield {"conversation": _conversation(export, index, sums[index])}
    yield {"export": _whole(export, tally, list(sums.values()), len(shown))}


def page(export: Export, tally: Tally, asked: Said) -> Iterator[Said]:
    """`count` messages from the `start`th fitting one on (0 is the first), and whether more follow."""
    wanted = _Wanted(
        asked.get("day", ""), asked.get("who", ""), asked.get("words", "").casefold().split(), export.form == "text"
    )
    start, count = asked["start"], asked["count"]
    passed = 0
    for position, message in _of(export, asked["conversation"]):
        if not wanted.fits(message, tally.limits):
            continue
        passed += 1
        if passed > start + count:
            break
        if passed > start:
            yield {"message": _message(position, message, tally.limits)}
    yield {"more": passed > start + count}


def picked(export: Export, tally: Tally, asked: Said) -> Iterator[Said]:
    """The messages at `positions`, each with `around` before and after it, once and in order."""
    around = asked["around"]
    near = sorted(set(chain.from_iterable(range(at - around, at + around + 1) for at in asked["positions"])))
    wanted, last = set(near), near[-1] if near else 0
    for position, message in _of(export, asked["conversation"]):
        if position > last:
            break
        if position in wanted:
            yield {"message": _message(position, message, tally.limits)}
    yield {"more": False}


@dataclass(frozen=True, slots=True)
class _Wanted:
    day: str
    who: str
    words: list[str]
    plain: bool
    """Does what is said stand in the source as it is? Then most messages are told by it alone, in less time."""

    def fits(self, message: Found, limits: Limits) -> bool:
        if (self.day and not message.at.startswith(self.day)) or (self.who and _name(message.sender) != self.who):
            return False
        if not self.words:
            return True
        if self.plain and not self._in(words.bare(message.raw)):
            return False
        return self._in(words.text(message.detail().text, limits.text)[0].casefold())

    def _in(self, text: str) -> bool:
        return all(word in text for word in self.words)


def _of(export: Export, conversation: int) -> Iterator[tuple[int, Found]]:
    """The messages of a conversation with their positions; both are counted from 1. Raises Refused."""
    position = 0
    for position, (_, message) in enumerate(_walk(export, conversation - 1), 1):
        yield position, message
    if not position:
        raise Refused("no_conversation")


def _walk(export: Export, only: int | None) -> Iterator[tuple[int, Found]]:
    """Each message of the export; a time that no chat can have is not known. It stands in the source still."""
    for index, message in export.walk(only):
        if message.at and not plausible(message.at):
            message.at, message.exact = "", False
        yield index, message


def _message(position: int, message: Found, limits: Limits) -> Said:
    detail = message.detail()
    text, cut = words.text(detail.text, limits.text)
    raw, raw_cut = words.raw(message.raw, limits.raw)
    names = [_name(name) for name in detail.attachments[: limits.attachments]]
    return {
        "position": position,
        "sender": _name(message.sender),
        "at": message.at,
        "zone": message.zone,
        "exact": message.exact,
        "text": text,
        "raw": raw,
        "cut": cut or raw_cut or len(detail.attachments) > limits.attachments,
        "attachments": [name for name in names if name],
        "marks": detail.marks,
        "system": message.system,
    }


def _conversation(export: Export, index: int, told: _Sum) -> Said:
    thread = export.threads[index]
    return {
        "number": index + 1,
        "title": _name(thread.title),
        "place": _name(thread.place),
        "people": [_name(name) for name in told.people],
        "messages": told.count,
        "undated": told.undated,
        "first": told.first,
        "last": told.last,
    }


def _whole(export: Export, tally: Tally, sums: list[_Sum], shown: int) -> Said:
    most = tally.limits.people
    people = dict.fromkeys(_name(name) for told in sums for name in told.people)
    titles = [_name(thread.title) for thread in export.threads]
    notes = {
        "dates_unsure": export.date_order == "unsure",
        "some_undated": any(told.undated for told in sums),
        "some_damaged": "damaged" in tally.skipped,
        "letters_guessed": tally.guessed,
        "more_conversations": len(sums) > shown,
        "more_people": len(people) > most or any(len(told.people) >= most for told in sums),
    }
    return {
        "kind": export.kind,
        "form": export.form,
        "title": titles[0] if len(titles) == 1 else "",
        "date_order": export.date_order,
        "people": [name for name in people if name][:most],
        "messages": sum(told.count for told in sums),
        "skipped": tally.skipped,
        "notes": [note for note, holds in notes.items() if holds],
    }


def _name(text: str) -> str:
    return one_line(words.whole(text))
