"""The frame of every page, in a real browser: leaving, reach, looks and access."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as project
from playwright.sync_api import Page

PAGES = Path(__file__).parent.parent / "abuse_help" / "templates"
LEAVE = ".leave a"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(autouse=True)
def small_site(settings):
    """The few addresses of tests/abuse_help/addresses.py: this file is about the frame of a page."""
    settings.ROOT_URLCONF = "tests.abuse_help.addresses"
    settings.TEMPLATES = copy.deepcopy(settings.TEMPLATES)
    settings.TEMPLATES[0]["DIRS"] = [*settings.TEMPLATES[0]["DIRS"], PAGES]


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


# --- a thumb's reach ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0, 0.5, 1])
def test_leaving_stays_in_reach_of_a_thumb(phone, share):
    phone.goto("/")
    phone.evaluate("share => scrollTo(0, share * document.body.scrollHeight)", share)
    box = phone.locator(LEAVE).bounding_box()

    assert box["height"] >= 44
    assert box["width"] >= 240
    assert box["y"] >= 740 - 120
    assert box["y"] + box["height"] <= 740


def test_leaving_covers_nothing_at_the_end_of_the_page(phone):
    phone.goto("/")
    phone.evaluate("scrollTo(0, document.body.scrollHeight)")

    last = phone.locator(".foot a").last.bounding_box()
    assert last["y"] + last["height"] <= phone.locator(".leave").bounding_box()["y"]


@pytest.mark.parametrize("window", ["phone", "page"])
def test_leaving_never_covers_what_has_the_focus(window, request):
    window = request.getfixturevalue(window)
    window.goto("/")
    covered = """() => {
      const bar = document.querySelector(".leave"), box = document.activeElement.getBoundingClientRect();
      const seen = [box.top + 2, box.bottom - 2].map((y) => document.elementFromPoint(box.left + 2, y));
      return !bar.contains(document.activeElement) && seen.some((found) => bar.contains(found));
    }"""
    for way in ["Tab"] * 24 + ["Shift+Tab"] * 12:
        window.keyboard.press(way)
        assert not window.evaluate(covered)


def test_leaving_stays_in_sight_on_a_desk(page):
    page.goto("/")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")

    assert page.locator(LEAVE).bounding_box()["y"] < 60


def test_everything_to_press_is_large_enough(phone):
    phone.goto("/")
    controls = phone.locator("header a, .leave a, .foot a, button, .choice, .back, .field > input, textarea")
    for control in controls.all():
        box = control.bounding_box()
        assert box["height"] >= 44, control.evaluate("e => e.outerHTML")


# --- access -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("window", ["page", "phone", "dark"])
@pytest.mark.parametrize("address", ["/", "/nowhere/", "/crash/"])
def test_axe_finds_nothing(window, address, request):
    window = request.getfixturevalue(window)
    window.goto(address)
    found = Axe().run(window, options=RULES)

    assert found.response["violations"] == [], found.generate_report()


@pytest.mark.parametrize("window", ["page", "dark"])
def test_axe_finds_nothing_in_a_form_with_errors(window, request):
    window = request.getfixturevalue(window)
    window.goto("/")
    window.click("main button")
    assert window.title().startswith("Error: ")
    found = Axe().run(window, options=RULES)

    assert found.response["violations"] == [], found.generate_report()


def test_an_error_leads_to_its_field(page):
    page.goto("/")
    page.click("main button")
    summary = page.locator(".error-summary")
    for link in summary.locator("a").all():
        target = link.get_attribute("href")
        link.click()
        assert page.locator(target).count() == 1
    assert summary.locator("a").count() == 4


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_scrolls_sideways(windows, width):
    window = windows.open(viewport={"width": width, "height": 640})
    window.goto("/")

    assert window.evaluate("document.documentElement.scrollWidth") <= width


def test_a_page_read_from_the_right_turns_round(windows, settings):
    settings.LANGUAGE_CODE = "ar"
    window = windows.open(viewport={"width": 1280, "height": 800})
    window.goto("/")

    assert window.evaluate("document.documentElement.dir") == "rtl"
    assert window.locator(LEAVE).bounding_box()["x"] < 640 < window.locator(".site > a").bounding_box()["x"]
    assert window.evaluate("document.documentElement.scrollWidth") <= 1280


def test_paper_carries_the_words_alone(page):
    page.goto("/")
    page.emulate_media(media="print")

    assert not page.locator(".leave").is_visible()
    assert not page.locator(".site").is_visible()
    assert page.locator("h1").is_visible()


# --- weight -----------------------------------------------------------------------------------------------


def test_the_frame_of_a_page_weighs_little(page):
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes = {}
    wire.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    page.goto("/?" + "0", wait_until="networkidle")

    assert len(sizes) <= 4
    assert sum(sizes.values()) < 10_000 + 5_000, sizes  # this page itself has 60 lines and goes out as it is
