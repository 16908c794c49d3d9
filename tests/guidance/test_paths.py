from __future__ import annotations

import dataclasses

import pytest

from guidance import engine, promises
from guidance.paths import Walk, _crossings, leaves, likeness
from guidance.proofs import _paths
from guidance.records import Fact
from tests.guidance.changing import plan_of, screen_of
from tests.guidance.mutants import with_graph


def test_values_that_nothing_tells_apart_are_alike(loaded):
    alike = likeness(loaded)
    assert alike["who_is_it"] == {"known": 2, "met_online": 3}  # known and unsure; online, stranger, mail
    assert alike["danger"] == {"danger": 2, "neither": 2}
    assert alike["nation"] == {"england": 5, "abroad": 1}  # a plan of its own
    assert alike["device"] == {"iphone": 5}  # only words differ
    assert sum(alike["what"].values()) == len(loaded.facts["what"].values)
    assert {"paid", "scam_mail", "hacked", "threat"} <= set(alike["what"])


@pytest.mark.parametrize("place", ["a task", "an edge", "a plan"])
def test_values_that_anything_tells_apart_are_not_alike(loaded, graph, place):
    assert likeness(loaded)["device"] == {"iphone": 5}
    if place == "a task":
        plan_of(graph, "t1")["tasks"][0] = {"step": "safe-now", "when": {"device": "mac"}}
    if place == "an edge":
        screen_of(graph, "who")["next"].insert(0, {"when": {"device": "mac"}, "go": "ages"})
    if place == "a plan":
        plan_of(graph, "t1")["when"] = {"device": "mac"}
    assert likeness(with_graph(loaded, graph))["device"] == {"iphone": 4, "mac": 1}


def test_one_path_of_each_likeness_finds_what_walking_all_of_them_finds(loaded):
    """The walk against the slow way: every value of every fact, without likeness."""
    walk, all_values = Walk(loaded), Walk(loaded)
    all_values.alike = {name: dict.fromkeys(fact.values, 1) for name, fact in loaded.facts.items()}
    short, long = list(leaves(walk)), list(leaves(all_values))
    assert sum(weight for *_, weight in short) == len(long)
    assert lists(loaded, short) == lists(loaded, long)


def lists(loaded, found):
    plans = ((engine.plan_for(loaded.flow, facts), facts) for facts, *_ in found)
    return {(plan.id, engine.tasks_for(plan, facts)) for plan, facts in plans}


def test_later_facts_cross_only_the_plans_that_read_them(loaded):
    t1 = next(plan for plan in loaded.flow.plans if plan.id == "t1")
    crossed = list(_crossings(Walk(loaded), t1))
    assert {} in crossed
    assert {fact for one in crossed for fact in one} == {"blocked", "police"}
    assert len(crossed) == 3 * 3


def test_a_new_answer_that_no_condition_knows_still_leads_somewhere_safe(loaded):
    what = loaded.facts["what"]
    more = {**loaded.facts, "what": Fact(values=(*what.values, "brand_new"), unsure="unsure")}
    assert list(_paths(Walk(dataclasses.replace(loaded, facts=more)))) == []


def test_only_the_nation_chooses_a_plan_after_the_questions(walk):
    """Where somebody lives is asked on the list; the list for those outside the UK follows from it."""
    assert walk.choosing == [{}, {"nation": "england"}, {"nation": "abroad"}]
    assert all("nation" not in one for rows in walk.crossings.values() for one in rows)


def test_a_promise_waits_for_the_answers_that_are_given_later(walk):
    settled, waiting = walk.promises
    assert {*settled, *waiting} == set(promises.PROMISES)
    assert {one.name for one in waiting} == {
        "someone under 18 in the UK gets Report Remove",
        "whoever wants the police, or does not know yet, keeps a record of the report",
        "staff of a school who want the police, or do not know yet, keep a record of the report",
        "whoever has not blocked is told when to",
    }


def test_each_list_is_met_with_answers_that_lead_to_it(loaded, walk):
    for (name, tasks), (count, facts) in walk.lists.items():
        plan = engine.plan_for(loaded.flow, facts)
        assert (plan.id, engine.tasks_for(plan, facts)) == (name, tasks)
        assert count > 0


def test_the_lists_count_every_path_as_often_as_it_can_be_answered_later(walk, everyone):
    later = {name: len(rows) for name, rows in walk.crossings.items()}
    assert set(later.values()) == {3 * 3}
    assert sum(count for count, _ in walk.lists.values()) == walk.paths * 3 * 3 * 3
    assert {(one.plan, one.tasks) for one in everyone} == set(walk.lists)
