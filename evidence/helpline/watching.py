"""Hears from Django and allauth who signed in or out and which factor changed: notes it, and lists the session."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from evidence import events
from evidence.helpline import sign_ins
from evidence.helpline.models import Worker
from evidence.helpline.sessions import stored_key


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: Worker, **_: Any) -> None:
    events.note("signed-in", worker=user.pk)
    if request.session.session_key is None:  # another worker was signed in here: that session was emptied
        request.session.save()
    at = getattr(request, "at", None)
    if at is not None and request.session.session_key:
        sign_ins.begin(user, stored_key=stored_key(request.session.session_key), at=at)


@receiver(user_logged_out)
def signed_out(user: Worker | None, **_: Any) -> None:
    if isinstance(user, Worker):
        events.note("signed-out", worker=user.pk)


@receiver(authenticator_added)
def factor_added(user: Worker, authenticator: Authenticator, **_: Any) -> None:
    is_codes = authenticator.type == Authenticator.Type.RECOVERY_CODES
    events.note("codes-made" if is_codes else "factor-added", worker=user.pk)


@receiver(authenticator_removed)
def factor_removed(user: Worker, **_: Any) -> None:
    events.note("factor-removed", worker=user.pk)


@receiver(authenticator_reset)
def codes_made(user: Worker, **_: Any) -> None:
    events.note("codes-made", worker=user.pk)
