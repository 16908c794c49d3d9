"""Loads and validates everything in content/, and reports every problem at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from guidance import crosscheck, files, graph, overlay, wording
from guidance.files import ContentBroken
from guidance.records import (
    Branding,
    Contact,
    Fact,
    Flow,
    Journey,
    Law,
    Platform,
    Source,
    StepHead,
)

FOLDER = Path(__file__).resolve().parent / "content"
NO_BRANDING = Branding()
OWN: list[Path] = []  # the operator's own folder, where the settings name one (guidance/apps.py)


@dataclass(frozen=True)
class Step:
    """One page: its front matter and its words."""

    head: StepHead
    wording: wording.Wording
    body: str = ""  # the Markdown; a translation is checked against it


@dataclass(frozen=True, eq=False)  # one object a process and language: it may stand in a cache's key
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
    branding: Branding = NO_BRANDING
    own: frozenset[str] = frozenset()  # ids of the contacts that the operator added or replaced
    by_code: Mapping[str, Step] = field(default_factory=dict)
    platform_by_code: Mapping[str, Platform] = field(default_factory=dict)


@lru_cache(maxsize=1)
def load() -> Content:
    """The content of this installation, read once per process. Raises ContentBroken."""
    return read(FOLDER, *OWN)


def read(folder: Path, own: Path | None = None) -> Content:
    """The content in `folder`, with the operator's `own` over it. Raises ContentBroken with every problem."""
    problems = [] if own is None or own.is_dir() else [f"OWN_CONTENT: there is no folder {own}"]
    content = _assemble(folder, own, problems)
    if content is not None:
        problems += crosscheck.problems(content)
    if content is None or problems:
        raise ContentBroken(problems)
    return content


def _assemble(folder: Path, own: Path | None, problems: list[str]) -> Content | None:
    facts = files.table(folder / "facts.toml", Fact, problems, under="facts")
    flow = _flow(folder / "flow.toml", problems)
    steps = _steps(folder / "en" / "steps", problems)
    contacts = files.rows(folder / "contacts.toml", "contacts", Contact, problems)
    platforms = files.rows(folder / "platforms.toml", "platforms", Platform, problems)
    branding, theirs = NO_BRANDING, dict[str, Contact]()
    if own is not None:
        steps = overlay.steps(steps, _steps(own / "en" / "steps", problems), problems)
        theirs = overlay.contacts(contacts, own, problems)
        branding = overlay.branding(own, problems)
    if flow is None:
        return None
    return Content(
        facts=facts,
        flow=flow,
        steps=steps,
        contacts={**contacts, **theirs},
        platforms=platforms,
        laws=files.rows(folder / "laws.toml", "laws", Law, problems),
        sources=files.table(folder / "sources.toml", Source, problems),
        journeys=tuple(_journeys(folder / "journeys", problems)),
        hash=fingerprint(folder, *([own] if own else [])),
        branding=branding,
        own=frozenset(theirs),
        by_code={step.head.code: step for step in steps.values()},
        platform_by_code={platform.code: platform for platform in platforms.values()},
    )


def fingerprint(*folders: Path) -> str:
    """SHA-256, in hex, of the names and bytes of every file below the folders."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name, body = path.relative_to(folder).as_posix().encode(), path.read_bytes()
            digest.update(b"%d %s %d " % (len(name), name, len(body)) + body)
    return digest.hexdigest()


def _journeys(folder: Path, problems: list[str]) -> Iterator[Journey]:
    for path in sorted(folder.glob("*.toml")):
        where = f"journeys/{path.name}"
        journey = files.record(Journey, files.toml(path, problems), where, problems)
        if journey is not None:
            yield journey


def _steps(folder: Path, problems: list[str]) -> dict[str, Step]:
    found = {path.stem: _step(path, problems) for path in sorted(folder.glob("*.md"))}
    return {name: step for name, step in found.items() if step is not None}


def _step(path: Path, problems: list[str]) -> Step | None:
    where = f"steps/{path.name}"
    try:
        raw, body = files.page(path)
        words = wording.read(body)
    except ValueError as error:  # no front matter, broken TOML, broken UTF-8 or broken marks
        problems.append(f"{where}: {error}")
        return None
    head = files.record(StepHead, raw, where, problems)
    if head is not None and head.id != path.stem:
        problems.append(f"{where}: its id is {head.id}")
    return None if head is None else Step(head, words, body)


def _flow(path: Path, problems: list[str]) -> Flow | None:
    try:
        return graph.parse_flow(files.toml(path, problems))
    except ContentBroken as broken:
        problems += [f"{path.name}: {problem}" for problem in broken.problems]
        return None


def dated(content: Content) -> Iterable[tuple[str, Any]]:
    """Every record that states a fact, as "kind id" and the record."""
    yield from (("step " + name, step.head) for name, step in content.steps.items())
    groups: tuple[tuple[str, Mapping[str, Any]], ...] = (
        ("contact", content.contacts),
        ("platform", content.platforms),
        ("law", content.laws),
    )
    for kind, records in groups:
        yield from ((f"{kind} {name}", record) for name, record in records.items())


def to_review(content: Content, check: Callable[[Any], bool]) -> list[str]:
    """The dated records for which `check` holds, as "kind id", sorted."""
    return sorted(name for name, record in dated(content) if check(record))
