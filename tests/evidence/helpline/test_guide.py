"""The guidance as staff see it: the graph, and any page at any moment; nobody's answers are read or kept."""

from __future__ import annotations

import html
import re
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from guidance import answers, content, drawing, preview
from guidance.directory import LONDON
from tests.evidence.helpline.conftest import Person

pytestmark = pytest.mark.django_db
CHRISTMAS = {"day": "2026-12-25", "clock": "03:00"}
PREVIEW = re.compile(r'<div class="panel" id="preview"[^>]*>(.*)<h2 id="look">', re.DOTALL)


def graph(person: Person, **data: str) -> str:
    return html.unescape(person.get("helpline:guidance", **data).content.decode())


def see(person: Person, **data: Any) -> str:
    """What a page says after a choice, as a person reads it."""
    return html.unescape(person.post("helpline:guidance", **data).content.decode())


def shown(text: str) -> str:
    found = PREVIEW.search(text)
    assert found
    return found[1]


def selected(text: str, name: str) -> str:
    """The value that a select or an input of the form holds."""
    field = re.search(rf'<select name="{name}".*?</select>', text, re.DOTALL)
    found = re.search(r'value="([^"]*)" selected', field[0] if field else "")
    typed = re.search(rf'<input [^>]*name="{name}" value="([^"]*)"', text)
    return found[1] if found else typed[1] if typed else ""


# --- who may look -----------------------------------------------------------------------------------------


def test_a_stranger_is_sent_to_sign_in() -> None:
    for answer in (Client().get(reverse("helpline:guidance")), Client().post(reverse("helpline:guidance"))):
        assert answer.url.startswith(reverse("account_login"))


def test_a_worker_looks_with_her_desk_shut(hana: Person) -> None:
    assert hana.get("helpline:guidance").status_code == 200
    assert hana.post("helpline:guidance").status_code == 200


def test_every_staff_page_leads_there(hana: Person) -> None:
    assert f'href="{reverse("helpline:guidance")}"' in hana.get("helpline:desk").content.decode()


# --- the graph --------------------------------------------------------------------------------------------


def test_the_page_draws_every_screen_edge_list_and_promise(hana: Person) -> None:
    text, loaded = graph(hana), content.load()
    assert html.unescape(drawing.svg(loaded)) in text
    for row in drawing.screens(loaded):
        assert f'id="screen-{row.id}"' in text
        assert all(way.when in text for way in row.ways)
    for plan in drawing.plans(loaded):
        assert f'id="plan-{plan.record.id}"' in text
        assert plan.when in text
        assert all(action in text for action, _ in plan.never)
        assert all(title in text for _, title, _ in plan.tasks)
    for promise in preview.promised():
        assert promise.reason in text


def test_every_name_in_the_picture_leads_to_its_row(hana: Person) -> None:
    text = graph(hana)
    leads = set(re.findall(r'<a href="#([^"]*)"', text))
    assert len(leads) > 30
    assert leads <= set(re.findall(r'id="([^"]*)"', text))


def test_the_page_needs_no_style_and_no_script(hana: Person) -> None:
    text = graph(hana) + see(hana, page="page plan")
    assert " style=" not in text
    assert "<style" not in text
    assert re.findall(r"<script\b[^>]*>", text) == re.findall(r'<script src="/static/[^"]*" defer>', text)


# --- jumping ----------------------------------------------------------------------------------------------


def test_the_form_asks_for_every_fact_and_offers_every_page(hana: Person) -> None:
    text, loaded = graph(hana), content.load()
    for fact, one in loaded.facts.items():
        field = re.search(rf'<select name="f_{fact}".*?</select>', text, re.DOTALL)
        assert field
        assert re.findall(r'value="([^"]*)"', field[0])[1:] == list(one.values)
    pages = re.search(r'<select name="page".*?</select>', text, re.DOTALL)
    assert pages
    assert {f"step {name}" for name in loaded.steps} <= set(re.findall(r'value="([^"]*)"', pages[0]))


def test_answers_lead_to_a_page_and_a_banner_says_so(hana: Person) -> None:
    text = see(hana, f_ready="yes", f_danger="neither", f_nation="wales", **CHRISTMAS)
    assert "Preview: Which of these fits you?" in text or "Preview: " + content.load().steps["who"].head.title in text
    assert "Not live." in text
    assert "Friday 25 December 2026 at 03:00, UK time, in English" in text
    assert "ready = yes" in text
    assert "danger = neither" in text
    assert content.load().steps["who"].head.title in shown(text)


def test_what_was_chosen_stays_chosen(hana: Person) -> None:
    text = see(hana, page="step bank", f_who="parent", language="cy", **CHRISTMAS)
    chosen = {name: selected(text, name) for name in ("page", "f_who", "language", "day", "clock")}
    assert chosen == {"page": "step bank", "f_who": "parent", "language": "cy", "day": "2026-12-25", "clock": "03:00"}


def test_a_button_counts_more_than_the_page_that_was_chosen(hana: Person) -> None:
    text = see(hana, page="step bank", go="step dont-pay")
    assert f"Preview: {content.load().steps['dont-pay'].head.title}" in text
    assert selected(text, "page") == "step dont-pay"


def test_a_persona_lends_answers_and_those_that_are_chosen_count_more(hana: Person) -> None:
    persona = next(one for one in content.load().journeys if one.situation == "T4")
    assert "situation = T4" in see(hana, persona=persona.name)
    assert "situation = T3" in see(hana, persona=persona.name, f_what="threat")


