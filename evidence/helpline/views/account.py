"""Signing in and out: allauth's views behind the gates of this site, the first time, and the password."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import LoginView, ReauthenticateView
from allauth.core.internal.httpkit import authenticated_user
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as SecondFactorAgainView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    ListWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django import forms
from django.contrib.auth import logout, update_session_auth_hash
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evidence import events
from evidence.helpline import desk, invitations, keys, limits, second_factor
from evidence.helpline.adapters import AccountAdapter, MFAAdapter, moment_of
from evidence.helpline.forms import (
    AppForm,
    ChangePasswordForm,
    FirstTimeForm,
    PasswordAgain,
    SecondFactorAgainForm,
    SecondFactorForm,
    SignInForm,
)
from evidence.helpline.views.gates import own_account, signed_in, staff_page, with_second_factor

_form = require_http_methods(["GET", "POST"])


class _App(ActivateTOTPView):  # type: ignore[misc]
    """Set up an authenticator app; its picture has its own address, since data: images are refused."""

    form_class = AppForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super(ActivateTOTPView, self).get_context_data(**kwargs)
        secret = context["form"].secret
        return {**context, "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}

    def form_valid(self, form: AppForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.note_set_up(self.request, self.request.user)
        return response


class _Key(AddWebAuthnView):  # type: ignore[misc]
    """Add a security key."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.note_set_up(self.request, self.request.user)
        return response


class _KeyRemove(RemoveWebAuthnView):  # type: ignore[misc]
    """Remove a security key, unless it is the last second factor."""

    def form_valid(self, form: Any) -> HttpResponse:
        if second_factor.is_last(self.get_object()):
            return render(self.request, "mfa/last.html", status=409)
        response: HttpResponse = super().form_valid(form)
        return response


sign_in = staff_page(_form(LoginView.as_view(form_class=SignInForm)))
second_factor_ask = staff_page(_form(AuthenticateView.as_view(form_class=SecondFactorForm)))
password_again = staff_page(_form(ReauthenticateView.as_view(form_class=PasswordAgain)))
second_factor_again = staff_page(_form(SecondFactorAgainView.as_view(form_class=SecondFactorAgainForm)))
key_again = staff_page(_form(ReauthenticateWebAuthnView.as_view()))
sign_in_settings = with_second_factor(require_GET(IndexView.as_view()))
app_set_up = own_account(_form(_App.as_view()))
app_remove = with_second_factor(_form(DeactivateTOTPView.as_view()))
codes = with_second_factor(require_GET(ViewRecoveryCodesView.as_view()))
codes_new = with_second_factor(_form(GenerateRecoveryCodesView.as_view()))
keys_listed = with_second_factor(require_GET(ListWebAuthnView.as_view()))
key_add = own_account(_form(_Key.as_view()))
key_remove = with_second_factor(_form(_KeyRemove.as_view()))


@require_GET
@own_account
def app_picture(request: HttpRequest) -> HttpResponseBase:
    """The picture that an authenticator app reads, while one is being set up in this session."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    adapter = MFAAdapter()
    svg = adapter.build_totp_svg(adapter.build_totp_url(authenticated_user(request), secret))
    return HttpResponse(svg, content_type="image/svg+xml")


@_form
@staff_page
def first_time(request: HttpRequest) -> HttpResponseBase:
    """Use the code of an invitation: set a password, then a second factor."""
    at = moment_of(request)
    form = FirstTimeForm(request.POST, at=at) if request.method == "POST" else FirstTimeForm(at=at)
    if form.is_bound and _count(request, limits.NETWORK, limits.network_of(request), form) and form.is_valid():
        return _begin(request, form)
    return render(request, "helpline/first_time.html", {"form": form})


def _begin(request: HttpRequest, form: FirstTimeForm) -> HttpResponseBase:
    cleaned, at = form.cleaned_data, moment_of(request)
    try:
        worker = invitations.accept(code=cleaned["x_code"], password=cleaned["x_new"], at=at)
    except invitations.NotInvited:
        form.add_error("x_code", _("This code was used a moment ago. Sign in with your password."))
        return render(request, "helpline/first_time.html", {"form": form})
    limits.give_back(limits.NETWORK, limits.network_of(request))
    if second_factor.is_set_up(worker):  # only the password was lost: the second factor is still asked for
        return redirect("account_login")
    AccountAdapter().login(request, worker)
    record_authentication(request, worker, "password", reauthenticated=True)
    return redirect("mfa_activate_totp")


@_form
@with_second_factor
def password(request: HttpRequest) -> HttpResponseBase:
    """Change the password: the same key, wrapped again. Every desk closes and every other session ends."""
    worker = signed_in(request)
    form = ChangePasswordForm(request.POST if request.method == "POST" else None, worker=worker)
    if form.is_bound and _count(request, limits.DESK, worker.pk.bytes, form) and form.is_valid():
        try:
            keys.change_password(worker=worker, old=form.cleaned_data["x_old"], new=form.cleaned_data["x_new"])
        except keys.WrongPassword:
            events.note("password-refused", worker=worker.pk)
            form.add_error("x_old", _("The password is not right. Check it and try again."))
        else:
            limits.give_back(limits.DESK, worker.pk.bytes)
            update_session_auth_hash(request, worker)
            events.note("password-changed", worker=worker.pk)
            return redirect("helpline:desk")
    return render(request, "helpline/password.html", {"form": form})


@require_POST
@staff_page
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Close the desk and end the session, at any step of signing in."""
    response = redirect("account_login")
    desk.close(request, response)
    logout(request)
    return response


def _count(request: HttpRequest, budget: limits.Budget, what: bytes, form: forms.Form) -> bool:
    """Count one try; where there were too many, say so on the form, before anything is checked."""
    try:
        if what:
            limits.spend(budget, what, at=moment_of(request))
    except limits.TooManyTries:
        form.cleaned_data = {}
        form.errors[NON_FIELD_ERRORS] = form.error_class([_("There were too many tries. Wait 15 minutes.")])
        return False
    return True
