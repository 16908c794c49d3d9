"""Every path from the first screen to a list: which answers are alike, and which later facts matter to a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from math import prod

from guidance import engine, promises
from guidance.conditions import Condition, Is, atoms
from guidance.content import Content
from guidance.promises import Promise
from guidance.records import PLAN, PlanRecord

Facts = Mapping[str, str]


@dataclass
class Walk:
    """What one walk has met."""

    content: Content
    paths: int = 0
    screens: set[str] = field(default_factory=set)
    plans: set[str] = field(default_factory=set)
    tasks: set[str] = field(default_factory=set)
    lists: dict[tuple[str, tuple[str, ...]], tuple[int, Facts]] = field(default_factory=dict)
    told: set[object] = field(default_factory=set)

    @cached_property
    def alike(self) -> dict[str, dict[str, int]]:
        return likeness(self.content)

    @cached_property
    def crossings(self) -> dict[str, list[dict[str, str]]]:
        return {plan.id: _crossings(self, plan) for plan in self.content.flow.plans}

    @cached_property
    def choosing(self) -> list[dict[str, str]]:
        """Every kind of answer, none included, to the later facts that choose a plan (the nation does)."""
        return _crossed(self, _later_in(self, _plan_conditions(self)))

    @cached_property
    def promises(self) -> tuple[tuple[Promise, ...], tuple[Promise, ...]]:
        """Those that a path decides, and those that wait for a later fact."""
        later = self.content.flow.later_facts
        waits = {one.name for one in promises.PROMISES if any(atom.fact in later for atom in atoms(one.when))}
        settled = tuple(one for one in promises.PROMISES if one.name not in waits)
        return settled, tuple(one for one in promises.PROMISES if one.name in waits)


def leaves(walk: Walk) -> Iterator[tuple[Facts, tuple[str, ...], int]]:
    """Answers and screens of each path to the plan, and how many paths it stands for; a loop ends its path."""
    flow = walk.content.flow
    stack: list[tuple[str, dict[str, str], tuple[str, ...], int]] = [(flow.start, {}, (), 1)]
    while stack:
        at, facts, path, weight = stack.pop()
        if at == PLAN or at in path:
            yield facts, path if at == PLAN else (*path, at), weight
            continue
        screen = flow.screens[at]
        walk.screens.add(at)
        for answers in product(*(walk.alike[fact].items() for fact in screen.asks)):
            known = facts | {fact: value for fact, (value, _) in zip(screen.asks, answers, strict=True)}
            count = prod(number for _, number in answers)
            stack.append((engine.follow(screen, known), known, (*path, at), weight * count))


def likeness(content: Content) -> dict[str, dict[str, int]]:
    """For each fact one value of each kind, and how many values are of that kind.

    Values are alike where no comparison of any screen, plan, task or promise tells them apart. Conditions
    see a fact only through their comparisons, so the path of one value is the path of all that are like it.
    """
    read = [promise.when for promise in promises.PROMISES] + [promises.BANK_MAY_LEAD]
    read += [edge.when for screen in content.flow.screens.values() for edge in screen.next]
    for plan in content.flow.plans:
        read += [plan.when, *(task.when for task in plan.tasks)]
    compared = frozenset[Is]().union(*map(atoms, read))
    return {
        name: _kinds(fact.values, [atom for atom in compared if atom.fact == name])
        for name, fact in content.facts.items()
    }


def _kinds(values: tuple[str, ...], compared: list[Is]) -> dict[str, int]:
    seen: dict[tuple[bool, ...], str] = {}
    found: dict[str, int] = {}
    for value in values:
        first = seen.setdefault(tuple(value in atom.values for atom in compared), value)
        found[first] = found.get(first, 0) + 1
    return found


def _crossings(walk: Walk, plan: PlanRecord) -> list[dict[str, str]]:
    """Every kind of answer, none included, to the later facts that this plan's tasks or a promise reads."""
    read = [task.when for task in plan.tasks] + [promise.when for promise in promises.PROMISES]
    return _crossed(walk, _later_in(walk, read) - _later_in(walk, _plan_conditions(walk)))


def _plan_conditions(walk: Walk) -> list[Condition]:
    return [plan.when for plan in walk.content.flow.plans]


def _later_in(walk: Walk, read: list[Condition]) -> frozenset[str]:
    return frozenset(atom.fact for one in read for atom in atoms(one)) & walk.content.flow.later_facts


def _crossed(walk: Walk, later: frozenset[str]) -> list[dict[str, str]]:
    facts = sorted(later)
    rows = product(*((None, *walk.alike[fact]) for fact in facts))
    return [{fact: value for fact, value in zip(facts, row, strict=True) if value} for row in rows]
