from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from guidance import answers, directory, drawn, inert, preview
from guidance.directory import LONDON
from guidance.preview import Asked

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=LONDON)  # a Wednesday on which nobody has a holiday
CHRISTMAS = datetime(2026, 12, 25, 3, 0, tzinfo=LONDON)
TOKEN = re.compile(r'<input type="hidden" name="csrfmiddlewaretoken" value="[^"]*">')
BACK = re.compile(r'<a class="back"[^>]*>.*?</a>', re.DOTALL)
MOST_VALUES = 12


def drawn_at(page, facts=None, *, at=NOON, language="en-gb"):
    return preview.draw(Asked(page, facts or {}, language, at))


def names(loaded):
    return [name for _, group in preview.choices(loaded) for name, _ in group]


@pytest.fixture(scope="module")
def blank(loaded):
    """Every page for somebody who has answered nothing."""
    return {name: drawn_at(name).main for name in names(loaded)}


def card(contact, facts=None, *, at):
    """What the pages of those who can help say of this service at that moment."""
    pages = (drawn_at(page, facts, at=at).main for page in ("page help", *(f"page help {n}" for n in range(2, 10))))
    parts = (part for page in pages for part in page.split("</article>"))
    return next(part for part in parts if f">{escape(contact.name)}</h3>" in part)


# --- any page, any answers --------------------------------------------------------------------------------


@pytest.mark.parametrize("nth", range(MOST_VALUES))
def test_every_step_can_be_drawn_for_every_answer(loaded, nth):
    """Each value of each fact once with each step: the nth of every fact at the same time."""
    facts = {fact: one.values[min(nth, len(one.values) - 1)] for fact, one in loaded.facts.items()}
    for name in (*(f"step {one}" for one in loaded.steps), *preview.TITLES):
        assert "<h1" in drawn_at(name, facts).main, name


def test_no_fact_has_more_values_than_are_tried(loaded):
    assert max(len(fact.values) for fact in loaded.facts.values()) <= MOST_VALUES


def test_every_page_can_be_drawn_for_somebody_who_answered_nothing(blank):
    assert [name for name, text in blank.items() if "<h1" not in text] == []


@pytest.mark.parametrize("language", ["cy", "ar"])
def test_every_step_can_be_drawn_in_every_language(loaded, language):
    for name in loaded.steps:
        assert "<h1" in drawn_at(f"step {name}", language=language).main, name


def test_every_step_and_platform_is_among_the_choices_once(loaded):
    found = names(loaded)
    assert len(found) == len(set(found))
    assert {f"step {name}" for name in loaded.steps} | {f"platform {name}" for name in loaded.platforms} < set(found)


def test_a_page_that_nobody_wrote_is_refused():
    with pytest.raises(KeyError):
        drawn_at("step nowhere")


def test_without_a_page_the_answers_say_which(loaded):
    assert drawn_at("").page == f"step {loaded.flow.start}"
    assert drawn_at("", loaded.journeys[0].answers).page == drawn_at("", loaded.journeys[0].answers).leads
    plain = next(one for one in loaded.journeys if one.situation == "T4")
    assert (drawn_at("", plain.answers).page, drawn_at("", plain.answers).facts["situation"]) == ("page plan", "T4")


def visited(browser, facts, address):
    """What stands in the main part of a visitor's own page."""
    response = HttpResponse()
    answers.put(response, answers.Answers(facts))
    browser.cookies.update(response.cookies)
    text = browser.get(address).content.decode()
    return BACK.sub("", TOKEN.sub("", re.search(r"<main\b[^>]*>(.*)</main>", text, re.DOTALL)[1]))


def test_what_is_drawn_is_what_a_visitor_gets(loaded):
    journeys = {one.situation: one for one in loaded.journeys}
    for journey in (journeys[one] for one in ("T5", "T8", "T6", "crisis")):
        given = journey.answers
        leads = drawn_at("", given, at=datetime.now(UTC))
        wanted = [("page help", "/help/"), ("page platforms", "/platforms/"), ("page ten", reverse("guidance:ten"))]
        if leads.page == "page plan":
            tasks = re.findall(r'value="step ([a-z0-9-]+)"', leads.main)
            wanted += [("page plan", reverse("guidance:plan")), ("page print", reverse("guidance:print"))]
            wanted += [(f"step {one}", reverse("guidance:step", args=[loaded.steps[one].head.code])) for one in tasks]
        for page, address in wanted:
            seen = inert.page(visited(Client(), given, address), loaded)
            assert seen.split() == drawn_at(page, given, at=datetime.now(UTC)).main.split(), (journey.name, page)


