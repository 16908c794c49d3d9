from __future__ import annotations

import re
from typing import get_args

import pytest

from guidance import crosscheck, promises, proofs
from guidance.promises import PROMISES
from guidance.records import Kind, Need
from tests.guidance.changing import moved, plan_of, task_of
from tests.guidance.mutants import with_graph

CITED = re.compile(r"\(([^()]+)\)")
OF_THE_REFERENCE = re.compile(r"T([1-9]|1\d|2[0-5])|A([0-2]\d|3[0-5])")  # situations and actions


def broken(changed, promise):
    """Whether the proof names this promise, in any list."""
    return any(promise in one.about for one in proofs.findings(changed) if one.kind == "promise")


@pytest.mark.parametrize("plan", ["t6", "t7", "t8", "t9", "t11", "t16", "t18", "t25", "not-sure-under-18"])
@pytest.mark.parametrize("step", ["save-evidence", "hash-adult", "keep-a-case"])
def test_under_18_never_captures_hashes_or_uploads_a_picture(loaded, graph, plan, step, monkeypatch):
    monkeypatch.setattr(promises, "ORDERS", {})
    plan_of(graph, plan)["never"] = []
    tasks = plan_of(graph, plan)["tasks"]
    tasks[:] = [task for task in tasks if task_of(task) != step]
    tasks.append(step)
    assert broken(with_graph(loaded, graph), "no picture of someone who may be under 18")


@pytest.mark.parametrize("plan", ["t6", "t7", "t8", "t9", "t11", "t16", "t25", "not-sure-under-18"])
def test_under_18_always_has_report_remove_or_take_it_down(loaded, graph, plan):
    tasks = plan_of(graph, plan)["tasks"]
    gone = ("report-remove", "take-it-down")
    tasks[:] = [task for task in tasks if task_of(task) not in gone]
    assert broken(with_graph(loaded, graph), "Report Remove or Take It Down")


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
    found = [one for one in proofs.findings(with_graph(loaded, graph)) if one.kind == "promise"]
    assert any("not paying" in one.about for one in found)
    assert not any(("paid_when", "hour") in one.answers for one in found)


def test_an_adult_is_not_sent_to_report_remove(loaded, graph):
    plan_of(graph, "t6")["tasks"].append("report-remove")
    assert broken(with_graph(loaded, graph), "refuses adults")


# --- every promise of promises.toml -------------------------------------------------------------------------


def parts():
    """Each thing that a promise asks for: one group of needs, what it never shows, what it guards, what is first."""
    for promise in PROMISES:
        yield from ((promise, f"needs {place}") for place in range(len(promise.needs)))
        wanted = {"never": promise.never, "guards": promise.guards, "first": promise.first}
        yield from ((promise, part) for part, named in wanted.items() if named)


@pytest.mark.parametrize(("promise", "part"), [pytest.param(*one, id=f"{one[0].name}: {one[1]}") for one in parts()])
def test_every_promise_is_broken_by_a_change_and_then_named(loaded, walk, graph, promise, part):
    kinds = {name: set(step.head.kinds) for name, step in loaded.steps.items()}
    for plan, tasks in sorted({(plan, tasks) for plan, tasks, held, _hour in walk.told if promise.name in held}):
        if BREAK[part.split()[0]](plan_of(graph, plan)["tasks"], tasks, kinds, promise, part):
            assert broken(with_graph(loaded, graph), promise.name)
            return
    pytest.fail("nobody is ever in the situation that the promise speaks of")


def _without(listed, _tasks, kinds, promise, part):
    group = promise.needs[int(part.split()[1])]
    listed[:] = [task for task in listed if not kinds[task_of(task)] & group] or ["complain"]
    return True


def _with(listed, tasks, kinds, promise, _part):
    listed.append(next(name for name, own in kinds.items() if own & promise.never and name not in tasks))
    return True


def _too_early(listed, tasks, kinds, promise, _part):
    guarded = [task for task in tasks if kinds[task] & promise.guards and promise.spare not in kinds[task]]
    if guarded:
        moved(listed, guarded[0], 0)
    return bool(guarded)


def _not_first(listed, _tasks, _kinds, _promise, _part):
    listed.insert(0, "complain")
    return True


BREAK = {"needs": _without, "never": _with, "guards": _too_early, "first": _not_first}


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.name)
def test_every_promise_says_why_and_cites_the_reference(loaded, promise):
    cited = [one for found in CITED.findall(promise.reason) for one in found.split(", ")]
    ids = [one for one in cited if not one.startswith("design")]
    assert ids, promise.reason
    for one in ids:
        assert crosscheck.REFERENCE.match(one) or one in loaded.sources or OF_THE_REFERENCE.fullmatch(one), one


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.name)
def test_every_promise_speaks_of_kinds_that_some_step_has(loaded, promise):
    named = {*promise.never, *promise.before, *promise.guards, *promise.may_precede}.union(*promise.needs)
    named |= {promise.spare, promise.first} - {""}
    assert named <= set(get_args(Kind))
    assert named <= {kind for step in loaded.steps.values() for kind in step.head.kinds}


def test_every_promise_asks_for_something_and_stands_once():
    assert {promise.name for promise, _part in parts()} == {promise.name for promise in PROMISES}
    assert len({promise.name for promise in PROMISES}) == len(PROMISES)
    assert all(bool(promise.before) == bool(promise.guards) for promise in PROMISES)


def test_what_letters_and_packs_need_are_known_needs():
    assert get_args(Need)
    assert {"address", "account", "when", "whose"} == promises.LETTER_NEEDS
    assert {"when", "what"} == promises.PACK_NEEDS
    assert set(get_args(Need)) >= promises.LETTER_NEEDS | promises.PACK_NEEDS


def test_the_limits_that_a_path_must_keep():
    assert (promises.MAX_SCREENS, promises.MAX_PATHS, promises.FIRST_PAGE) == (6, 200_000, 6)
    assert promises.GATES == ("danger", "shown_age", "my_age")
    assert {"ready", "go_on", "who"} == promises.BEFORE_GATES
