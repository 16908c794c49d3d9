"""Hiding parts of a picture in a real browser: by mouse, by touch, by keyboard, and without scripts."""

from __future__ import annotations

import io

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from evidence import coverings, index, pictures
from evidence.custody import OWNER
from evidence.intake.boxes import Box
from tests.browser.looking import Look, Scale, faults, faults_in_the_dark, opens, presses, sideways
from tests.evidence.intake import make
from tests.security import people

SHOW, KEEP = "button[value=show]", "button[value=keep]"


@pytest.fixture
def alice(served):
    """Her case, with one screenshot."""
    alice = people.owner()
    people.open_the_gate(alice)
    alice.ids["picture"] = people.keep_a_picture(alice, make.saved(make.screenshot(), "PNG"))
    return alice


@pytest.fixture
def opened(alice, served):
    """`opened(window)` puts the window into her case, on the page that hides parts."""

    def open_in(window, *, shown=True):
        cookies = [(name, morsel.value) for name, morsel in alice.browser.cookies.items()]
        window.context.add_cookies([{"name": name, "value": value, "url": served} for name, value in cookies])
        opens(window, reverse("evidence:picture-covering", args=[alice.ids["picture"]]))
        if shown:
            presses(window, SHOW)
            expect(window.locator("#boxes img")).to_have_js_property("complete", value=True)
        return window

    return open_in


def kept(alice):
    """The boxes that are kept, and the copy that is shown."""
    case = people.opened(alice)
    item = coverings.picture(case, index.read(case).lines[-1].id)
    return coverings.boxes_of(item), Image.open(io.BytesIO(pictures.read_file(item, pictures.shown_role(item))))


def at(window, across, down):
    """The point in the window that lies on this part of the picture, scrolled into sight."""
    window.locator("#boxes").evaluate(
        "(one, y) => scrollTo(0, scrollY + one.getBoundingClientRect().top + one.offsetHeight * y / 100 - 300)", down
    )
    place = window.locator("#boxes svg").bounding_box()
    return place["x"] + place["width"] * across / 100, place["y"] + place["height"] * down / 100


def numbers(window, number=1):
    fields = window.locator("#list fieldset").nth(number - 1).locator("input")
    return [float(fields.nth(place).input_value()) for place in range(4)]


def test_a_box_is_drawn_with_the_mouse_and_what_is_under_it_is_hidden(page, alice, opened):
    opened(page)
    page.mouse.move(*at(page, 20, 10))
    page.mouse.down()
    page.mouse.move(*(place + 60 for place in at(page, 20, 10)))
    page.mouse.up()
    expect(page.locator("#list fieldset")).to_have_count(1)
    expect(page.locator("#boxes rect")).to_have_count(1)
    left, top, width, height = numbers(page)
    assert left == pytest.approx(20, abs=0.5)
    assert top == pytest.approx(10, abs=0.5)
    presses(page, KEEP)
    (box,), image = kept(alice)
    assert box.as_list() == [round(edge * 10) for edge in (left, top, width, height)]
    middle = (box.left + box.width // 2) * image.width // 1000, (box.top + box.height // 2) * image.height // 1000
    assert image.getpixel(middle) == (0, 0, 0)


def test_two_taps_make_a_box_and_a_swipe_scrolls(phone, alice, opened):
    opened(phone)
    phone.touchscreen.tap(*at(phone, 30, 20))
    expect(phone.locator("#said")).to_have_text("One corner is set. Tap the corner across from it.")
    expect(phone.locator("#boxes rect.first")).to_have_count(1)
    phone.touchscreen.tap(*at(phone, 70, 40))
    expect(phone.locator("#said")).to_have_text("A box was added.")
    expect(phone.locator("#boxes rect.first")).to_have_count(0)
    assert numbers(phone) == pytest.approx([30, 20, 40, 20], abs=1)
    assert phone.locator("#boxes").evaluate("one => getComputedStyle(one).touchAction") == "manipulation"
    presses(phone, KEEP)
    assert len(kept(alice)[0]) == 1


def test_a_box_is_made_moved_and_removed_by_keyboard_alone(page, alice, opened):
    opened(page)
    page.locator("#more").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#list fieldset")).to_have_count(1)
    assert page.evaluate("document.activeElement.name") == "l"
    for _ in range(5):
        page.keyboard.press("ArrowUp")
    expect(page.locator("#boxes rect")).to_have_attribute("x", "45")
    page.locator("#more").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#list fieldset")).to_have_count(2)
    expect(page.locator("#list legend").nth(1)).to_have_text("Box 2")
    page.locator("#list fieldset").nth(1).locator("button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#list fieldset")).to_have_count(1)
    expect(page.locator("#said")).to_have_text("A box was removed.")
    assert page.evaluate("document.activeElement.id") == "more"
    page.locator("#list input").first.focus()
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    assert [box.as_list() for box in kept(alice)[0]] == [[450, 400, 200, 200]]


