from __future__ import annotations

import email.policy
import hashlib
import io
import time
import types
from email.message import EmailMessage

import pytest

from evidence.intake import mail
from evidence.intake.mail_words import defanged
from evidence.intake.said import Mail, Refusal, checked

HOPS = """\
Received: from mx.example.net (mx.example.net [203.0.113.9])
 by inbox.example.com with ESMTPS id a1 (version 8.16.1.2);
 Fri, 20 Nov 2026 21:34:07 +0000 (UTC)
Received: from [192.168.1.4] (unknown [IPv6:2001:db8::7])\tby mx.example.net
 with SMTP; Fri, 20 Nov 2026 22:34:05 +0100
"""
HEAD = f"""\
Return-Path: <bounce@example.org>
{HOPS}Authentication-Results: inbox.example.com; spf=fail
 smtp.mailfrom=example.org
X-Originating-IP: [198.51.100.2]
From: =?utf-8?b?TWF4IOKcqA==?= <max@example.org>
To: Alice <alice@example.com>, "B, C" <b@example.com>
Cc: team: x@example.com, y@example.com;
Reply-To: other@example.net
Date: Fri, 20 Nov 2026 21:34:05 +0000
Subject: =?utf-8?q?pay_=C2=A3300?=
Message-ID: <1@example.org>
MIME-Version: 1.0
"""
PAGE = (
    "<html><head><title>t</title><style>p{}</style></head><body><script>alert(1)</script><p>Dear&nbsp;Alice,</p>"
    "<div>pay <b>now</b></div><a href='https://evil.example/x?a=1'>https://bank.example</a><br>"
    "<a href='javascript:alert(1)'>here</a><a href='mailto:max@example.org'><img src='https://t.example/p.gif'></a>"
    "<form action='http://post.example/'><input></form></body></html>"
)


def answer(raw: bytes | str, **limits):
    raw = raw.encode() if isinstance(raw, str) else raw
    request = {"size": len(raw), "limits": limits}
    (piece,) = mail.answer(request, io.BufferedReader(io.BytesIO(raw)))
    return checked(piece)


def read(raw: bytes | str, **limits) -> Mail:
    said = answer(raw, **limits)
    assert isinstance(said, Mail), said
    return said


def refused(raw: bytes | str, **limits) -> str:
    said = answer(raw, **limits)
    assert isinstance(said, Refusal), said
    return said.refused


def written(*, page: str = PAGE, plain: str = "pay\n", files: int = 1) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Max <max@example.org>", "alice@example.com", "pay"
    letter.set_content(plain)
    if page:
        letter.add_alternative(page, subtype="html")
    for number in range(files):
        letter.add_attachment(b"\xff\xd8" + bytes([number]), maintype="image", subtype="jpeg", filename=f"{number}.jpg")
    return letter


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_headers_of_a_mail_are_read(line_end):
    said = read((HEAD + "\nsend it\n").replace("\n", line_end))
    assert [(one.name, one.address) for one in said.sender] == [("Max \u2728", "max@example.org")]
    assert [one.address for one in said.to] == ["alice@example.com", "b@example.com"]
    assert [one.address for one in said.cc] == ["x@example.com", "y@example.com"]
    assert [one.address for one in said.reply_to] == ["other@example.net"]
    assert said.return_path == "<bounce@example.org>"
    assert (said.subject, said.message_id) == ("pay \u00a3300", "<1@example.org>")
    assert (said.at, said.date) == ("2026-11-20T21:34:05+00:00", "Fri, 20 Nov 2026 21:34:05 +0000")
    assert said.authentication == ("inbox.example.com; spf=fail smtp.mailfrom=example.org",)
    assert said.originating_ip == "[198.51.100.2]"
    assert (said.text, said.body_from, said.notes) == ("send it", "plain", ())
    assert said.headers[0].name == "Return-Path"
    assert len(said.headers) == 13


