from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance import content, engine
from guidance.engine import FlowLoops, Outcome, Plan, Question, replay

LOADED = content.load()
ME = {"ready": "yes", "danger": "neither", "who": "me", "shown_age": "adults", "my_age": "adult"}
STRANGER = {"who_is_it": "stranger", "watched": "no"}
SHARED = {"what": "shared", "live": "live", "place": "app"}
YOUNG = {"shown_age": "under18", "my_age": "13to17"}


def plan(**facts):
    end = replay(LOADED, {**ME, **STRANGER, **facts})
    assert isinstance(end, Plan)
    return end


def test_without_answers_the_page_before_the_questions_waits_and_then_the_first_of_them(loaded):
    end = replay(loaded, {})
    assert isinstance(end, Outcome)
    assert (end.screen.id, end.path, end.facts) == ("before", ("before",), {})
    end = replay(loaded, {"ready": "yes"})
    assert isinstance(end, Question)
    assert (end.screen.id, end.path, end.facts) == ("danger", ("before", "danger"), {"ready": "yes"})


def test_a_page_with_two_questions_waits_for_both(loaded):
    end = replay(loaded, {"ready": "yes", "danger": "neither", "who": "me", "shown_age": "adults"})
    assert (end.screen.id, end.facts["shown_age"]) == ("ages", "adults")


@pytest.mark.parametrize("value", ["danger", "suicide"])
def test_danger_shows_the_crisis_page_and_lets_one_go_on(loaded, value):
    facts = {"ready": "yes", "danger": value}
    end = replay(loaded, facts)
    assert isinstance(end, Outcome)
    assert (end.screen.id, end.path, end.facts) == ("crisis", ("before", "danger", "crisis"), facts)
    assert replay(loaded, {**facts, "go_on": "yes"}).path == ("before", "danger", "crisis", "who")


def test_answers_nobody_can_have_are_ignored(loaded):
    end = replay(loaded, {"ready": "yes", "danger": "no idea", "sky": "blue"})
    assert (end.screen.id, end.facts) == ("danger", {"ready": "yes"})


def test_an_answer_off_the_path_has_no_effect(loaded):
    off = plan(**SHARED, mail_real="something_real")
    assert off.situation == "T1"
    assert "mail_real" not in off.facts


def test_a_changed_earlier_answer_keeps_the_later_ones(loaded):
    end = replay(loaded, {**ME, "what": "threat", **STRANGER, "live": "live"})
    assert (end.screen.id, end.facts["who_is_it"]) == ("has-image", "stranger")


@pytest.mark.parametrize(
    ("facts", "situation"),
    [
        (SHARED, "T1"),
        ({**SHARED, "place": "unsure"}, "T1"),
        ({"what": "sent_private"}, "T2"),
        ({"what": "threat", "has_image": "real"}, "T3"),
        ({"what": "money", "has_image": "fake"}, "T4"),
        ({"what": "paid", "paid_when": "hour"}, "T5"),
        ({"what": "scam_mail", "mail_real": "nothing_real"}, "T6"),
        ({"what": "scam_mail", "mail_real": "nothing_real", **YOUNG}, "T6"),
        ({"what": "scam_mail", "mail_real": "something_real"}, "T4"),
        ({"what": "scam_mail", "mail_real": "unsure"}, "T4"),
        ({**SHARED, **YOUNG}, "T7"),
        ({**SHARED, "my_age": "13to17"}, "T7"),
        ({"what": "unwanted", "my_age": "unsure"}, "T7"),
        ({"what": "money", "has_image": "real", "my_age": "u13", "shown_age": "under18"}, "T8"),
        ({"what": "scam_mail", "mail_real": "unsure", **YOUNG}, "T8"),
        ({"what": "money", "has_image": "real", "shown_age": "unsure"}, "T9"),
        ({**SHARED, "shown_age": "under18"}, "T9"),
        ({"what": "fake", "shown_age": "unsure"}, "T9"),
        ({"what": "fake"}, "T10"),
        ({"what": "fake", **YOUNG}, "T11"),
        ({"what": "filmed"}, "T12"),
        ({"what": "unwanted"}, "T13"),
        ({"what": "hacked"}, "T14"),
        ({**SHARED, "place": "porn_site"}, "T15"),
        ({"who": "parent", "what": "unsure"}, "T16"),
        ({"who": "helper", "what": "unsure", "shown_age": "under18"}, "T16"),
        ({"who": "helper", "what": "shared", "consent": "no"}, "T17"),
        ({"who": "school", "shown_age": "under18", "school_kind": "viral"}, "T18"),
        ({"who": "school", "school_kind": "unsure"}, "T18"),
        ({"who": "school", "school_kind": "viral"}, "T19"),
        ({"who": "school", "school_kind": "staff"}, "T20"),
        ({"who": "public", "what": "other"}, "T21"),
        ({"who": "public", "what": "threat", "has_image": "unsure"}, "T22"),
        ({"who": "received"}, "T23"),
        ({"what": "unwanted", "shown_age": "unsure"}, "T23"),
        ({"who": "did_it"}, "T24"),
        ({**SHARED, "nation": "abroad"}, "T25"),
        ({"who": "public", **SHARED, "nation": "abroad"}, "T22"),
        ({"what": "unsure"}, "NOT-SURE"),
        ({"what": "other", "shown_age": "unsure"}, "NOT-SURE-U18"),
    ],
)
def test_each_situation_is_reached_by_its_answers(facts, situation):
    assert plan(**facts).situation == situation
    assert plan(**facts).facts["situation"] == situation


