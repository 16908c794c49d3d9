"""Other languages in a window: Arabic on the right with its English marked; the choice is kept and forgotten."""

from __future__ import annotations

import pytest
from django.conf import settings as project
from django.urls import reverse

from tests.browser.looking import PHONE, answered, opens, presses, speaking
from tests.browser.test_guide_pages import MORE, journey, listed, nobodys

# A name has no language; it stands in <bdi> where others follow it. An Arabic sentence may name something in English.
FOREIGN = """() => {
  const found = [], nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const text = nodes.currentNode.textContent.trim(), around = nodes.currentNode.parentElement;
    if (around.closest("bdi, option")) continue;
    const said_in = around.closest("[lang]").lang, from_left = getComputedStyle(around).direction === "ltr";
    const arabic = /[\u0621-\u064a]/.test(text), english = !arabic && /[a-z]+([ ,]+[a-z]+){2}/i.test(text);
    if (arabic && said_in !== "ar") found.push(["not marked as Arabic", text]);
    if (english && !(said_in.startsWith("en") && from_left)) found.push(["not marked as English", text]);
    if (/\\d{2,} \\d{2,}/.test(text) && !from_left) found.push(["a number turned round", text]);
  }
  return found;
}"""


@pytest.fixture
def arabic(windows, served):
    """The phone of somebody who reads Arabic."""
    page = windows.open(**PHONE)
    speaking(page, served, "ar")
    return page


def test_a_browser_that_asks_for_arabic_is_answered_from_the_right(windows):
    page = windows.open(**PHONE, locale="ar-EG")
    page.goto("/")
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]


def test_every_word_on_an_arabic_page_says_which_language_it_is(arabic, served):
    """English is read out as English, from the left; a phone number is never turned round."""
    found = []
    for facts, addresses in (({}, nobodys()), ({**journey("George"), **MORE}, listed())):
        answered(arabic, served, facts)
        for address in addresses:
            opens(arabic, address)
            assert arabic.evaluate("document.documentElement.dir") == "rtl"
            found += [(address, *one) for one in arabic.evaluate(FOREIGN)]
    assert found == []


@pytest.mark.parametrize("name", ["start", "help", "ten"])
def test_a_number_to_call_stands_as_it_is_dialled(arabic, name):
    opens(arabic, reverse(f"guidance:{name}"))
    numbers = arabic.locator("a[href^='tel:']").all()
    assert numbers
    for number in numbers:
        dialled = number.get_attribute("href").removeprefix("tel:")
        assert number.inner_text().replace(" ", "") == dialled
        assert number.evaluate("one => getComputedStyle(one).direction") == "ltr"


def test_the_page_of_languages_changes_the_language_and_comes_back(nojs, served):
    answered(nojs, served, journey("George"))
    for code, name in reversed(project.LANGUAGES):
        nojs.goto(reverse("guidance:plan"))
        presses(nojs, f".foot a[href='{reverse('language')}']")
        presses(nojs, nojs.get_by_role("button", name=name, exact=True))
        assert nojs.url.endswith(reverse("guidance:plan"))
        assert nojs.locator("html").get_attribute("lang") == code
        assert nojs.locator("li.task").count() > 10


def test_leaving_forgets_the_language(nojs, served):
    speaking(nojs, served, "cy")
    nojs.goto("/")
    assert nojs.locator("html").get_attribute("lang") == "cy"
    presses(nojs, ".leave a")
    assert nojs.url == project.EXIT_URL
    assert nojs.context.cookies(served) == []
    nojs.goto("/")
    assert nojs.locator("html").get_attribute("lang") == "en-gb"
