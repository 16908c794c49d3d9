from __future__ import annotations

import dataclasses
from typing import get_args

import pytest

from guidance import promises, proofs
from guidance.directory import in_words
from guidance.records import End
from tests.guidance.changing import plan_of, task_of
from tests.guidance.mutants import with_graph, with_step

# The eleven outcomes of the reference (9.5), and the steps that are their pages.
OUTCOMES = {
    "OUT-CRISIS": {"crisis"},
    "OUT-POLICE": {"police"},
    "OUT-TAKEDOWN": {"report-content"},
    "OUT-HASH": {"hash-adult", "report-remove", "take-it-down"},
    "OUT-BANK": {"bank"},
    "OUT-SCAM": {"forward-scam"},
    "OUT-SCHOOL": {"school-lead"},
    "OUT-OFFICE": {"office"},
    "OUT-SUPPORT": {"support"},
    "OUT-EVIDENCE": {"keep-a-case"},
    "OUT-NOTSURE": {"not-sure"},
}


def found(changed, kind):
    return {one.about for one in proofs.findings(changed) if one.kind == kind}


def with_contact(loaded, name, **changes):
    contact = loaded.contacts[name].model_copy(update=changes)
    return dataclasses.replace(loaded, contacts={**loaded.contacts, name: contact}, hash="changed")


# --- where paths end --------------------------------------------------------------------------------------


def test_the_eleven_outcomes_are_those_of_the_reference():
    assert set(get_args(End)) == set(OUTCOMES)
    assert len(OUTCOMES) == 11


@pytest.mark.parametrize("end", OUTCOMES)
def test_each_outcome_is_a_page_that_somebody_is_led_to(loaded, walk, end):
    pages = {name for name, step in loaded.steps.items() if end in step.head.ends}
    assert pages >= OUTCOMES[end]
    shown = walk.screens | walk.tasks | {plan.outcome for plan in loaded.flow.plans}
    assert pages <= shown


@pytest.mark.parametrize("end", OUTCOMES)
def test_an_outcome_that_no_path_leads_to_is_named(loaded, walk, end):
    changed = loaded
    for name in loaded.steps:
        ends = tuple(one for one in loaded.steps[name].head.ends if one != end)
        changed = with_step(changed, name, ends=ends)
    unreached = proofs._unreached(dataclasses.replace(walk, content=changed))  # its graph is the same
    assert list(unreached) == [proofs.Finding("no path ends there", end)]


def test_an_outcome_on_a_page_that_nobody_reaches_does_not_count(loaded, graph):
    for plan in graph["plans"]:
        plan["tasks"] = [task for task in plan["tasks"] if task != "forward-scam"]
    assert "OUT-SCAM" in found(with_graph(loaded, graph), "no path ends there")


# --- what a letter and the pack have to say ---------------------------------------------------------------


def test_a_list_asks_for_all_that_its_letter_and_its_pack_say(walk):
    for _plan, tasks in walk.lists:
        assert list(proofs._not_asked(walk, tasks)) == []


def without_need(loaded, need):
    changed = loaded
    for name, step in loaded.steps.items():
        if need in step.head.collects:
            kept = tuple(one for one in step.head.collects if one != need)
            changed = with_step(changed, name, collects=kept)
    return changed


@pytest.mark.parametrize("need", sorted(promises.LETTER_NEEDS | promises.PACK_NEEDS))
def test_a_letter_or_a_pack_that_lacks_something_is_named(loaded, need):
    lacking = found(without_need(loaded, need), "never asked for")
    assert f"t1: {need}" in lacking
    assert all(about.endswith(f": {need}") for about in lacking)


def test_a_letter_needs_five_things_and_a_pack_two(loaded, walk):
    bare = dataclasses.replace(walk, content=with_all(loaded, collects=()))
    assert list(proofs._not_asked(bare, ("report-content",))) == ["account", "address", "when", "whose"]
    assert list(proofs._not_asked(bare, ("report-account",))) == ["account", "address", "when", "whose"]
    assert list(proofs._not_asked(bare, ("keep-a-case",))) == ["what", "when"]
    assert list(proofs._not_asked(bare, ("keep-text-only", "report-account"))) == [
        *("account", "address", "what", "when", "whose"),
    ]
    assert list(proofs._not_asked(bare, ("breathe", "police"))) == []


def with_all(loaded, **changes):
    changed = loaded
    for name in loaded.steps:
        changed = with_step(changed, name, **changes)
    return changed


def test_what_is_asked_on_another_list_does_not_help(loaded, graph):
    tasks = plan_of(graph, "t17")["tasks"]
    tasks[:] = [task for task in tasks if task_of(task) != "save-evidence"]
    assert found(with_graph(loaded, graph), "never asked for") == {"t17: account", "t17: what", "t17: when"}


# --- hours ------------------------------------------------------------------------------------------------


def test_hours_that_were_promised_are_those_of_the_contacts(loaded):
    assert list(proofs._hours(loaded)) == []
    known = {name for name, one in loaded.contacts.items() if in_words(one)}
    assert known == set(promises.HOURS)


@pytest.mark.parametrize("name", sorted(promises.HOURS))
def test_a_service_that_answers_at_other_hours_is_named(loaded, name):
    contact = loaded.contacts[name]
    later = [one.model_copy(update={"closes": one.closes.replace(minute=59)}) for one in contact.hours[:1]]
    changes = {"always": False} if contact.always else {"hours": (*later, *contact.hours[1:])}
    changed = with_contact(loaded, name, **changes)
    said = in_words(changed.contacts[name])
    assert list(proofs._hours(changed)) == [proofs.Finding("other hours than promised", f"{name}: {said}")]


def test_a_service_that_works_on_other_days_is_named(loaded):
    assert found(with_contact(loaded, "SV-RPH", bank_holidays="open"), "other hours than promised") == {
        "SV-RPH: mon tue wed thu fri 10:00-16:00"
    }


def test_a_service_that_went_or_came_without_a_promise_is_named(loaded):
    gone = {name: one for name, one in loaded.contacts.items() if name != "SV-SHOUT"}
    new = loaded.contacts["SV-SAM"].model_copy(update={"id": "SV-NEW"})
    changed = dataclasses.replace(loaded, contacts={**gone, "SV-NEW": new}, hash="changed")
    assert {str(one) for one in proofs._hours(changed)} == {
        "other hours than promised: SV-SHOUT: not listed",
        "other hours than promised: SV-NEW: always",
    }


def test_the_hours_of_a_contact_of_the_operator_are_the_operators(loaded):
    changed = with_contact(loaded, "SV-RPH", always=True, hours=())
    assert [one.about for one in proofs._hours(changed)] == ["SV-RPH: always"]
    assert list(proofs._hours(dataclasses.replace(changed, own=frozenset({"SV-RPH"})))) == []
