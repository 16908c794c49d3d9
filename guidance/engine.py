"""Replays a person's answers from the start, on every request, into the question or the plan they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guidance.content import Content
from guidance.records import PLAN, Flow, PlanRecord, Screen

CRISIS = frozenset({"danger", "suicide", "unsure"})


class FlowLoops(Exception):
    """The screens lead back to one of themselves; the proofs refuse such content before it is served."""


@dataclass(frozen=True)
class Question:
    """A screen that waits for an answer. `path` ends with it; `facts` are the answers given on the way."""

    screen: Screen
    path: tuple[str, ...]
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """A page on the way that ends the questions unless the person goes on (the crisis page)."""

    screen: Screen
    path: tuple[str, ...]
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """The list of one situation. `facts` hold the answers in force, later ones too, and the situation."""

    record: PlanRecord
    tasks: tuple[str, ...]
    path: tuple[str, ...]
    facts: Mapping[str, str]

    @property
    def situation(self) -> str:
        return self.record.situation


def replay(content: Content, answers: Mapping[str, str]) -> Question | Outcome | Plan:
    """Where these answers lead; unknown facts, unknown values and answers off the path have no effect.

    An answer to a later screen stays in force after an earlier one is changed, as long as its screen
    is still on the path. Raises FlowLoops.
    """
    given = valid(content, answers)
    facts: dict[str, str] = {}
    path: tuple[str, ...] = ()
    at = content.flow.start
    while at != PLAN:
        if at in path:
            raise FlowLoops(at)
        screen, path = content.flow.screens[at], (*path, at)
        facts |= {fact: given[fact] for fact in screen.asks if fact in given}
        if not all(fact in facts for fact in screen.asks):
            return _waiting(content, screen, path, facts)
        at = follow(screen, facts)
    return _planned(content.flow, path, facts | _later(content.flow, given))


def valid(content: Content, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers that the content still knows."""
    facts = content.facts
    return {fact: value for fact, value in answers.items() if fact in facts and value in facts[fact].values}


def follow(screen: Screen, facts: Mapping[str, str]) -> str:
    """The screen after this one, or PLAN; the last edge always holds."""
    return next(edge.go for edge in screen.next if edge.when.holds(facts))


def plan_for(flow: Flow, facts: Mapping[str, str]) -> PlanRecord:
    """The first plan that holds; the last always does."""
    return next(plan for plan in flow.plans if plan.when.holds(facts))


def tasks_for(plan: PlanRecord, facts: Mapping[str, str]) -> tuple[str, ...]:
    """The steps of the plan for this person, in order."""
    return tuple(task.step for task in plan.tasks if task.when.holds(facts))


def in_crisis(facts: Mapping[str, str]) -> bool:
    """Someone is in danger or thinks of suicide, or is not sure: the crisis contacts stand on top."""
    return facts.get("danger") in CRISIS


def _waiting(content: Content, screen: Screen, path: tuple[str, ...], facts: Mapping[str, str]) -> Question | Outcome:
    if content.steps[screen.id].head.kind == "outcome":
        return Outcome(screen, path, facts)
    return Question(screen, path, facts)


def _later(flow: Flow, given: Mapping[str, str]) -> dict[str, str]:
    return {fact: value for fact, value in given.items() if fact in flow.later_facts}


def _planned(flow: Flow, path: tuple[str, ...], facts: Mapping[str, str]) -> Plan:
    record = plan_for(flow, facts)
    return Plan(record, tasks_for(record, facts), path, {**facts, "situation": record.situation})
