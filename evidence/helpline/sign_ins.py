"""The browsers in which a worker is signed in: since when, last seen in which hour, and their ends."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from evidence import events
from evidence.helpline.models import Desk, SignIn, Worker


class NotSignedIn(Exception):
    """This worker has no such session."""


def hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def begin(worker: Worker, *, stored_key: str, at: datetime) -> None:
    """A worker has signed in; `stored_key` is the hash of the cookie, as the table of sessions has it."""
    SignIn.objects.update_or_create(
        stored_key=stored_key, defaults={"worker": worker, "born_at": hour_of(at), "seen_at": hour_of(at)}
    )


def seen(stored_key: str, *, at: datetime) -> None:
    """Move the hour, where another one has begun."""
    row = SignIn.objects.filter(stored_key=stored_key).first()
    if row is not None and row.seen_at < hour_of(at):
        SignIn.objects.filter(pk=row.pk).update(seen_at=hour_of(at))


def listed(worker: Worker) -> QuerySet[SignIn]:
    """Those that still live, the newest first."""
    live = Session.objects.filter(expire_date__gt=Now()).values("session_key")
    return SignIn.objects.filter(worker=worker, stored_key__in=live).order_by("-born_at", "pk")


@transaction.atomic
def end(worker: Worker, sign_in: uuid.UUID) -> None:
    """End one session of this worker, and all her desks: which browser holds which is not known. NotSignedIn."""
    row = SignIn.objects.filter(pk=sign_in, worker=worker).first()
    if row is None:
        raise NotSignedIn
    _end([row.stored_key], worker)


@transaction.atomic
def end_others(worker: Worker, *, stored_key: str) -> None:
    """End every session of this worker but this one."""
    rows = SignIn.objects.filter(worker=worker).exclude(stored_key=stored_key)
    _end(list(rows.values_list("stored_key", flat=True)), worker)


def _end(stored_keys: list[str], worker: Worker) -> None:
    Session.objects.filter(session_key__in=stored_keys).delete()
    SignIn.objects.filter(stored_key__in=stored_keys).delete()
    Desk.objects.filter(worker=worker).delete()
    events.note("sessions-ended", worker=worker.pk)


def forget(stored_key: str) -> None:
    """Its session has gone."""
    SignIn.objects.filter(stored_key=stored_key).delete()


def found(stored_key: str) -> SignIn | None:
    return SignIn.objects.filter(stored_key=stored_key).first()


def put(row: SignIn, stored_key: str) -> None:
    """The same session goes on under another cookie."""
    row.stored_key = stored_key
    row.save(force_insert=True)


def prune() -> int:
    """Delete rows whose session has gone."""
    return SignIn.objects.exclude(stored_key__in=Session.objects.values("session_key")).delete()[0]
