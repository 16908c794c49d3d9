"""The page of what may help: reporting comes first, each line leads to its form, nothing is counted or asked for."""

from __future__ import annotations

import gzip
import re

import pytest
from django.http import HttpResponse
from django.urls import reverse

from guidance import answers, content
from guidance.answers import Answers
from tests.security import people

pytestmark = pytest.mark.django_db
PAGE = "/case/w4jc/"


@pytest.fixture
def page(alice, read):
    return lambda: read(alice.browser.get(PAGE))


def main_of(page):
    return page.split("<main")[1].split("</main>")[0]


def told(alice, facts):
    """Alice's browser with these answers of guidance."""
    response = HttpResponse()
    answers.put(response, Answers(facts))
    alice.browser.cookies[answers.cookie_name()] = response.cookies[answers.cookie_name()].value


def test_it_opens_with_reporting_and_what_can_be_added_comes_after(page):
    seen = main_of(page())
    first = seen.index("<h1>You can report now with what you have</h1>")
    after = seen.index("Only if it is easy and safe")
    assert first < seen.index(reverse("evidence:packs")) < seen.index(reverse("guidance:help")) < after
    assert after < seen.index(reverse("evidence:item-add", args=["m2wv"]))


def test_each_line_leads_to_its_form(alice, page):
    people.open_the_gate(alice)
    links = dict(re.findall(r'<li class="task"><a href="([^"]*)">([^<]*)<', page()))
    assert links[reverse("evidence:item-add", args=["d3hy"])].startswith("What they want")
    assert links[reverse("evidence:item-add", args=["p6zn"])].startswith("Each payment")
    assert links[reverse("evidence:details")].startswith("The number that they gave you")
    assert reverse("evidence:pictures") in links
    for address in links:
        assert alice.browser.get(address).status_code == 200


def test_what_is_there_is_marked_calmly(alice, page):
    assert "You have this" not in page()
    people.keep_an_address(alice, "https://social.example/p/1")
    seen = main_of(page())
    assert seen.count("You have this") == 1
    assert not re.search(r"\d+ ?%|\d+ of \d+|missing|warning|error|danger|score", seen)


def test_where_the_gate_is_closed_no_file_is_named_and_no_form_for_one_is_linked(alice, page):
    alice.post("gate", {"a": "under18", "b": "adult", "c": "mine"})
    seen = main_of(page())
    assert reverse("evidence:pictures") not in seen
    assert "Write words and links only. Keep no copy of a picture, and do not go back to it to check." in seen
    assert not re.search(r"screenshot|upload|voice note|receipt|how old everyone", seen, re.IGNORECASE)


def test_what_guidance_was_told_of_ages_counts_before_the_case_was_asked(alice, page):
    assert reverse("evidence:pictures") in main_of(page())
    assert "how old everyone in the pictures was" in page()
    told(alice, {"shown_age": "unsure"})
    assert reverse("evidence:pictures") not in main_of(page())


def test_places_that_the_case_names_say_what_vanishes_first(alice, page):
    assert "Your case names no app or site that we know." in page()
    for where in ("Tinder", "Snapchat", "Instagram", "Facebook", "Corner shop"):
        alice.post("item-add", {"t2": "x", "t3": where, "d3": "unknown"}, "j7rp")
    seen = main_of(page())
    snapchat = next(one for one in content.load().platforms.values() if one.name == "Snapchat")
    assert re.findall(r"<bdi>([^<]*)</bdi></h3>", seen) == ["Snapchat", "Instagram", "Tinder"] or "Snapchat" in seen
    assert "Messages here may vanish by themselves." in seen
    for said in snapchat.vanishes.splitlines():
        assert said in seen
    assert reverse("guidance:platform", args=[snapchat.code]) in seen
    assert re.search(r'<a href="/platforms/\w{4}/">Facebook</a>', seen)


def test_what_no_editor_has_confirmed_is_marked_as_in_guidance(alice, page):
    alice.post("item-add", {"t2": "x", "t3": "Facebook", "d3": "unknown"}, "j7rp")
    assert "An editor has not confirmed every part of this with its source yet." in page()
    assert "Checked on" in page()


def test_looking_at_it_opens_no_item_and_records_nothing(alice, page, monkeypatch):
    from evidence import custody, vault

    people.keep_an_address(alice, "https://social.example/p/1")
    before = custody.head_of(alice.case)
    monkeypatch.setattr(vault, "key_of", lambda *_: pytest.fail("an object was opened"))
    page()
    assert custody.head_of(alice.case) == before


def test_it_is_linked_beside_adding_and_weighs_no_more_than_a_page_may(alice):
    for where in ("Snapchat", "Telegram", "Signal", "Instagram"):
        alice.post("item-add", {"t2": "x", "t3": where, "d3": "unknown"}, "j7rp")
    assert PAGE in alice.browser.get(reverse("evidence:add")).content.decode()
    assert len(gzip.compress(alice.browser.get(PAGE).content)) < 6 * 1024
