"""Brings a worker in with a code that is used once, and takes a forgotten password away."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import transaction

from evidence import events, sharing
from evidence.crypto import words
from evidence.custody import Actor
from evidence.helpline import keys, second_factor
from evidence.helpline.models import KEY_FIELDS, Invitation, Worker

LASTS = timedelta(hours=24)


class NotInvited(Exception):
    """No live invitation has this code."""


class NameTaken(Exception):
    """A worker with this name exists already."""


@transaction.atomic
def create(*, username: str, display_name: str, is_supervisor: bool, at: datetime) -> str:
    """Make a worker without a password; returns the code with which they set one within LASTS. NameTaken."""
    if Worker.objects.filter(username=username).exists():
        raise NameTaken
    worker = Worker(username=username, display_name=display_name, is_supervisor=is_supervisor, created_on=at.date())
    worker.set_unusable_password()
    worker.full_clean(exclude=["password", *KEY_FIELDS])
    worker.save()
    events.note("supervisor-invited" if is_supervisor else "worker-invited", worker=worker.pk)
    return _invite(worker, at)


@transaction.atomic
def reset(*, worker: Worker, lost_second_factor: bool, by: Actor, at: datetime) -> str:
    """End every grant, take key and password away (and the factors, where lost too); returns a new code.

    The key pair to come opens nothing of what was shared: each owner is asked to share again.
    """
    sharing.end_all_of(worker=worker, by=by, at=at)
    keys.forget(worker=worker)
    if lost_second_factor:
        second_factor.remove_all(worker)
    events.note("worker-reset", worker=worker.pk)
    return _invite(worker, at)


def find(code: str, *, at: datetime) -> Worker:
    """Whose code this is, in any spelling that can be read. NotInvited if it is none, used or too old."""
    try:
        code_hash = _hash(code)
    except (words.BadCode, words.TooLong) as error:
        raise NotInvited from error
    found = Invitation.objects.select_related("worker").filter(code_hash=code_hash, ends_at__gt=at).first()
    if found is None or not found.worker.is_active:
        raise NotInvited
    return found.worker


@transaction.atomic
def accept(*, code: str, password: str, at: datetime) -> Worker:
    """Use the code up: set the password, which makes the key pair. NotInvited."""
    worker = Worker.objects.select_for_update().get(pk=find(code, at=at).pk)
    if not Invitation.objects.filter(worker=worker).delete()[0]:
        raise NotInvited
    keys.new_key_pair(worker=worker, password=password)
    events.note("invitation-used", worker=worker.pk)
    return worker


def prune(*, at: datetime) -> int:
    """Delete invitations that have ended."""
    return Invitation.objects.filter(ends_at__lte=at).delete()[0]


def _invite(worker: Worker, at: datetime) -> str:
    code = words.new_recovery_code()
    fields = {"code_hash": _hash(code), "ends_at": at + LASTS}
    Invitation.objects.update_or_create(worker=worker, defaults=fields)
    return code


def _hash(code: str) -> bytes:
    return hashlib.sha256(words.normalise_recovery(code).encode()).digest()  # 130 random bits need no slow hash
