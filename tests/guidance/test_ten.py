"""The next ten minutes on one page: the first steps of a list, or advice for everybody, and who answers now."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest
from django.urls import reverse

from guidance import engine, languages
from guidance.answers import Answers, Mark
from guidance.promises import FIRST_PAGE
from guidance.records import Hours
from guidance.views import visit
from tests.guidance.browsing import read
from tests.guidance.carrying import carry, give

PAGE = "/guide/x4gm/"
ITEM = re.compile(r"<li><strong[^>]*>(.*?)</strong> (.*?)<br><span[^>]*>(.*?)</span></li>", re.DOTALL)


@pytest.fixture
def clock(monkeypatch):
    """`clock(hour)`: what it is on Saturday 21 November."""

    def stands_at(hour, minute=10):
        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                return datetime(2026, 11, 21, hour, minute, tzinfo=UTC)

        monkeypatch.setattr(visit, "datetime", Clock)

    stands_at(3)
    return stands_at


def shown(client):
    response = client.get(PAGE)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def plans(loaded):
    for one in loaded.journeys:
        plan = engine.replay(loaded, one.answers)
        if isinstance(plan, engine.Plan):
            yield one, plan


def test_without_answers_it_is_the_advice_for_everybody_and_numbers(client, clock):
    text = shown(client)
    assert re.search(r"<h1\s*>The next ten minutes</h1>", text)
    assert text.index("You are not to blame") < text.index("Someone answers now") < text.index("tel:116123")
    assert "See the whole list" not in text


def test_every_persona_gets_the_first_steps_of_their_list_each_in_a_sentence(client, loaded, clock):
    for one, plan in plans(loaded):
        give(client, Answers(one.answers))
        found = ITEM.findall(shown(client))
        first = plan.tasks[:FIRST_PAGE]
        assert [title for title, _, _ in found] == [html.unescape(loaded.steps[task].head.title) for task in first]
        for task, (_, _, said) in zip(first, found, strict=True):
            words = "".join(piece.html for piece in loaded.steps[task].wording.pieces(plan.facts))
            assert said, (one.name, task)
            assert html.unescape(words).lstrip().startswith(f"<p><strong>{said}</strong>"), (one.name, task)


def test_marks_stand_beside_the_steps(client, loaded, clock):
    carry(client, loaded, "T4", breathe=Mark.DONE)
    marked = {title: mark for title, mark, _ in ITEM.findall(shown(client)) if mark.strip()}
    assert {title: re.sub("<.*?>", "", mark).strip() for title, mark in marked.items()} == {
        loaded.steps["breathe"].head.title: "Done"
    }


def test_it_says_when_it_was_drawn_in_the_time_of_the_united_kingdom(client, clock, monkeypatch):
    assert "They answer at 03:10 on 21 November, UK time." in shown(client)

    class Summer(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2026, 7, 1, 23, 30, tzinfo=UTC)

    monkeypatch.setattr(visit, "datetime", Summer)
    assert "They answer at 00:30 on 2 July, UK time." in shown(client)


@pytest.mark.parametrize("situation", [None, "T4", "T8", "T16", "T25"])
@pytest.mark.parametrize("hour", [3, 11])
def test_only_those_who_answer_at_that_hour_are_named_and_nobody_twice(client, loaded, clock, situation, hour):
    clock(hour)
    if situation:
        carry(client, loaded, situation)
    part = shown(client).split("Someone answers now")[1].split("They answer at")[0]
    names = re.findall(r"<li><bdi>(.*?)</bdi>: ", part)
    assert len(names) == len(set(names)) >= (1 if situation == "T25" else 4)
    assert part.count("Day and night") + part.count("Open now") == len(names)


def test_no_number_of_another_country_is_given_to_someone_abroad(client, loaded, clock):
    carry(client, loaded, "T25")
    part = shown(client).split("Someone answers now")[1].split("They answer at")[0]
    abroad = {one.name for one in loaded.contacts.values() if "abroad" in one.nations}
    assert set(re.findall(r"<li><bdi>(.*?)</bdi>: ", part)) <= abroad
    assert "tel:999" not in part


def test_a_service_that_is_shut_is_not_named(client, loaded, clock, monkeypatch):
    day = Hours(days=("sat",), opens=time(9), closes=time(17))
    shout = loaded.contacts["SV-SHOUT"].model_copy(update={"always": False, "hours": (day,)})
    changed = replace(loaded, contacts={**loaded.contacts, "SV-SHOUT": shout}, hash="changed")
    spoken = replace(languages.load("en-gb"), content=changed)
    monkeypatch.setattr(languages, "load", lambda code: spoken)
    told = {}
    for hour in (3, 11):
        clock(hour)
        told[hour] = "<li><bdi>Shout</bdi>:" in shown(client)
    assert told == {3: False, 11: True}


def test_someone_in_danger_gets_the_emergency_number_first(client, loaded, clock):
    answers = next(one.answers for one, _ in plans(loaded) if one.situation == "T4")
    give(client, Answers({**answers, "danger": "suicide", "go_on": "yes"}))
    part = shown(client).split("Someone answers now")[1]
    assert part.index("tel:999") < part.index("tel:116123")


def test_its_title_is_neutral_and_its_back_leads_to_the_list(client, loaded, clock):
    assert re.search(r"<title>Notes · ", shown(client))
    assert 'class="back" href="/"' in shown(client)
    carry(client, loaded, "T1")
    assert f'class="back" href="{reverse("guidance:plan")}"' in shown(client)
    assert re.search(r"<title>Notes · ", shown(client))


def test_the_list_its_print_and_the_safety_page_lead_to_it(client, loaded):
    carry(client, loaded, "T1")
    for name in ("plan", "print", "safety"):
        assert PAGE in read(client.get(reverse(f"guidance:{name}"))).links, name


@pytest.mark.django_db
def test_it_needs_no_database_and_sets_no_cookie(client, loaded, django_assert_num_queries):
    carry(client, loaded, "T1")
    with django_assert_num_queries(0):
        response = client.get(PAGE)
    assert set(response.cookies) <= {"c"}
    assert len(response.content) < 24_000
