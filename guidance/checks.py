"""`manage.py check` refuses content that could strand or endanger someone; it warns of what is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage

from guidance import content, directory, languages, proofs
from guidance.files import ContentBroken

HINT = "docs/content.md says how guidance/content is written."


@checks.register("guidance")
def guidance_is_safe(**_kwargs: Any) -> list[CheckMessage]:
    """Errors: E001 content that can't be read, E002 a failed proof, E003 a faulty translation.

    Warnings: W001 past its review date, W002 what is not, or no more, translated.
    """
    try:
        loaded = content.load()
    except ContentBroken as broken:
        return [checks.Error(problem, hint=HINT, id="guidance.E001") for problem in broken.problems]
    today = datetime.now(directory.LONDON).date()
    failed = [checks.Error(str(finding), hint=HINT, id="guidance.E002") for finding in proofs.prove(loaded)]
    return [*failed, *overdue(loaded, today), *translations()]


def translations() -> Iterator[CheckMessage]:
    """One message for each language that has content of its own."""
    for code, name in settings.LANGUAGES:
        spoken = languages.load(code)
        yield from (checks.Error(problem, hint=HINT, id="guidance.E003") for problem in spoken.problems)
        left = (*spoken.stale, *spoken.missing)
        if left and spoken.language.complete:
            yield checks.Warning(f"{name}: {len(left)} texts are shown in English", hint=HINT, id="guidance.W002")


def overdue(loaded: content.Content, today: date) -> Iterator[CheckMessage]:
    """One warning for each record whose review date has passed on that day."""
    for name in content.to_review(loaded, lambda record: record.review_by < today):
        yield checks.Warning(f"{name} is past its review date", hint=HINT, id="guidance.W001")
