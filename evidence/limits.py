"""How often a pair of first words may be tried, and how many cases begun: counted under an HMAC that names nobody."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from evidence import events
from evidence.models import Attempt

TRIES = 5
WINDOW = timedelta(minutes=15)
HOUR = timedelta(hours=1)


class ShutForNow(Exception):
    """Too many tries: shut for a quarter of an hour, even for the right words."""


class TooMany(Exception):
    """So many on the whole site within an hour, and no more."""


def _key(purpose: str, what: bytes) -> bytes:
    return hmac.digest(settings.LIMITS_KEY, purpose.encode() + b"\0" + what, hashlib.sha256)


@transaction.atomic
def spend(purpose: str, what: bytes, *, at: datetime) -> None:
    """Count one try before it is made. ShutForNow after TRIES in WINDOW, until a whole WINDOW has passed."""
    row, _ = Attempt.objects.select_for_update().get_or_create(
        key=_key(purpose, what), defaults={"since": at, "count": 0}
    )
    if row.shut_until and at < row.shut_until <= at + WINDOW:  # further ahead only where the clock was put back
        raise ShutForNow
    if row.shut_until or at - row.since >= WINDOW:
        row.since, row.count, row.shut_until = at, 0, None
    row.count += 1
    if row.count >= TRIES:
        row.shut_until = at + WINDOW
        events.note("limit-reached", of=purpose)
    row.save()


@transaction.atomic
def take(purpose: str, *, most: int, at: datetime) -> None:
    """Count one of at most `most` an hour on the whole site, whoever asks: no address is looked at. TooMany."""
    row, _ = Attempt.objects.select_for_update().get_or_create(
        key=_key(purpose, b"site"), defaults={"since": at, "count": 0}
    )
    if not timedelta(0) <= at - row.since < HOUR:  # over, or the clock was put back
        row.since, row.count = at, 0
    if row.count >= most:
        raise TooMany
    row.count += 1
    row.save()
    if row.count == most:
        events.note("limit-reached", of=purpose)


@transaction.atomic
def clear(purpose: str, what: bytes) -> int:
    """Forget the tries after one that opened; returns how many had failed before it."""
    row = Attempt.objects.select_for_update().filter(key=_key(purpose, what)).first()
    if row is None:
        return 0
    failed = row.count - 1
    row.delete()
    return failed


def prune(*, at: datetime) -> int:
    """Delete rows that no longer limit anything."""
    return Attempt.objects.filter(since__lte=at - HOUR).delete()[0]
