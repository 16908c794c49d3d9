"""The graph out of flow.toml: screens, questions asked later, plans; refused where it has no checkable shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from guidance.conditions import ALWAYS, Condition, ConditionBroken, parse
from guidance.files import ContentBroken
from guidance.records import Edge, Flow, Later, PlanRecord, Screen, Task


def parse_flow(raw: Mapping[str, Any]) -> Flow:
    """The graph out of the parsed flow.toml. Raises ContentBroken where it has no checkable shape."""
    try:
        named: dict[str, Condition] = {}
        for name, condition in raw.get("conditions", {}).items():
            named[name] = parse(condition, named)
        screens = [_screen(row, named) for row in raw.get("screens", [])]
        later = [Later.model_validate(row) for row in raw.get("later", [])]
        plans = tuple(_plan(row, named) for row in raw.get("plans", []))
        flow = Flow(start=raw["start"], screens=_by_id(screens), later=_by_id(later), plans=plans)
    except (ConditionBroken, ValidationError, KeyError, TypeError, AttributeError) as error:
        raise ContentBroken([f"{type(error).__name__}: {error}"]) from error
    _plans_are_total(flow.plans)
    return flow


I = TypeVar("I", Screen, Later)  # noqa: E741


def _by_id(rows: list[I]) -> dict[str, I]:
    if len({row.id for row in rows}) != len(rows):
        raise ContentBroken(["an id stands twice among the screens"])
    return {row.id: row for row in rows}


def _screen(row: dict[str, Any], named: Mapping[str, Condition]) -> Screen:
    return Screen(id=row["id"], asks=row["asks"], next=tuple(_edge(edge, named) for edge in row["next"]))


def _edge(raw: dict[str, Any], named: Mapping[str, Condition]) -> Edge:
    if set(raw) == {"else"}:
        return Edge(when=ALWAYS, go=raw["else"])
    if set(raw) != {"when", "go"}:
        raise ConditionBroken(f"an edge has when and go, or else: {raw!r}")
    return Edge(when=parse(raw["when"], named), go=raw["go"])


def _plan(row: dict[str, Any], named: Mapping[str, Condition]) -> PlanRecord:
    rest = {key: value for key, value in row.items() if key not in ("when", "else", "tasks")}
    if row.get("else") is not True and "when" not in row:
        raise ConditionBroken(f"plan {row.get('id')}: when, or else = true")
    when = ALWAYS if row.get("else") is True else parse(row["when"], named)
    return PlanRecord(when=when, tasks=tuple(_task(task, named) for task in row["tasks"]), **rest)


def _task(raw: Any, named: Mapping[str, Condition]) -> Task:
    if isinstance(raw, str):
        return Task(step=raw)
    if set(raw) != {"step", "when"}:
        raise ConditionBroken(f"a task is a step, or step and when: {raw!r}")
    return Task(step=raw["step"], when=parse(raw["when"], named))


def _plans_are_total(plans: tuple[PlanRecord, ...]) -> None:
    if not plans or plans[-1].when != ALWAYS or any(plan.when == ALWAYS for plan in plans[:-1]):
        raise ContentBroken(["exactly the last of the plans is an else"])
