"""One message as a reader found it, before it is made fit to hand on; runs in the child."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

UTC_ZONE = "UTC"
PHONE_ZONE = "as shown on the phone"
DOWNLOAD_ZONE = "as shown in the download"


@dataclass(slots=True)
class Detail:
    """What only a message that is shown needs: its words, names of files, and what the app says about it."""

    text: str = ""
    attachments: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    """Of `edited`, `deleted`, `media-left-out`."""


@dataclass(slots=True)
class Found:
    """One message in the order of its conversation. `detail` is worked out only when asked."""

    sender: str
    at: str
    zone: str
    exact: bool
    raw: str
    detail: Callable[[], Detail]
    system: bool = False


@dataclass(slots=True)
class Thread:
    """A conversation, known as far as it was read. `place` is the name of what it was read from inside the export."""

    title: str
    place: str


class Export(Protocol):
    """One export being read. `threads` grows while `walk` runs; a thread's number is its index in it."""

    threads: list[Thread]

    @property
    def kind(self) -> str:
        """The app."""

    @property
    def form(self) -> str:
        """`text`, `json` or `html`."""

    @property
    def date_order(self) -> str:
        """`day-first`, `month-first`, `year-first`, `unsure`, or `not-needed` where dates read in one way only."""

    def walk(self, only: int | None) -> Iterator[tuple[int, Found]]:
        """Each message with the index of its thread, oldest first in each; of one thread only where asked."""


def moment(seconds: float, *, precise: bool) -> str:
    """A moment in UTC as ISO 8601, to the millisecond where `precise`; empty where no calendar has it."""
    try:
        at = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return at.isoformat(timespec="milliseconds" if precise else "seconds")


def plausible(at: str) -> bool:
    """Can a chat hold a message of that time? Another calendar's year, or a broken figure, is no time at all."""
    return "2000" <= at[:4] <= "2060"


def number(value: object) -> float | None:
    """A number that may have come as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str) or len(str(value)) > 20:
        return None
    try:
        return float(value)
    except ValueError:
        return None


def oldest_first(messages: list[Found]) -> list[Found]:
    """The same messages turned round where the first is younger than the last."""
    times = [message.at for message in messages if message.at]
    return messages[::-1] if times and times[0] > times[-1] else messages
