"""Every list that any path leads to, as a page whose difference a reviewer reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from guidance import proofs
from guidance.content import Content
from guidance.paths import Walk

HEAD = """# Every list that a path can lead to

Made by `manage.py draw_flow` from all paths; a test fails when it is stale. Read its difference: each line that
changes is a list that somebody will see. "paths" counts ways through the questions, later answers included.
"""


def page(content: Content) -> str:
    """docs/paths.md: how many paths, then each plan's different lists with one set of answers that leads there."""
    walk = proofs.walked(content)
    total = f"{walk.paths:,} paths through the questions lead to {len(walk.lists):,} different lists.\n"
    return "\n".join([HEAD, total, *(_plan(walk, plan.id) for plan in content.flow.plans)]) + "\n"


def _plan(walk: Walk, name: str) -> str:
    rows = [(count, tasks, facts) for (plan, tasks), (count, facts) in walk.lists.items() if plan == name]
    return "\n".join([f"## {name}\n", *_lines(sorted(rows, key=lambda row: (-row[0], row[1]))), ""])


def _lines(rows: list[tuple[int, tuple[str, ...], Mapping[str, str]]]) -> Iterator[str]:
    usual = rows[0][1] if rows else ()
    for count, tasks, facts in rows:
        answers = ", ".join(f"{fact} {value}" for fact, value in facts.items() if fact not in {"ready", "go_on"})
        shown = " ".join(tasks) if tasks is usual else _difference(usual, tasks)
        yield f"- {count:,} paths: {shown}\n  - {answers}"


def _difference(usual: tuple[str, ...], tasks: tuple[str, ...]) -> str:
    """Against the list that most paths lead to; in full where steps change places."""
    gone = [task for task in usual if task not in tasks]
    new = [task for task in tasks if task not in usual]
    if [task for task in usual if task in tasks] != [task for task in tasks if task in usual]:
        return "in another order: " + " ".join(tasks)
    return ", ".join([*(f"with {task}" for task in new), *(f"without {task}" for task in gone)])