def test_the_route_is_told_hop_by_hop_from_the_last_server_back():
    first, second = read(HEAD + "\nx").hops
    assert (first.position, first.from_host, first.by_host) == (1, "mx.example.net", "inbox.example.com")
    assert (first.addresses, first.at) == (("203.0.113.9",), "2026-11-20T21:34:07+00:00")
    assert first.raw.startswith("from mx.example.net (mx.example.net [203.0.113.9]) by inbox.example.com")
    assert (second.position, second.by_host, second.at) == (2, "mx.example.net", "2026-11-20T22:34:05+01:00")
    assert second.addresses == ("192.168.1.4", "2001:db8::7")


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("Fri, 20 Nov 2026 21:34:05 -0500", "2026-11-20T21:34:05-05:00"),
        ("20 Nov 2026 21:34", "2026-11-20T21:34:00"),
        ("Fri, 20 Nov 2026 21:34:05 -0000", "2026-11-20T21:34:05"),
        ("soon", ""),
        ("Fri, 99 Nov 2026 21:34:05 +0000", ""),
        ("Fri, 20 Nov 2026 21:34:05 +9999", ""),
        ("", ""),
    ],
)
def test_a_date_is_kept_in_its_own_zone_or_left_open(date, at):
    said = read(f"From: a@example.org\nSubject: x\nDate: {date}\n\nx")
    assert (said.at, said.date) == (at, date)


def test_a_page_becomes_text_without_scripts_and_its_links_are_inert():
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "max@example.org", "x"
    letter.set_content(PAGE, subtype="html")
    said = read(letter.as_bytes())
    assert said.body_from == "html"
    assert said.text.split("\n") == ["Dear Alice,", "", "pay now", "https://bank.example", "here"]
    assert [(one.shown, one.target) for one in said.links] == [
        ("https://bank.example", "https://evil.example/x?a=1"),
        ("here", "javascript:alert(1)"),
        ("", "mailto:max@example.org"),
        ("", "http://post.example/"),
    ]
    assert said.links[0].defanged == "hxxps[:]//evil[.]example/x?a=1"
    for link in said.links:
        assert not link.defanged.startswith(("http", "javascript:", "mailto:"))


@pytest.mark.parametrize(
    ("address", "inert"),
    [
        ("HTTP://A.example", "hxxp[:]//A[.]example"),
        ("www.a.example", "www[.]a[.]example"),
        ("mailto:a@b.example", "mailto[:]a[@]b[.]example"),
        ("data:text/html,x", "data[:]text/html,x"),
        ("//a.example", "//a[.]example"),
    ],
)
def test_a_defanged_address_opens_nothing(address, inert):
    assert defanged(address) == inert


def test_plain_words_come_before_the_page_and_the_links_of_both_are_told():
    said = read(written(plain="see https://plain.example/a.\n").as_bytes())
    assert (said.text, said.body_from) == ("see https://plain.example/a.", "plain")
    targets = [one.target for one in said.links]
    assert "https://evil.example/x?a=1" in targets
    assert "https://plain.example/a" in targets


def test_attachments_are_named_measured_and_hashed_and_stay_inside():
    said = read(written(files=2).as_bytes())
    assert [(one.name, one.media_type, one.size) for one in said.attachments] == [
        ("0.jpg", "image/jpeg", 3), ("1.jpg", "image/jpeg", 3),
    ]  # fmt: skip
    assert said.attachments[1].sha256 == hashlib.sha256(b"\xff\xd8\x01").hexdigest()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_mail_inside_a_mail_is_an_attachment_hashed_as_it_lies_there(line_end):
    inner = written(plain="x" * 200 + "\n", files=1).as_bytes(policy=email.policy.default.clone(linesep=line_end))
    inner = inner.replace(b"Subject: pay", b"Subject: " + b"long " * 40 + line_end.encode() + b"  folded")
    head = "From: a@example.org\nSubject: fw\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n"
    raw = (head + "--B\nContent-Type: text/plain\n\nsee\n--B\nContent-Type: message/rfc822\n\n").replace("\n", line_end)
    said = read(raw.encode() + inner + line_end.encode() + b"--B--" + line_end.encode())
    (inside,) = said.attachments
    assert (inside.media_type, inside.size) == ("message/rfc822", len(inner))
    assert inside.sha256 == hashlib.sha256(inner).hexdigest()
    assert (said.text, said.notes) == ("see", ("nested_mail",))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "../../etc/passwd"),
        ("inv\u202egpj.exe", "invgpj.exe"),
        ("x" * 4_000 + ".jpg", "x" * 200),
        ("<script>.jpg", "<script>.jpg"),
    ],
)
def test_the_name_of_an_attachment_is_text_alone(name, shown):
    letter = written(files=0)
    letter.add_attachment(b"x", maintype="image", subtype="jpeg", filename=name)
    assert read(letter.as_bytes()).attachments[0].name == shown


