from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance import content, engine
from guidance.engine import FlowLoops, Outcome, Plan, Question, replay

LOADED = content.read(content.FOLDER)
ME = {"danger": "neither", "who": "me", "shown_age": "adults", "my_age": "adult"}
STRANGER = {"who_is_it": "stranger", "watched": "no"}


def plan(**facts):
    end = replay(LOADED, {**ME, **STRANGER, **facts})
    assert isinstance(end, Plan)
    return end


def test_without_answers_the_first_question_waits(loaded):
    end = replay(loaded, {})
    assert isinstance(end, Question)
    assert (end.screen.id, end.path, end.facts) == ("danger", ("danger",), {})


def test_a_page_with_two_questions_waits_for_both(loaded):
    end = replay(loaded, {"danger": "neither", "who": "me", "shown_age": "adults"})
    assert (end.screen.id, end.facts["shown_age"]) == ("ages", "adults")


@pytest.mark.parametrize("value", ["danger", "suicide"])
def test_danger_shows_the_crisis_page_and_lets_one_go_on(loaded, value):
    end = replay(loaded, {"danger": value})
    assert isinstance(end, Outcome)
    assert (end.screen.id, end.path, end.facts) == ("crisis", ("danger", "crisis"), {"danger": value})
    assert replay(loaded, {"danger": value, "go_on": "yes"}).path == ("danger", "crisis", "who")


def test_answers_nobody_can_have_are_ignored(loaded):
    end = replay(loaded, {"danger": "no idea", "sky": "blue"})
    assert (end.screen.id, end.facts) == ("danger", {})


def test_an_answer_off_the_path_has_no_effect(loaded):
    assert plan(what="shared", live="live", mail_real="something_real").situation == "T1"
    assert "mail_real" not in plan(what="shared", live="live", mail_real="something_real").facts


def test_a_changed_earlier_answer_keeps_the_later_ones(loaded):
    end = replay(loaded, {**ME, "what": "threat", **STRANGER, "live": "live"})
    assert (end.screen.id, end.facts["who_is_it"]) == ("has-image", "stranger")


@pytest.mark.parametrize(
    ("facts", "situation"),
    [
        ({"what": "shared", "live": "live"}, "T1"),
        ({"what": "threat", "has_image": "real"}, "T3"),
        ({"what": "money", "has_image": "fake"}, "T4"),
        ({"what": "paid", "paid_when": "hour"}, "T5"),
        ({"what": "scam_mail", "mail_real": "nothing_real"}, "T6"),
        ({"what": "scam_mail", "mail_real": "something_real"}, "T4"),
        ({"what": "scam_mail", "mail_real": "unsure"}, "T4"),
        ({"what": "shared", "live": "gone", "my_age": "13to17", "shown_age": "under18"}, "T7"),
        ({"what": "shared", "live": "gone", "my_age": "13to17"}, "T7"),
        ({"what": "money", "has_image": "real", "my_age": "u13", "shown_age": "under18"}, "T8"),
        ({"what": "money", "has_image": "real", "shown_age": "unsure"}, "T9"),
        ({"what": "shared", "live": "live", "shown_age": "under18"}, "T9"),
        ({"what": "filmed"}, "NOT-SURE"),
        ({"what": "fake", "shown_age": "unsure"}, "NOT-SURE-U18"),
        ({"who": "school", "shown_age": "under18"}, "NOT-SURE-U18"),
        ({"who": "helper"}, "NOT-SURE"),
    ],
)
def test_each_situation_is_reached_by_its_answers(facts, situation):
    assert plan(**facts).situation == situation
    assert plan(**facts).facts["situation"] == situation


def test_facts_asked_later_shape_the_list():
    facts = {"what": "shared", "live": "live"}
    assert "block" in plan(**facts).tasks
    assert "block" not in plan(**facts, blocked="yes").tasks
    assert "police-record" not in plan(**facts, police="not_now").tasks
    assert plan(**facts, nation="ni").facts["nation"] == "ni"


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
    for name in ("conditions", "records", "wording", "content", "crosscheck", "engine", "promises", "proofs",
                 "directory", "drawing"):  # fmt: skip
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
