"""Walks every path of the guidance and names what could strand or endanger someone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from itertools import product
from math import prod
from pathlib import Path

from guidance import directory, engine, promises
from guidance.conditions import Is, atoms
from guidance.content import Content
from guidance.promises import Promise
from guidance.records import PLAN, PlanRecord

Facts = Mapping[str, str]
CHRISTMAS_NIGHT = datetime(2026, 12, 25, 3, 0, tzinfo=directory.LONDON)
CODE = (
    "conditions",
    "records",
    "wording",
    "content",
    "crosscheck",
    "engine",
    "directory",
    "promises",
    "proofs",
)


@dataclass(frozen=True)
class Finding:
    """One fault: its kind, what it is about, and answers that lead to it."""

    kind: str
    about: str
    answers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        path = ", ".join(f"{fact}={value}" for fact, value in self.answers)
        return f"{self.kind}: {self.about}" + (f" ({path})" if path else "")


@dataclass
class Walk:
    """What one walk has met."""

    content: Content
    paths: int = 0
    screens: set[str] = field(default_factory=set)
    plans: set[str] = field(default_factory=set)
    tasks: set[str] = field(default_factory=set)
    told: set[object] = field(default_factory=set)

    @cached_property
    def alike(self) -> dict[str, dict[str, int]]:
        return likeness(self.content)

    @cached_property
    def crossings(self) -> dict[str, list[dict[str, str]]]:
        return {plan.id: _crossings(self, plan) for plan in self.content.flow.plans}

    @cached_property
    def promises(self) -> tuple[tuple[Promise, ...], tuple[Promise, ...]]:
        """Those that a path decides, and those that wait for a later fact."""
        later = self.content.flow.later_facts
        waits = {one.name for one in promises.PROMISES if any(atom.fact in later for atom in atoms(one.when))}
        settled = tuple(one for one in promises.PROMISES if one.name not in waits)
        return settled, tuple(one for one in promises.PROMISES if one.name in waits)

    def once(self, finding: Finding, about: object) -> Iterator[Finding]:
        """The finding, the first time that something is found about it."""
        if (finding.kind, about) not in self.told:
            self.told.add((finding.kind, about))
            yield finding


_proved: dict[tuple[str, str], tuple[Finding, ...]] = {}


def prove(content: Content) -> tuple[Finding, ...]:
    """Every finding; none means that the content may be served. Cached by the hash of content and engine."""
    key = (content.hash, engine_hash())
    if key not in _proved:
        _proved[key] = tuple(findings(content))
    return _proved[key]


def refused(content: Content) -> Finding | None:
    """The first finding, or None; stops there, so that a broken flow is refused fast. Not cached."""
    return next(findings(content), None)


@lru_cache(maxsize=1)
def engine_hash() -> str:
    """SHA-256, in hex, of the code that a proof rests on."""
    folder = Path(__file__).resolve().parent
    return hashlib.sha256(b"".join((folder / f"{name}.py").read_bytes() for name in CODE)).hexdigest()


def findings(content: Content) -> Iterator[Finding]:
    """Findings as they are met, quickest first: entry, journeys, each path, what no path reached, nights."""
    walk = Walk(content)
    yield from _crisis_in_one_press(content)
    yield from _journeys(content)
    yield from _paths(walk)
    yield from _unreached(walk)
    yield from _nights(content)


# --- the walk ---------------------------------------------------------------------------------------------


def _paths(walk: Walk) -> Iterator[Finding]:
    for facts, path, weight in _leaves(walk):
        if path[-1] in path[:-1]:
            yield Finding("loop", path[-1], tuple(facts.items()))
            return
        walk.paths += weight
        if walk.paths > promises.MAX_PATHS:
            yield Finding("too many paths", f"more than {promises.MAX_PATHS}")
            return
        yield from _shape(walk, facts, path)
        yield from _ends(walk, facts)


def _leaves(walk: Walk) -> Iterator[tuple[Facts, tuple[str, ...], int]]:
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


def _shape(walk: Walk, facts: Facts, path: tuple[str, ...]) -> Iterator[Finding]:
    """A path asks few questions, the gates first."""
    steps = walk.content.steps
    asked = [screen for screen in path if steps[screen].head.kind == "question"]
    if len(asked) > promises.MAX_SCREENS:
        yield from walk.once(Finding("more than six screens", path[-1], tuple(facts.items())), path)
    order = [fact for fact in facts if fact not in {"go_on", "who"}]
    if tuple(order[: len(promises.GATES)]) != promises.GATES:
        yield from walk.once(Finding("gate order", " ".join(path), tuple(facts.items())), path)


def _ends(walk: Walk, facts: Facts) -> Iterator[Finding]:
    """The plan of this path, crossed with the later facts that it or a promise reads."""
    plan = engine.plan_for(walk.content.flow, facts)
    walk.plans.add(plan.id)
    settled, open_still = walk.promises
    holding = tuple(promise for promise in settled if promise.when.holds(facts))
    hour = promises.BANK_MAY_LEAD.holds(facts)
    for later in walk.crossings[plan.id]:
        known = {**facts, **later}
        tasks = engine.tasks_for(plan, known)
        held = holding + tuple(promise for promise in open_still if promise.when.holds(known))
        key = (plan.id, tasks, tuple(promise.name for promise in held), hour)
        if key not in walk.told:
            walk.told.add(key)
            walk.tasks.update(tasks)
            yield from _list_faults(walk, plan, tasks, held, known)


def _crossings(walk: Walk, plan: PlanRecord) -> list[dict[str, str]]:
    """Every kind of answer, none included, to the later facts that this plan or a promise reads."""
    read = [task.when for task in plan.tasks] + [promise.when for promise in promises.PROMISES]
    compared = {atom.fact for condition in read for atom in atoms(condition)}
    facts = sorted(compared & walk.content.flow.later_facts)
    crossed = product(*((None, *walk.alike[fact]) for fact in facts))
    return [{fact: value for fact, value in zip(facts, row, strict=True) if value} for row in crossed]


# --- one list ---------------------------------------------------------------------------------------------


def _list_faults(
    walk: Walk, plan: PlanRecord, tasks: tuple[str, ...], holding: tuple[Promise, ...], facts: Facts
) -> Iterator[Finding]:
    answers = tuple(facts.items())
    steps = walk.content.steps
    if len(set(tasks)) != len(tasks):
        yield Finding("shown twice", plan.id, answers)
    for task in tasks:
        if steps[task].head.action in plan.never:
            yield Finding("never shown here", f"{plan.id}: {task}", answers)
    if not promises.in_order(tasks, promises.ORDERS.get(plan.id, "")):
        yield Finding("order", f"{plan.id}: {' '.join(tasks)}", answers)
    hour = promises.BANK_MAY_LEAD.holds(facts)
    kinds: list[frozenset[str]] = [frozenset(steps[task].head.kinds) for task in tasks]
    for promise in holding:
        if not promises.kept(promise, kinds, bank_may_lead=hour):
            yield Finding("promise", f"{plan.id}: {promise.name}", answers)


# --- the whole --------------------------------------------------------------------------------------------


def _crisis_in_one_press(content: Content) -> Iterator[Finding]:
    for value in ("danger", "suicide"):
        end = engine.replay(content, {"danger": value})
        head = content.steps[end.screen.id].head if isinstance(end, engine.Outcome) else None
        if head is None or "crisis" not in head.kinds:
            yield Finding("no crisis page after one press", f"danger={value}")
        elif not _roles_at_night(content, head.contacts) >= {"emergency", "crisis"}:
            yield Finding("the crisis page lacks someone who answers", head.id)


def _roles_at_night(content: Content, contacts: tuple[str, ...]) -> frozenset[str]:
    listed = [directory.listing(content.contacts[one], at=CHRISTMAS_NIGHT) for one in contacts]
    answering = [one.contact.roles for one in listed if one.open and one.contact.answers]
    return frozenset[str]().union(*answering)


def _unreached(walk: Walk) -> Iterator[Finding]:
    flow = walk.content.flow
    plans = {plan.id: plan for plan in flow.plans}
    yield from (Finding("unreachable screen", one) for one in sorted(set(flow.screens) - walk.screens))
    yield from (Finding("unreachable plan", one) for one in sorted(set(plans) - walk.plans))
    asked = {later.id for later in flow.later.values() if set(later.on) & walk.tasks}
    outcomes = {plans[one].outcome for one in walk.plans}
    reached = walk.screens | walk.tasks | asked | outcomes
    yield from (Finding("unreachable step", one) for one in sorted(set(walk.content.steps) - reached))
    wanted = set(plans) ^ set(promises.ORDERS)
    yield from (Finding("no promised order", one) for one in sorted(wanted))


def _journeys(content: Content) -> Iterator[Finding]:
    for journey in content.journeys:
        shown, situation = _shown(content, journey.answers)
        missing = [step for step in journey.must_show if step not in shown]
        wrong = [step for step in journey.must_never_show if step in shown]
        order = [step for step in shown if step in journey.order]
        if situation != journey.situation:
            yield Finding("journey", f"{journey.name}: leads to {situation}, not {journey.situation}")
        elif missing or wrong or order != [step for step in journey.order if step in shown]:
            yield Finding("journey", f"{journey.name}: missing {missing}, wrong {wrong}, order {order}")


def _shown(content: Content, answers: Facts) -> tuple[tuple[str, ...], str]:
    """The steps and the situation that a persona is led to."""
    try:
        end = engine.replay(content, answers)
    except engine.FlowLoops:
        return (), "loop"
    if isinstance(end, engine.Plan):
        return (*end.path, end.record.outcome, *end.tasks), end.situation
    return end.path, "crisis" if isinstance(end, engine.Outcome) else "question"


def _nights(content: Content) -> Iterator[Finding]:
    """At 03:00 on Christmas Day someone answers the phone or a text, whoever asks and wherever they are."""
    contacts = content.contacts.values()
    for nation, age, crisis in product((*directory.CALENDARS, ""), (*directory.AGES, ""), (True, False)):
        caller = directory.Caller(nation=nation, age=age, crisis=crisis)
        listed = directory.who_can_help(contacts, caller, at=CHRISTMAS_NIGHT)
        if not any(first.open and first.contact.answers for first in listed[:1]):
            yield Finding("nobody answers at night", f"{nation or 'no nation'} {age or 'no age'}")