# --- where the answers do not lead ------------------------------------------------------------------------


def test_a_page_says_whether_the_answers_lead_to_it(loaded):
    given = next(one.answers for one in loaded.journeys if one.situation == "T4")
    for name in ("page plan", "page help", "step outcome-t4", "step dont-pay", "step who", "step nation"):
        assert drawn_at(name, given).reached, name
    for name in ("step outcome-t1", "step live", "step report-remove"):
        assert not drawn_at(name, given).reached, name
    assert drawn_at("step live", given).leads == "page plan"
    assert not drawn_at("page plan").reached


def test_an_answer_that_is_off_the_way_counts_only_where_the_answers_do_not_lead(loaded):
    given = next(one.answers for one in loaded.journeys if one.situation == "T4")
    assert "paid_when" not in drawn_at("page plan", {**given, "paid_when": "hour"}).facts
    assert drawn_at("step bank", {**given, "paid_when": "hour"}).facts["paid_when"] == "hour"


def test_an_unknown_answer_has_no_effect():
    assert drawn_at("step bank", {"who": "nobody", "weather": "rain"}).facts == {"situation": "NOT-SURE"}


def test_the_list_of_a_situation_is_drawn_even_where_no_answer_leads_to_it(loaded):
    for plan in loaded.flow.plans:
        shown = drawn_at(f"step {plan.outcome}")
        assert shown.facts["situation"] in {one.situation for one in loaded.flow.plans if one.outcome == plan.outcome}
        assert 'class="tasks"' in shown.main


def test_the_crisis_page_is_a_page_of_its_own_and_one_on_the_way():
    on_the_way = drawn_at("step crisis", {"ready": "yes", "danger": "suicide"})
    assert "Go on to the questions" in on_the_way.main
    assert "Go on to the questions" not in drawn_at("step crisis").main


# --- any moment -------------------------------------------------------------------------------------------


def test_at_three_on_christmas_morning_in_scotland_the_first_on_the_list_answers(loaded):
    text = drawn_at("page help", {"nation": "scotland"}, at=CHRISTMAS).main
    first = re.search(r"<h3>(.*?)</h3>", text)[1]
    contact = next(one for one in loaded.contacts.values() if one.name == first)
    assert contact.always
    assert contact.answers
    assert "scotland" in contact.nations
    assert "Open now" not in text


def open_on(loaded, day, **more):
    """A service that is open at that moment, and keeps hours."""
    wanted = (one for one in loaded.contacts.values() if one.hours and one.phone and "england" in one.nations)
    return next(
        one
        for one in wanted
        if directory.listing(one, at=day).open and all(getattr(one, name) == value for name, value in more.items())
    )


def test_time_travel_opens_and_shuts_services(loaded):
    contact = open_on(loaded, NOON)
    assert "Open now, until" in card(contact, at=NOON)
    assert "Opens " in card(contact, at=NOON.replace(hour=3))


def test_a_bank_holiday_shuts_what_keeps_it(loaded):
    scottish, english = (datetime(2026, 8, day, 11, 0, tzinfo=LONDON) for day in (3, 31))
    contact = open_on(loaded, scottish, bank_holidays="closed")
    assert "Open now" in card(contact, at=scottish)
    assert "Opens Tuesday 1 September" in card(contact, at=english)


def test_the_nation_chooses_the_law(loaded):
    name = max(loaded.steps, key=lambda one: sum(piece.kind == "law" for piece in loaded.steps[one].wording.records()))
    scotland, england = (drawn_at(f"step {name}", {"nation": one}).main for one in ("scotland", "england"))
    for nation, here, there in (("scotland", scotland, england), ("england", england, scotland)):
        facts = [escape(law.fact) for law in loaded.laws.values() if nation in law.nations]
        assert [fact for fact in facts if fact in here and fact not in there], nation


