"""What someone typed or pressed while the case had locked itself is never lost, and never a dead end."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from evidence import keeping_text
from evidence.views import uploading
from tests.conftest import PIXELS
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


def send_a_picture(alice, **more):
    picture = SimpleUploadedFile("IMG_1.png", PIXELS)
    data = {"y": "on", "t1": "The first threat", "f": [picture]}
    return alice.browser.post(reverse("evidence:upload"), data, **more)


def test_files_sent_into_a_locked_case_are_said_not_to_be_saved_and_their_title_comes_back(alice):
    people.open_the_gate(alice)
    alice.post("lock")

    answer = send_a_picture(alice)

    assert "These files were not saved." in answer.content.decode()
    page = opens_again(alice, answer)
    assert page.status_code == 200
    assert "The first threat" in page.content.decode()
    assert "checked" not in page.content.decode()


def test_the_script_is_told_that_a_file_sent_into_a_locked_case_is_not_saved(alice):
    people.open_the_gate(alice)
    alice.post("lock")

    answer = send_a_picture(alice, headers={"Accept": "application/json"})

    assert answer.status_code == 403
    assert answer.json() == {"saved": 0, "refused": [uploading.SHUT]}


def test_files_for_a_case_that_takes_none_lead_home(alice):
    alice.post("lock")

    answer = opens_again(alice, send_a_picture(alice))

    assert answer.status_code == 302
    assert answer["Location"] == reverse("evidence:home")


def test_what_is_held_has_no_words_and_no_token_in_it(alice):
    alice.post("lock")
    page = alice.post("details", {"t1": "typed", "x_1": "seven secret words", "csrfmiddlewaretoken": "token"})

    line = re.search(r'name="h" value="([^"]*)"', page.content.decode())[1]

    assert dict(keeping_text.held(line).fields.lists()) == {"t1": ["typed"]}
    assert "typed" in opens_again(alice, page).content.decode()
