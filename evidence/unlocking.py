"""The unlocked key between two requests: half in one browser's cookie, half in a row, both useless alone."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from evidence import cookies
from evidence.crypto import halves
from evidence.crypto.contexts import context
from evidence.crypto.errors import SealBroken
from evidence.models import Case, OpenSession
from evidence.vault import Opened

_SLIDE = timedelta(minutes=1)


@dataclass(frozen=True)
class Session:
    """One open case in one browser: the cookie's 32 bytes and what they open."""

    cookie: bytes = field(repr=False)
    opened: Opened

    @property
    def row_id(self) -> bytes:
        return halves.split(self.cookie)[0]


def cookie_name() -> str:
    return f"{settings.COOKIE_PREFIX}k"


def _context(row_id: bytes, case: Case, what: str = "session") -> bytes:
    return context(what, row_id, case.pk)


def begin(
    opened: Opened, *, at: datetime, shown: dict[str, Any] | None = None, old_number: int | None = None
) -> Session:
    """Open a case for one browser; `shown` (the words just made) is kept sealed until they were entered again.

    `old_number` is that of the words or code that opened it, where they are about to end.
    """
    session = Session(secrets.token_bytes(32), opened)
    payload = (opened.owner_seed or b"") + opened.secret
    OpenSession.objects.create(
        row_id=session.row_id,
        case=opened.case,
        half=halves.seal_half(session.cookie, payload, _context(session.row_id, opened.case)),
        shown=_seal_shown(session, shown),
        born_at=at,
        seen_at=at,
        old_number=old_number,
    )
    return session


def old_number(session: Session) -> int | None:
    """The number of the words or code that opened this session, where they were about to end already."""
    return OpenSession.objects.filter(row_id=session.row_id).values_list("old_number", flat=True).first()


def give(response: HttpResponse, session: Session) -> None:
    """Put the cookie on the answer: no lifetime, this host only, never to scripts."""
    cookies.give(response, cookie_name(), session.cookie)


def current(request: HttpRequest, *, at: datetime, slide: bool = True) -> Session | None:
    """The open case of this browser, or None. An expired half is deleted; `slide=False` (polls) never prolongs it."""
    cookie = cookies.read(request.COOKIES, cookie_name())
    if cookie is None:
        return None
    row = OpenSession.objects.select_related("case").filter(row_id=halves.split(cookie)[0]).first()
    if row is None:
        return None
    if _expired(row, at) or row.case.status in {Case.Status.HIDDEN, Case.Status.ERASED}:
        row.delete()
        return None
    if slide and at - row.seen_at >= _SLIDE:
        OpenSession.objects.filter(pk=row.pk).update(seen_at=at)
    return _open(cookie, row)


def _expired(row: OpenSession, at: datetime) -> bool:
    """Too long ago; or not yet, because the clock was put back: then nobody knows how long ago it was."""
    if row.seen_at - at > _SLIDE:
        return True
    return at - row.seen_at >= settings.CASE_IDLE or at - row.born_at >= settings.CASE_ABSOLUTE


def _open(cookie: bytes, row: OpenSession) -> Session | None:
    try:
        payload = halves.open_half(cookie, bytes(row.half), _context(bytes(row.row_id), row.case))
    except SealBroken:
        row.delete()
        return None
    return Session(cookie, Opened(case=row.case, secret=payload[32:], owner_seed=payload[:32]))


def shown(session: Session) -> dict[str, Any] | None:
    """The words that were made in this session and not yet entered again."""
    row = OpenSession.objects.filter(row_id=session.row_id).first()
    if row is None or row.shown is None:
        return None
    ctx = _context(session.row_id, session.opened.case, "shown")
    value: dict[str, Any] = json.loads(halves.open_half(session.cookie, bytes(row.shown), ctx))
    return value


def _seal_shown(session: Session, value: dict[str, Any] | None) -> bytes | None:
    if value is None:
        return None
    ctx = _context(session.row_id, session.opened.case, "shown")
    return halves.seal_half(session.cookie, json.dumps(value).encode(), ctx)


def show(session: Session, value: dict[str, Any] | None) -> None:
    """Keep words to be shown again in this session, or forget them."""
    OpenSession.objects.filter(row_id=session.row_id).update(shown=_seal_shown(session, value))


def reseal(session: Session, opened: Opened) -> Session:
    """The same browser goes on with a new case secret: its half is sealed again, its times stay."""
    row = OpenSession.objects.get(row_id=session.row_id)
    renewed = Session(session.cookie, opened)
    payload = (opened.owner_seed or b"") + opened.secret
    row.half = halves.seal_half(session.cookie, payload, _context(session.row_id, opened.case))
    row.save(update_fields=["half"])
    return renewed


def end(session: Session) -> None:
    OpenSession.objects.filter(row_id=session.row_id).delete()


def end_others(session: Session) -> int:
    """End every other open session of this case; returns how many there were."""
    return OpenSession.objects.filter(case=session.opened.case).exclude(row_id=session.row_id).delete()[0]


def end_all(case: Case) -> None:
    OpenSession.objects.filter(case=case).delete()


def leave(request: HttpRequest) -> Case | None:
    """Forget this browser's half, whether or not its cookie still opens anything (exit); returns whose it was."""
    cookie = cookies.read(request.COOKIES, cookie_name())
    if cookie is None:
        return None
    row = OpenSession.objects.select_related("case").filter(row_id=halves.split(cookie)[0]).first()
    if row is None:
        return None
    row.delete()
    return row.case


def prune(*, at: datetime) -> int:
    """Delete expired halves."""
    idle, old = at - settings.CASE_IDLE, at - settings.CASE_ABSOLUTE
    gone = OpenSession.objects.filter(Q(seen_at__lte=idle) | Q(seen_at__gt=at + _SLIDE)).delete()[0]
    return gone + OpenSession.objects.filter(born_at__lte=old).delete()[0]