def test_a_page_where_the_answers_do_not_lead_says_where_they_do(hana: Person) -> None:
    text = see(hana, page="step police", f_who="me")
    assert "with these answers can" in text
    assert 'name="go" value="step before"' in text
    assert "with these answers can" not in see(hana, page="page help", f_who="me")


def test_a_page_that_nobody_offers_is_refused(hana: Person) -> None:
    for data in ({"page": "step nowhere"}, {"go": "../x"}, {"f_who": "nobody"}, {"language": "xx"}):
        assert "Please check this page" in see(hana, **data)


def test_another_language_is_shown_inside_the_preview_alone(hana: Person) -> None:
    answer = hana.post("helpline:guidance", page="step dont-pay", language="ar")
    text = answer.content.decode()
    assert '<html lang="en-gb" dir="ltr">' in text
    assert '<div class="panel" id="preview" lang="ar" dir="rtl">' in text
    assert "in العربية." in text


# --- travelling -------------------------------------------------------------------------------------------


def test_christmas_morning_in_scotland_shows_who_answers(hana: Person) -> None:
    text = see(hana, page="page help", f_nation="scotland", **CHRISTMAS)
    assert "Bank holiday: England, Wales, Scotland, Northern Ireland." in text
    first = shown(text).split("</article>")[0]
    assert 'href="tel:' in first
    assert "Day and night" in first
    assert "Open now" not in shown(text)


def test_a_nation_has_its_own_bank_holidays(hana: Person) -> None:
    assert "Bank holiday: Scotland." in see(hana, day="2026-11-30", clock="12:00")
    assert "Bank holiday: Northern Ireland." in see(hana, day="2026-07-13", clock="12:00")
    assert "Bank holiday" not in see(hana, day="2026-11-18", clock="12:00")


def test_what_is_due_travels_too(hana: Person) -> None:
    step = content.load().steps["dont-pay"].head
    before, after = (see(hana, page="step dont-pay", day=f"{year}-01-01") for year in (2026, 2040))
    assert "Nothing on it is past its review date on that day." in before
    assert f"step dont-pay: {step.review_by.day} {step.review_by:%B %Y}" in after
    assert "What is due on 1 January 2040" in after
    assert "Past its date" in after
    assert "Past its date" not in before


def test_what_is_due_comes_in_pages_worst_first(hana: Person) -> None:
    due = preview.waiting(on=datetime.now(LONDON).date())
    assert len(due) > 50
    first, second = graph(hana), graph(hana, p="2")
    assert f"<strong>{due[0].kind} {due[0].name}</strong>" in first
    assert f"<strong>{due[25].kind} {due[25].name}</strong>" in second
    assert 'href="?p=2#due"' in first
    chosen = see(hana, page="step bank", p="3")
    assert f"<strong>{due[50].kind} {due[50].name}</strong>" in chosen
    assert 'name="p" value="4"' in chosen


def test_an_empty_form_means_now(hana: Person) -> None:
    now = hana.clock.at.astimezone(LONDON)
    assert f"{now:%B %Y} at {now:%H:%M}, UK time" in see(hana)
    assert f"25 December 2026 at {now:%H:%M}, UK time" in see(hana, day="2026-12-25")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"day": "31 February", "clock": "03:00"}, "This is not a day. Write it like 2026-12-25"),
        ({"day": "2026-02-31", "clock": "03:00"}, "This is not a day."),
        ({"day": "1066-10-14", "clock": "03:00"}, "Choose a day from 2020 to 2050."),
        ({"day": "2026-12-25", "clock": "25:00"}, "This is not a time. Write it like 03:00"),
        ({"day": "2026-03-29", "clock": "01:30"}, "The clocks go forward then, so this time does not exist."),
    ],
)
def test_a_moment_that_does_not_exist_is_kept_as_typed_and_says_why(hana: Person, typed: Any, why: str) -> None:
    text = see(hana, page="step bank", f_who="helper", **typed)
    assert why in text
    assert "Please check this page" in text
    assert {name: selected(text, name) for name in typed} == typed
    assert selected(text, "f_who") == "helper"
    assert "Not live." not in text


def test_the_hour_that_comes_twice_is_a_moment(hana: Person) -> None:
    assert "25 October 2026 at 01:30" in see(hana, day="2026-10-25", clock="01:30")


# --- nothing of anybody -----------------------------------------------------------------------------------


def test_her_own_answers_are_neither_read_nor_changed(hana: Person) -> None:
    data = {"page": "page help", **CHRISTMAS}
    without = shown(see(hana, **data))
    own = HttpResponse()
    answers.put(own, answers.Answers({"nation": "abroad", "my_age": "u13", "danger": "suicide"}))
    hana.browser.cookies.update(own.cookies)
    answer = hana.post("helpline:guidance", **data)
    assert shown(html.unescape(answer.content.decode())) == without
    assert answers.cookie_name() not in answer.cookies
    assert answer.cookies.keys() <= {"c"}


def test_nothing_that_was_chosen_stands_in_an_address(hana: Person) -> None:
    answer = hana.post("helpline:guidance", page="page plan", f_who="parent")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert '<form id="jump" action="/helpline/guidance/" method="post"' in text
    assert not re.search(r'(href|action)="[^"]*(parent|f_who)', text)


def test_the_form_is_one_of_this_site(hana: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = hana.browser.cookies
    assert strict.post(reverse("helpline:guidance"), {"page": "page plan"}).status_code == 403
