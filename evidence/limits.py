"""How often a pair of first words may be tried: counted under an HMAC, so that the table names nobody."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from evidence.models import Attempt

TRIES = 5
WINDOW = timedelta(minutes=15)


class ShutForNow(Exception):
    """Too many tries: shut for a quarter of an hour, even for the right words."""


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
    row.save()


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
    return Attempt.objects.filter(since__lt=at - 2 * WINDOW).delete()[0]
