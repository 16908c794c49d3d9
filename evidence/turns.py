"""How many heavy things one process does at a time; the next waits a moment, then hears that it should come back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings

WAITING = 4  # that may wait for a turn in one process: who waits holds a thread, and pages need some


class Busy(Exception):
    """Every place is taken: answer 503 with Retry-After."""


@dataclass
class _Places:
    """Places of one kind, and all who have one or wait for one."""

    most: int
    free: threading.BoundedSemaphore = field(init=False)
    room: threading.BoundedSemaphore = field(init=False)

    def __post_init__(self) -> None:
        self.free = threading.BoundedSemaphore(self.most)
        self.room = threading.BoundedSemaphore(self.most + WAITING)


@cache
def _places(what: str) -> _Places:
    return _Places({"upload": settings.UPLOADS_AT_ONCE, "derivation": settings.DERIVATIONS_AT_ONCE}[what])


@contextmanager
def turn(what: str) -> Iterator[None]:
    """One of the places for "upload" or "derivation".

    Waits at most settings.WAIT_FOR_TURN, and not at all where WAITING others do; then Busy.
    """
    places = _places(what)
    with _held(places.room, 0), _held(places.free, settings.WAIT_FOR_TURN.total_seconds()):
        yield


@contextmanager
def _held(places: threading.BoundedSemaphore, seconds: float) -> Iterator[None]:
    if not places.acquire(timeout=seconds):
        raise Busy
    try:
        yield
    finally:
        places.release()
