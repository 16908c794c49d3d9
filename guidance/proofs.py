"""Walks every path of the guidance and names what could strand or endanger someone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import islice, product
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
    return next(islice(findings(content), 1), None)


@lru_cache(maxsize=1)
def engine_hash() -> str:
    """SHA-256, in hex, of the code that a proof rests on."""
    folder = Path(__file__).resolve().parent
    return hashlib.sha256(b"".join((folder / f"{name}.py").read_bytes() for name in CODE)).hexdigest()


def findings(content: Content) -> Iterator[Finding]:
    """Findings as they are met: entry, then each path, then what no path reached, journeys and nights."""
    walk = Walk(content)
    yield from _crisis_in_one_press(content)
    yield from _paths(walk)
    yield from _unreached(walk)
    yield from _journeys(content)
    yield from _nights(content)


# --- the walk ---------------------------------------------------------------------------------------------


def _paths(walk: Walk) -> Iterator[Finding]:
    seen: set[tuple[int | None, ...]] = set()
    likeness = _likeness(walk.content)
    for facts, path in _leaves(walk):
        if isinstance(facts, Finding):
            yield facts
            return
        walk.paths += 1
        if walk.paths > promises.MAX_PATHS:
            yield Finding("too many paths", f"more than {promises.MAX_PATHS}")
            return
        yield from _shape(walk, facts, path)
        key = tuple(alike.get(facts.get(fact, "")) for fact, alike in likeness.items())
        if key not in seen:
            seen.add(key)
            yield from _ends(walk, facts, likeness)


def _leaves(walk: Walk) -> Iterator[tuple[Facts | Finding, tuple[str, ...]]]:
    """The answers and screens of each path, once it has reached the plan."""
    flow, values = walk.content.flow, {name: fact.values for name, fact in walk.content.facts.items()}
    stack: list[tuple[str, dict[str, str], tuple[str, ...]]] = [(flow.start, {}, ())]
    while stack:
        at, facts, path = stack.pop()
        if at == PLAN:
            yield facts, path
            continue
        if at in path:
            yield Finding("loop", at, tuple(facts.items())), path
            return
        screen = flow.screens[at]
        walk.screens.add(at)
        for answers in product(*(values[fact] for fact in screen.asks)):
            known = {**facts, **dict(zip(screen.asks, answers, strict=True))}
            stack.append((engine.follow(screen, known), known, (*path, at)))


def _likeness(content: Content) -> dict[str, dict[str, int]]:
    """Each fact that is read anywhere: its values numbered, alike where nothing tells them apart.

    Conditions see a fact only through their comparisons, so one path of each likeness stands for all.
    """
    read = [promise.when for promise in promises.PROMISES] + [Is("paid_when", frozenset({"hour"}))]
    for plan in content.flow.plans:
        read += [plan.when, *(task.when for task in plan.tasks)]
    compared = sorted(
        frozenset[Is]().union(*map(atoms, read)), key=lambda atom: (atom.fact, sorted(atom.values))
    )
    found: dict[str, dict[str, int]] = {}
    for fact in sorted({atom.fact for atom in compared} & set(content.facts)):
        told = [
            [value in atom.values for atom in compared if atom.fact == fact]
            for value in content.facts[fact].values
        ]
        found[fact] = {value: told.index(told[i]) for i, value in enumerate(content.facts[fact].values)}
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


def _ends(walk: Walk, facts: Facts, likeness: Mapping[str, Mapping[str, int]]) -> Iterator[Finding]:
    """The plan of this path, crossed with the later facts that it or a promise reads."""
    plan = engine.plan_for(walk.content.flow, facts)
    walk.plans.add(plan.id)
    for later in _crossings(walk.content, plan, likeness):
        known = {**facts, **later}
        tasks = engine.tasks_for(plan, known)
        walk.tasks.update(tasks)
        holding = tuple(promise for promise in promises.PROMISES if promise.when.holds(known))
        key = (plan.id, tasks, tuple(promise.name for promise in holding), _bank_may_lead(known))
        if key not in walk.told:
            walk.told.add(key)
            yield from _list_faults(walk, plan, tasks, holding, known)


def _crossings(
    content: Content, plan: PlanRecord, likeness: Mapping[str, Mapping[str, int]]
) -> Iterator[dict[str, str]]:
    """Every set of answers, none included, to the later facts that this plan or a promise reads."""
    read = [task.when for task in plan.tasks] + [promise.when for promise in promises.PROMISES]
    compared = {atom.fact for condition in read for atom in atoms(condition)}
    facts = sorted(compared & content.flow.later_facts)
    one_of_each = [{number: value for value, number in likeness[fact].items()}.values() for fact in facts]
    for answers in product(*((None, *values) for values in one_of_each)):
        yield {fact: value for fact, value in zip(facts, answers, strict=True) if value is not None}


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
    if not promises.in_order(tasks, promises.ORDERS.get(plan.situation, "")):
        yield Finding("order", f"{plan.id}: {' '.join(tasks)}", answers)
    kinds: list[frozenset[str]] = [frozenset(steps[task].head.kinds) for task in tasks]
    for promise in holding:
        if not promises.kept(promise, kinds, bank_may_lead=_bank_may_lead(facts)):
            yield Finding("promise", f"{plan.id}: {promise.name}", answers)


def _bank_may_lead(facts: Facts) -> bool:
    return facts.get("paid_when") == "hour"


# --- the whole --------------------------------------------------------------------------------------------


def _crisis_in_one_press(content: Content) -> Iterator[Finding]:
    for value in ("danger", "suicide"):
        end = engine.replay(content, {"danger": value})
        step = content.steps.get(end.path[-1])
        if not isinstance(end, engine.Outcome) or step is None or "crisis" not in step.head.kinds:
            yield Finding("no crisis page after one press", f"danger={value}")
        elif not {"emergency", "crisis"} <= _roles_at_night(content, step.head.contacts):
            yield Finding("the crisis page lacks someone who answers", step.head.id)


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
    wanted = {one.situation for one in flow.plans} ^ set(promises.ORDERS)
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
    end = engine.replay(content, answers)
    if isinstance(end, engine.Plan):
        return (*end.path, end.record.outcome, *end.tasks), end.situation
    return end.path, "crisis" if isinstance(end, engine.Outcome) else "question"


def _nights(content: Content) -> Iterator[Finding]:
    """At 03:00 on Christmas Day someone answers the phone or a text, whoever asks and wherever they are."""
    contacts = content.contacts.values()
    for nation, age, crisis in product((*directory.CALENDARS, ""), (*directory.AGES, ""), (True, False)):
        caller = directory.Caller(nation=nation, age=age, crisis=crisis)
        listed = directory.who_can_help(contacts, caller, at=CHRISTMAS_NIGHT)
        if not listed or not (listed[0].open and listed[0].contact.answers):
            yield Finding("nobody answers at night", f"{nation or 'no nation'} {age or 'no age'}")
