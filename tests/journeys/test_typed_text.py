"""What someone typed or pressed while the case had locked itself is never lost, and never a dead end."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from evidence import keeping_text
from tests.security import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    alice = people.owner()
    alice.ids["item_id"] = people.keep_an_address(alice, "https://social.example/p/1")
    return alice


def opens_again(alice, answer):
    """Opens the case with the words, on the page that the lost press led to."""
    assert answer.status_code == 403
    held = re.search(r'name="h" value="([^"]*)"', answer.content.decode())[1]
    return alice.post("open", {"x_1": " ".join(alice.words), "h": held})


def test_a_message_typed_into_a_locked_case_comes_back(alice):
    alice.post("lock")

    page = opens_again(alice, alice.post("item-add", {"t2": "He wrote again.", "d3": "unknown"}, "j7rp"))

    assert page.status_code == 200
    assert "He wrote again." in page.content.decode()


@pytest.mark.parametrize("name", ["item-remove", "item-undo", "picture-reveal", "picture-original"])
def test_a_press_that_carried_no_text_leads_home(alice, name):
    alice.post("lock")

    answer = opens_again(alice, alice.post(name, {}, alice.ids["item_id"]))

    assert answer.status_code == 302
    assert answer["Location"] == reverse("evidence:home")


def test_pictures_sent_into_a_locked_case_lead_home(alice):
    alice.post("lock")

    answer = opens_again(alice, alice.post("upload", {"y": "on"}))

    assert answer.status_code == 302
    assert answer["Location"] == reverse("evidence:home")


def test_what_is_held_has_no_words_and_no_token_in_it(alice):
    alice.post("lock")
    page = alice.post("details", {"t1": "typed", "x_1": "seven secret words", "csrfmiddlewaretoken": "token"})

    line = re.search(r'name="h" value="([^"]*)"', page.content.decode())[1]

    assert dict(keeping_text.held(line).fields.lists()) == {"t1": ["typed"]}
    assert "typed" in opens_again(alice, page).content.decode()
