"""Adding and changing an item: what is missing is named, what was typed comes back, what was said is kept."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from evidence import index, items
from evidence.index import When
from evidence.models import Item
from tests.security import people

pytestmark = pytest.mark.django_db
NOTE, EVENT, ADDRESS, ACCOUNT = "j7rp", "x5bt", "c4dk", "m2wv"
WROTE = "He wrote <again> & again.\nThen he called."


def add(person, code, **typed):
    return person.post("item-add", {"d3": "unknown", **typed}, code)


def line(person):
    """The newest line of the case."""
    return index.read(people.opened(person)).lines[-1]


@pytest.mark.parametrize(
    ("code", "typed", "said"),
    [
        (NOTE, {"t2": ""}, "Write something in: what happened"),
        (EVENT, {"t1": ""}, "Fill in: a short title"),
        (ADDRESS, {"t5": ""}, "Fill in: web address"),
        (ACCOUNT, {"t4": ""}, "Fill in: account"),
        (ADDRESS, {"t5": "x" * 2001}, "Use at most 2000 letters for: web address"),
        (NOTE, {"t2": "x" * 20_001}, "Use at most 20,000 letters."),
        (NOTE, {"t2": "x", "d3": ""}, "Choose how sure you are."),
        (NOTE, {"t2": "x", "d3": "exact"}, "Add the day, or choose that you do not know when."),
        (NOTE, {"t2": "x", "d3": "about", "d2": "21:30"}, "Add the day, or choose that you do not know when."),
        (NOTE, {"t2": "x", "d1": "Tuesday", "d3": "exact"}, "Write the day like 2026-11-20, or leave it empty."),
        (NOTE, {"t2": "x", "d2": "late"}, "Write the time like 21:30, or leave it empty."),
    ],
)
def test_what_is_missing_is_named_and_nothing_typed_is_lost(alice, read, code, typed, said):
    page = read(add(alice, code, **{"t3": "Some app & site", "d4": "I remember it", **typed}))
    assert said in page
    assert "Some app & site" in page
    assert "I remember it" in page
    assert not Item.objects.exists()


def test_a_day_that_can_not_be_read_is_one_error_not_two(alice, read):
    page = read(add(alice, NOTE, t2="x", d1="Tuesday", d3="exact"))
    assert "Add the day, or choose" not in page


def test_a_full_case_says_so_and_gives_the_text_back(alice, read, settings):
    settings.CASE_MAX_ITEMS = 0
    page = read(add(alice, NOTE, t2=WROTE))
    assert "Your case can hold no more things. What you have is safe." in page
    assert WROTE in page.replace("\r\n", "\n")
    assert not Item.objects.exists()


@pytest.mark.parametrize(
    ("typed", "when"),
    [
        ({"d1": "2026-11-14", "d2": "21:14", "d3": "exact"}, When("2026-11-14T21:14", "exact", "the screen")),
        ({"d1": "2026-11-14", "d3": "about"}, When("2026-11-14", "about", "the screen")),
        ({"d1": "2026-11-14", "d2": "21:14", "d3": "unknown"}, When(basis="the screen")),
        ({"d3": "unknown"}, When(basis="the screen")),
    ],
)
def test_a_time_is_kept_as_sure_as_it_was_said(alice, typed, when):
    add(alice, NOTE, t2=WROTE, d4="the screen", **typed)
    assert line(alice).when == when


@pytest.mark.parametrize(
    ("code", "typed", "title"),
    [
        (NOTE, {"t2": WROTE}, "He wrote <again> & again."),
        (NOTE, {"t2": "x" * 200}, "x" * 80),
        (NOTE, {"t1": "My own title", "t2": WROTE}, "My own title"),
        (ADDRESS, {"t5": "https://social.example/p/1"}, "https://social.example/p/1"),
        (ADDRESS, {"t5": "https://social.example/" + "x" * 500}, ("https://social.example/" + "x" * 500)[:200]),
        (ACCOUNT, {"t4": "@someone"}, "@someone"),
    ],
)
def test_what_has_no_title_is_called_by_what_was_typed(alice, code, typed, title):
    assert add(alice, code, **typed).status_code == 302
    assert line(alice).title == title


def test_a_kind_that_does_not_exist_takes_nothing(alice):
    assert add(alice, "zz99", t2=WROTE).status_code == 404
    assert not Item.objects.exists()


def test_pictures_begin_with_the_questions(alice):
    answer = alice.browser.get(reverse("evidence:pictures"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("evidence:gate"))


def test_a_question_that_was_passed_over_is_asked_again_and_the_others_stay(alice, read):
    page = read(alice.post("gate", {"a": "adults", "c": "mine"}))
    assert "Choose your age now." in page
    assert page.count(" checked") == 2
    assert not index.read(people.opened(alice)).gate.answered


# --- changing ---------------------------------------------------------------------------------------------


@pytest.fixture
def noted(alice):
    """Alice, with one note in her case."""
    add(alice, NOTE, t1="The first threat", t2=WROTE, d1="2026-11-14", d2="21:14", d3="exact", d4="the screen")
    return alice, line(alice).id


def edit(person, item_id, **typed):
    return person.post("item-edit", {"d3": "unknown", **typed}, item_id)


def test_the_form_opens_with_what_was_said(noted, read):
    alice, item_id = noted
    page = read(alice.browser.get(reverse("evidence:item-edit", args=[item_id])))
    for value in ('value="The first threat"', 'value="2026-11-14"', 'value="21:14"', 'value="the screen"'):
        assert value in page
    assert WROTE in page.replace("\r\n", "\n")


def test_a_change_is_kept_and_can_be_undone(noted):
    alice, item_id = noted
    assert edit(alice, item_id, t1="Another title", t2="Shorter.").status_code == 302
    found = items.peek(people.opened(alice), item_id)
    assert (found.line.title, found.claims["what"], found.line.when.known) == ("Another title", "Shorter.", "unknown")
    alice.post("item-undo", {}, item_id)
    found = items.peek(people.opened(alice), item_id)
    assert (found.line.title, found.claims["what"].replace("\r\n", "\n")) == ("The first threat", WROTE)
    assert found.line.when == When("2026-11-14T21:14", "exact", "the screen")


def test_a_change_that_can_not_be_kept_comes_back_and_changes_nothing(noted, read):
    alice, item_id = noted
    page = read(edit(alice, item_id, t1="Another title", t2=""))
    assert "Write something in: what happened" in page
    assert 'value="Another title"' in page
    assert line(alice).title == "The first threat"


@pytest.mark.parametrize("name", ["item-edit", "item-undo", "item-remove", "item-bring-back", "picture-intimate"])
def test_an_item_that_is_not_there_can_not_be_changed(alice, name):
    assert alice.post(name, {"t2": "x", "d3": "unknown"}, uuid.uuid4()).status_code == 404
