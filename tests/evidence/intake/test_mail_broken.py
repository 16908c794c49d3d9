"""Mails that are broken, endless or hostile: each is read as far as it goes, cut where it says so, or refused."""

from __future__ import annotations

import email.policy
import time
import types
from email.message import EmailMessage

import pytest

from evidence.intake import mail
from tests.evidence.intake.mails import HEAD, read, refused, written


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
