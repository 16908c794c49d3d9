"""Reads files of content: TOML tables and pages with front matter, every problem collected, nothing raised early."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from guidance.records import Record

R = TypeVar("R", bound=Record)
FRONT = "+++\n"


class ContentBroken(Exception):
    """The content can't be served; `problems` holds one sentence for each fault found."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def toml(path: Path, problems: list[str]) -> dict[str, Any]:
    """The table in the file; empty where it can't be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(f"{path.name}: {error}")
        return {}


def page(path: Path) -> tuple[dict[str, Any], str]:
    """The front matter and the Markdown of a page. Raises ValueError where it has none or it is broken."""
    _, front, body = path.read_text(encoding="utf-8").split(FRONT, 2)
    return tomllib.loads(front), body


def record(model: type[R], raw: Any, where: str, problems: list[str]) -> R | None:
    """One record, or None and a problem for each thing wrong with it."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        for fault in error.errors():
            place = ".".join(str(part) for part in fault["loc"])
            problems.append(f"{where}: {place}: {fault['msg']}")
        return None


def table(path: Path, model: type[R], problems: list[str], under: str = "") -> dict[str, R]:
    """Records by the key of their table."""
    raw = toml(path, problems)
    rows = raw.get(under, {}) if under else raw
    parsed = {key: record(model, row, f"{path.name} {key}", problems) for key, row in rows.items()}
    return {key: one for key, one in parsed.items() if one is not None}


def rows(path: Path, key: str, model: type[R], problems: list[str]) -> dict[str, R]:
    """Records of an array of tables, by their id."""
    found: dict[str, R] = {}
    for number, row in enumerate(toml(path, problems).get(key, [])):
        name = str(row.get("id", number + 1))
        if name in found:
            problems.append(f"{path.name} {name}: stands twice")
        if (one := record(model, row, f"{path.name} {name}", problems)) is not None:
            found[name] = one
    return found
