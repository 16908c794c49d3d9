"""Every kind of page of guidance, in every language: nothing for axe to find, nothing sideways, nothing heavy."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse

from guidance import content, engine
from guidance.answers import Mark
from tests.browser.looking import (
    FIRST_VISIT,
    NOWHERE,
    PHONE,
    Look,
    Scale,
    answered,
    opens,
    presses,
    presses_for_the_crisis_page,
    speaking,
    way_to_the_crisis_page,
)

LANGUAGES = [code for code, _ in settings.LANGUAGES]
NAMED = ("start", "help", "platforms", "safety", "privacy", "accessibility", "ten", "reminders")
LAW = ("the-law", "your-rights")
ADVICE = ("before", "crisis", "on-this-device", *LAW)
PLACES = ("P-IG", "P-SITE")
LISTED = ("plan", "print", "ten")
ON_A_LIST = ("ages", "save-evidence", "police", *LAW)
MORE = {"nation": "scotland", "device": "iphone", "blocked": "no"}


def of_step(name):
    return reverse("guidance:step", args=[content.load().steps[name].head.code])


def journey(name):
    return next(one.answers for one in content.load().journeys if one.name.startswith(name))


def nobodys():
    """What everybody can open, whatever they answered."""
    yield from (reverse(f"guidance:{name}") for name in NAMED)
    yield from (of_step(name) for name in ADVICE)
    yield from (reverse("guidance:platform", args=[content.load().platforms[name].code]) for name in PLACES)
    yield from (f"{reverse('guidance:help')}?p=2", reverse("language"), NOWHERE)


def listed():
    """What stands behind the questions."""
    yield from (reverse(f"guidance:{name}") for name in LISTED)
    yield from (of_step(name) for name in ON_A_LIST)


def steps_of(*names):
    """Every step of these people's lists, each once, with the answers of whoever has it first."""
    found = {}
    for name in names:
        facts = journey(name)
        found |= {step: facts for step in engine.replay(content.load(), facts).tasks if step not in found}
    return found


@pytest.fixture
def window(windows, served):
    """`window(code)`: a phone whose owner reads that language, and what it is sent."""

    def open_one(code):
        page = windows.open(**PHONE)
        scale = Scale().watch(page)
        speaking(page, served, code)
        return page, scale

    return open_one


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_kind_of_page_has_a_fault(window, served, code):
    (page, scale), look = window(code), Look()
    people = {"nobody": {}, "in danger": {"ready": "yes", "danger": "suicide"}, "listed": {**journey("George"), **MORE}}
    shown = {"nobody": nobodys(), "in danger": [of_step("crisis")], "listed": listed()}
    for who, addresses in shown.items():
        answered(page, served, people[who], {content.load().steps["breathe"].head.code: Mark.DONE})
        for address in addresses:
            opens(page, address)
            look.at(page, scale, name=f"{who} {address}", dark=True)
    answered(page, served, {"ready": "yes"})
    page.goto(reverse("guidance:questions"))
    presses(page, "main form button")
    assert page.locator(".error-summary").is_visible()
    look.at(page, scale, name="a question without an answer", dark=True)
    assert look == Look()


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_first_visit_weighs_at_most_ten_kilobytes(window, code):
    page, scale = window(code)
    opens(page, "/")
    assert scale.of(page) <= FIRST_VISIT


@pytest.mark.parametrize("code", LANGUAGES[1:])
def test_no_step_of_two_lists_has_a_fault(window, served, code):
    """Money demanded from an adult; someone under 18 who is blackmailed."""
    (page, scale), look = window(code), Look()
    for name, facts in steps_of("George", "Pete").items():
        answered(page, served, facts)
        opens(page, of_step(name))
        look.at(page, scale, name=name)
    assert look == Look()


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_screens_of_every_device_and_the_law_of_every_nation_fit(window, served, code):
    opened = window(code)
    assert measured(opened, served, "device", "save-evidence") == Look()
    assert [measured(opened, served, "nation", page) for page in LAW] == [Look(), Look()]


def measured(opened, served, fact, step):
    """The page of a step for every answer to one question."""
    (page, scale), look = opened, Look()
    for value in content.load().facts[fact].values:
        answered(page, served, {**journey("George"), fact: value})
        opens(page, of_step(step))
        look.measure(page, scale, name=f"{step} {value}")
    return look


def test_the_crisis_page_is_one_press_from_every_kind_of_page(windows, served):
    page = windows.open(**PHONE, java_script_enabled=False)
    for facts, addresses in (({}, nobodys()), ({**journey("George"), **MORE}, listed())):
        answered(page, served, facts)
        for address in addresses:
            opens(page, address)
            assert way_to_the_crisis_page(page).is_visible(), address
        presses_for_the_crisis_page(page)
