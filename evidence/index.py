"""The sealed index of a case: the short lines from which lists, filters, the timeline and the gate are drawn."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from evidence import vault
from evidence.vault import Opened

PICTURE, FILM, SOUND, DOCUMENT, MAIL, CHAT = "picture", "film", "sound", "document", "mail", "chat"
ADDRESS, ACCOUNT, CONTACT, NOTE, EVENT = "address", "account", "contact", "note", "event"
DEMAND, PAYMENT, MESSAGE = "demand", "payment", "message"
FILES = (PICTURE, FILM, SOUND, DOCUMENT, MAIL, CHAT)  # a sealed file stands behind each; all behind the gate
TYPED = (ADDRESS, ACCOUNT, CONTACT, DEMAND, PAYMENT, NOTE, EVENT)
KINDS = (*FILES, *TYPED, MESSAGE)  # a message is picked out of a chat, or typed as a note
SEEN = (PICTURE, FILM)  # what can be looked at: covered until pressed, intimate until its owner says otherwise


@dataclass(frozen=True)
class When:
    """When something happened, as claimed: an ISO local date-time, and how exactly it is known."""

    at: str = ""
    known: str = "unknown"  # exact | about | unknown
    basis: str = ""  # where the time comes from: "clock on the screen", "remembered", ...


@dataclass(frozen=True)
class Line:
    """One item in the index. `state` is "kept" or "removed"; `number`, of its exhibit, is never given again."""

    id: uuid.UUID
    number: int
    kind: str
    title: str
    when: When
    where: str = ""
    account: str = ""
    state: str = "kept"
    received_at: str = ""
    intimate: bool = False
    mark: str = ""  # the first 16 hex digits of a file's SHA-256: the same file twice is noticed
    look: str = ""  # the perceptual hash of a picture
    of: str = ""  # the id of the item that this was picked from
    covered: bool = False  # parts of the picture are covered: that copy is shown and handed on
    size: int = 0  # true size of its file in bytes
    called: str = ""  # the name that its file came with: stands where the person gave no title
    placed: bool = False  # the place inside its file was read, and is kept with it

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """A line as `to_json` wrote it: filled in one step, since a frozen class takes its fields one by one.

        What was empty is not there: it is read from the class.
        """
        line, when = object.__new__(cls), object.__new__(When)
        vars(when).update(value["when"])
        vars(line).update(value, id=uuid.UUID(value["id"]), when=when)
        return line

    def to_json(self) -> dict[str, Any]:
        """What is not empty: a case of 1,000 items is read with every page."""
        kept = {name: value for name, value in vars(self).items() if value}
        return {**kept, "title": self.title, "id": str(self.id), "when": vars(self.when)}


@dataclass(frozen=True)
class Gate:
    """What the person said before any picture: claims, printed in the pack. `locked_at` stays for ever."""

    shown: str = ""  # everyone in any sexual picture: adults | under18 | unsure
    now: str = ""  # the owner's age now: adult | under18 | unsure
    whose: str = ""  # mine | agreed | other
    answered_at: str = ""
    locked_at: str = ""

    @property
    def answered(self) -> bool:
        return bool(self.answered_at)

    @property
    def open(self) -> bool:
        """Pictures may come in: all adults, the owner's own or of someone who asked and knows, and never locked.

        Only from an owner who is an adult now: pictures of anyone younger can't show adults only, and nobody
        under 18 is asked to keep an adult's.
        """
        allowed = self.whose in {"mine", "agreed"} and self.now == "adult"
        return self.shown == "adults" and allowed and not self.locked_at

    @property
    def locked(self) -> bool:
        return bool(self.locked_at)


@dataclass
class Index:
    """The whole index; read, changed and written inside one transaction that holds the case's row."""

    next_number: int = 1
    lines: list[Line] = field(default_factory=list)
    gate: Gate = field(default_factory=Gate)
    details: dict[str, str] = field(default_factory=dict)
    steps: dict[str, str] = field(default_factory=dict)  # the list of steps: {kept_at, sealed}, or nothing
    keeping: dict[str, Any] = field(default_factory=dict)  # how long the case is kept: `retention.Choice`, or nothing

    def find(self, item_id: uuid.UUID) -> Line | None:
        return next((line for line in self.lines if line.id == item_id), None)

    def put(self, line: Line) -> None:
        """Replace the line of the same id, or add it at the end."""
        for place, old in enumerate(self.lines):
            if old.id == line.id:
                self.lines[place] = line
                return
        self.lines.append(line)

    def kept(self) -> list[Line]:
        return [line for line in self.lines if line.state == "kept"]

    def take_number(self) -> int:
        self.next_number += 1
        return self.next_number - 1


def read(opened: Opened) -> Index:
    value = vault.read_index(opened)
    return Index(
        next_number=value["next_number"],
        lines=[Line.from_json(line) for line in value["lines"]],
        gate=Gate(**value["gate"]),
        details=value["details"],
        steps=value.get("steps", {}),
        keeping=value.get("keeping", {}),
    )


def write(opened: Opened, index: Index) -> None:
    vault.write_index(
        opened,
        {
            "next_number": index.next_number,
            "lines": [line.to_json() for line in index.lines],
            "gate": asdict(index.gate),
            "details": index.details,
            "steps": index.steps,
            "keeping": index.keeping,
        },
    )


def with_state(line: Line, state: str) -> Line:
    return replace(line, state=state)
