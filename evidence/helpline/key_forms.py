"""The forms that a security key fills in: whatever else is sent in its place is a wrong answer, never a failure."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as allauth
from django import forms
from django.forms.fields import InvalidJSONInput

_TRIPPED = (ValueError, RecursionError)  # a number of thousands of digits; lists without end


class _Answer(forms.JSONField):
    """JSON that may be anything: Python's reader does not call all that it can't read badly written."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except _TRIPPED as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        try:
            return super().bound_data(data, initial)
        except _TRIPPED:
            return InvalidJSONInput(data)


def _credential() -> _Answer:
    return _Answer(widget=forms.HiddenInput)


class AddKeyForm(allauth.AddWebAuthnForm):  # type: ignore[misc]
    """A new key."""

    credential = _credential()

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except (ValueError, LookupError, TypeError, AttributeError) as error:  # the same, of another shape
            raise get_adapter().validation_error("incorrect_code") from error
        return cleaned


class KeyForm(allauth.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The key as second factor at sign-in."""

    credential = _credential()


class KeyAgainForm(allauth.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The key once more."""

    credential = _credential()