def test_a_page_tells_what_on_it_is_past_its_review_date(loaded):
    last = max(one.review_by for one in loaded.contacts.values())
    day = datetime(last.year, last.month, last.day, 23, 30, tzinfo=LONDON)
    late = drawn_at("page help", at=day + timedelta(days=1)).overdue
    assert {one.kind for one in late} == {"contact"}
    assert all(one.record.review_by <= last for one in late)
    assert drawn_at("page help", at=datetime(2026, 1, 1, tzinfo=LONDON)).overdue == ()
    assert "dont-pay" in {one.name for one in drawn_at("step dont-pay", at=day + timedelta(days=400)).overdue}
    platform = next(iter(loaded.platforms))
    assert platform in {one.name for one in drawn_at(f"platform {platform}", at=day + timedelta(days=400)).overdue}
    assert platform not in {one.name for one in drawn_at("step report-content", at=day + timedelta(days=400)).overdue}


def test_a_day_ends_at_midnight_in_the_uk(monkeypatch):
    days = []
    monkeypatch.setattr(preview, "waiting", lambda *, on: days.append(on) or ())
    drawn_at("step dont-pay", at=datetime(2027, 6, 30, 23, 30, tzinfo=UTC))
    assert days == [date(2027, 7, 1)]


# --- switched off -----------------------------------------------------------------------------------------


def test_nothing_on_a_page_can_be_sent_and_no_link_leaves_the_preview(blank):
    for name, text in blank.items():
        assert "<form" not in text, name
        assert "</form" not in text, name
        assert not re.search(r'(href|action)="(/|\?)', text), name
        assert text.count("<fieldset") == text.count("</fieldset>"), name


def test_links_ask_for_a_preview_and_ways_out_stay(loaded):
    code, place = loaded.steps["who"].head.code, next(iter(loaded.platforms.values()))
    text = (
        f'<a href="/guide/{code}/">Who</a><a class="button" href="/platforms/{place.code}/">Place</a>'
        '<a href="/help/" lang="en">Help</a><a href="?p=2">More</a><a href="?p=1">Before</a>'
        '<a href="/case/">Case</a><a href="/guide/zz99/">Old</a>'
        '<a href="/nowhere/">Nowhere</a><a href="tel:116123">116 123</a><a href="https://a.example/">Out</a>'
    )
    assert inert.page(text, loaded) == (
        '<button form="jump" name="go" value="step who" class="link">Who</button>'
        f'<button form="jump" name="go" value="platform {place.id}" class="button">Place</button>'
        '<button form="jump" name="go" value="page help" class="link">Help</button>'
        '<button form="jump" name="go" value="page help 2" class="link">More</button>'
        '<button form="jump" name="go" value="page help" class="link">Before</button>'
        "<span>Case</span><span>Old</span><span>Nowhere</span>"
        '<a href="tel:116123">116 123</a><a href="https://a.example/">Out</a>'
    )


def test_a_form_becomes_a_part_that_is_switched_off(loaded):
    text = '<form class="panel" action="/guide/" method="post"><button>Go</button></form><form action="/x/"></form>'
    assert inert.page(text, loaded) == (
        '<fieldset disabled class="panel"><button>Go</button></fieldset><fieldset disabled></fieldset>'
    )


def test_every_button_names_a_page_that_can_be_asked_for(blank):
    for name, text in blank.items():
        assert set(re.findall(r'name="go" value="([^"]*)"', text)) <= set(blank), name


# --- nothing is kept --------------------------------------------------------------------------------------


def test_a_preview_leaves_no_trace(loaded):
    drawn.SHELF.clear()
    with translation.override("en-gb"):
        drawn_at("page plan", {"who": "me"}, language="ar")
        assert translation.get_language() == "en-gb"
    assert len(drawn.SHELF.pages) == 0


# --- what reviewers read beside it ------------------------------------------------------------------------


def test_what_waits_comes_worst_first_and_grows_with_the_years(loaded):
    now, later = preview.waiting(on=NOON.date()), preview.waiting(on=NOON.date() + timedelta(days=3650))
    assert {one.name for one in now} >= {one.id for one in loaded.contacts.values() if one.needs_editor}
    assert len(later) > len(now)
    assert all(one.overdue for one in later)
    assert [one.place for one in now] == sorted(one.place for one in now)


def test_every_promise_says_why():
    assert all(len(one.reason) >= 20 for one in preview.promised())
    assert any("my_age" in one.when for one in preview.promised())
