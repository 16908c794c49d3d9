from __future__ import annotations

import dataclasses
import time
from itertools import product

import pytest

from guidance import directory, engine, promises, proofs
from guidance.records import Fact
from tests.guidance.mutants import with_contacts, with_graph, with_step


def kinds_found(loaded):
    return {finding.kind for finding in proofs.findings(loaded)}


def plan_of(graph, name):
    return next(plan for plan in graph["plans"] if plan["id"] == name)


def screen_of(graph, name):
    return next(screen for screen in graph["screens"] if screen["id"] == name)


def moved(tasks, step, to):
    found = next(task for task in tasks if task == step or (isinstance(task, dict) and task["step"] == step))
    tasks.remove(found)
    tasks.insert(to, found)


def test_the_content_that_ships_is_proved(loaded):
    assert list(proofs.findings(loaded)) == []
    assert proofs.prove(loaded) == ()
    assert proofs.refused(loaded) is None


def test_a_full_proof_takes_at_most_three_seconds(loaded):
    start = time.process_time()
    list(proofs.findings(loaded))
    assert time.process_time() - start <= 3


def test_every_path_is_walked(loaded):
    walk = proofs.Walk(loaded)
    list(proofs._paths(walk))
    before_what = 6 * 12  # danger and crisis, ages
    others = 6 * before_what
    mine = 2 * before_what * (15 * 3 + 15 * 4 + 15 * 4 + 15 * 4 + (1 + 2 * 15) + 7 * 15)
    assert walk.paths == others + mine == 52_416
    assert walk.screens == set(loaded.flow.screens)
    assert walk.plans == {plan.id for plan in loaded.flow.plans}


def test_a_proof_is_kept_for_the_same_content_and_engine_only(loaded, monkeypatch):
    other = dataclasses.replace(loaded, hash="another")
    monkeypatch.setattr(proofs, "_proved", {})
    calls = []
    monkeypatch.setattr(proofs, "findings", lambda given: calls.append(given.hash) or iter(()))
    for given in (loaded, loaded, other):
        proofs.prove(given)
    monkeypatch.setattr(proofs, "engine_hash", lambda: "newer")
    proofs.prove(loaded)
    assert calls == [loaded.hash, "another", loaded.hash]


def test_the_engine_hash_covers_what_the_proof_rests_on():
    assert {"engine", "proofs", "promises", "conditions", "directory"} <= set(proofs.CODE)
    assert len(proofs.engine_hash()) == 64


def test_a_finding_says_what_and_with_which_answers():
    answers = (("what", "shared"), ("live", "gone"))
    assert str(proofs.Finding("order", "t1: bank", answers)) == "order: t1: bank (what=shared, live=gone)"
    assert str(proofs.Finding("loop", "who")) == "loop: who"


# --- each fault by name -----------------------------------------------------------------------------------


def test_an_unreachable_screen_plan_and_step_are_named(loaded, graph):
    screen_of(graph, "other-person")["next"] = [{"else": "plan"}]
    found = {str(one) for one in proofs.findings(with_graph(loaded, graph))}
    assert "unreachable screen: live" in found
    assert "unreachable step: live" in found
    graph["plans"].insert(0, {**plan_of(graph, "t1"), "id": "t1b"})
    assert "unreachable plan: t1" in {str(one) for one in proofs.findings(with_graph(loaded, graph))}


def test_a_step_that_no_list_holds_is_named(loaded):
    bank = loaded.steps["bank"]
    extra = {**loaded.steps, "spare": dataclasses.replace(bank, head=bank.head.model_copy(update={"id": "spare"}))}
    assert "unreachable step: spare" in {str(one) for one in proofs.findings(dataclasses.replace(loaded, steps=extra))}


def test_a_question_asked_on_no_task_is_unreachable(loaded, graph):
    later = next(one for one in graph["later"] if one["id"] == "copy")
    later["on"] = ["ages"]
    assert "unreachable step: copy" in {str(one) for one in proofs.findings(with_graph(loaded, graph))}


