"""What guidance knows of the platforms that people name: how soon evidence goes there, and what goes first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from evidence.pack.snapshot import Keeping
from guidance import content, languages
from guidance.records import Platform, Source


@dataclass(frozen=True)
class Checked:
    """When what is said of some platforms was checked, where it is from, and whether an editor confirmed all of it."""

    checked_on: date
    sources: tuple[Source, ...]
    confirmed: bool


@cache
def _known() -> dict[str, Platform]:
    """Platforms by every word of their names that a person may type, in lower case: "X (Twitter)" is x and twitter."""
    found: dict[str, Platform] = {}
    for platform in content.load().platforms.values():
        for name in {platform.name, *re.split(r" and |, |[()]", platform.name)}:
            if name.strip():
                found.setdefault(name.strip().casefold(), platform)
    return found


def keeping(named: str) -> Keeping:
    """How soon evidence goes on the platform that was named; "unknown" where guidance does not know it."""
    platform = _known().get(named.strip().casefold())
    return Keeping(named, platform.evidence if platform else "unknown")


def find(named: str, language: str = languages.ENGLISH) -> Platform | None:
    """What guidance says of the platform that was named, in words of this language; None where it does not know it."""
    platform = _known().get(named.strip().casefold())
    return languages.load(language).content.platforms[platform.id] if platform else None


def checked(found: Sequence[Platform]) -> Checked | None:
    """The earliest check and every source of these platforms; None where there is none of them."""
    if not found:
        return None
    known = content.load().sources
    named = dict.fromkeys(one for platform in found for one in platform.sources)
    sources = tuple(known[one] for one in named if one in known)
    return Checked(min(one.checked_on for one in found), sources, not any(one.needs_editor for one in found))
