"""The frame of every page, in a real browser: a thumb's reach, looks, access and weight."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.looking import presses

pytestmark = pytest.mark.usefixtures("small_site")
LEAVE = ".leave a"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


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
    presses(window, "main button")
    assert window.title().startswith("Error: ")
    found = Axe().run(window, options=RULES)

    assert found.response["violations"] == [], found.generate_report()


def test_an_error_leads_to_its_field(page):
    page.goto("/")
    presses(page, "main button")
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


def test_a_page_read_from_the_right_turns_round(windows):
    window = windows.open(viewport={"width": 1280, "height": 800}, locale="ar")
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