@pytest.mark.parametrize(
    "charset", ["latin-1", "utf-8", "zip", "no-such", "idna", "punycode", "unicode_escape", '"\x00"']
)
def test_any_charset_gives_text(charset):
    raw = f"From: a@example.org\nSubject: x\nContent-Type: text/plain; charset={charset}\n\n".encode() + b"hello \xe9\n"
    assert read(raw).text.startswith("hello")


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "x-uuencode", "binary", "rot13", "base64, base64"])
def test_a_broken_packing_loses_nothing_but_itself(encoding):
    raw = f"From: a@example.org\nSubject: x\nContent-Transfer-Encoding: {encoding}\n\n=zz \xff!! not that\n"
    assert read(raw.encode("latin-1")).sender[0].address == "a@example.org"


def test_raw_bytes_in_headers_are_read_as_they_were_meant():
    raw = "From: M\u00e4x <max@example.org>\nSubject: f\u00fcr dich\n\nx".encode()
    assert read(raw).subject == "f\u00fcr dich"
    assert read(raw).headers[0].value == "M\u00e4x <max@example.org>"
    read(raw.decode().encode("latin-1"))


def test_too_many_of_anything_is_cut_and_said():
    many = "".join(f"X-{number}: y\n" for number in range(600))
    people = ", ".join(f"p{number}@example.org" for number in range(80))
    page = "".join(f"<a href='https://x.example/{number}'>x</a>" for number in range(300))
    letter = written(page=page, plain="", files=210)
    raw = f"To: {people}\n".encode() + letter.as_bytes().replace(b"\nTo: alice@example.com", b"") + many.encode()
    said = read(raw)
    assert (len(said.to), len(said.links)) == (50, 200)
    assert len(said.attachments) <= 200
    assert {"more_addresses", "more_links", "more_parts"} <= set(said.notes)
    said = read(f"From: a@example.org\nSubject: x\n{many}\n" + "long " * 20_000)
    assert len(said.headers) == 500
    assert set(said.notes) == {"more_headers", "text_cut"}


def test_hops_and_long_headers_are_cut():
    said = read("Received: from a by b; x\n" * 90 + f"Subject: {'s' * 5_000}\nFrom: a@example.org\n\nx")
    assert len(said.hops) == 50
    assert len(said.subject) == 1_000
    assert max(len(one.value) for one in said.headers) <= 4_000


def test_depths_of_parts_end_the_looking_and_not_the_reading():
    layers = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(60))
    said = read(f"From: a@example.org\nSubject: x\nMIME-Version: 1.0\n{layers}Content-Type: text/plain\n\ndeep\n")
    assert (said.text, said.notes) == ("", ("more_parts",))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b"hello there", "unknown_kind"),
        (b"Subject: only one\n\nx", "unknown_kind"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "unknown_kind"),
        (b"PK\x03\x04" + bytes(500), "unknown_kind"),
    ],
)
def test_what_is_no_mail_is_refused(raw, code):
    assert refused(raw) == code


def test_a_mail_that_is_too_big_is_refused():
    assert refused(HEAD + "\n" + "x" * 5_000, file_bytes=5_000) == "too_much"


