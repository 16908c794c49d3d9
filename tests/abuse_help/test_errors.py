from __future__ import annotations

import errno
import sqlite3
from http import HTTPStatus

import pytest
from django.db import InterfaceError, OperationalError, connections
from django.test import RequestFactory

from abuse_help import errors
from evidence.storage import StoreDown

TYPED = "He wrote to me on Monday.\n\n  He said he would send it to my school."
SEVEN_WORDS = "river candle orbit pencil meadow quartz sail"


@pytest.mark.parametrize(
    ("address", "status"), [("/broken/", 400), ("/closed/", 403), ("/nowhere/", 404), ("/crash/", 500)]
)
def test_each_page_says_what_happened_what_was_kept_and_what_to_do(mallory, address, status):
    answer = mallory.get(address)
    page = answer.content.decode()

    assert answer.status_code == status
    assert "What you saved before is still there" in page
    assert "What you can do now" in page
    assert 'href="/help/"' in page
    assert 'href="tel:999"' in page
    assert '<a href="/exit/" rel="noreferrer"' in page


@pytest.mark.parametrize("status", [405, 411, 413, 500, 503, 507])
def test_refusals_are_drawn_without_database_or_addresses(site, settings, status, monkeypatch):
    settings.ROOT_URLCONF = "nowhere.at.all"
    monkeypatch.setattr(connections, "__getitem__", None)

    answer = errors.refused(HTTPStatus(status))

    assert answer.status_code == status
    assert b"What you can do now" in answer.content


@pytest.mark.parametrize("template", ["errors/500.html", "errors/503.html"])
def test_other_rooms_can_draw_the_pages_of_their_own_failures(site, template):
    from django.template.loader import render_to_string

    assert "<h1>" in render_to_string(template, {"site_name": "Next Steps"})


def test_a_failure_is_answered_even_when_its_page_fails_too(site, settings):
    settings.TEMPLATES = []

    answer = errors.refused(HTTPStatus.INTERNAL_SERVER_ERROR)

    assert answer.status_code == 500
    assert b'href="/exit/"' in answer.content
    assert b"tel:999" in answer.content


def test_a_form_that_is_refused_gives_back_what_was_typed(alice):
    page = alice.post("/", {"a": TYPED, "e": ["first thing", "second thing"]}).content.decode()

    assert f">\n{TYPED}</textarea>" in page
    assert "first thing" in page
    assert "second thing" in page
    assert "How to go on" in page


def test_secrets_and_codes_are_never_given_back(alice):
    page = alice.post("/", {"x_b": SEVEN_WORDS, "x_": "7K2M-91QD", "c": "k1", "d": ""}).content.decode()

    assert SEVEN_WORDS not in page
    assert "7K2M" not in page
    assert "<textarea" not in page


def test_what_another_site_sent_is_not_given_back(alice):
    answer = alice.post("/", {"a": "Call this number now"}, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403
    assert b"Call this number" not in answer.content


def test_typed_text_can_do_nothing_on_the_page(alice):
    page = alice.post("/", {"a": "</textarea><script>alert(1)</script>"}).content.decode()

    assert "<script>alert" not in page


def test_a_refused_file_loses_no_text(site):
    request = RequestFactory().post("/", {"a": TYPED})

    assert TYPED.encode() in errors.csrf_failed(request, reason="no cookie").content


@pytest.mark.parametrize(
    "error",
    [
        StoreDown("SlowDown"),
        OperationalError("the connection is closed"),
        InterfaceError("connection already closed"),
        OSError(errno.EROFS, "Read-only file system"),
        OSError(errno.EACCES, "Permission denied"),
        OSError(errno.EPERM, "Operation not permitted"),
        OSError(errno.EIO, "Input/output error"),
    ],
)
def test_what_is_down_is_worth_another_try_in_a_minute(site, error):
    answer = failed_by(error)

    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    assert b"We do not know if this one page was saved" in answer.content


@pytest.mark.parametrize("error", [ValueError("?"), OSError(errno.ENOENT, "No such file"), KeyError("?")])
def test_a_fault_of_ours_is_not_called_a_moment_of_bad_luck(site, error):
    answer = failed_by(error)

    assert answer.status_code == 500
    assert "Retry-After" not in answer


def full_database():
    """What SQLite says of a full disk, as Django passes it on."""
    cause = sqlite3.OperationalError("database or disk is full")
    cause.sqlite_errorcode = sqlite3.SQLITE_FULL
    error = OperationalError(*cause.args)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space"), OSError(errno.EDQUOT, "Quota"), full_database()])
def test_a_full_disk_is_called_that_and_what_was_typed_comes_back(site, error):
    answer = failed_by(error, {"a": TYPED, "x_1": SEVEN_WORDS})
    page = answer.content.decode()

    assert answer.status_code == 507
    assert answer["Retry-After"] == "60"
    assert "There is no room left here just now" in page
    assert f">\n{TYPED}</textarea>" in page
    assert SEVEN_WORDS not in page


def test_what_was_typed_comes_back_where_the_database_fell_silent(site):
    page = failed_by(OperationalError("the connection is closed"), {"a": TYPED}).content.decode()

    assert f">\n{TYPED}</textarea>" in page


def test_a_body_that_broke_off_is_answered_too(site):
    request = RequestFactory().post("/", {"a": TYPED})
    request._stream = Broken()

    assert failed(OperationalError("gone"), request).status_code == 503


class Broken:
    """A connection that was lost."""

    def read(self, *_):
        raise OSError


def failed_by(error, typed=None):
    return failed(error, RequestFactory().post("/", typed) if typed else RequestFactory().get("/"))


def failed(error, request):
    """The page that Django asks for while it handles `error`."""
    try:
        raise error
    except type(error):
        return errors.server_error(request)