def test_facts_asked_later_shape_the_list():
    assert "block" in plan(**SHARED).tasks
    assert "block" not in plan(**SHARED, blocked="yes").tasks
    assert "police-record" not in plan(**SHARED, police="not_now").tasks
    assert plan(**SHARED, nation="ni").facts["nation"] == "ni"


def test_only_a_clear_no_means_no_crisis():
    assert [engine.in_crisis({"danger": one}) for one in ("danger", "suicide", "unsure", "neither")] == [
        True, True, True, False,
    ]  # fmt: skip
    assert not engine.in_crisis({})


def test_a_flow_that_loops_is_refused(loaded):
    screens = {**loaded.flow.screens}
    ages = screens["ages"]
    edges = tuple(edge.model_copy(update={"go": "who"}) for edge in ages.next)
    screens["ages"] = ages.model_copy(update={"next": edges})
    looping = dataclasses.replace(loaded, flow=loaded.flow.model_copy(update={"screens": screens}))
    with pytest.raises(FlowLoops, match="who"):
        replay(looping, ME)


def test_the_engine_is_pure():
    for name in ("conditions", "records", "wording", "files", "graph", "overlay", "content", "crosscheck", "engine",
                 "promises", "paths", "proofs", "summary", "languages", "directory", "drawing"):  # fmt: skip
        assert "django" not in (Path(engine.__file__).parent / f"{name}.py").read_text()


ANSWERS = st.fixed_dictionaries(
    {},
    optional={name: st.sampled_from([*fact.values, "gone from the content"]) for name, fact in LOADED.facts.items()},
)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(answers=ANSWERS)
def test_any_answers_lead_to_a_question_or_a_list(answers):
    end = replay(LOADED, answers)
    assert isinstance(end, Plan) == (not isinstance(end, Question | Outcome))
    if isinstance(end, Plan):
        assert end.tasks


@settings(derandomize=True, max_examples=300, deadline=None)
@given(answers=ANSWERS)
def test_what_is_in_force_leads_to_the_same_place(answers):
    end = replay(LOADED, answers)
    again = replay(LOADED, {fact: value for fact, value in end.facts.items() if fact != "situation"})
    assert (again, type(again)) == (end, type(end))


@settings(derandomize=True, max_examples=300, deadline=None)
@given(answers=ANSWERS)
def test_answering_what_is_asked_always_moves_on(answers):
    end = replay(LOADED, answers)
    if isinstance(end, Plan):
        return
    unsure = {fact: LOADED.facts[fact].unsure for fact in end.screen.asks}
    after = replay(LOADED, {**answers, **unsure})
    assert len(after.path) > len(end.path) or isinstance(after, Plan)
    assert after.path[: len(end.path)] == end.path


@settings(derandomize=True, max_examples=100, deadline=None)
@given(answers=ANSWERS)
def test_not_sure_to_everything_left_reaches_a_list(answers):
    unsure = {name: fact.unsure for name, fact in LOADED.facts.items()}
    known = engine.valid(LOADED, answers)
    assert isinstance(replay(LOADED, {**unsure, **known}), Plan)
