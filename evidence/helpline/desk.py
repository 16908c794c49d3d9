"""A worker's opened desk: the seed half in one browser's cookie, half in a row, both useless alone."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase

from evidence import cookies
from evidence.crypto import halves
from evidence.crypto.contexts import context
from evidence.crypto.errors import SealBroken
from evidence.helpline.models import Desk, Worker

_SLIDE = timedelta(minutes=1)


def cookie_name() -> str:
    return f"{settings.COOKIE_PREFIX}w"


def open_desk(response: HttpResponseBase, *, worker: Worker, seed: bytes, at: datetime) -> None:
    """Keep `seed` (32 bytes) for this browser: a row, and a cookie that ends with the browser."""
    cookie = secrets.token_bytes(32)
    row_id, _ = halves.split(cookie)
    half = halves.seal_half(cookie, seed, _context(worker, row_id))
    Desk.objects.create(row_id=row_id, worker=worker, half=half, born_at=at, seen_at=at)
    cookies.give(response, cookie_name(), cookie)


def seed_of(request: HttpRequest, *, worker: Worker, at: datetime) -> bytes | None:
    """The seed, where this browser holds the other half of a live desk of `worker`; moves the idle clock."""
    cookie = cookies.read(request.COOKIES, cookie_name())
    row = Desk.objects.filter(row_id=halves.split(cookie)[0], worker=worker).first() if cookie else None
    if cookie is None or row is None:
        return None
    if _has_ended(row, at):
        row.delete()
        return None
    if at - row.seen_at >= _SLIDE:
        Desk.objects.filter(pk=row.pk).update(seen_at=at)
    return _unseal(cookie, row, worker)


def close(request: HttpRequest, response: HttpResponseBase | None = None) -> None:
    """Forget this browser's half, whether or not it opens anything, and its cookie if there is an answer."""
    cookie = cookies.read(request.COOKIES, cookie_name())
    if cookie is not None:
        Desk.objects.filter(row_id=halves.split(cookie)[0]).delete()
    if response is not None:
        response.delete_cookie(cookie_name(), samesite="Strict")


def prune(*, at: datetime) -> int:
    """Delete the rows of desks that have ended."""
    idle = Desk.objects.filter(Q(seen_at__lte=at - settings.DESK_IDLE) | Q(seen_at__gt=at + _SLIDE)).delete()[0]
    return idle + Desk.objects.filter(born_at__lte=at - settings.DESK_ABSOLUTE).delete()[0]


def _has_ended(row: Desk, at: datetime) -> bool:
    """As for a case: too long ago, or not yet, because the clock was put back."""
    if row.seen_at - at > _SLIDE:
        return True
    return at - row.seen_at >= settings.DESK_IDLE or at - row.born_at >= settings.DESK_ABSOLUTE


def _unseal(cookie: bytes, row: Desk, worker: Worker) -> bytes | None:
    try:
        return halves.open_half(cookie, bytes(row.half), _context(worker, bytes(row.row_id)))
    except SealBroken:
        row.delete()
        return None


def _context(worker: Worker, row_id: bytes) -> bytes:
    return context("desk", worker.pk, worker.key_version, row_id)
