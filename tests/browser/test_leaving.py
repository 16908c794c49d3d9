"""Leaving in one press, by the link and by Shift, in a real browser with scripts and without."""

from __future__ import annotations

import pytest
from django.conf import settings as project
from playwright.sync_api import Page, expect

from tests.browser.looking import eventually, presses

pytestmark = pytest.mark.usefixtures("small_site")
LEAVE = ".leave a"


@pytest.fixture
def gone(monkeypatch):
    """What the rooms were asked to forget, without a database."""
    asked = []
    monkeypatch.setattr("evidence.unlocking.leave", lambda request: asked.append("case"))
    monkeypatch.setattr("evidence.helpline.desk.close", lambda request: asked.append("desk"))
    return asked


def remembers(page: Page, served: str) -> None:
    page.context.add_cookies([{"name": "a", "value": "answers", "url": served}])


def has_left(page: Page) -> bool:
    page.wait_for_url(project.EXIT_URL)
    return page.title() == "Weather"


# --- leaving ----------------------------------------------------------------------------------------------


def test_leaving_works_without_scripts(nojs, served, gone):
    remembers(nojs, served)
    nojs.goto("/")
    presses(nojs, LEAVE)

    assert nojs.url == project.EXIT_URL
    assert nojs.context.cookies(served) == []
    assert gone == ["case", "desk"]


def test_leaving_forgets_here_and_there(phone, served, gone):
    remembers(phone, served)
    phone.goto("/")
    phone.evaluate("localStorage.setItem('kept', '1'); sessionStorage.setItem('kept', '1')")
    phone.click(LEAVE)

    assert has_left(phone)
    eventually(phone, lambda: gone == ["case", "desk"])
    eventually(phone, lambda: phone.context.cookies(served) == [])
    phone.goto("/")
    assert phone.evaluate("[localStorage.getItem('kept'), sessionStorage.getItem('kept')]") == [None, None]


def test_the_page_that_was_left_is_not_behind_the_back_button(page, gone):
    page.goto("about:blank")
    page.goto("/")
    before = page.evaluate("history.length")
    page.click(LEAVE)

    assert has_left(page)
    assert page.evaluate("history.length") == before
    page.go_back()
    assert page.url == "about:blank"


def test_text_typed_on_an_earlier_page_does_not_come_back(page, gone):
    page.goto("/")
    page.fill("textarea", "He wrote to me on Monday.")
    page.goto("/?2")
    page.click(LEAVE)
    assert has_left(page)

    page.go_back()

    assert "Monday" not in page.content()
    assert page.input_value("textarea") == ""


def test_the_page_is_hidden_before_anybody_is_asked(page):
    page.add_init_script("""window.fetch = () => {
      sessionStorage.setItem("seen", getComputedStyle(document.body).display);
      return new Promise(() => {});
    }""")
    page.goto("/")
    page.click(LEAVE)

    assert has_left(page)
    page.goto("/")
    assert page.evaluate("sessionStorage.getItem('seen')") == "none"


def test_a_new_window_asked_for_stays_a_link(page, gone):
    page.goto("/")
    with page.context.expect_page() as opening:
        page.click(LEAVE, modifiers=["Control"])
    opening.value.wait_for_url(project.EXIT_URL)

    assert not page.evaluate("document.documentElement.classList.contains('left')")


def test_leaving_is_the_first_thing_after_the_skip_link(page):
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.matches('.leave a')")


def test_the_other_page_is_never_told_where_from(phone, elsewhere, gone):
    elsewhere.told.clear()
    phone.goto("/")
    phone.click(LEAVE)

    assert has_left(phone)
    assert [referer for path, referer in elsewhere.told if path == "/"] == [None]


def test_typed_text_does_not_come_back_even_when_this_site_can_no_longer_be_reached(page):
    page.goto("/")
    page.fill("textarea", "He wrote to me on Monday.")
    page.goto("/?2")
    page.context.route("**/exit/", lambda route: route.abort())
    page.click(LEAVE)
    assert has_left(page)

    page.go_back()

    assert page.input_value("textarea") == ""


def test_text_typed_on_an_earlier_page_is_there_for_who_did_not_leave(page):
    page.goto("/")
    page.fill("textarea", "He wrote to me on Monday.")
    page.goto("/?2")

    page.go_back()

    expect(page.locator("textarea")).to_have_value("He wrote to me on Monday.")


# --- Shift three times --------------------------------------------------------------------------------------


@pytest.fixture
def timeless(page):
    """The first page, on which time stands still: a slow machine takes none of the five seconds."""
    page.clock.install(time=0)
    page.goto("/")
    page.clock.pause_at(1000_000)
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_shift_three_times_leaves(timeless, gone):
    press(timeless, "ShiftLeft", "ShiftRight", "ShiftLeft")

    assert has_left(timeless)


def test_shift_leaves_from_inside_a_text_too(timeless, gone):
    timeless.focus("textarea")
    press(timeless, "Shift", "Shift", "Shift")

    assert has_left(timeless)


def test_shift_says_how_often_more(timeless):
    note = timeless.locator(".leave p")
    assert "three times" in note.inner_text()
    press(timeless, "Shift")
    assert "2 more times" in note.inner_text()
    press(timeless, "Shift")
    assert "once more" in note.inner_text()


def test_shift_used_to_type_never_leaves(timeless):
    timeless.focus("textarea")
    press(timeless, "Shift+H", "Shift+A", "Shift+Tab", "Shift+ArrowLeft", "Shift", "Shift+B", "Shift")

    assert timeless.url.endswith("/")
    assert not timeless.evaluate("document.documentElement.classList.contains('left')")
    assert "2 more times" in timeless.locator(".leave p").inner_text()


def test_shift_used_to_mark_with_the_mouse_never_leaves(page):
    page.goto("/")
    for _ in range(4):
        page.click("h1", modifiers=["Shift"])

    assert "three times" in page.locator(".leave p").inner_text()


def test_shift_with_another_modifier_never_leaves(page):
    page.goto("/")
    for _ in range(4):
        page.keyboard.down("Alt")
        page.keyboard.press("Shift")
        page.keyboard.up("Alt")

    assert "three times" in page.locator(".leave p").inner_text()


def test_both_shifts_at_once_are_one_press(timeless):
    timeless.evaluate("""() => {
      const say = (type, shiftKey) =>
        document.dispatchEvent(new KeyboardEvent(type, { key: "Shift", shiftKey }));
      say("keydown", true); say("keydown", true); say("keyup", true); say("keyup", false);
    }""")

    assert "2 more times" in timeless.locator(".leave p").inner_text()


def test_five_seconds_without_a_press_begin_again(timeless, gone):
    press(timeless, "Shift")
    timeless.clock.run_for(4900)
    press(timeless, "Shift")  # the five seconds begin anew
    timeless.clock.run_for(4900)
    assert "once more" in timeless.locator(".leave p").inner_text()
    timeless.clock.run_for(200)

    assert "three times" in timeless.locator(".leave p").inner_text()
