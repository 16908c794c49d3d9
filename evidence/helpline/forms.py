"""What workers type. Names that start with `x_` are secrets: no page ever shows them again."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.forms import ReauthenticateForm as PasswordAgainForm
from allauth.core import context as allauth
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as _

from evidence.helpline import invitations, limits, second_factor
from evidence.helpline.adapters import moment_of
from evidence.helpline.models import Worker

MOST_CHARACTERS = 1024
_QUIET = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
_CODE = forms.TextInput(attrs={**_QUIET, "autocomplete": "one-time-code", "inputmode": "text"})


def _password(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={**_QUIET, "autocomplete": autocomplete})
    return forms.CharField(label=label, widget=widget, strip=False, max_length=MOST_CHARACTERS, help_text=help_text)


class SignInForm(LoginForm):  # type: ignore[misc]
    """Name and password; a code only where there were too many tries."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["remember"]
        self.fields["login"].label = _("Your name here")
        self.fields["login"].widget.attrs = {**_QUIET, "autocomplete": "username"}
        self.fields["password"] = _password(_("Password"), "current-password")
        self.fields["code"] = forms.CharField(
            label=_("Code from your app, or a recovery code"),
            help_text=_("With a code you can sign in without waiting. The next page asks for another one."),
            widget=forms.TextInput(attrs={**_QUIET, "autocomplete": "off"}),
            required=False,
            max_length=40,
        )

    def hides_code(self) -> bool:
        """Whether nothing asks for the code: only too many tries do, and having typed one."""
        return not (self.has_error(NON_FIELD_ERRORS, "too_many_login_attempts") or self.data.get("x_code"))

    def add_prefix(self, field_name: str) -> str:
        return field_name if field_name == "login" else f"x_{field_name}"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        cleaned["remember"] = False
        return cleaned


class PasswordAgain(PasswordAgainForm):  # type: ignore[misc]
    """The password once more, before a second factor is changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = _password(_("Password"), "current-password")

    def add_prefix(self, field_name: str) -> str:
        return f"x_{field_name}"


class _CountedCode:
    """A code from an app or a recovery code: counted, and good once."""

    user: Worker
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        request, code = allauth.request, self.cleaned_data["code"]
        try:
            found = second_factor.find(self.user, code, request=request, at=moment_of(request))
        except limits.TooManyTries as error:
            raise forms.ValidationError(_("There were too many tries. Wait 15 minutes.")) from error
        if found is None:
            raise get_adapter().validation_error("incorrect_code")
        found.user = self.user
        self.authenticator = found
        return str(code)


class SecondFactorForm(_CountedCode, AuthenticateForm):  # type: ignore[misc]
    """The second factor at sign-in."""

    code = forms.CharField(label=_("Code from your app, or a recovery code"), widget=_CODE, max_length=40)


class SecondFactorAgainForm(_CountedCode, ReauthenticateForm):  # type: ignore[misc]
    """The second factor once more."""

    code = forms.CharField(label=_("Code from your app, or a recovery code"), widget=_CODE, max_length=40)


class AppForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator app."""

    code = forms.CharField(label=_("Code that the app shows now"), widget=_CODE, max_length=40)


class DeskForm(forms.Form):
    """The password again, to open the desk."""

    x_password = _password(_("Password"), "current-password")


class NewPasswordForm(forms.Form):
    """A new password, twice; at least twelve characters, and not one that everybody uses."""

    x_new = _password(
        _("New password"),
        "new-password",
        _("At least 12 characters. Three or four words that don't belong together are good."),
    )
    x_again = _password(_("The same password again"), "new-password")

    def __init__(self, *args: Any, worker: Worker | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.worker = worker

    def clean_x_new(self) -> str:
        new: str = self.cleaned_data["x_new"]
        validate_password(new, self.worker)
        return new

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("x_new") and cleaned.get("x_again") not in {None, cleaned["x_new"]}:
            self.add_error("x_again", _("The two passwords differ. Type the same one twice."))
        return cleaned


class ChangePasswordForm(NewPasswordForm):
    """The old password, and a new one twice."""

    x_old = _password(_("Password now"), "current-password")
    field_order = ["x_old", "x_new", "x_again"]


class FirstTimeForm(NewPasswordForm):
    """The code that brings a worker in, and a first password."""

    x_code = forms.CharField(
        label=_("Your code"),
        widget=forms.TextInput(attrs={**_QUIET, "autocomplete": "off"}),
        max_length=200,
    )
    field_order = ["x_code", "x_new", "x_again"]

    def __init__(self, *args: Any, at: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at

    def clean_x_code(self) -> str:
        code: str = self.cleaned_data["x_code"]
        try:
            self.worker = invitations.find(code, at=self.at)
        except invitations.NotInvited as error:
            raise forms.ValidationError(
                _("This code does not work. Check it, or ask your supervisor for a new one.")
            ) from error
        return code


class MessageForm(forms.Form):
    """A message to the person whose case it is."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        help_text=_("Only the person whose case this is can read it. Use plain, kind words."),
    )
    k = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)  # tells two sendings from two messages