@pytest.mark.parametrize(
    ("broken", "code"),
    [(MemoryError, "too_much_memory"), (RecursionError, "damaged"), (KeyError, "damaged"), (IndexError, "damaged")],
)
def test_whatever_the_parser_raises_is_one_refusal(monkeypatch, broken, code):
    def stumble(*_args, **_kwargs):
        raise broken

    monkeypatch.setattr(mail.email, "message_from_bytes", stumble)
    assert refused(HEAD + "\nx") == code


def test_a_mail_that_the_modern_parser_stumbles_over_is_read_by_the_older_one(monkeypatch):
    kept = mail.email.message_from_bytes

    def stumble(raw, policy):
        if policy is email.policy.default:
            raise AttributeError
        return kept(raw, policy=policy)

    monkeypatch.setattr(mail.email, "message_from_bytes", stumble)
    assert read(HEAD + "\nsend it").text == "send it"


def test_one_broken_part_leaves_the_others_readable(monkeypatch):
    kept = mail._content

    def stumble(part, body):
        if part.get_content_type() == "image/jpeg":
            raise KeyError
        return kept(part, body)

    monkeypatch.setattr(mail, "_content", stumble)
    said = read(written().as_bytes())
    assert (said.text, said.attachments, said.notes) == ("pay", (), ("some_damaged",))


@pytest.mark.parametrize(
    "page", ["<![x", "<!--" * 500, "<a href=x" * 500, "</p>" * 500, "<p " * 500, "<!DOCTYPE x [<!ENTITY a 'b'>]>&a;"]
)
def test_a_broken_page_harms_nothing(page):
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "max@example.org", "x"
    letter.set_content(f"<p>before</p>{page}", subtype="html")
    assert read(letter.as_bytes()).text.startswith("before")


def test_what_no_parser_of_addresses_reads_is_kept_as_it_stands(monkeypatch):
    def stumble(*_args):
        raise IndexError

    monkeypatch.setattr(mail, "_POLICY", types.SimpleNamespace(header_factory=stumble))
    monkeypatch.setattr(mail, "_parsed", lambda raw: email.message_from_bytes(raw, policy=email.policy.compat32))
    said = read("From: Max <max@example.org>\nTo: ,,\nSubject: pay\n\nx")
    assert [(one.name, one.address) for one in said.sender] == [("Max", "max@example.org")]
    assert (said.subject, said.to) == ("pay", ())


def test_a_page_that_the_parser_gives_up_on_is_said_to_be_damaged(monkeypatch):
    def stumble(_self, _data):
        raise AssertionError

    monkeypatch.setattr(mail.mail_words.HTMLParser, "feed", stumble)
    assert read(written(plain="").as_bytes()).notes == ("some_damaged",)


def test_an_area_of_a_map_is_a_link_and_endless_addresses_are_cut():
    area = "<map><area href='https://a.example'></map>words"
    said = read(written(page=area, plain="https://x.example/ " * 900, files=0).as_bytes())
    assert [(one.shown, one.target) for one in said.links] == [
        ("", "https://a.example"), ("https://x.example/", "https://x.example/"),
    ]  # fmt: skip
    many = " ".join(f"https://x.example/{number}" for number in range(900))
    assert read(written(page="", plain=many, files=0).as_bytes()).notes == ("more_links",)


def test_the_child_answers_one_request(monkeypatch):
    told = []
    monkeypatch.setattr(mail, "serve", told.append)
    mail.main()
    assert told == [mail.answer]


@pytest.mark.parametrize(
    "evil", ["(" * 3_900, "a " * 1_950, "a@" * 1_950, '"' * 3_900, "=?utf-8?q?a?= " * 260, ":;" * 1_950]
)
def test_headers_that_are_slow_to_read_do_not_hold_up_the_reading(evil):
    began = time.process_time()
    read("Subject: x\nDate: x\n" + f"From: {evil}\nTo: {evil}\nCc: {evil}\n" * 20 + "\nx", header=2_000)
    assert time.process_time() - began < 10
