"""The pages about the place inside a file: what it may mean comes first, and a press decides."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from evidence import index, packs, places
from evidence.intake.places import NotReadNow, Place
from tests.conftest import acts
from tests.security import people

pytestmark = pytest.mark.django_db
LONDON = "51.507222, -0.127500"
MAY = "This file may hold the place where it was made"


@pytest.fixture
def alice(db):
    """With one picture that says where it was made."""
    alice = people.owner()
    people.open_the_gate(alice)
    alice.ids["picture"] = people.keep_a_picture(alice, people.png_with_place())
    return alice


def page(alice, read, name="place"):
    return read(alice.browser.get(reverse(f"evidence:{name}", args=[alice.ids["picture"]])))


def send(alice, **data):
    return alice.post("place", data, alice.ids["picture"])


def logged(alice):
    return acts(people.opened(alice))


def test_a_quiet_line_leads_to_a_page_that_says_what_it_may_mean(alice, read, monkeypatch):
    monkeypatch.setattr(places, "read_place", None)  # reading would fail
    item = page(alice, read, "item")
    assert MAY in item
    assert reverse("evidence:place", args=[alice.ids["picture"]]) in item
    said = page(alice, read)
    for words in ("may be your home", "may help the police", "take the place out", "Leave it", "It asks no map"):
        assert words in said
    assert " checked" not in said
    assert LONDON not in said


def test_a_press_keeps_it_and_the_item_shows_it_as_it_stands(alice, read):
    answer = send(alice, a="look")
    assert (answer.status_code, answer.url) == (302, reverse("evidence:item", args=[alice.ids["picture"]]) + "#place")
    said = page(alice, read, "item")
    for words in (LONDON, "12.5", "GPSHPositioningError", "because you asked", "Only you can read this."):
        assert words in said
    assert MAY not in said
    assert logged(alice).count("place-read") == 1


def test_leaving_it_is_no_press_and_changes_nothing(alice, read):
    page(alice, read)
    assert send(alice).status_code == 200
    assert send(alice, a="anything").status_code == 200
    assert MAY in page(alice, read, "item")
    assert LONDON not in page(alice, read)
    assert "place-read" not in logged(alice)


def test_another_press_takes_it_out_again(alice, read):
    send(alice, a="look")
    assert LONDON in page(alice, read)
    assert send(alice, a="out").status_code == 302
    assert logged(alice)[-1] == "place-taken-out"
    assert LONDON not in page(alice, read, "item")
    assert MAY in page(alice, read, "item")


def test_what_can_not_be_read_now_is_said_and_the_tick_stays(alice, read, monkeypatch):
    def busy(*_):
        raise NotReadNow

    monkeypatch.setattr(places, "read_place", busy)
    answer = send(alice, a="look", h="on")
    assert answer.status_code == 422
    assert "could not be read just now" in read(answer)
    assert 'id="h" checked' in read(answer)


def test_that_none_was_found_is_said(alice, read, monkeypatch):
    monkeypatch.setattr(places, "read_place", lambda *_: Place())
    send(alice, a="look")
    assert "None was found that can be read." in page(alice, read, "item")


def test_there_is_no_such_page_for_what_holds_none(alice, read):
    alice.ids["picture"] = people.keep_a_picture(alice, people.png("red"))
    assert "None found" in page(alice, read, "item")
    for answer in (alice.browser.get(reverse("evidence:place", args=[alice.ids["picture"]])), send(alice, a="look")):
        assert answer.status_code == 404


@pytest.mark.parametrize("press", ["look", "out"])
def test_there_is_no_such_page_once_the_pictures_are_locked(alice, read, press):
    send(alice, a="look")
    alice.post("pictures-lock")
    said = page(alice, read, "item")
    assert (LONDON in said, reverse("evidence:place", args=[alice.ids["picture"]]) in said) == (False, False)
    assert alice.browser.get(reverse("evidence:place", args=[alice.ids["picture"]])).status_code == 404
    assert send(alice, a=press).status_code == 404


@pytest.mark.parametrize("agreed", [False, True])
def test_a_helpline_worker_reads_it_only_where_its_owner_agreed(alice, read, agreed):
    send(alice, a="look", **({"h": "on"} if agreed else {}))
    hana = people.worker("hana")
    grant = people.share(alice)
    hana.accept(grant)
    said = read(hana.browser.get(reverse("helpline:item", args=[grant, alice.ids["picture"]])))
    assert (LONDON in said, "12.5" in said) == (agreed, agreed)
    assert ("The helpline worker who holds your case can read this too." in page(alice, read, "item")) == agreed


def test_a_pack_offers_to_print_it_once_it_was_read_and_never_by_itself(alice, read, monkeypatch):
    asked = []
    monkeypatch.setattr(packs, "ask", lambda _opened, choices, **_: asked.append(choices))
    box = re.compile(r'name="d" value="[0-9a-f-]{36}" id="[^"]+"(?! checked)>')
    assert 'name="d"' not in read(alice.browser.get(reverse("evidence:packs")))
    send(alice, a="look")
    form = read(alice.browser.get(reverse("evidence:packs")))
    assert box.search(form)
    assert "An original file still holds its place" in form
    alice.post("packs")
    alice.post("packs", {"d": alice.ids["picture"]})
    picture = index.read(people.opened(alice)).lines[-1].id
    assert [choices.places for choices in asked] == [frozenset(), frozenset({picture})]
