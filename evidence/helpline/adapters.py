"""What allauth may do here: sign workers in by name within the limits, seal their factors, mail nobody."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

import qrcode  # type: ignore[import-untyped]
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage  # type: ignore[import-untyped]

from evidence import events
from evidence.crypto import fields, keys
from evidence.crypto.contexts import context
from evidence.helpline import devices, limits, second_factor
from evidence.helpline.models import Worker

_Spent = list[tuple[limits.Budget, bytes]]


def moment_of(request: HttpRequest) -> datetime:
    """When this request came: views set it, so that nothing below them reads the clock."""
    at: datetime = request.at  # type: ignore[attr-defined]
    return at


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up, no mail, no messages; one text for a wrong name and a wrong password."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The name or the password is not right. Check both and try again."),
        "incorrect_password": _("The password is not right. Check it and try again."),
        "too_many_login_attempts": _(
            "There were too many tries. Wait 15 minutes. "
            "To sign in now, also type a code from your app or a recovery code."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        return ["allauth.mfa.stages.AuthenticateStage"]

    def is_ajax(self, request: HttpRequest) -> bool:
        return False  # pages only: no answer in JSON, whatever is asked for

    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """Nothing: pages say themselves what happened."""

    def send_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """Nothing: this site sends no mail."""

    send_notification_mail = send_mail

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Worker | None:
        """The worker whose name and password these are, counted before it is tried."""
        username = str(credentials.get("username", "")).strip().lower()
        spent, needs_code = self._spend(request, username)
        worker = authenticate(request, username=username, password=credentials.get("password"))
        if not isinstance(worker, Worker) or (needs_code and not self._code_is_right(request, worker)):
            known = Worker.objects.filter(username=username).values_list("pk", flat=True).first()
            events.note("sign-in-failed", worker=known)
            return None
        for budget, what in spent:
            limits.give_back(budget, what)
        return worker

    def post_login(self, request: HttpRequest, user: Worker, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        devices.remember(response, username=user.username)
        return response

    def _spend(self, request: HttpRequest, username: str) -> tuple[_Spent, bool]:
        """Count this try. A known device has a budget of its own; a code can stand in for a spent name."""
        at, spent = moment_of(request), self._budgets(request, username)
        name = (limits.NAME, username.encode())
        needs_code = name in spent and limits.is_spent(*name, at=at) and bool(request.POST.get("x_code"))
        if needs_code:
            spent.remove(name)
        try:
            for budget, what in spent:
                limits.spend(budget, what, at=at)
        except limits.TooManyTries as error:
            raise self.validation_error("too_many_login_attempts") from error
        return spent, needs_code

    def _budgets(self, request: HttpRequest, username: str) -> _Spent:
        device = devices.recognise(request, username=username)
        if device:
            return [(limits.DEVICE, device)]
        network = limits.network_of(request)
        return [*([(limits.NETWORK, network)] if network else []), (limits.NAME, username.encode())]

    def _code_is_right(self, request: HttpRequest, worker: Worker) -> bool:
        return second_factor.check(worker, request.POST["x_code"], request=request, at=moment_of(request))


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors sealed at rest; the last one can't be removed, only replaced."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That code is not right, or was used before. Wait for the next one and try again."),
        "cannot_delete_authenticator": _("Set up another second factor first. You need at least one."),
    }

    def encrypt(self, text: str) -> str:
        """`text` sealed, in base64: an app's secret, or the seed of recovery codes."""
        return base64.b64encode(fields.seal(_factor_key(), text.encode(), _FACTOR)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` was given; SealBroken for anything else."""
        return fields.unseal(_factor_key(), base64.b64decode(encrypted_text), _FACTOR).decode()

    def build_totp_svg(self, url: str) -> str:
        """The picture (SVG without style attributes) on white ground: apps read it on a dark page too."""
        svg: bytes = qrcode.make(url, image_factory=SvgPathFillImage).to_string()
        return svg.decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not second_factor.is_last(authenticator)


_FACTOR = context("staff-second-factor")


def _factor_key() -> bytes:
    return keys.subkey(settings.PEPPER, "staff-second-factor")
