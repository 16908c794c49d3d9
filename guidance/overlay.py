"""An operator's own folder: contacts and branding, and steps that are not locked, over those that ship."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, TypeVar

from guidance import files
from guidance.records import Branding, Contact, StepHead

# What the proofs and the addresses rest on: a replacement says it in other words, and does the same.
KEPT = ("code", "kind", "action", "kinds", "ends", "collects", "severity")


LOCKED = frozenset({"emergency", "crisis"})


class HasHead(Protocol):
    """A step, as far as this room needs to know it."""

    @property
    def head(self) -> StepHead: ...


S = TypeVar("S", bound=HasHead)


def steps(shipped: Mapping[str, S], own: Mapping[str, S], problems: list[str]) -> dict[str, S]:
    """The steps with the operator's over them; a step marked `safety` is locked, and a new one is advice."""
    for name, step in own.items():
        problems += [f"own steps/{name}.md: {fault}" for fault in _faults(shipped.get(name), step)]
    return {**shipped, **own}


def _faults(old: HasHead | None, new: HasHead) -> list[str]:
    if old is None:
        return [] if new.head.kind == "advice" else ["a step of your own is a page of advice"]
    if old.head.severity == "safety":
        return ["this step is marked safety: it is locked and can't be replaced"]
    return [f"its {key} must stay what it is" for key in KEPT if getattr(old.head, key) != getattr(new.head, key)]


def contacts(shipped: Mapping[str, Contact], own: Path, problems: list[str]) -> dict[str, Contact]:
    """The contacts of the operator's contacts.toml: added, or in the place of the same id.

    Those for an emergency or a crisis are locked: many pages rest on them, at any hour.
    """
    path = own / "contacts.toml"
    found = files.rows(path, "contacts", Contact, problems) if path.exists() else {}
    locked = [name for name in found if name in shipped and LOCKED & set(shipped[name].roles)]
    problems += [f"own contacts.toml {name}: this contact is for a crisis: it is locked" for name in locked]
    return found


def branding(own: Path, problems: list[str]) -> Branding:
    """The names of the operator's branding.toml; empty ones leave the settings as they are."""
    path = own / "branding.toml"
    if not path.exists():
        return Branding()
    return files.record(Branding, files.toml(path, problems), path.name, problems) or Branding()
