from __future__ import annotations

import gzip
import io
from typing import Any

import pytest
from django.db import connection

EVERY_ANSWER = [
    "/",
    "/crash/",
    "/broken/",
    "/closed/",
    "/moved/",
    "/nowhere/",
    "/exit/",
    "/static/nowhere.css",
    "/helpline/crash/",
]
NEVER_OFF = {"Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin"} | {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def safe(answer: Any) -> bool:
    assert {name: answer[name] for name in NEVER_OFF} == NEVER_OFF
    policy = dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["img-src"] == policy["form-action"] == "'self'"
    powers = answer["Permissions-Policy"]
    assert "camera=()" in powers
    assert "microphone=()" in powers
    assert "geolocation=()" in powers
    assert answer["Server"] == "web"
    assert "X-Powered-By" not in answer
    return True


@pytest.mark.django_db
@pytest.mark.parametrize("address", EVERY_ANSWER)
@pytest.mark.parametrize("method", ["get", "head", "post", "put", "options"])
def test_every_answer_is_safe_and_kept_nowhere(mallory, address, method):
    answer = getattr(mallory, method)(address)

    assert safe(answer)
    assert answer["Cache-Control"] == "no-store"


def test_a_form_without_its_token_is_refused_with_safe_headers(alice):
    answer = alice.post("/", {"a": "b"})

    assert answer.status_code == 403
    assert safe(answer)
    assert answer["Cache-Control"] == "no-store"


def test_a_host_that_is_not_ours_is_refused_with_safe_headers(mallory):
    answer = mallory.get("/", headers={"host": "elsewhere.example"})

    assert answer.status_code == 400
    assert safe(answer)


@pytest.mark.django_db  # closing an answer looks at the connection
def test_static_files_are_safe_and_may_be_kept(mallory, sheet):
    answer = mallory.get(sheet)

    assert answer.status_code == 200
    assert safe(answer)
    assert "immutable" in answer["Cache-Control"]
    answer.close()


def test_only_pages_that_tell_nothing_may_be_found_by_a_search(mallory):
    assert "X-Robots-Tag" not in mallory.get("/")
    assert "noindex" in mallory.get("/nowhere/")["X-Robots-Tag"]


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_refused(mallory, method):
    answer = getattr(mallory, method)("/")

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, POST"


def test_passkeys_work_where_staff_sign_in_and_nowhere_else(mallory, db):
    assert "publickey-credentials-get=(self)" in mallory.get("/helpline/who/")["Permissions-Policy"]
    assert "publickey-credentials-get=()" in mallory.get("/who/")["Permissions-Policy"]


def test_pages_are_packed_in_a_size_that_tells_nothing(mallory):
    packed = [mallory.get("/", headers={"accept-encoding": "gzip"}) for _ in range(12)]

    assert all(answer["Content-Encoding"] == "gzip" for answer in packed)
    assert b"A calm first page" in gzip.decompress(packed[0].content)
    assert len({len(answer.content) for answer in packed}) > 3


@pytest.mark.parametrize("address", ["/download/", "/stream/"])
def test_files_go_out_as_they_are(mallory, address):
    assert "Content-Encoding" not in mallory.get(address, headers={"accept-encoding": "gzip"})


# --- bodies -----------------------------------------------------------------------------------------------


def sent(client: Any, address: str, length: object, *, body: bytes = b"", **more: Any) -> Any:
    declared = {} if length is None else {"CONTENT_LENGTH": str(length)}
    extra = {"wsgi.input": io.BytesIO(body), "CONTENT_TYPE": "application/octet-stream", **declared, **more}
    return client.generic("POST", address, **extra)


@pytest.mark.parametrize("address", ["/read/", "/case/text/", "/helpline/who/", "/nowhere/", "/case/nowhere/"])
def test_no_address_takes_more_than_half_a_mebibyte(mallory, address, db):
    assert sent(mallory, address, 512 * 1024).status_code != 413
    assert sent(mallory, address, 512 * 1024 + 1).status_code == 413


def test_only_the_upload_address_takes_files(mallory, settings):
    most = max(settings.UPLOAD_MAX_FILES * settings.PICTURE_MAX_BYTES, settings.FILE_MAX_BYTES) + 1024 * 1024

    assert sent(mallory, "/case/files/", most).status_code == 200
    assert sent(mallory, "/case/files/", most + 1).status_code == 413


def test_an_upload_address_outside_the_case_takes_no_files(mallory, settings):
    settings.UPLOAD_VIEWS = {"files", "exit"}

    assert sent(mallory, "/exit/", 512 * 1024 + 1).status_code == 413


@pytest.mark.parametrize("length", [None, "", "-1", "1e9", "+5", "ten", "\u0661", "9" * 40])
def test_a_body_without_a_readable_length_is_refused(mallory, length):
    assert sent(mallory, "/read/", length).status_code == 411


@pytest.mark.parametrize("length", [None, 5])
def test_a_body_in_chunks_is_refused(mallory, length):
    assert sent(mallory, "/read/", length, HTTP_TRANSFER_ENCODING="chunked").status_code == 411


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_body_where_none_belongs_is_bounded_too(mallory, method):
    assert mallory.generic(method, "/read/", CONTENT_LENGTH=str(512 * 1024 + 1)).status_code == 413


def test_nothing_reads_past_the_declared_length(mallory):
    assert sent(mallory, "/read/", 5, body=b"hello, and what nobody declared").content == b"5"


def test_the_page_about_a_body_that_is_too_big_says_what_was_kept(mallory):
    answer = sent(mallory, "/case/files/", 10**12)

    assert b"What you saved before is still there" in answer.content
    assert b'href="/exit/"' in answer.content


# --- staff ------------------------------------------------------------------------------------------------


def test_nobody_but_staff_ever_gets_a_session(mallory):
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        connection.ensure_connection()

    answer = mallory.get("/who/")  # no database here: making a session would fail

    assert answer.content == b""
    assert not answer.cookies


def test_a_cookie_of_staff_opens_nothing_outside_their_pages(mallory):
    mallory.cookies["s"] = "a" * 32

    assert mallory.get("/who/").content == b""


@pytest.mark.django_db
def test_staff_have_a_session_a_name_and_messages(mallory, settings):
    answer = mallory.get("/helpline/who/")

    assert answer.content == b"session user _messages"
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["max-age"] == ""
    assert cookie["expires"] == ""
    assert cookie["httponly"]
