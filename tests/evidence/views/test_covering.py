"""The page on which parts of a picture are hidden: nothing is shown before a press, and it works by plain forms."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from PIL import Image

from evidence import index
from evidence.intake.pictures import PictureRefused
from tests.security import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(db):
    """With one picture, all of it teal."""
    alice = people.owner()
    people.open_the_gate(alice)
    alice.ids["picture"] = people.keep_a_picture(alice, people.png())
    return alice


def page(alice, read):
    return read(alice.browser.get(reverse("evidence:picture-covering", args=[alice.ids["picture"]])))


def send(alice, **data):
    return alice.post("picture-covering", data, alice.ids["picture"])


def shown(alice, name="picture-view"):
    """What an address of the picture sends."""
    answer = alice.browser.get(reverse(f"evidence:{name}", args=[alice.ids["picture"]]))
    return Image.open(io.BytesIO(answer.content)) if answer.status_code == 200 else answer.status_code


def is_covered(alice):
    return index.read(people.opened(alice)).lines[-1].covered


def test_the_picture_is_not_on_the_page_before_a_press(alice, read):
    said = page(alice, read)
    assert reverse("evidence:picture-whole", args=[alice.ids["picture"]]) not in said
    assert shown(alice, "picture-whole") == 404
    said = read(send(alice, a="show"))
    assert reverse("evidence:picture-whole", args=[alice.ids["picture"]]) in said
    assert shown(alice, "picture-whole").size == (320, 480)


def test_parts_of_the_grid_are_hidden_without_ever_looking(alice, read):
    answer = send(alice, a="keep", c=["1-1", "1-2"])
    assert answer.status_code == 302
    assert answer.url == reverse("evidence:item", args=[alice.ids["picture"]])
    assert "Parts of it are hidden" in read(alice.browser.get(answer.url))
    alice.post("picture-reveal", {}, alice.ids["picture"])
    image = shown(alice)
    assert image.getpixel((10, 10)) == (0, 0, 0)
    assert image.getpixel((300, 470))[2] > 100
    assert shown(alice, "picture-whole").getpixel((10, 10))[2] > 100


def test_what_is_hidden_stands_in_the_fields_and_can_be_taken_back(alice, read):
    send(alice, a="keep", l=["25"], t=["50"], w=["10"], h=["12.5"])
    said = page(alice, read)
    assert '<rect x="25" y="50" width="10" height="12.5"/>' in said
    assert "Parts of this picture are hidden now." in said
    assert send(alice, a="drop").status_code == 302
    assert not is_covered(alice)
    assert send(alice, a="drop").status_code == 404


def test_nothing_chosen_and_half_a_box_are_named(alice, read):
    assert "Choose at least one part to hide." in read(send(alice, a="keep"))
    said = read(send(alice, a="keep", l=["25"], c=["4-4"]))
    assert "Write four numbers from 0 to 100" in said
    assert 'name="l" type="number"' in said
    assert 'value="4-4" checked' in said
    assert not is_covered(alice)


@pytest.mark.parametrize(
    ("code", "said"),
    [("busy", "Other pictures are being read now."), ("too_slow", "Reading this picture took too long")],
)
def test_a_picture_that_can_not_be_read_now_loses_no_box(alice, read, monkeypatch, code, said):
    def refuse(*_):
        raise PictureRefused(code)

    monkeypatch.setattr("evidence.intake.covering.cover", refuse)
    answer = read(send(alice, a="keep", l=["25"], t=["50"], w=["10"], h=["12.5"]))
    assert said in answer
    assert 'value="12.5"' in answer


def test_a_full_case_is_said_and_loses_no_box(alice, read, settings):
    settings.CASE_MAX_BYTES = 10
    answer = read(send(alice, a="keep", l=["25"], t=["50"], w=["10"], h=["12.5"]))
    assert "Your case can hold no more things." in answer
    assert 'value="12.5"' in answer


def test_no_page_for_what_is_no_picture_or_once_they_are_locked(alice):
    words = people.keep_an_address(alice, "https://social.example/p/1")
    path = reverse("evidence:picture-covering", args=[words])
    assert (alice.browser.get(path).status_code, alice.browser.post(path, {"a": "show"}).status_code) == (404, 404)
    alice.post("pictures-lock")
    assert send(alice, a="show").status_code == 404
    assert send(alice, a="keep", c=["1-1"]).status_code == 404
    assert "Hide parts" not in alice.browser.get(reverse("evidence:item", args=[alice.ids["picture"]])).content.decode()


def test_every_part_of_the_grid_and_every_field_has_a_name_to_be_read_out(alice, read):
    said = page(alice, read)
    assert said.count('name="c"') == 96
    assert said.count('visually-hidden">Row ') == 96
    assert "Row 12, column 8" in said
    for name in ("l", "t", "w", "h"):
        assert f'% <input name="{name}" type="number"' in said


def test_boxes_come_back_after_the_case_was_shut_meanwhile(alice, read):
    alice.browser.post(reverse("evidence:lock"))
    asked = send(alice, a="keep", l=["25"], t=["50"], w=["10"], h=["12.5"])
    assert asked.status_code == 403
    held = asked.context["form"].initial["h"]
    answer = alice.browser.post(reverse("evidence:open"), {"x_1": " ".join(alice.words), "h": held})
    assert 'value="12.5"' in read(answer)
    assert not is_covered(alice)
