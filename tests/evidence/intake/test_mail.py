from __future__ import annotations

import email.policy
import hashlib
from email.message import EmailMessage

import pytest

from evidence.intake.mail_words import defanged
from tests.evidence.intake.mails import HEAD, PAGE, read, written


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


def test_what_every_server_checked_is_told_beside_each_other():
    said = read(
        "Received-SPF: fail (example.org: not\n permitted)\nAuthentication-Results: mx; dkim=none\n" + HEAD + "\nx"
    )
    assert said.authentication == (
        "mx; dkim=none",
        "inbox.example.com; spf=fail smtp.mailfrom=example.org",
        "fail (example.org: not permitted)",
    )


def test_two_senders_are_both_told():
    said = read("From: a@example.org\nFrom: b@example.org\nFrom: c@example.org\nSubject: x\n\nx")
    assert [one.address for one in said.sender] == ["a@example.org", "b@example.org"]
    assert [one.value for one in said.headers] == ["a@example.org", "b@example.org", "c@example.org", "x"]


@pytest.mark.parametrize("kind", ["", "Content-Type: text/plain\n", "Content-Type: text/plain; charset=utf-8\n"])
def test_words_without_a_charset_are_read_as_utf_8(kind):
    raw = f"From: a@example.org\nSubject: x\n{kind}\npay \u00a3300, f\u00fcr dich \U0001f608\n".encode()
    assert read(raw).text == "pay \u00a3300, f\u00fcr dich \U0001f608"


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
    assert said.links[-1].target == "https://plain.example/a"
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
def test_the_name_of_an_attachment_is_text_alone(name, shown, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    letter = written(files=0)
    letter.add_attachment(b"x", maintype="image", subtype="jpeg", filename=name)
    assert read(letter.as_bytes()).attachments[0].name == shown
    assert [path.name for path in tmp_path.rglob("*")] == ["here"]
