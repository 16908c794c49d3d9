"""Says stored times in words: a claimed local time, and a moment that this site observed."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import formats, timezone
from django.utils.translation import ngettext

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


@register.filter
def said_length(seconds: float) -> str:
    """How long a recording is: 2.04 as "2 seconds", 185 as "3:05", 3725 as "1:02:05"."""
    whole = max(1, round(seconds))
    if whole < 60:
        return ngettext("%(count)d second", "%(count)d seconds", whole) % {"count": whole}
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
