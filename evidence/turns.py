"""How many heavy things one process does at a time; the next waits a moment, then hears that it should come back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings


class Busy(Exception):
    """Every place is taken: answer 503 with Retry-After."""


@cache
def _places(what: str) -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(
        {"upload": settings.UPLOADS_AT_ONCE, "derivation": settings.DERIVATIONS_AT_ONCE}[what]
    )


@contextmanager
def turn(what: str) -> Iterator[None]:
    """One of the places for "upload" or "derivation"; waits at most settings.WAIT_FOR_TURN, then Busy."""
    places = _places(what)
    if not places.acquire(timeout=settings.WAIT_FOR_TURN.total_seconds()):
        raise Busy
    try:
        yield
    finally:
        places.release()
