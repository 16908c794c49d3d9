"""Reads chat exports and mail in a child process with limits, by parts of a file that may be large and sealed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from evidence.intake.children import AnswerBroken, Bounds, Child, ReadAt, Source, command, slot
from evidence.intake.exports.bounds import Limits as ExportLimits
from evidence.intake.mail import Limits as MailLimits
from evidence.intake.said import Conversation, Export, Mail, Message, More, Page, Piece, Refusal, Whole, checked

CHILDREN_AT_ONCE = 2
MOST_POSITIONS = 200
MOST_ON_A_PAGE = 200

EXPORTS = command("evidence.intake.exports.child")
MAIL = command("evidence.intake.mail")

_REASONS = {
    "empty": "This file is empty.",
    "unknown_kind": "This is not a chat export or mail that we can read. It can be kept as it is.",
    "no_messages": "There are no messages in this file that we can read. It can be kept as it is.",
    "damaged": "This file is damaged or not whole. It can be kept as it is.",
    "too_many_entries": "This archive has too many files in it to read safely. It can be kept as it is.",
    "too_much": "This file unpacks to more than we can read safely. It can be kept as it is.",
    "too_many_parts": "This mail has too many parts to read safely. It can be kept as it is.",
    "too_much_memory": "This file is too big to read safely. It can be kept as it is.",
    "too_slow": "Reading this file took too long. It can be kept as it is.",
    "ended": "This file could not be read. It can be kept as it is.",
    "no_conversation": "This conversation is not in the file.",
    "busy": "Other files are being read now. Try again in a minute.",
}
_BOUNDS = Bounds(cpu_seconds=45, memory=768 * 1024 * 1024, reads=100_000, read_bytes=4_000_000_000)
_slots = threading.BoundedSemaphore(CHILDREN_AT_ONCE)


class NotRead(Exception):
    """Nothing could be read; `code` is stable and `str()` is plain English that says why. The file itself is safe."""

    def __init__(self, code: str) -> None:
        super().__init__(_REASONS[code])
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one reading may cost: the child's bounds, times in seconds, and what each kind of file may hold."""

    bounds: Bounds = _BOUNDS
    seconds: float = 60.0
    wait_seconds: float = 10.0
    exports: ExportLimits = field(default_factory=ExportLimits)
    mail: MailLimits = field(default_factory=MailLimits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which messages of a conversation to show: from the `start`th fitting one (0 is the first), `count` of them.

    `day` is `2026-11-20`, `who` a name from `Conversation.people`, `words` must all stand in a message, in any case.
    """

    conversation: int
    start: int = 0
    count: int = 25
    day: str = ""
    who: str = ""
    words: str = ""


_FOR_MAIL = Limits(bounds=replace(_BOUNDS, cpu_seconds=15), seconds=30.0)


def read_export(read_at: ReadAt, size: int, *, date_order: str = "", limits: Limits | None = None) -> Export:
    """What the chat export of `size` bytes holds, without any message; `read_at(offset, length)` gives its bytes.

    `date_order` (`day-first`, `month-first`) settles dates that the file itself leaves open. Raises NotRead, or what
    `read_at` raises; in every case the child is gone and its slot is free.
    """
    request = {"what": "overview", "date_order": date_order}
    *told, end = _said(EXPORTS, request, Source(read_at, size), limits or Limits())
    if not isinstance(end, Whole) or not told:
        raise NotRead("ended")
    return Export(**end.model_dump(), conversations=tuple(one for one in told if isinstance(one, Conversation)))


def read_page(read_at: ReadAt, size: int, asked: Asked, *, date_order: str = "", limits: Limits | None = None) -> Page:
    """A page of one conversation. Raises NotRead, or what `read_at` raises."""
    bounded = asdict(asked) | {"count": min(max(asked.count, 1), MOST_ON_A_PAGE), "start": max(asked.start, 0)}
    request = {"what": "page", "date_order": date_order, **bounded}
    return _page(request, Source(read_at, size), limits or Limits())


def read_messages(
    read_at: ReadAt,
    size: int,
    picked: tuple[int, Sequence[int]],
    *,
    around: int = 3,
    date_order: str = "",
    limits: Limits | None = None,
) -> Page:
    """Picked messages, `(conversation, positions)`, with `around` before and after each, once and in order.

    Raises NotRead, or what `read_at` raises.
    """
    conversation, positions = picked
    few = sorted(set(positions))[:MOST_POSITIONS]
    request = {"what": "messages", "conversation": conversation, "positions": few, "around": min(max(around, 0), 25)}
    return _page({**request, "date_order": date_order}, Source(read_at, size), limits or Limits())


def read_mail(read_at: ReadAt, size: int, *, limits: Limits | None = None) -> Mail:
    """What a mail says that was kept as a file. Raises NotRead, or what `read_at` raises."""
    *_, end = _said(MAIL, {}, Source(read_at, size), limits or _FOR_MAIL)
    if not isinstance(end, Mail):
        raise NotRead("ended")
    return end


def _page(request: dict[str, Any], source: Source, limits: Limits) -> Page:
    *told, end = _said(EXPORTS, request, source, limits)
    if not isinstance(end, More):
        raise NotRead("ended")
    return Page(messages=tuple(one for one in told if isinstance(one, Message)), more=end.more)


def _said(command: tuple[str, ...], request: dict[str, Any], source: Source, limits: Limits) -> list[Piece]:
    """All that the child says, each piece checked; never none. Raises NotRead, or what `source` raises."""
    whole = {**request, "limits": asdict(limits.mail if command is MAIL else limits.exports)}
    with slot(_slots, limits.wait_seconds, NotRead("busy")), Child(command, limits.seconds) as child:
        try:
            told = [checked(piece) for piece in child.ask(whole, source, limits.bounds)]
        except AnswerBroken:
            raise NotRead("too_slow" if child.was_late() else "ended") from None
    if told and isinstance(told[-1], Refusal):
        raise NotRead(told[-1].refused)
    if not told:
        raise NotRead("ended")
    return told