def test_without_scripts_parts_of_the_grid_are_hidden(nojs, alice, opened):
    opened(nojs)
    cells = nojs.get_by_label("Row 2, column 3", exact=True)
    assert cells.bounding_box()["height"] > 0
    nojs.locator("#boxes label").nth(8 + 2).click()
    nojs.get_by_label("Row 2, column 4", exact=True).check()
    assert not nojs.locator("#more").is_visible()
    presses(nojs, KEEP)
    boxes, image = kept(alice)
    assert [box.as_list() for box in boxes] == [[250, 83, 250, 84]]
    assert image.getpixel((int(image.width * 0.4), int(image.height * 0.125))) == (0, 0, 0)


def test_the_grid_lies_on_the_whole_picture_and_each_part_can_be_touched(nojs, opened):
    opened(nojs)
    picture, grid = (nojs.locator(one).bounding_box() for one in ("#boxes img", "#boxes .grid"))
    for edge in ("x", "y", "width", "height"):
        assert grid[edge] == pytest.approx(picture[edge], abs=1)
    part = nojs.locator("#boxes label").first.bounding_box()
    assert min(part["width"], part["height"]) >= 24


def test_what_was_hidden_before_can_be_changed_and_taken_back(page, alice, opened):
    case = people.opened(alice)
    coverings.keep(case, index.read(case).lines[-1].id, [Box(100, 200, 300, 50)], by=OWNER, at=timezone.now())
    opened(page)
    assert numbers(page) == [10, 20, 30, 5]
    page.locator("#list input").nth(3).fill("12.5")
    expect(page.locator("#boxes rect")).to_have_attribute("height", "12.5")
    presses(page, KEEP)
    assert [box.as_list() for box in kept(alice)[0]] == [[100, 200, 300, 125]]
    opened(page, shown=False)
    presses(page, "button[value=drop]")
    assert kept(alice)[0] == ()


@pytest.mark.parametrize("window", ["phone", "nojs"])
@pytest.mark.parametrize("shown", [False, True])
def test_the_page_has_no_fault_in_light_or_dark_and_is_not_too_wide(window, shown, request, opened):
    page = opened(request.getfixturevalue(window), shown=shown)
    assert not sideways(page)
    if window == "phone":  # axe is a script
        assert faults(page) == []
        assert faults_in_the_dark(page) == []


def test_the_page_weighs_little(page, opened):
    scale, look = Scale().watch(page), Look()
    opened(page, shown=False)
    look.measure(page, scale, name="covering")
    assert (look.wide, look.heavy) == ([], {})


def test_right_to_left_readers_hide_the_same_part(page, alice, opened, served):
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "ar", "url": served}])
    opened(page)
    page.mouse.move(*at(page, 10, 10))
    page.mouse.down()
    page.mouse.move(*(place + 40 for place in at(page, 10, 10)))
    page.mouse.up()
    presses(page, KEEP)
    (box,), _ = kept(alice)
    assert box.left == pytest.approx(100, abs=5)
