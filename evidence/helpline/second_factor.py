"""Whether a worker has a second factor, this session has shown it, and a typed code is right."""

from __future__ import annotations

from datetime import datetime

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from evidence import events
from evidence.helpline import devices, limits
from evidence.helpline.models import Worker

_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_TYPED = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


def is_set_up(worker: Worker) -> bool:
    """Whether `worker` has an authenticator app or a security key; recovery codes alone are none."""
    return bool(Authenticator.objects.filter(user_id=worker.pk, type__in=_FACTORS).exists())


def is_last(authenticator: Authenticator) -> bool:
    """Whether removing this one would leave its worker without a second factor."""
    others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=_FACTORS)
    return authenticator.type in _FACTORS and not others.exclude(pk=authenticator.pk).exists()


def was_shown(request: HttpRequest, worker: Worker) -> bool:
    """Whether this session has shown it. A session from before it was set up elsewhere has not."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, worker))


def note_set_up(request: HttpRequest, worker: Worker) -> None:
    """The session in which a factor is set up has just shown it."""
    record_authentication(request, worker, "mfa", type="set-up")


def find(worker: Worker, code: str, *, request: HttpRequest, at: datetime) -> Authenticator | None:
    """The app or recovery codes that `code` belongs to, unless used before; counted. TooManyTries."""
    what = worker.pk.bytes + (devices.recognise(request, username=worker.username) or b"")
    limits.spend(limits.CODE, what, at=at)
    typed = "".join(code.split())
    for authenticator in Authenticator.objects.filter(user_id=worker.pk, type__in=_TYPED).order_by("-type"):
        if authenticator.wrap().validate_code(typed):
            if not limits.first_use(worker.pk.bytes + typed.encode(), at=at):
                break
            limits.give_back(limits.CODE, what)
            return authenticator
    events.note("second-factor-failed", worker=worker.pk)
    return None


def check(worker: Worker, code: str, *, request: HttpRequest, at: datetime) -> bool:
    """Whether `code` is right; False too where there were too many tries."""
    try:
        return find(worker, code, request=request, at=at) is not None
    except limits.TooManyTries:
        return False


def remove_all(worker: Worker) -> None:
    """Forget every factor and recovery code of `worker`, who lost them; the next sign-in sets up new ones."""
    Authenticator.objects.filter(user_id=worker.pk).delete()
