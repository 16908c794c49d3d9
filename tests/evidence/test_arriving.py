"""Every sort of file that people have comes in whole, sealed, looked into, and can be fetched again byte for byte."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from evidence import cases, gate, index, items, pictures
from evidence.arriving import Arriving, NoRoom, room_left
from evidence.custody import OWNER
from evidence.intake import media, reading
from evidence.intake.pictures import NotAPicture, TooLarge
from evidence.items import NoSuchItem, Telling
from evidence.models import Item, SealedFile
from tests.conftest import acts
from tests.evidence import making_media
from tests.evidence.intake import make
from tests.evidence.intake.exports import building

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_gate")]
MAIL = (
    b"Return-Path: <max@scam.example>\r\nReceived: from evil.example (evil.example [192.0.2.7]) by mx.example;"
    b" Fri, 20 Nov 2026 21:34:05 +0000\r\nFrom: Max <max@scam.example>\r\nTo: alice@mail.example\r\n"
    b"Date: Fri, 20 Nov 2026 21:34:00 +0000\r\nSubject: I have your pictures\r\nMessage-ID: <1@scam.example>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nPay 300 to https://pay.scam.example/x\r\n"
)


def sent(name):
    """A real file of each kind, and the kind that it becomes."""
    return {
        "picture": lambda: (make.saved(make.screenshot(), "PNG"), index.PICTURE),
        "film": lambda: (making_media.made("mp4"), index.FILM),
        "voice note": lambda: (making_media.made("m4a"), index.SOUND),
        "pdf": lambda: (b"%PDF-1.7\n" + b"x" * 9000, index.DOCUMENT),
        "mail": lambda: (MAIL, index.MAIL),
        "whatsapp text": lambda: (building.iphone().encode(), index.CHAT),
        "instagram archive": lambda: (building.zipped(building.instagram()), index.CHAT),
        "telegram": lambda: (building.telegram_json().encode(), index.CHAT),
        "telegram page": lambda: (building.telegram_page().encode(), index.CHAT),
        "plain text": lambda: (b"Just my own words about it.", index.DOCUMENT),
        "another archive": lambda: (building.zipped({"a.bin": b"\0" * 99}), index.DOCUMENT),
    }[name]()


def arrive(alice, at, data, *, piece=64_000, once=""):
    arriving = Arriving(alice.opened, "IMG 0042.bin", once=once)
    try:
        for start in range(0, len(data), piece):
            arriving.write(data[start : start + piece])
        return arriving.keep(Telling("The first threat"), by=OWNER, at=at)
    finally:
        arriving.drop()


KINDS = (
    "picture", "film", "voice note", "pdf", "mail", "whatsapp text", "instagram archive", "telegram", "telegram page",
    "plain text",     "another archive",
)  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_comes_in_and_goes_out_byte_for_byte(alice, at, name):
    data, kind = sent(name)
    line = arrive(alice, at, data)
    assert (line.kind, line.size, line.mark) == (kind, len(data), hashlib.sha256(data).hexdigest()[:16])
    item, chunks = pictures.original(alice.opened, line.id, by=OWNER, at=at)
    assert b"".join(chunks) == data
    assert item.observed["sha256"] == hashlib.sha256(data).hexdigest()
    assert acts(alice.opened)[-2:] == ["item-added", "original-downloaded"]


@pytest.mark.parametrize("name", KINDS)
def test_a_shut_gate_takes_no_file_and_gives_none(alice, at, name):
    data, _ = sent(name)
    line = arrive(alice, at, data)
    gate.lock(alice.opened, by=OWNER, at=at)
    for act in (pictures.original, pictures.view, pictures.reveal):
        with pytest.raises(gate.NoPictures):
            act(alice.opened, line.id, by=OWNER, at=at)
    with pytest.raises(gate.NoPictures):
        pictures.cover(alice.opened, line.id)
    with pytest.raises(gate.NoPictures):
        arrive(alice, at, data + b" ")
    assert Item.objects.count() == 1


def test_nothing_of_a_file_stands_in_the_clear(alice, at, vault_folder):
    arrive(alice, at, MAIL)
    arrive(alice, at, building.iphone().encode())
    stored = b"".join(path.read_bytes() for path in vault_folder.iterdir())
    rows = b"".join(bytes(row.header) for row in SealedFile.objects.all())
    rows += b"".join(bytes(row.facts) for row in Item.objects.all()) + bytes(alice.case.index)
    for words in (b"scam.example", b"pictures", b"IMG 0042", b"message/rfc822", b"Max", b"whatsapp"):
        assert words not in stored
        assert words not in rows


def test_a_film_has_a_picture_of_it_and_a_sound_has_none(alice, at):
    film = arrive(alice, at, sent("film")[0])
    assert pictures.cover(alice.opened, film.id)[:2] == b"\xff\xd8"
    assert film.intimate
    observed = items.peek(alice.opened, film.id).observed
    assert observed["poster"]
    assert observed["seconds"] > 0
    sound = arrive(alice, at, sent("voice note")[0])
    assert not sound.intimate
    with pytest.raises(NoSuchItem):
        pictures.cover(alice.opened, sound.id)


def test_a_film_that_nothing_can_look_into_is_kept_all_the_same(alice, at, monkeypatch):
    monkeypatch.setattr(media, "examine_media", lambda *_a, **_k: media.Media(problem="no_reader"))
    data, _ = sent("film")
    line = arrive(alice, at, data)
    assert line.kind == index.FILM
    assert not items.peek(alice.opened, line.id).observed["poster"]
    with pytest.raises(NoSuchItem):
        pictures.cover(alice.opened, line.id)


def test_what_a_mail_says_of_itself_is_observed_and_claims_stay_the_persons(alice, at):
    item = items.peek(alice.opened, arrive(alice, at, MAIL).id)
    mail = item.observed["mail"]
    assert mail["sender"][0]["address"] == "max@scam.example"
    assert mail["hops"][0]["addresses"] == ["192.0.2.7"]
    assert "headers" not in mail
    assert not any(item.claims.values())


@pytest.mark.parametrize(
    ("code", "kind"), [("busy", index.CHAT), ("too_slow", index.CHAT), ("damaged", index.DOCUMENT)]
)
def test_a_chat_that_could_not_be_read_is_kept_and_may_be_read_later(alice, at, monkeypatch, code, kind):
    def refuses(*_args, **_more):
        raise reading.NotRead(code)

    monkeypatch.setattr(reading, "read_export", refuses)
    assert arrive(alice, at, building.iphone().encode()).kind == kind


HALF_A_PICTURE = make.saved(make.screenshot(), "JPEG")[:-2000]
ODD = {
    "a saved page": b"<!doctype html><title>x</title><script>alert(1)</script><p>words",
    "a backup of messages": b"<?xml version='1.0'?><smses><sms body='pay'/></smses>",
    "a text with a control sign": b"he wrote\x01: pay me or I share them",
    "half a picture": HALF_A_PICTURE,
    "a bitmap": make.saved(make.screenshot(), "BMP"),
}


@pytest.mark.parametrize("name", ODD)
def test_what_no_reader_here_can_read_is_kept_as_it_came_and_never_shown(alice, at, name):
    line = arrive(alice, at, ODD[name])
    item = items.peek(alice.opened, line.id)
    assert (line.kind, set(items.files_of(item))) == (index.DOCUMENT, {"original"})
    assert item.observed["problem" if name == "half a picture" else "size"] in ("damaged", len(ODD[name]))
    _, chunks = pictures.original(alice.opened, line.id, by=OWNER, at=at)
    assert b"".join(chunks) == ODD[name]
    with pytest.raises(NoSuchItem):
        pictures.cover(alice.opened, line.id)


def test_a_mail_that_could_not_be_read_is_a_mail(alice, at, monkeypatch):
    def refuses(*_args, **_more):
        raise reading.NotRead("too_many_parts")

    monkeypatch.setattr(reading, "read_mail", refuses)
    line = arrive(alice, at, MAIL)
    assert line.kind == index.MAIL
    assert items.peek(alice.opened, line.id).observed["problem"] == "too_many_parts"


def test_a_case_has_room_for_so_many_bytes(alice, at, settings, vault_folder):
    arrive(alice, at, MAIL)
    settings.CASE_MAX_BYTES = 100_000
    before = room_left(alice.opened)
    assert 0 < before < 100_000
    with pytest.raises(NoRoom):
        arrive(alice, at, b"%PDF-1.7 " + b"x" * before)
    assert Item.objects.count() == 1
    assert len(list(vault_folder.iterdir())) == 1


def test_the_limit_of_pictures_is_not_that_of_films(alice, at, settings):
    settings.PICTURE_MAX_BYTES = 20_000
    film, _ = sent("film")
    film += b"\0" * 20_000
    assert arrive(alice, at, film).kind == index.FILM
    with pytest.raises(TooLarge):
        arrive(alice, at, make.saved(make.screenshot(), "PNG") + b"\0" * 20_000)
    settings.FILE_MAX_BYTES = 20_000
    with pytest.raises(TooLarge):
        arrive(alice, at, film + b"1")


def test_what_nobody_keeps_is_refused_before_it_is_whole(alice, vault_folder):
    arriving = Arriving(alice.opened, "x")
    with pytest.raises(NotAPicture):
        arriving.write(b"MZ" + bytes(5000))
    arriving.drop()
    assert not list(vault_folder.iterdir())


def test_the_same_file_of_the_same_form_is_one_item_and_leaves_no_second_copy(alice, at, vault_folder):
    first = arrive(alice, at, MAIL, once="k:0")
    assert arrive(alice, at, MAIL, once="k:0") == first
    assert arrive(alice, at, MAIL, once="k:1") != first
    assert Item.objects.count() == SealedFile.objects.count() == len(list(vault_folder.iterdir())) == 2


def test_no_once_of_another_case_gives_the_same_id(alice, at):
    other = cases.make(device="", at=at).opened
    assert items.once_id(alice.opened, "k", "words") != items.once_id(other, "k", "words")
    assert items.once_id(alice.opened, "", "words") != items.once_id(alice.opened, "", "words")


def test_a_typed_form_sent_twice_adds_one_and_filled_in_anew_another(alice, at):
    def add(telling):
        return items.add(alice.opened, index.NOTE, telling, by=OWNER, at=at, once="k")

    said = Telling("One", claims={"what": "It began"})
    assert add(said) == add(said)
    assert add(replace(said, title="Two")) != add(said)
    assert len(items.listed(alice.opened)) == 2
