"""Walks every path of the guidance and names what could strand or endanger someone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import get_args

from guidance import directory, engine, promises
from guidance.content import Content
from guidance.paths import Facts, Walk, leaves
from guidance.promises import Promise
from guidance.records import PLAN, End, Need, PlanRecord

CHRISTMAS_NIGHT = datetime(2026, 12, 25, 3, 0, tzinfo=directory.LONDON)
CODE = (
    "conditions.py",
    "records.py",
    "wording.py",
    "files.py",
    "graph.py",
    "overlay.py",
    "content.py",
    "crosscheck.py",
    "engine.py",
    "directory.py",
    "promises.py",
    "paths.py",
    "proofs.py",
    "promises.toml",
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
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in CODE)).hexdigest()


def findings(content: Content) -> Iterator[Finding]:
    """Findings as they are met, quickest first: entry, hours, nights, journeys, each path, what no path reached."""
    walk = Walk(content)
    yield from _crisis_in_one_press(content)
    yield from _hours(content)
    yield from _nights(content)
    yield from _journeys(content)
    yield from _paths(walk)
    yield from _unreached(walk)


def walked(content: Content) -> Walk:
    """The walk along every path, with all that it met; its findings are not kept."""
    walk = Walk(content)
    for _finding in _paths(walk):
        pass
    return walk


# --- the walk ---------------------------------------------------------------------------------------------


def _paths(walk: Walk) -> Iterator[Finding]:
    for facts, path, weight in leaves(walk):
        if path[-1] in path[:-1]:
            yield Finding("loop", path[-1], tuple(facts.items()))
            return
        walk.paths += weight
        if walk.paths > promises.MAX_PATHS:
            yield Finding("too many paths", f"more than {promises.MAX_PATHS}")
            return
        yield from _shape(walk, facts, path)
        yield from _ends(walk, facts, weight)


def _shape(walk: Walk, facts: Facts, path: tuple[str, ...]) -> Iterator[Finding]:
    """A path asks few questions, the gates first."""
    steps = walk.content.steps
    asked = [screen for screen in path if steps[screen].head.kind == "question"]
    if len(asked) > promises.MAX_SCREENS:
        yield from _once(walk, Finding("more than six screens", path[-1], tuple(facts.items())), path)
    order = [fact for fact in facts if fact not in promises.BEFORE_GATES]
    if tuple(order[: len(promises.GATES)]) != promises.GATES:
        yield from _once(walk, Finding("gate order", " ".join(path), tuple(facts.items())), path)


def _ends(walk: Walk, facts: Facts, weight: int) -> Iterator[Finding]:
    """The plan of this path, crossed with the later facts that it or a promise reads."""
    for chosen in walk.choosing:
        yield from _ends_in(walk, {**facts, **chosen}, weight)


def _ends_in(walk: Walk, facts: Facts, weight: int) -> Iterator[Finding]:
    """The plan of this path and of the later facts that choose a plan."""
    plan = engine.plan_for(walk.content.flow, facts)
    walk.plans.add(plan.id)
    settled, open_still = walk.promises
    holding = tuple(promise for promise in settled if promise.when.holds(facts))
    hour = promises.BANK_MAY_LEAD.holds(facts)
    for later in walk.crossings[plan.id]:
        known = {**facts, **later}
        tasks = engine.tasks_for(plan, known)
        count, example = walk.lists.get((plan.id, tasks), (0, known))
        walk.lists[plan.id, tasks] = (count + weight, example)
        held = holding + tuple(promise for promise in open_still if promise.when.holds(known))
        key = (plan.id, tasks, tuple(promise.name for promise in held), hour)
        if key not in walk.told:
            walk.told.add(key)
            walk.tasks.update(tasks)
            yield from _list_faults(walk, plan, tasks, held, known)


def _once(walk: Walk, finding: Finding, about: object) -> Iterator[Finding]:
    """The finding, the first time that something is found about it."""
    if (finding.kind, about) not in walk.told:
        walk.told.add((finding.kind, about))
        yield finding


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
    kinds: list[promises.Kinds] = [frozenset(steps[task].head.kinds) for task in tasks]
    for promise in holding:
        if not promises.kept(promise, kinds, bank_may_lead=hour):
            yield Finding("promise", f"{plan.id}: {promise.name}", answers)

    yield from (Finding("never asked for", f"{plan.id}: {lack}", answers) for lack in _not_asked(walk, tasks))


def _not_asked(walk: Walk, tasks: tuple[str, ...]) -> Iterator[str]:
    """What a letter or the pack of this list has to say, and no step of it asks for."""
    heads = [walk.content.steps[task].head for task in tasks]
    asked: frozenset[Need] = frozenset(need for head in heads for need in head.collects)
    kinds = {kind for head in heads for kind in head.kinds}
    wanted = promises.LETTER_NEEDS if "report" in kinds else frozenset[Need]()
    wanted |= promises.PACK_NEEDS if "start-case" in kinds else frozenset[Need]()
    yield from sorted(wanted - asked)


# --- the whole --------------------------------------------------------------------------------------------


def _crisis_in_one_press(content: Content) -> Iterator[Finding]:
    for value in ("danger", "suicide"):
        end = engine.replay(content, {"ready": "yes", "danger": value})
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
    advice = {name for name, step in walk.content.steps.items() if step.head.kind == "advice"}
    asked = {later.id for later in flow.later.values() if set(later.on) & (walk.tasks | advice | {PLAN})}
    outcomes = {plans[one].outcome for one in walk.plans}
    reached = walk.screens | walk.tasks | asked | outcomes | advice
    yield from (Finding("unreachable step", one) for one in sorted(set(walk.content.steps) - reached))
    ends = {end for one in reached for end in walk.content.steps[one].head.ends}
    yield from (Finding("no path ends there", end) for end in sorted(set(get_args(End)) - ends))
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
    return end.path, "crisis" if "crisis" in content.steps[end.screen.id].head.kinds else "question"


def _nights(content: Content) -> Iterator[Finding]:
    """At 03:00 on Christmas Day someone answers the phone or a text, whoever asks and wherever they are."""
    contacts = content.contacts.values()
    for nation, age, crisis in product((*directory.CALENDARS, ""), (*directory.AGES, ""), (True, False)):
        caller = directory.Caller(nation=nation, age=age, crisis=crisis)
        listed = directory.who_can_help(contacts, caller, at=CHRISTMAS_NIGHT)
        if not any(first.open and first.contact.answers for first in listed[:1]):
            yield Finding("nobody answers at night", f"{nation or 'no nation'} {age or 'no age'}")


def _hours(content: Content) -> Iterator[Finding]:
    """Each service of ours answers when promises.toml says, and each that it names is there."""
    shown = {name: directory.in_words(one) for name, one in content.contacts.items() if name not in content.own}
    for name in sorted({*shown, *promises.HOURS} - content.own):
        if shown.get(name, "not listed") != promises.HOURS.get(name, ""):
            yield Finding("other hours than promised", f"{name}: {shown.get(name, 'not listed')}")
