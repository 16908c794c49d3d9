"""Loads and validates everything in content/, and reports every problem at once."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from guidance import crosscheck, wording
from guidance.conditions import ALWAYS, Condition, ConditionBroken, parse
from guidance.records import (
    Contact,
    Edge,
    Fact,
    Flow,
    Journey,
    Later,
    Law,
    PlanRecord,
    Platform,
    Record,
    Screen,
    Source,
    StepHead,
    Task,
)

FOLDER = Path(__file__).resolve().parent / "content"
R = TypeVar("R", bound=Record)


class ContentBroken(Exception):
    """The content can't be served; `problems` holds one sentence for each fault found."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Step:
    """One page: its front matter and its words."""

    head: StepHead
    wording: wording.Wording


@dataclass(frozen=True, eq=False)  # one object a process: it may stand in a cache's key
class Content:
    """Everything that guidance says and knows; never changed after loading. `hash` is SHA-256 in hex."""

    facts: Mapping[str, Fact]
    flow: Flow
    steps: Mapping[str, Step]
    contacts: Mapping[str, Contact]
    platforms: Mapping[str, Platform]
    laws: Mapping[str, Law]
    sources: Mapping[str, Source]
    journeys: tuple[Journey, ...]
    hash: str
    by_code: Mapping[str, Step] = field(default_factory=dict)
    platform_by_code: Mapping[str, Platform] = field(default_factory=dict)


@lru_cache(maxsize=1)
def load() -> Content:
    """The content of this installation, read once per process. Raises ContentBroken."""
    return read(FOLDER)


def read(folder: Path) -> Content:
    """The content in `folder`. Raises ContentBroken with every problem in every file."""
    problems: list[str] = []
    content = _assemble(folder, problems)
    if content is not None:
        problems += crosscheck.problems(content)
    if content is None or problems:
        raise ContentBroken(problems)
    return content


def _assemble(folder: Path, problems: list[str]) -> Content | None:
    facts = _table(folder / "facts.toml", Fact, problems, under="facts")
    flow = _flow(folder / "flow.toml", problems)
    steps = _steps(folder / "en" / "steps", problems)
    contacts = _list(folder / "contacts.toml", "contacts", Contact, problems)
    platforms = _list(folder / "platforms.toml", "platforms", Platform, problems)
    if flow is None:
        return None
    return Content(
        facts=facts,
        flow=flow,
        steps=steps,
        contacts=contacts,
        platforms=platforms,
        laws=_list(folder / "laws.toml", "laws", Law, problems),
        sources=_table(folder / "sources.toml", Source, problems),
        journeys=tuple(_journeys(folder / "journeys", problems)),
        hash=fingerprint(folder),
        by_code={step.head.code: step for step in steps.values()},
        platform_by_code={platform.code: platform for platform in platforms.values()},
    )


def fingerprint(folder: Path) -> str:
    """SHA-256, in hex, of the names and bytes of every file below `folder`."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix().encode()
        body = path.read_bytes()
        digest.update(b"%d %s %d " % (len(name), name, len(body)) + body)
    return digest.hexdigest()


def _toml(path: Path, problems: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(f"{path.name}: {error}")
        return {}


def _record(model: type[R], raw: Any, where: str, problems: list[str]) -> R | None:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        for fault in error.errors():
            place = ".".join(str(part) for part in fault["loc"])
            problems.append(f"{where}: {place}: {fault['msg']}")
        return None


def _table(path: Path, model: type[R], problems: list[str], under: str = "") -> dict[str, R]:
    raw = _toml(path, problems)
    rows = raw.get(under, {}) if under else raw
    parsed = {key: _record(model, row, f"{path.name} {key}", problems) for key, row in rows.items()}
    return {key: record for key, record in parsed.items() if record is not None}


def _list(path: Path, key: str, model: type[R], problems: list[str]) -> dict[str, R]:
    found: dict[str, R] = {}
    for number, row in enumerate(_toml(path, problems).get(key, [])):
        name = str(row.get("id", number + 1))
        if name in found:
            problems.append(f"{path.name} {name}: stands twice")
        if (record := _record(model, row, f"{path.name} {name}", problems)) is not None:
            found[name] = record
    return found


def _journeys(folder: Path, problems: list[str]) -> Iterator[Journey]:
    for path in sorted(folder.glob("*.toml")):
        journey = _record(Journey, _toml(path, problems), f"journeys/{path.name}", problems)
        if journey is not None:
            yield journey


def _steps(folder: Path, problems: list[str]) -> dict[str, Step]:
    found = {path.stem: _step(path, problems) for path in sorted(folder.glob("*.md"))}
    return {name: step for name, step in found.items() if step is not None}


def _step(path: Path, problems: list[str]) -> Step | None:
    where = f"steps/{path.name}"
    try:
        _, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
        raw, words = tomllib.loads(front), wording.read(body)
    except ValueError as error:  # no front matter, broken TOML, broken UTF-8 or broken marks
        problems.append(f"{where}: {error}")
        return None
    head = _record(StepHead, raw, where, problems)
    if head is not None and head.id != path.stem:
        problems.append(f"{where}: its id is {head.id}")
    return None if head is None else Step(head, words)


def _flow(path: Path, problems: list[str]) -> Flow | None:
    try:
        return parse_flow(_toml(path, problems))
    except ContentBroken as broken:
        problems += [f"{path.name}: {problem}" for problem in broken.problems]
        return None


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


def to_review(content: Content, check: Callable[[Any], bool]) -> list[str]:
    """The dated records for which `check` holds, as "kind id", sorted."""
    dated: list[tuple[str, Any]] = [("step " + name, step.head) for name, step in content.steps.items()]
    for kind, records in (
        ("contact", content.contacts),
        ("platform", content.platforms),
        ("law", content.laws),
    ):
        dated += [(f"{kind} {name}", record) for name, record in records.items()]
    return sorted(name for name, record in dated if check(record))