@pytest.mark.parametrize(("screen", "to"), [("ages", "who"), ("what", "what")])
def test_a_loop_is_named(loaded, graph, screen, to):
    screen_of(graph, screen)["next"] = [{"else": to}]
    found = [str(one) for one in proofs.findings(with_graph(loaded, graph))]
    assert any(one.startswith(f"loop: {to} (") for one in found)
    assert any("leads to loop" in one for one in found)


def test_more_than_six_questions_are_named(loaded, graph):
    screen_of(graph, "live")["next"] = [{"else": "has-image"}]
    found = [one for one in proofs.findings(with_graph(loaded, graph)) if one.kind == "more than six screens"]
    assert {one.about for one in found} == {"has-image"}
    assert len(found) > 1  # one for each path, and each says how one gets there
    assert all(dict(one.answers).keys() >= {"danger", "live"} for one in found)


def test_six_questions_and_the_crisis_page_are_fine(loaded):
    longest = max(len(path) for _, path, _ in proofs._leaves(proofs.Walk(loaded)))
    assert longest == 7


def test_gates_that_come_too_late_are_named(loaded, graph):
    screen_of(graph, "who")["next"] = [{"else": "what"}]
    screen_of(graph, "ages")["next"] = [{"else": "plan"}]
    screen_of(graph, "live")["next"] = [{"else": "ages"}]
    found = [one for one in proofs.findings(with_graph(loaded, graph)) if one.kind == "gate order"]
    assert found
    assert len({one.about for one in found}) == len(found)
    assert all(one.about.startswith("danger ") and dict(one.answers)["danger"] for one in found)


def test_too_many_paths_are_refused(loaded, monkeypatch):
    monkeypatch.setattr(promises, "MAX_PATHS", 100)
    assert str(proofs.refused(loaded)) == "too many paths: more than 100"
    monkeypatch.setattr(promises, "MAX_PATHS", 52_416)
    assert proofs.refused(loaded) is None


def test_a_step_shown_twice_is_named(loaded, graph):
    tasks = plan_of(graph, "t5")["tasks"]
    tasks[:] = [task if isinstance(task, str) or task["step"] != "bank" else "bank" for task in tasks]
    found = [one for one in proofs.findings(with_graph(loaded, graph)) if one.kind == "shown twice"]
    assert {(one.about, dict(one.answers)["what"]) for one in found} == {("t5", "paid")}


def test_a_plan_that_nobody_promised_an_order_is_named(loaded, graph):
    plan_of(graph, "t1")["id"] = "t99"
    found = {str(one) for one in proofs.findings(with_graph(loaded, graph))}
    assert {"no promised order: t1", "no promised order: t99"} <= found


def test_an_action_that_the_situation_never_shows_is_named(loaded, graph):
    plan_of(graph, "t1")["never"].append("A09")
    found = [one for one in proofs.findings(with_graph(loaded, graph)) if one.kind == "never shown here"]
    assert {(one.about, dict(one.answers)["what"]) for one in found} == {("t1: hash-adult", "shared")}


def test_a_journey_that_goes_wrong_is_named(loaded):
    journey = next(one for one in loaded.journeys if "block" in one.must_show and one.situation == "T1")
    changes = (
        {"situation": "T3"},
        {"must_show": ("forward-scam",)},
        {"must_never_show": ("block", "safe-now")},
        {"order": ("block", "save-evidence")},
        {"answers": {}},
    )
    for change in changes:
        wrong = dataclasses.replace(loaded, journeys=(journey.model_copy(update=change),))
        assert "journey" in {one.kind for one in proofs._journeys(wrong)}, change
    waiting = dataclasses.replace(loaded, journeys=(journey.model_copy(update={"answers": {}}),))
    assert [str(one) for one in proofs._journeys(waiting)] == [f"journey: {journey.name}: leads to question, not T1"]
    crisis = next(one for one in loaded.journeys if one.situation == "crisis")
    assert list(proofs._journeys(dataclasses.replace(loaded, journeys=(crisis, journey)))) == []


