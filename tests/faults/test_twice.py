"""The same form sent twice: pressed again, or the page loaded anew. What it does is done once."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from evidence import custody, items, packs
from evidence.models import AddPass, Case, Grant, Hold, Item, Message, OfferWrap, OpenSession, Pack, SealedFile, Upload
from tests.conftest import PIXELS
from tests.security import people

pytestmark = pytest.mark.django_db
ROWS = (AddPass, Case, Grant, Hold, Item, Message, OfferWrap, OpenSession, Pack, SealedFile, Upload)
LOOKS = {"item-viewed", "messages-read", "picture-viewed"}


@pytest.fixture
def alice(keep_picture, monkeypatch):
    """Alice with a picture and a note, and a worker who could take her case; no pack is really made."""
    monkeypatch.setattr(packs, "_start", lambda order: None)
    people.worker("hana")
    alice = people.owner()
    people.open_the_gate(alice)
    alice.ids["picture"] = people.keep_a_picture(alice, PIXELS)
    alice.ids["note"] = people.keep_an_address(alice, "https://social.example/p/1")
    return alice


@pytest.fixture
def shared(alice):
    alice.ids["grant"] = people.share(alice)
    return alice


@pytest.fixture
def accepted(alice):
    """Alice, and at his desk the worker who accepted her case."""
    sam = people.worker("sam")
    alice.ids["grant"] = people.share(alice)
    sam.accept(alice.ids["grant"])
    return alice, sam


def kept(person):
    """What there is: rows of each kind, how many entries the log has but for looks, and what an item says."""
    opened = people.opened(person)
    told = [entry.act.what for entry in custody.everything(opened) if entry.act.what not in LOOKS]
    lines = [(line.number, line.title, line.state, line.intimate) for line in items.listed(opened)]
    edits = [items.peek(opened, line.id).edits for line in items.listed(opened)]
    return {model.__name__: model.objects.count() for model in ROWS}, told, lines, edits


def press(browser, address, more):
    """The form of a page as a browser sends it: its hidden fields, and what was typed."""
    page = browser.get(address).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    return {**hidden, **more}


def twice(person, browser, address, typed):
    """Send one form twice; what there was after the first time and after the second."""
    browser.post(address, typed)
    after = kept(person)
    again = {**typed, "f": [fresh(file) for file in typed["f"]]} if "f" in typed else typed
    assert browser.post(address, again).status_code < 500
    return after, kept(person)


def fresh(file):
    file.seek(0)
    return file


def at(name, *args):
    return reverse(f"evidence:{name}", args=args)


SAID_TWICE = {"the questions", "the details"}  # what stands there is put in its own place: only the log says so again
FORMS = {
    "a note": ("item-add", ["j7rp"], {"t2": "He wrote to my sister.", "d3": "unknown"}),
    "an address": ("item-add", ["c4dk"], {"t5": "https://social.example/p/2", "d3": "unknown"}),
    "a demand": ("item-add", ["d3hy"], {"t2": "He wants money.", "t7": "500", "d3": "unknown"}),
    "a share": ("share", [], {"t1": "Please read it.", "d1": "today"}),
    "a pack": ("packs", [], {}),
    "the questions": ("gate", [], {"a": "adults", "b": "adult", "c": "mine"}),
    "the details": ("details", [], {"t1": "He wrote to my sister."}),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_is_sent_twice_is_kept_once(alice, name):
    page, args, typed = FORMS[name]
    if typed.get("d1"):
        typed = {**typed, "d1": people.timezone.localdate().isoformat()}
    before = kept(alice)
    sent = press(alice.browser, at(page, *args), typed)
    once, again = twice(alice, alice.browser, at(page, *args), sent)
    assert once[0] == again[0]
    assert len(again[1]) - len(once[1]) == (name in SAID_TWICE)
    assert once[2:] == again[2:]
    assert before != once


def test_files_that_are_sent_twice_are_kept_once(alice):
    sent = press(alice.browser, at("pictures"), {"y": "on"})
    files = [SimpleUploadedFile(f"{number}.png", PIXELS + bytes([number])) for number in (1, 2)]
    once, again = twice(alice, alice.browser, at("upload"), {**sent, "f": files})
    assert once == again
    assert once[0]["Item"] == 4


def test_a_large_file_that_is_announced_twice_is_one(alice):
    sent = press(alice.browser, at("pictures"), {"y": "on", "u": "a.pdf", "z": "9000", "v": "7", "n": "0"})
    once, again = twice(alice, alice.browser, at("upload-begin"), sent)
    assert once == again
    assert once[0]["Upload"] == 1


def test_a_change_that_is_sent_twice_is_one_and_taken_back_by_one_press(alice):
    address = at("item-edit", alice.ids["note"])
    typed = press(alice.browser, address, {"t5": "https://social.example/p/1", "t1": "Monday", "d3": "unknown"})
    once, again = twice(alice, alice.browser, address, typed)
    assert once == again
    assert once[3][1] == 1


def test_taking_back_a_change_twice_takes_back_one(alice):
    address, undo = at("item-edit", alice.ids["note"]), at("item-undo", alice.ids["note"])
    for title in ("Monday", "Tuesday"):
        alice.browser.post(address, {"t5": "https://social.example/p/1", "t1": title, "d3": "unknown"})
    once, again = twice(alice, alice.browser, undo, press(alice.browser, at("item", alice.ids["note"]), {}))
    assert once == again
    assert once[2][1][1] == "Monday"


@pytest.mark.parametrize("name", ["item-remove", "item-bring-back", "picture-intimate"])
def test_a_press_on_an_item_does_its_work_once(alice, name):
    if name == "item-bring-back":
        alice.post("item-remove", {}, alice.ids["picture"])
    once, again = twice(alice, alice.browser, at(name, alice.ids["picture"]), {"a": "no"})
    assert (once[0], once[2:]) == (again[0], again[2:])
    assert once[1] == again[1]


def test_a_share_that_is_ended_twice_is_ended_once(shared):
    once, again = twice(shared, shared.browser, at("share-end", shared.ids["grant"]), {})
    assert once == again


def test_a_message_that_is_sent_twice_is_one(accepted):
    alice, sam = accepted
    once, again = twice(alice, alice.browser, at("talk"), press(alice.browser, at("talk"), {"t1": "Are you there?"}))
    assert once == again
    assert once[0]["Message"] == 1
    address = reverse("helpline:messages", args=[alice.ids["grant"]])
    once, again = twice(alice, sam.browser, address, press(sam.browser, address, {"text": "I am."}))
    assert once == again
    assert once[0]["Message"] == 2


def test_the_same_words_on_another_day_are_another_message(accepted):
    alice, _ = accepted
    for _ in range(2):
        alice.browser.post(at("talk"), press(alice.browser, at("talk"), {"t1": "Are you there?"}))
    assert Message.objects.count() == 2


def test_a_note_from_a_shut_case_that_is_sent_twice_is_one_and_counts_once(alice):
    alice.post("lock", {"a": "add"})
    sent = press(alice.browser, at("note"), {"t2": "He wrote again."})
    rows, left = Item.objects.count(), AddPass.objects.get().left
    for _ in range(2):
        assert "It is kept" in alice.browser.post(at("note"), sent).content.decode()
    assert (Item.objects.count(), AddPass.objects.get().left) == (rows + 1, left - 1)
    alice.browser.post(at("note"), press(alice.browser, at("note"), {"t2": "He wrote again."}))
    assert Item.objects.count() == rows + 2


def test_locking_the_pictures_twice_locks_them_once(alice):
    once, again = twice(alice, alice.browser, at("pictures-lock"), {})
    assert once == again


def test_deleting_twice_is_deleting_once(alice):
    alice.post("delete")
    entries = Case.objects.get(pk=alice.case.pk).custody.count()
    assert alice.post("delete").status_code == 403
    assert Case.objects.get(pk=alice.case.pk).custody.count() == entries
