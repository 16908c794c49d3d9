"""What no single file shows: names that point nowhere, codes used twice, words that a choice lacks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from guidance.conditions import Condition, unknown
from guidance.records import PLAN, RESERVED_CODES, Later, Screen, StepHead
from guidance.wording import Piece

if TYPE_CHECKING:
    from guidance.content import Content, Step

# Ids of single facts in the project's reference; pages and records are cited by the ids of sources.toml.
REFERENCE = re.compile(r"^(EV|SE|L|U|SV|P|PF|SCH|PUB|D|C|RULE|VER|MEM|A)(-[A-Z0-9-]+)?$")


# What nobody can promise; nothing that is not confirmed may be said as if it were.
TOO_SURE = re.compile(
    r"\b(guarantee\w*|definitely|is (?:definitely )?a crime|100 ?%|you are too late|it is too late"
    r"|will (?:be|get) (?:removed|deleted|taken down|arrested|refunded|punished)|will (?:arrest|refund|remove) )",
    re.IGNORECASE,
)


def problems(content: Content) -> list[str]:
    """One sentence for each thing that does not fit together."""
    found: list[str] = []
    for check in (_codes, _graph, _conditions, _asked, _step_references, _record_sources, _journeys, _too_sure):
        found.extend(check(content))
    return found


def _codes(content: Content) -> Iterator[str]:
    groups: tuple[Iterable[Any], ...] = (
        [step.head for step in content.steps.values()],
        content.platforms.values(),
        content.contacts.values(),
    )
    counted = Counter([record.code for group in groups for record in group] + list(RESERVED_CODES))
    return (f"the code {code} stands {number} times" for code, number in counted.items() if number > 1)


def _graph(content: Content) -> Iterator[str]:
    flow = content.flow
    screens = {*flow.screens, PLAN}
    if flow.start not in flow.screens:
        yield f"flow.toml: it starts at {flow.start}, which is no screen"
    for screen in flow.screens.values():
        for edge in screen.next:
            if edge.go not in screens:
                yield f"flow.toml: {screen.id} goes to {edge.go}, which is no screen"
    for step, owner in _steps_of_flow(content):
        if step not in content.steps:
            yield f"flow.toml: {owner} names the step {step}, which has no file"


def _steps_of_flow(content: Content) -> Iterator[tuple[str, str]]:
    flow = content.flow
    yield from ((screen, "a screen") for screen in flow.screens)
    for later in flow.later.values():
        yield later.id, "later"
        yield from ((step, f"later {later.id}") for step in later.on if step != PLAN)
    for plan in flow.plans:
        yield plan.outcome, f"plan {plan.id}"
        yield from ((task.step, f"plan {plan.id}") for task in plan.tasks)


def _conditions(content: Content) -> Iterator[str]:
    values = {name: fact.values for name, fact in content.facts.items()}
    for where, condition in _flow_conditions(content):
        yield from (f"flow.toml: {where}: {sentence}" for sentence in unknown(condition, values))
    values |= {"situation": tuple(plan.situation for plan in content.flow.plans)}
    for name, step in content.steps.items():
        for condition in step.wording.conditions():
            yield from (f"steps/{name}.md: {sentence}" for sentence in unknown(condition, values))


def _flow_conditions(content: Content) -> Iterator[tuple[str, Condition]]:
    for screen in content.flow.screens.values():
        yield from ((screen.id, edge.when) for edge in screen.next)
    for plan in content.flow.plans:
        yield plan.id, plan.when
        yield from ((f"{plan.id} {task.step}", task.when) for task in plan.tasks)


def _asked(content: Content) -> Iterator[str]:
    """Every fact is asked in exactly one place, and every answer has words."""
    questions: list[Screen | Later] = [*content.flow.screens.values(), *content.flow.later.values()]
    asked = Counter(fact for question in questions for fact in question.asks)
    yield from (f"facts.toml: {fact} is asked {asked[fact]} times" for fact in content.facts if asked[fact] != 1)
    yield from (f"flow.toml: no fact is named {fact}" for fact in asked if fact not in content.facts)
    for question in questions:
        step = content.steps.get(question.id)
        if step is not None and step.head.kind == "question":
            yield from _choices(content, step.head, question.asks)


def _choices(content: Content, head: StepHead, asks: tuple[str, ...]) -> Iterator[str]:
    if set(head.choices) != set(asks):
        yield f"steps/{head.id}.md: its choices are for {sorted(head.choices)}, it asks {sorted(asks)}"
    for fact in set(asks) & set(head.choices) & set(content.facts):
        given, wanted = set(head.choices[fact]), set(content.facts[fact].values)
        if given != wanted:
            lacks, extra = sorted(wanted - given), sorted(given - wanted)
            yield f"steps/{head.id}.md: {fact} lacks {lacks}, has {extra} too"


def _step_references(content: Content) -> Iterator[str]:
    for name, step in content.steps.items():
        where = f"steps/{name}.md"
        yield from (f"{where}: no contact {one}" for one in step.head.contacts if one not in content.contacts)
        yield from (f"{where}: no source {one}" for one in _strange(content, step.head.sources))
        yield from (f"{where}: {fault}" for piece in step.wording.records() for fault in _drawn(content, piece))
        yield from (f"{where}: {fault}" for fault in _kind_faults(content, step))


def _strange(content: Content, sources: tuple[str, ...]) -> list[str]:
    return [one for one in sources if one not in content.sources and not REFERENCE.match(one)]


def _drawn(content: Content, piece: Piece) -> Iterator[str]:
    if piece.kind == "contact" and piece.id not in content.contacts:
        yield f"no contact {piece.id}"
    if piece.kind == "law" and not any(piece.id in (law.id, law.topic) for law in content.laws.values()):
        yield f"no law {piece.id}"


def _kind_faults(content: Content, step: Step) -> Iterator[str]:
    head = step.head
    tasks = {task.step for plan in content.flow.plans for task in plan.tasks}
    if (head.id in tasks) != (head.kind == "task"):
        yield f"its kind is {head.kind}, but it {'is' if head.id in tasks else 'is not'} in a plan"
    if head.kind == "task" and not (head.minutes and head.why and head.action):
        yield "a task has an action, minutes and a why"


def _record_sources(content: Content) -> Iterator[str]:
    groups: dict[str, Iterable[Any]] = {
        "contacts": content.contacts.values(),
        "platforms": content.platforms.values(),
        "laws": content.laws.values(),
    }
    for name, records in groups.items():
        for record in records:
            for one in _strange(content, record.sources):
                yield f"{name}.toml {record.id}: no source {one}"
    for platform in content.platforms.values():
        for one in platform.hash:
            if one not in content.contacts:
                yield f"platforms.toml {platform.id}: no contact {one}"


def _journeys(content: Content) -> Iterator[str]:
    situations = {plan.situation for plan in content.flow.plans} | {"crisis"}
    for journey in content.journeys:
        where = f"journey {journey.name}"
        if journey.situation not in situations:
            yield f"{where}: no situation {journey.situation}"
        for step in {*journey.must_show, *journey.must_never_show, *journey.order} - set(content.steps):
            yield f"{where}: no step {step}"
        for fact, value in journey.answers.items():
            if fact not in content.facts or value not in content.facts[fact].values:
                yield f"{where}: {fact} is never {value}"


def _too_sure(content: Content) -> Iterator[str]:
    """Words that promise what nobody can, in a step or a record."""
    for name, step in content.steps.items():
        words = " ".join((step.head.title, step.head.why, step.body))
        yield from (f"steps/{name}.md: too sure: {found[0]!r}" for found in TOO_SURE.finditer(words))
    records: list[Any] = [*content.contacts.values(), *content.platforms.values(), *content.laws.values()]
    for record in records:
        words = " ".join(value for value in record.model_dump().values() if isinstance(value, str))
        yield from (f"{record.id}: too sure: {found[0]!r}" for found in TOO_SURE.finditer(words))
