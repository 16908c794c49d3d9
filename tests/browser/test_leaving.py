"""Leaving in one press, by the link and by Shift, in a real browser with scripts and without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings as project
from playwright.sync_api import Page

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


def eventually(page: Page, true: Callable[[], bool]) -> None:
    """Wait up to five seconds: what is asked for while leaving goes on after the page has gone."""
    for _ in range(50):
        if true():
            return
        page.wait_for_timeout(100)
    assert true()


# --- leaving ----------------------------------------------------------------------------------------------


def test_leaving_works_without_scripts(nojs, served, gone):
    remembers(nojs, served)
    nojs.goto("/")
    nojs.click(LEAVE)

    nojs.wait_for_url(project.EXIT_URL)
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
    page.click(LEAVE, modifiers=["Control"])

    assert not page.evaluate("document.documentElement.classList.contains('left')")


def test_leaving_is_the_first_thing_after_the_skip_link(page):
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.matches('.leave a')")


def test_the_other_page_is_never_told_where_from(phone, windows, gone):
    told = []
    phone.context.on("request", lambda request: told.append((request.url, request.headers.get("referer"))))
    phone.goto("/")
    phone.click(LEAVE)

    assert has_left(phone)
    assert [referer for url, referer in told if url == project.EXIT_URL] == [None]


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

    assert page.input_value("textarea") == "He wrote to me on Monday."


# --- Shift three times --------------------------------------------------------------------------------------


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_shift_three_times_leaves(page, gone):
    page.goto("/")
    press(page, "ShiftLeft", "ShiftRight", "ShiftLeft")

    assert has_left(page)


def test_shift_leaves_from_inside_a_text_too(page, gone):
    page.goto("/")
    page.focus("textarea")
    press(page, "Shift", "Shift", "Shift")

    assert has_left(page)


def test_shift_says_how_often_more(page):
    page.goto("/")
    note = page.locator(".leave p")
    assert "three times" in note.inner_text()
    press(page, "Shift")
    assert "2 more times" in note.inner_text()
    press(page, "Shift")
    assert "once more" in note.inner_text()


def test_shift_used_to_type_never_leaves(page):
    page.goto("/")
    page.focus("textarea")
    press(page, "Shift+H", "Shift+A", "Shift+Tab", "Shift+ArrowLeft", "Shift", "Shift+B", "Shift")

    assert page.url.endswith("/")
    assert not page.evaluate("document.documentElement.classList.contains('left')")
    assert "2 more times" in page.locator(".leave p").inner_text()


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


def test_both_shifts_at_once_are_one_press(page):
    page.goto("/")
    page.evaluate("""() => {
      const say = (type, shiftKey) =>
        document.dispatchEvent(new KeyboardEvent(type, { key: "Shift", shiftKey }));
      say("keydown", true); say("keydown", true); say("keyup", true); say("keyup", false);
    }""")

    assert "2 more times" in page.locator(".leave p").inner_text()


def test_five_seconds_without_a_press_begin_again(page, gone):
    page.clock.install(time=0)
    page.goto("/")
    page.clock.pause_at(1000_000)
    press(page, "Shift")
    page.clock.run_for(4900)
    press(page, "Shift")  # the five seconds begin anew
    page.clock.run_for(4900)
    assert "once more" in page.locator(".leave p").inner_text()
    page.clock.run_for(200)

    assert "three times" in page.locator(".leave p").inner_text()
