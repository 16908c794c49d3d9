"""Who may pass to a staff page: signed in, second factor shown, desk open; a missing step comes first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from evidence.custody import Actor
from evidence.helpline import desk, second_factor, sign_ins
from evidence.helpline.adapters import moment_of
from evidence.helpline.forms import DeskForm
from evidence.helpline.models import Worker
from evidence.helpline.sessions import stored_key
from evidence.looking_ahead import fetched_ahead
from evidence.turns import Busy

View = Callable[..., HttpResponseBase]  # what comes after the request is for the address to say


@dataclass(frozen=True)
class Seat:
    """A worker at an open desk, for the length of one request."""

    worker: Worker
    seed: bytes
    at: datetime

    @property
    def actor(self) -> Actor:
        return Actor("worker", str(self.worker.pk), self.worker.display_name)


def staff_page(view: View) -> View:
    """Any page under /helpline/: knows when it was asked for, and says plainly if the server is busy."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if fetched_ahead(request):
            return HttpResponse(status=204)
        request.at = timezone.now()  # type: ignore[attr-defined]
        try:
            return view(request, *args, **kwargs)
        except Busy:
            response = render(request, "errors/503.html", status=503)
            response["Retry-After"] = "5"
            return response

    return inner


def own_account(view: View) -> View:
    """Setting up a second factor: signed in, and a factor shown wherever one is set up already."""

    @staff_page
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        missing = _missing_sign_in(request)
        if missing == "mfa_activate_totp":
            missing = ""
        return _send(request, missing) if missing else view(request, *args, **kwargs)

    return inner


def with_second_factor(view: View) -> View:
    """Signed in and the second factor shown: what opens a desk."""

    @staff_page
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        missing = _missing_sign_in(request)
        if missing:
            return _send(request, missing)
        if request.method != "HEAD":
            sign_ins.seen(stored_key(request.session.session_key or ""), at=moment_of(request))
        return view(request, *args, **kwargs)

    return inner


def at_desk(view: View) -> View:
    """Signed in, second factor shown, desk open. What was typed into a post is kept over the missing step."""

    @with_second_factor
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        at, worker = moment_of(request), signed_in(request)
        seed = desk.seed_of(request, worker=worker, at=at)
        if seed is None:
            return _ask_for_desk(request)
        return view(request, Seat(worker, seed, at), *args, **kwargs)

    return inner


def signed_in(request: HttpRequest) -> Worker:
    """The worker behind a page that a gate of this module guards."""
    worker = request.user
    if not isinstance(worker, Worker):
        raise PermissionDenied
    return worker


def kept(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed into a post, secrets and the form's token aside."""
    fields = request.POST.items()
    return [(name, str(value)) for name, value in fields if name[:2] != "x_" and name != "csrfmiddlewaretoken"]


def _missing_sign_in(request: HttpRequest) -> str:
    """The name of the page that comes first, or nothing."""
    worker = request.user
    if not isinstance(worker, Worker):
        return "account_login"
    if not second_factor.is_set_up(worker):
        return "mfa_activate_totp"
    return "" if second_factor.was_shown(request, worker) else "mfa_reauthenticate"


def _send(request: HttpRequest, missing: str) -> HttpResponseBase:
    """To the missing step; a post that carried text is shown again first, so that it can be copied."""
    if any(value.strip() for _, value in kept(request)):
        context: dict[str, Any] = {"kept": kept(request), "step": reverse(missing)}
        return render(request, "helpline/kept.html", context, status=403)
    after = urlencode({"next": request.path}) if request.method == "GET" else ""
    return redirect(f"{reverse(missing)}?{after}" if after else reverse(missing))


def _ask_for_desk(request: HttpRequest) -> HttpResponseBase:
    if request.method == "GET":
        return redirect(f"{reverse('helpline:desk')}?{urlencode({'next': request.path})}")
    context = {"form": DeskForm(), "kept": kept(request), "then": request.path}
    return render(request, "helpline/desk.html", context, status=403)
