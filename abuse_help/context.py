"""What every template may say about this site: its neutral name, who runs it and where leaving leads to."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def site(_request: HttpRequest | None) -> dict[str, str]:
    """Values from the settings alone, so that a page can be drawn while the database is down."""
    return {
        "site_name": settings.SITE_NAME,
        "organisation": settings.ORGANISATION,
        "exit_url": settings.EXIT_URL,
    }
