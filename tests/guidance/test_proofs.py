from __future__ import annotations

import dataclasses
import time
from itertools import product

import pytest

from guidance import directory, promises, proofs
from guidance.paths import Walk, leaves
from tests.guidance.changing import plan_of, screen_of
from tests.guidance.mutants import with_contacts, with_graph, with_step


def kinds_found(loaded):
    return {finding.kind for finding in proofs.findings(loaded)}


def test_the_content_that_ships_is_proved(loaded):
    assert list(proofs.findings(loaded)) == []
    assert proofs.prove(loaded) == ()
    assert proofs.refused(loaded) is None


def test_a_full_proof_takes_at_most_three_seconds(loaded):
    start = time.process_time()
    list(proofs.findings(loaded))
    assert time.process_time() - start <= 3


def test_every_path_is_walked(loaded, walk):
    """Counted once more, by hand, from the screens."""
    ages, grown = 3 * 4, 1  # of the pairs of answers to the question on age, one means that all are adults
    young = ages - grown
    near, live, place, image, paid, consent = 5 * 3, 3, 3, 4, 4, 3
    others = 11  # things that happened, all but "paid"
    school = young * 4 + grown * (3 + near)  # one of four kinds of matter goes on: a member of staff
    sent_or_did = 2 * ages
    helper = grown * consent * (others + paid) + young * (others + paid)
    parent = ages * (others + paid)
    mail = 1 + 2 * near
    shared = near * (grown * live * place + young)  # nobody looks where a picture of a child is
    mine = 3 * (shared + ages * (near * (2 * image + paid + 7) + mail))
    danger = 4
    assert walk.paths == danger * (school + sent_or_did + helper + parent + mine) == 51_008
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
    assert {
        *("conditions.py", "records.py", "wording.py", "files.py", "graph.py", "overlay.py", "content.py"),
        *("crosscheck.py", "engine.py", "directory.py", "promises.py", "paths.py", "proofs.py", "promises.toml"),
    } == set(proofs.CODE)
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
    paths = [path for _, path, _ in leaves(Walk(loaded))]
    assert max(len(path) for path in paths) == 8  # the page before the questions, and the crisis page
    assert max(sum(loaded.steps[one].head.kind == "question" for one in path) for path in paths) == 6


def test_gates_that_come_too_late_are_named(loaded, graph):
    screen_of(graph, "who")["next"] = [{"else": "what"}]
    screen_of(graph, "ages")["next"] = [{"else": "plan"}]
    screen_of(graph, "live")["next"] = [{"else": "ages"}]
    found = [one for one in proofs.findings(with_graph(loaded, graph)) if one.kind == "gate order"]
    assert found
    assert len({one.about for one in found}) == len(found)
    assert all(one.about.startswith("before danger ") and dict(one.answers)["danger"] for one in found)


def test_too_many_paths_are_refused(loaded, monkeypatch):
    monkeypatch.setattr(promises, "MAX_PATHS", 100)
    assert str(proofs.refused(loaded)) == "too many paths: more than 100"
    monkeypatch.setattr(promises, "MAX_PATHS", 51_008)
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
    begun = dataclasses.replace(loaded, journeys=(journey.model_copy(update={"situation": "crisis", "answers": {}}),))
    assert "leads to question, not crisis" in str(next(proofs._journeys(begun)))
    crisis = next(one for one in loaded.journeys if one.situation == "crisis")
    assert list(proofs._journeys(dataclasses.replace(loaded, journeys=(crisis, journey)))) == []


# --- the way in, and the night ------------------------------------------------------------------------------


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
