"""The sealed index of a case: the short lines from which lists, filters, the timeline and the gate are drawn."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from evidence import vault
from evidence.vault import Opened

PICTURE, ADDRESS, ACCOUNT, NOTE, EVENT = "picture", "address", "account", "note", "event"
KINDS = (PICTURE, ADDRESS, ACCOUNT, NOTE, EVENT)


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

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        return cls(**{**value, "id": uuid.UUID(value["id"]), "when": When(**value["when"])})

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "id": str(self.id)}


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
        },
    )


def with_state(line: Line, state: str) -> Line:
    return replace(line, state=state)
