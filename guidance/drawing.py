"""Draws the flow: as Mermaid text, as an SVG, and as the page that docs/flow.md is."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from guidance.conditions import ALWAYS, All, Condition, Is, Not
from guidance.content import Content
from guidance.records import PLAN, PlanRecord, Task

BOX_WIDTH, BOX_HEIGHT, GAP = 210, 44, 40
COLUMNS = 4
INK, PAPER, LINE = "#1d2733", "#f4f6f8", "#8894a2"


def in_words(condition: Condition) -> str:
    """A condition as a person reads it; always is an empty text."""
    if isinstance(condition, Is):
        return f"{condition.fact} = {' | '.join(sorted(condition.values))}"
    if isinstance(condition, Not):
        return f"not ({in_words(condition.part)})"
    parts = [in_words(part) for part in condition.parts]
    return (" and " if isinstance(condition, All) else " or ").join(
        f"({part})" if " and " in part or " or " in part else part for part in parts
    )


def mermaid(content: Content) -> str:
    """The screens and plans as a Mermaid flowchart."""
    lines = ["flowchart TD", *_nodes(content), *_edges(content)]
    return "\n".join(lines) + "\n"


def _nodes(content: Content) -> Iterator[str]:
    for screen in content.flow.screens.values():
        head = content.steps[screen.id].head
        shape = ("([", "])") if head.kind == "outcome" else ("[", "]")
        yield f'    {_name(screen.id)}{shape[0]}"{_quoted(head.title)}"{shape[1]}'
    yield f'    {PLAN}{{"first plan that holds"}}'
    for plan in content.flow.plans:
        yield f'    {_name("plan-" + plan.id)}[["{plan.situation}"]]'


def _edges(content: Content) -> Iterator[str]:
    for screen in content.flow.screens.values():
        for edge in screen.next:
            label = f'|"{_quoted(in_words(edge.when))}"|' if edge.when != ALWAYS else ""
            yield f"    {_name(screen.id)} -->{label} {_name(edge.go)}"
    for plan in content.flow.plans:
        yield f"    {PLAN} --> {_name('plan-' + plan.id)}"


def _name(identifier: str) -> str:
    return identifier.replace("-", "_")


def _quoted(text: str) -> str:
    return text.replace('"', "#quot;")


def page(content: Content) -> str:
    """docs/flow.md: the drawing, then every plan with its steps in order and who sees them."""
    blocks = [
        "# The flow of the guidance",
        "Made by `manage.py draw_flow` from guidance/content/flow.toml; a test fails when it is stale.",
        f"```mermaid\n{mermaid(content)}```",
        "## Plans\n\nThe first plan whose condition holds is shown.",
        *(_plan(content, plan) for plan in content.flow.plans),
        "## Asked on a task",
        "\n".join(f"- {later.id}: on {', '.join(later.on)}" for later in content.flow.later.values()),
    ]
    return "\n\n".join(blocks) + "\n"


def _plan(content: Content, plan: PlanRecord) -> str:
    steps = "\n".join(f"{number}. {_task(content, task)}" for number, task in enumerate(plan.tasks, 1))
    when = in_words(plan.when) or "everything else"
    never = ", ".join(plan.never) or "nothing"
    return f"### {plan.situation} ({plan.id})\n\nWhen: {when}. Never shown: {never}.\n\n{steps}"


def _task(content: Content, task: Task) -> str:
    head = content.steps[task.step].head
    when = f", when {in_words(task.when)}" if task.when != ALWAYS else ""
    return f"{head.title} (`{task.step}`, {head.action}){when}"


# --- the SVG: a row for each screen in the order of flow.toml, plans in a grid below ---


def svg(content: Content) -> str:
    """The same as a picture without scripts or styles; every box and line has its own colours."""
    places = _places(content)
    width = COLUMNS * (BOX_WIDTH + GAP) + GAP
    height = max(y for _, y in places.values()) + BOX_HEIGHT + GAP
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
    body = [*_lines(content, places), *_boxes(content, places)]
    return "\n".join([head, "<title>The flow of the guidance</title>", *body, "</svg>"]) + "\n"


def _places(content: Content) -> dict[str, tuple[int, int]]:
    """Left and top of each box."""
    step, row = BOX_WIDTH + GAP, BOX_HEIGHT + GAP
    found = {name: (GAP + step, GAP + at * row) for at, name in enumerate(content.flow.screens)}
    top = GAP + len(found) * row
    for at, plan in enumerate(content.flow.plans):
        found["plan-" + plan.id] = (GAP + at % COLUMNS * step, top + at // COLUMNS * row)
    return found


def _boxes(content: Content, places: dict[str, tuple[int, int]]) -> Iterator[str]:
    titles = {"plan-" + plan.id: plan.situation for plan in content.flow.plans}
    for name, (left, top) in places.items():
        title = titles.get(name) or content.steps[name].head.title
        yield (
            f'<rect x="{left}" y="{top}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6" '
            f'fill="{PAPER}" stroke="{INK}"/>'
        )
        yield (
            f'<text x="{left + BOX_WIDTH // 2}" y="{top + BOX_HEIGHT // 2 + 5}" text-anchor="middle" '
            f'font-size="13" fill="{INK}">{escape(title)}</text>'
        )


def _lines(content: Content, places: dict[str, tuple[int, int]]) -> Iterator[str]:
    for screen in content.flow.screens.values():
        for edge in screen.next:
            targets = [edge.go] if edge.go != PLAN else []
            yield from (_line(places[screen.id], places[target]) for target in targets)
    last = places[next(reversed(content.flow.screens))]
    yield from (_line(last, places["plan-" + plan.id]) for plan in content.flow.plans)


def _line(start: tuple[int, int], end: tuple[int, int]) -> str:
    """From the right edge to the right edge where boxes are not neighbours, else straight down."""
    neighbours = 0 < end[1] - start[1] <= BOX_HEIGHT + GAP or start[0] != end[0]
    if neighbours:
        middle = BOX_WIDTH // 2
        path = f"M{start[0] + middle} {start[1] + BOX_HEIGHT}L{end[0] + middle} {end[1]}"
    else:
        right, bulge = start[0] + BOX_WIDTH, start[0] + BOX_WIDTH + (end[1] - start[1]) // 4
        low, high = start[1] + BOX_HEIGHT // 2, end[1] + BOX_HEIGHT // 2
        path = f"M{right} {low}C{bulge} {low} {bulge} {high} {right} {high}"
    return f'<path d="{path}" fill="none" stroke="{LINE}"/>'
