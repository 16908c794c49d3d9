"""What guidance knows of the platforms that people name: how soon evidence goes there."""

from __future__ import annotations

import re
from functools import cache

from evidence.pack.snapshot import Keeping
from guidance import content
from guidance.records import Platform


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
