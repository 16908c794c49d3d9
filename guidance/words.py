"""What every page may say about this site: its neutral name, who runs it, where leaving leads, its languages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from guidance import content, languages
from guidance.files import ContentBroken
from guidance.records import Branding


def for_every_page() -> dict[str, Any]:
    """Values from the settings and the content alone, so that a page can be drawn while the database is down."""
    own = _branding()
    return {
        "site_name": own.site_name or settings.SITE_NAME,
        "organisation": own.organisation or settings.ORGANISATION,
        "about": own.about,
        "exit_url": settings.EXIT_URL,
        "offered": settings.LANGUAGES,
        "language": get_language() or languages.ENGLISH,
        "reviewed": _reviewed(get_language() or languages.ENGLISH),
        "crisis_code": _crisis_code(),
    }


def _branding() -> Branding:
    """An error page has to be drawn even where the content can't be read."""
    try:
        return content.load().branding
    except ContentBroken:
        return Branding()


def _reviewed(code: str) -> bool:
    try:
        return languages.load(code).language.reviewed
    except ContentBroken:
        return True


def _crisis_code() -> str:
    """The crisis page is one press away from every page, those of a case included."""
    try:
        return content.load().steps["crisis"].head.code
    except (ContentBroken, KeyError):
        return ""
