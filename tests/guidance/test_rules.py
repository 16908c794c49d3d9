"""The nine rules of sequencing of the reference (9.4), each over every list that any path leads to, or on its page."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from guidance import calendars, pages
from guidance.answers import Answers
from tests.guidance.browsing import BASE, PEOPLE
from tests.guidance.carrying import give

YOUNG = ("u13", "13to17", "unsure")
UNDER_18 = ("under18", "unsure")
LIVE = {"t1", "t15"}  # it can be seen by everybody: a report does not wait
AT_NIGHT = r'href="tel:(116123|999|08001111)"'
ABROAD = r'href="https://findahelpline\.com/"'  # no number of ours reaches there
UK_WIDE = {"england", "wales", "scotland", "ni"}


def young(one):
    return one.facts["shown_age"] in UNDER_18 or one.facts["my_age"] in YOUNG


def near(one):
    known = one.facts.get("who_is_it") in ("met_online", "stranger", "mail_only") and one.facts.get("watched") == "no"
    return "who_is_it" in one.facts and not known


def page(client, loaded, name, facts):
    give(client, Answers(facts))
    return client.get(reverse("guidance:step", args=[loaded.steps[name].head.code]), follow=True).content.decode()


# --- RULE-1: danger and age come first; under 18 or not sure takes pictures, fingerprints for adults and files away


def test_rule_1_everybody_is_asked_about_danger_and_about_age(everyone):
    for one in everyone:
        asked = [fact for fact in one.facts if fact not in ("ready", "go_on", "who")]
        assert asked[:3] == ["danger", "shown_age", "my_age"]


def test_rule_1_under_18_or_not_sure_captures_hashes_and_uploads_nothing(everyone):
    those = [one for one in everyone if young(one)]
    assert those
    assert not [one for one in those if one.shown & {"capture", "hash-adult", "upload-case"}]
    assert not [one for one in those if {"save-evidence", "hash-adult", "keep-a-case"} & set(one.tasks)]


# --- RULE-2: evidence before block, unless in danger, watched, or blocked already


def test_rule_2_nobody_blocks_before_something_is_kept(everyone):
    those = [one for one in everyone if one.where("block") is not None]
    assert those
    for one in those:
        kept = one.where("capture", "capture-text")
        assert kept is not None
        assert kept < one.where("block")


def test_rule_2_whoever_blocked_already_is_not_told_to(everyone):
    assert not [one for one in everyone if one.facts.get("blocked") == "yes" and "block" in one.tasks]


def test_rule_2_where_someone_is_near_or_reads_along_the_device_is_made_safe_before_a_block(everyone):
    those = [one for one in everyone if near(one) and "block" in one.tasks]
    assert those
    assert all(one.tasks.index("device-safety") < one.tasks.index("block") for one in those)


# --- RULE-3: in a live spread a report does not wait for the police, unless a child is in it


def test_rule_3_what_everybody_can_see_is_reported_before_the_police_are_called(everyone):
    those = [one for one in everyone if one.plan in LIVE | {"t2"}]
    assert {one.plan for one in those} == LIVE | {"t2"}
    for one in those:
        assert one.tasks.index("report-content") < one.tasks.index("police")


def test_rule_3_where_a_report_comes_after_the_police_a_child_a_threat_or_a_crime_is_why(everyone):
    late = {
        one.plan
        for one in everyone
        if {"police", "report-content"} <= set(one.tasks)
        and one.tasks.index("police") < one.tasks.index("report-content")
    }
    assert late <= {"t21", "t22"}  # threats to people in office go to the police scheme first


def test_rule_3_nobody_is_made_to_go_to_the_police(everyone):
    not_now = [one for one in everyone if one.facts.get("police") == "not_now"]
    assert not_now
    assert not [one for one in not_now if "police-record" in one.tasks]


# --- RULE-4: the helpline's hours stand beside it, and outside of them what answers then


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ((2026, 11, 20, 11, 0), "Open now, until 16:00"),
        ((2026, 11, 20, 3, 0), "Opens Friday 20 November at 10:00"),
        ((2026, 11, 20, 16, 0), "Opens Monday 23 November at 10:00"),
        ((2026, 12, 25, 11, 0), "Opens Tuesday 29 December at 10:00"),
    ],
)
def test_rule_4_the_helpline_says_when_it_opens_and_who_is_there_until_then(client, loaded, clock, when, says):
    clock(*when)
    text = page(client, loaded, "helpline", {**BASE, **PEOPLE["T1"]})
    card = re.search(r"<article(?:(?!</article>).)*Revenge Porn Helpline.*?</article>", text, re.DOTALL)[0]
    assert says in card
    for other in ("stopncii.org", "Report to the app", "101", "tel:116123", "85258"):
        assert other in text


# --- RULE-5: paid within the hour, the bank is first


def test_rule_5_within_the_hour_the_bank_stands_before_everything(everyone):
    those = [one for one in everyone if one.facts.get("paid_when") == "hour"]
    assert {one.plan for one in those} >= {"t5", "t8", "t9", "t16", "t17", "t22", "t25"}
    assert {one.tasks[0] for one in those} == {"bank"}


def test_rule_5_later_the_bank_stands_once_and_after_not_paying(everyone):
    those = [one for one in everyone if one.facts.get("what") == "paid" and one.facts["paid_when"] != "hour"]
    for one in those:
        assert one.tasks.count("bank") == 1
        assert one.tasks.index("dont-pay") < one.tasks.index("bank")


# --- RULE-6: a law card is that of the nation; where it is not known the page asks


def with_laws(loaded):
    return [step for step in loaded.steps.values() if any(one.kind == "law" for one in step.wording.records())]


def test_rule_6_law_cards_are_those_of_the_nation(loaded, at):
    for step in with_laws(loaded):
        for nation in pages.NATIONS:
            cards = [law for one in pages.body(loaded, step, {"nation": nation}, at=at) for law in one.laws]
            assert all(nation in law.nations for law in cards), (step.head.id, nation)


@pytest.mark.parametrize("facts", [{}, {"nation": "unsure"}])
def test_rule_6_where_the_nation_is_not_known_the_page_asks_and_shows_what_holds_everywhere(loaded, at, facts):
    asking = [later for later in loaded.flow.later.values() if "nation" in later.asks]
    for step in with_laws(loaded):
        drawn = pages.body(loaded, step, facts, at=at)
        assert all(set(law.nations) >= UK_WIDE for one in drawn for law in one.laws), step.head.id
        if any(one.kind == "nation" for one in drawn):
            assert any(step.head.id in later.on for later in asking), step.head.id
    assert any(later.on[0] == "plan" for later in asking)


# --- RULE-7: 48 hours, 7 days, 28 days; 72 hours for a school and nobody else


def test_rule_7_there_is_a_reminder_after_two_days_a_week_and_four_weeks(loaded):
    assert tuple(calendars.DAYS) == (2, 7, 28)
    assert re.search(r"two days.*one week.*four weeks", loaded.steps["follow-up"].body)
    assert "48 hours" in loaded.steps["complain"].body


def test_rule_7_only_a_school_is_shown_the_72_hours(loaded, everyone):
    telling = {name for name, step in loaded.steps.items() if re.search(r"72[ -]hour", step.body + step.head.why)}
    assert "data-breach" in telling
    shown_to = {one.plan for one in everyone if telling & set(one.tasks)}
    shown_to |= {plan.id for plan in loaded.flow.plans if plan.outcome in telling}
    assert shown_to == {"t19"}


# --- RULE-8: no picture of someone under 18 is asked for here


def test_rule_8_no_page_of_guidance_takes_a_file(client, loaded):
    for name in ("T1", "T7"):
        facts = {**BASE, **PEOPLE[name]}
        for step in loaded.steps:
            assert 'type="file"' not in page(client, loaded, step, facts)


def test_rule_8_a_case_of_someone_under_18_takes_words_only(everyone):
    those = [one for one in everyone if young(one) and "start-case" in one.shown]
    assert {one.plan for one in those} >= {"t7", "t8", "t9", "t11", "t25", "not-sure-under-18"}
    assert all("keep-text-only" in one.tasks and "upload-case" not in one.shown for one in those)


# --- RULE-9: every outcome ends with who to call now, one next step, and ways to keep it and to leave


@pytest.mark.parametrize("name", PEOPLE)
def test_rule_9_every_outcome_says_who_to_call_what_is_next_and_how_to_keep_it_and_leave(client, loaded, name):
    give(client, Answers({**BASE, **PEOPLE[name], "go_on": "yes"}))
    text = client.get(reverse("guidance:plan")).content.decode()
    first = re.search(r'<li class="task" id="(\w+)">', text)[1]
    assert re.search(ABROAD if name == "T25" else AT_NIGHT, text)
    assert "Your next step is the first task on the list." in text
    assert f'<a class="button" href="{reverse("guidance:step", args=[first])}">' in text
    assert f'href="{reverse("guidance:print")}"' in text
    assert 'href="/exit/"' in text


def test_rule_9_every_outcome_page_ends_with_the_next_step(loaded):
    for plan in loaded.flow.plans:
        said = loaded.steps[plan.outcome].body.strip().splitlines()[-1]
        assert said.endswith("Your next step is the first task on the list."), plan.id
