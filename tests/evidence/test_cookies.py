"""Thirty-two random bytes in a cookie that ends with the browser."""

from __future__ import annotations

import pytest
from django.http import HttpResponse

from evidence import cookies

VALUE = bytes(range(32))


def given(settings, *, local):
    settings.LOCAL = local
    response = HttpResponse()
    cookies.give(response, "k", VALUE)
    return response.cookies["k"]


def test_a_cookie_has_no_lifetime_and_is_never_for_scripts_or_other_sites(settings):
    morsel = given(settings, local=False)
    assert (morsel["max-age"], morsel["expires"], morsel["domain"]) == ("", "", "")
    assert (morsel["httponly"], morsel["samesite"], morsel["secure"]) == (True, "Strict", True)
    assert not given(settings, local=True)["secure"]


def test_what_was_given_is_read_back(settings):
    assert cookies.read({"k": given(settings, local=True).value}, "k") == VALUE


@pytest.mark.parametrize("value", ["", "x", "é", "A" * 42, "A" * 44, "A" * 400, "\0", "=" * 43])
def test_what_was_made_up_is_nothing(value):
    assert cookies.read({"k": value}, "k") is None
    assert cookies.read({}, "k") is None
