"""Whatever the bytes: a result or a named refusal, and every piece passes the parent's check."""

from __future__ import annotations

import contextlib
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from evidence.intake import mail
from evidence.intake.exports import child
from evidence.intake.exports.bounds import Refused
from evidence.intake.said import Mail, More, Refusal, Whole, checked
from tests.evidence.intake.exports.building import EVERY_KIND, LRM, NNBSP, meta_page, telegram_page, zipped

LIMITS = {"steps": 20_000, "all_bytes": 3_000_000}
KINDS = sorted(EVERY_KIND)
DIGITS = some.sampled_from(["1", "05", "20", "99", "2026", "\u0662", ""])
MARKS = some.sampled_from(["", LRM, NNBSP, "\u202e", "\x00", " "])
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = (
    "sender_name timestamp_ms content photos share senderName text timestamp media From To Created Content Text Media "
    "type date date_unixtime from from_id actor action forwarded_from photo file edited uri link is_unsent"
)
FIELDS = [*NAMES.split(), "Media Type", "Media IDs", "Created(microseconds)", "Conversation Title"]
quick = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def answers(raw: bytes, **request) -> None:
    for what in ({"what": "overview"}, {"what": "page", "conversation": 1, "start": 0, "count": 50, "words": "a"}):
        asked = {**what, "size": len(raw), "limits": LIMITS, **request}
        pieces = [checked(piece) for piece in child.answer(asked, io.BufferedReader(io.BytesIO(raw)))]
        assert isinstance(pieces[-1], Refusal | Whole | More)
        with contextlib.suppress(Refused):  # nothing but a named refusal: the net under it stays for the unforeseen
            list(child._said(asked, io.BufferedReader(io.BytesIO(raw))))


@quick
@given(some.binary(max_size=400))
def test_any_bytes_are_read_or_refused(raw):
    answers(raw)
    answers(zipped({"_chat.txt": raw, "result.json": raw, "messages/inbox/a/message_1.html": raw}))


@pytest.mark.parametrize("kind", KINDS)
@settings(quick, max_examples=12)
@given(some.data())
def test_an_export_that_was_changed_anywhere_is_read_or_refused(kind, data):
    raw = bytearray(EVERY_KIND[kind])
    for _ in range(data.draw(some.integers(1, 6))):
        at = data.draw(some.integers(0, len(raw) - 1))
        length = data.draw(some.integers(0, 30))
        raw[at : at + length] = data.draw(some.binary(max_size=30))
        raw = raw or bytearray(b"x")
    answers(bytes(raw))


@quick
@given(
    some.lists(
        some.tuples(MARKS, DIGITS, some.sampled_from("/.- "), DIGITS, DIGITS, MARKS, some.text(max_size=30)), max_size=6
    )
)
def test_any_lines_of_a_chat_are_read_or_refused(rows):
    lines = (
        f"{m}[{d}{s}{e}{s}{f},{n} {d}:{e}] {t}\n{d}{s}{e}{s}{f}, {d}:{e}{n} - {t}\n" for m, d, s, e, f, n, t in rows
    )
    text = "[20/11/2026, 21:34:05] Max: hi\n" + "".join(lines)
    answers(text.encode("utf-8", "surrogatepass"))
    answers(text.encode("utf-8", "surrogatepass"), date_order="month-first")


@quick
@given(some.lists(some.dictionaries(some.sampled_from(FIELDS), JSON, max_size=8) | JSON, max_size=5))
def test_any_objects_in_a_download_are_read_or_refused(rows):
    for whole in (
        {"participants": [], "messages": rows, "title": rows},
        {"name": rows, "type": "personal_chat", "messages": rows},
        {"chats": {"list": [{"name": "x", "messages": rows}, rows]}, "personal_information": rows},
        {"max": [{"Media Type": "TEXT"}, *rows], "x": {"y": rows}},
        {"Received Saved Chat History": rows, "Sent Saved Chat History": rows},
    ):
        answers(json.dumps(whole).encode())


@quick
@given(
    some.lists(
        some.sampled_from(
            [
                "<div>",
                "</div>",
                '<div class="message service">',
                '<div class="text">',
                "<h4>",
                "<tr>",
                "<td>",
                "<h6>2026-11-20 10:00:00 UTC</h6>",
                "&#x110000;",
                "<!--",
                "<![",
                "<?",
                "</",
                "<a href=",
                "'",
                ">",
                "x\x00",
            ]
        ),
        max_size=20,
    )
)
def test_any_page_is_read_or_refused(pieces):
    evil = "".join(pieces)
    for name, source in (
        ("messages/inbox/a/message_1.html", meta_page()),
        ("x/messages.html", telegram_page()),
        ("html/chat_history.html", "<html>Saved Chat History" + evil),
    ):
        middle = source.index("<div") if "<div" in source else len(source)
        answers(zipped({name: source[:middle] + evil + source[middle:]}))


def letter(raw: bytes) -> Mail | Refusal:
    request = {"size": len(raw), "limits": {"parts": 30, "html": 20_000}}
    (piece,) = mail.answer(request, io.BufferedReader(io.BytesIO(raw)))
    said = checked(piece)
    assert isinstance(said, Mail | Refusal)
    return said


HEADERS = some.sampled_from(
    ["From", "To", "Cc", "Reply-To", "Return-Path", "Date", "Subject", "Message-ID", "Received", "Content-Type",
     "Content-Disposition", "Content-Transfer-Encoding", "Authentication-Results", "X-Originating-IP", "MIME-Version"]
)  # fmt: skip
VALUES = some.binary(max_size=60) | some.sampled_from(
    [b"multipart/mixed; boundary=b", b"multipart/mixed", b"text/html; charset=zip", b"text/plain; charset=idna",
     b"message/rfc822", b"base64", b"x-uuencode", b"quoted-printable", b"=?utf-8?b?//8=?=", b"=?x?q?a?=", b"\"",
     b"a@b <",
     b"from x ([1.2.3.4]) by y; Fri, 99 Nov 2026", b"attachment; filename*=utf-8''%ff", b"attachment; filename*0*=x",
     b"a" * 3_000, b"(" * 500, b"<" * 500, b"@," * 500]
)  # fmt: skip


@settings(quick, max_examples=80)
@given(some.lists(some.tuples(HEADERS, VALUES), max_size=10), some.binary(max_size=200), some.booleans())
def test_any_mail_is_read_or_refused(headers, body, parts):
    head = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in headers)
    inside = (
        b"--b\r\nContent-Type: text/html\r\n\r\n<a href=x>"
        + body
        + b"\r\n--b\r\n"
        + head
        + b"\r\n"
        + body
        + b"\r\n--b--"
    )
    letter(b"Subject: x\r\n" + head + b"\r\n" + (inside if parts else body))


@quick
@given(some.binary(max_size=400))
def test_any_bytes_are_a_mail_or_refused(raw):
    letter(raw)
