"""Changes to the real content that a proof has to refuse."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator
from typing import Any

from guidance import crosscheck, proofs
from guidance.files import ContentBroken
from guidance.graph import parse_flow

Graph = dict[str, Any]


def with_graph(loaded, graph):
    """The content with another graph; raises ContentBroken where it has no checkable shape."""
    return dataclasses.replace(loaded, flow=parse_flow(graph), hash="changed")


def with_step(loaded, name, **changes):
    step = loaded.steps[name]
    changed = dataclasses.replace(step, head=step.head.model_copy(update=changes))
    return dataclasses.replace(loaded, steps={**loaded.steps, name: changed}, hash="changed")


def with_contacts(loaded, *contacts):
    """The content whose crisis page names these contacts, and which knows no others."""
    changed = with_step(loaded, "crisis", contacts=tuple(one.id for one in contacts))
    return dataclasses.replace(changed, contacts={one.id: one for one in contacts})


def refusal(loaded, graph) -> str:
    """Why the graph is refused, or an empty text: what `manage.py check` would say first."""
    try:
        changed = with_graph(loaded, graph)
    except ContentBroken as broken:
        return broken.problems[0]
    return refused(changed)


def refused(changed) -> str:
    """Why this content is refused, or an empty text; content that could not be made is refused."""
    if changed is None:
        return "it has no checkable shape"
    found = proofs.refused(changed)
    return str(found) if found else "".join(crosscheck.problems(changed)[:1])


def cuts(graph: Graph) -> Iterator[tuple[str, Graph]]:
    """The graph without one edge: an edge between screens, a plan, a task, a question on a task."""
    return ((" ".join(map(str, place)), without(graph, *place)) for place in edges(graph))


def edges(graph: Graph) -> Iterator[tuple[Any, ...]]:
    """Where each edge stands in the graph."""
    for at, screen in enumerate(graph["screens"]):
        yield from (("screens", at, "next", edge) for edge in range(len(screen["next"])))
    for at, plan in enumerate(graph["plans"]):
        yield "plans", at
        yield from (("plans", at, "tasks", task) for task in range(len(plan["tasks"])))
    yield from (("later", at) for at in range(len(graph["later"])))


def without(graph: Graph, *place: Any) -> Graph:
    changed = copy.deepcopy(graph)
    at: Any = changed
    for key in place[:-1]:
        at = at[key]
    del at[place[-1]]
    return changed


def swaps(graph: Graph) -> Iterator[tuple[str, Graph]]:
    """The graph with two neighbouring tasks of a plan changed round."""
    for at, plan in enumerate(graph["plans"]):
        for task in range(len(plan["tasks"]) - 1):
            changed = copy.deepcopy(graph)
            tasks = changed["plans"][at]["tasks"]
            tasks[task], tasks[task + 1] = tasks[task + 1], tasks[task]
            yield f"{plan['id']} swap {task}", changed


def turned(graph: Graph) -> Iterator[tuple[str, Graph]]:
    """The graph with one condition turned round: on an edge, a plan, a task, or a named one."""
    for place in _conditions(graph):
        yield " ".join(map(str, place)), _turned(graph, *place)


def _conditions(graph: Graph) -> Iterator[tuple[Any, ...]]:
    yield from (("conditions", name) for name in graph["conditions"])
    for at, screen in enumerate(graph["screens"]):
        edges = enumerate(screen["next"])
        yield from (("screens", at, "next", edge, "when") for edge, named in edges if "when" in named)
    for at, plan in enumerate(graph["plans"]):
        yield from [("plans", at, "when")] if "when" in plan else []
        tasks = enumerate(plan["tasks"])
        yield from (("plans", at, "tasks", task, "when") for task, named in tasks if isinstance(named, dict))


def _turned(graph: Graph, *place: Any) -> Graph:
    changed = copy.deepcopy(graph)
    at: Any = changed
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = {"not": at[place[-1]]}
    return changed


# --- one random change --------------------------------------------------------------------------------------


def random_one(loaded, graph, chosen):
    """A name and the content with one change of a random kind; None where it has no checkable shape."""
    kind = chosen.choice(KINDS)
    return HOW[kind](loaded, graph, chosen)


def _graph_change(kind, changes):
    def make(loaded, graph, chosen):
        name, changed = chosen.choice([*changes(graph)])
        try:
            return f"{kind}: {name}", with_graph(loaded, changed)
        except ContentBroken:
            return f"{kind}: {name}", None

    return make


def _hour(loaded, _graph, chosen):
    """A service that opens or shuts an hour off, ceases to answer at night, or changes on bank holidays."""
    known = [one for one in loaded.contacts.values() if one.always or one.hours]
    contact = chosen.choice(known)
    changes = [{"bank_holidays": "open" if contact.bank_holidays == "closed" else "closed"}] if contact.hours else []
    for end in ("opens", "closes") if contact.hours else ():
        first = contact.hours[0]
        moved = getattr(first, end).replace(hour=(getattr(first, end).hour + chosen.choice((1, 23))) % 24)
        changes.append({"hours": (first.model_copy(update={end: moved}), *contact.hours[1:])})
    changed = contact.model_copy(update=chosen.choice(changes or [{"always": False}]))
    contacts = {**loaded.contacts, contact.id: changed}
    return f"hour: {contact.id}", dataclasses.replace(loaded, contacts=contacts, hash="changed")


HOW = {
    "edge": _graph_change("edge", cuts),
    "order": _graph_change("order", swaps),
    "condition": _graph_change("condition", turned),
    "hour": _hour,
}
KINDS = sorted(HOW)


def lists(loaded):
    """Every list that a path leads to, as the plan and its steps."""
    return proofs.walked(loaded).lists.keys()


def swapped(graph, name):
    """The two steps that the change `name` has changed round."""
    plan, _, at = name.split(" ")
    tasks = next(one["tasks"] for one in graph["plans"] if one["id"] == plan)
    first, second = (task if isinstance(task, str) else task["step"] for task in tasks[int(at) : int(at) + 2])
    return first, second