# --- the promises -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", ["t7", "t8", "t9", "not-sure-under-18"])
@pytest.mark.parametrize("step", ["save-evidence", "hash-adult", "keep-a-case"])
def test_under_18_never_captures_hashes_or_uploads_a_picture(loaded, graph, plan, step, monkeypatch):
    monkeypatch.setattr(promises, "ORDERS", {})
    plan_of(graph, plan)["never"] = []
    plan_of(graph, plan)["tasks"].append(step)
    found = [one for one in proofs.findings(with_graph(loaded, graph)) if one.kind == "promise"]
    assert any("no picture of someone who may be under 18" in one.about for one in found)


@pytest.mark.parametrize("plan", ["t6", "t7", "t8", "t9", "not-sure-under-18"])
def test_under_18_always_has_report_remove_or_take_it_down(loaded, graph, plan):
    tasks = plan_of(graph, plan)["tasks"]
    gone = ("report-remove", "take-it-down")
    tasks[:] = [task for task in tasks if (task if isinstance(task, str) else task["step"]) not in gone]
    found = [one for one in proofs.findings(with_graph(loaded, graph)) if one.kind == "promise"]
    assert any("Report Remove or Take It Down" in one.about for one in found)


@pytest.mark.parametrize(
    ("plan", "step", "to", "promise"),
    [
        ("t4", "dont-pay", 8, "not paying comes first"),
        ("t4", "dont-pay", 5, "not paying comes first"),
        ("t5", "dont-pay", 7, "not paying comes first"),
        ("t8", "dont-pay", 9, "not paying comes first"),
        ("t4", "block", 2, "before it is kept"),
        ("t1", "report-content", 2, "before it is kept"),
        ("t7", "report-account", 2, "before it is kept"),
        ("t1", "device-safety", 9, "device safety come first"),
        ("t3", "block", 2, "device safety come first"),
        ("t1", "keep-a-case", 1, "device safety come first"),
        ("t8", "keep-text-only", 1, "device safety come first"),
    ],
)
def test_a_step_in_a_dangerous_place_breaks_its_promise(loaded, graph, plan, step, to, promise):
    moved(plan_of(graph, plan)["tasks"], step, to)
    every = list(proofs.findings(with_graph(loaded, graph)))
    assert any(promise in one.about for one in every if one.kind == "promise")
    lists = [one.about for one in every if one.kind == "order"]
    assert lists
    assert all(about.startswith(f"{plan}: ") and f" {step} " in f"{about} " for about in lists)
    assert all(dict(one.answers)["danger"] for one in every if one.kind in {"order", "promise"})


def test_only_within_the_hour_may_the_bank_stand_before_not_paying(loaded, graph):
    tasks = plan_of(graph, "t5")["tasks"]
    tasks[:] = [task for task in tasks if isinstance(task, str) or task["step"] != "bank"]
    tasks.insert(0, "bank")
    found = [one for one in proofs.findings(with_graph(loaded, graph)) if "not paying" in one.about]
    assert found
    assert not any(("paid_when", "hour") in one.answers for one in found)


def test_an_adult_is_not_sent_to_report_remove(loaded, graph):
    plan_of(graph, "t6")["tasks"].append("report-remove")
    assert any("refuses adults" in one.about for one in proofs.findings(with_graph(loaded, graph)))


def test_the_crisis_page_is_one_press_away(loaded, graph):
    screen_of(graph, "danger")["next"] = [{"when": {"danger": "danger"}, "go": "crisis"}, {"else": "who"}]
    assert str(proofs.refused(with_graph(loaded, graph))) == "no crisis page after one press: danger=suicide"
    plain = with_step(loaded, "crisis", kinds=("support",))
    assert "no crisis page after one press" in kinds_found(plain)


