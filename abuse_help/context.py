"""What every template may say about this site: its neutral name, who runs it and where leaving leads to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from guidance.words import for_every_page


def site(_request: HttpRequest | None) -> dict[str, Any]:
    """Values from the settings and the content alone, so that a page can be drawn while the database is down."""
    return for_every_page()
