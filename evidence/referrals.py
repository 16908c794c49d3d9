"""Who helps where a picture may show someone under 18: other services for a young person than for an adult."""

from __future__ import annotations

from datetime import datetime

from guidance import directory, languages
from guidance.directory import Listed

YOUNG = ("SV-RR", "SV-CL", "SV-NCA", "SV-999")
ADULT = ("SV-TID", "SV-IWF", "SV-101", "SV-VS", "SV-SAM")


def cards(age_now: str, *, language: str, at: datetime) -> list[Listed]:
    """The services for someone of this age now ("adult", "under18", "unsure": both, the young ones first), in words
    of this language.
    """
    wanted = {"adult": ADULT, "under18": YOUNG}.get(age_now, YOUNG + ADULT)
    known = languages.load(language).content.contacts
    return [directory.listing(known[name], at=at) for name in wanted]