def test_the_crisis_page_names_someone_who_answers(loaded):
    police, listens = (
        loaded.contacts[one].model_copy(update={"roles": roles})
        for one, roles in (("SV-999", ("emergency",)), ("SV-SAM", ("crisis",)))
    )
    asleep = listens.model_copy(update={"always": False})
    a_form = listens.model_copy(update={"phone": "", "text": ""})
    assert list(proofs._crisis_in_one_press(with_contacts(loaded, police, listens))) == []
    for contacts in ((), (police,), (listens,), (police, asleep), (police, a_form)):
        found = [str(one) for one in proofs._crisis_in_one_press(with_contacts(loaded, *contacts))]
        assert found == ["the crisis page lacks someone who answers: crisis"] * 2


def test_nobody_who_answers_at_night_is_named(loaded):
    found = [str(one) for one in proofs._nights(dataclasses.replace(loaded, contacts={}))]
    assert len(found) == 2 * len(set(found)) == 2 * 5 * 4
    assert {"nobody answers at night: no nation no age", "nobody answers at night: ni adult"} <= set(found)
    awake = {name: one for name, one in loaded.contacts.items() if not one.always or not one.answers}
    assert len(list(proofs._nights(dataclasses.replace(loaded, contacts=awake)))) == 2 * 5 * 4
    assert proofs.CHRISTMAS_NIGHT.astimezone(directory.LONDON).hour == 3


def test_a_night_without_a_crisis_and_one_with_it_are_both_looked_at(loaded, monkeypatch):
    callers = []
    monkeypatch.setattr(directory, "who_can_help", lambda contacts, caller, *, at: callers.append(caller) or ())
    assert list(proofs._nights(loaded))
    nations, ages = (*directory.CALENDARS, ""), (*directory.AGES, "")
    wanted = {directory.Caller(*one) for one in product(nations, ages, (True, False))}
    assert set(callers) == wanted


def test_values_that_nothing_tells_apart_are_alike(loaded):
    alike = proofs.likeness(loaded)
    assert alike["who_is_it"] == {"known": 2, "met_online": 3}  # known and unsure; online, stranger, mail
    assert alike["danger"] == {"danger": 2, "neither": 2}
    assert alike["nation"] == {"england": 6}
    assert sum(alike["what"].values()) == len(loaded.facts["what"].values)
    assert {"paid", "scam_mail", "hacked", "threat"} <= set(alike["what"])


def test_one_path_of_each_likeness_finds_what_walking_all_of_them_finds(loaded):
    """The walk against the slow way: every value of every fact, without likeness."""
    walk, all_values = proofs.Walk(loaded), proofs.Walk(loaded)
    all_values.alike = {name: dict.fromkeys(fact.values, 1) for name, fact in loaded.facts.items()}
    short, long = list(proofs._leaves(walk)), list(proofs._leaves(all_values))
    assert sum(weight for *_, weight in short) == len(long)
    assert lists(loaded, short) == lists(loaded, long)


def lists(loaded, leaves):
    plans = ((engine.plan_for(loaded.flow, facts), facts) for facts, *_ in leaves)
    return {(plan.id, engine.tasks_for(plan, facts)) for plan, facts in plans}


def test_later_facts_cross_only_the_plans_that_read_them(loaded):
    t1 = next(plan for plan in loaded.flow.plans if plan.id == "t1")
    crossed = list(proofs._crossings(proofs.Walk(loaded), t1))
    assert {} in crossed
    assert {fact for one in crossed for fact in one} == {"blocked", "police"}
    assert len(crossed) == 3 * 3


def test_a_new_answer_that_no_condition_knows_still_leads_somewhere_safe(loaded):
    what = loaded.facts["what"]
    more = {**loaded.facts, "what": Fact(values=(*what.values, "brand_new"), unsure="unsure")}
    assert list(proofs._paths(proofs.Walk(dataclasses.replace(loaded, facts=more)))) == []
