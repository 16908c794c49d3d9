"""Encodings that no form of this site has are refused in plain words: they do not make anything fail."""

from __future__ import annotations

import io

import pytest
from django.core.handlers.wsgi import WSGIRequest

from abuse_help.plain_forms import NO_FORM, only_utf8

STRANGE = [
    "application/x-www-form-urlencoded; charset=hex",
    "application/x-www-form-urlencoded; charset=undefined",
    "multipart/form-data; boundary=x; Charset=rot13",
    "multipart/form-data; charset*=hex''%00; boundary=x",
    "multipart/form-data; boundary*=undefined''%00",
]
OURS = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=UTF-8",
    "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
    "",
]


def handed_on(content_type):
    """What Django is given of a request that says this of its body."""
    seen = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/help/",
        "CONTENT_TYPE": content_type,
        "QUERY_STRING": "p=1",
        "wsgi.input": io.BytesIO(),
    }
    list(only_utf8(lambda given, _: seen.append(given) or [])(environ, None))
    return seen[0]


@pytest.mark.parametrize("content_type", STRANGE)
def test_a_body_in_an_encoding_that_is_not_ours_is_no_form(content_type):
    given = handed_on(content_type)

    assert given["CONTENT_TYPE"] == NO_FORM
    assert WSGIRequest(given).GET["p"] == "1"


@pytest.mark.parametrize("content_type", OURS)
def test_what_browsers_send_is_left_as_it_is(content_type):
    assert handed_on(content_type)["CONTENT_TYPE"] == content_type


@pytest.mark.parametrize("content_type", STRANGE)
def test_without_this_the_request_could_not_even_be_read(content_type):
    with pytest.raises((LookupError, ValueError)):
        WSGIRequest(
            {"REQUEST_METHOD": "POST", "CONTENT_TYPE": content_type, "QUERY_STRING": "p=1", "wsgi.input": io.BytesIO()}
        )


@pytest.mark.django_db  # a connection that another test left is looked at
def test_the_door_that_is_served_has_it():
    from abuse_help import wsgi

    started = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/healthz/x", "CONTENT_TYPE": STRANGE[0], "QUERY_STRING": "p=1"}
    list(
        wsgi.application(
            {**environ, "HTTP_HOST": "testserver", "wsgi.input": io.BytesIO()}, lambda *said: started.append(said)
        )
    )

    assert started[0][0].startswith("404")
