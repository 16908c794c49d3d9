"""Says stored times in words: a claimed local time, and a moment that this site observed."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import formats, timezone

register = template.Library()


@register.filter
def said_time(value: str) -> str:
    """ "2026-11-14T21:14" as "14 November 2026, 21:14"; a day alone without a time."""
    day = formats.date_format(date.fromisoformat(value[:10]), "j F Y")
    return f"{day}, {value[11:16]}" if len(value) > 10 else day


@register.filter
def said_moment(value: datetime | str) -> str:
    """A moment in UK time, as "14 November 2026, 21:14"."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return formats.date_format(timezone.localtime(at), "j F Y, H:i")
