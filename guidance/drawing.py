"""Draws the flow: as Mermaid text, as the page that docs/flow.md is, as tables, and as an SVG."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from guidance import placing
from guidance.conditions import ALWAYS, All, Condition, Is, Not
from guidance.content import Content
from guidance.placing import Placed, Point, Size
from guidance.records import PLAN, PlanRecord, Screen, Task
from guidance.wording import Html

SCREENS = Size(width=236, height=52, passing=10, gap=130, drop=52, end=32)
PLANS = Size(width=280, height=88, passing=0, gap=16, drop=0, end=0)
COLUMNS, EDGE, STUB = 4, 20, 100  # plans in a row; pixels around all, and for the way from a screen to the list
LETTER, LINE = 7, 18  # pixels that a letter of 14 pixels takes, and a line
DRAWN = 'fill="none" stroke="currentColor" marker-end="url(#arrow)"'
ARROW = (
    '<marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    '<path d="M0 0L8 4L0 8Z"/></marker>'
)


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


# --- the same as tables, for a page that links each row ---


@dataclass(frozen=True)
class Way:
    """An edge: its place among those of its screen, its condition in words, and the step it leads to or PLAN."""

    number: int
    when: str
    to: str
    title: str


@dataclass(frozen=True)
class ScreenRow:
    """A screen before the plan, or a question asked later `on` some tasks."""

    id: str
    title: str
    asks: tuple[str, ...]
    ways: tuple[Way, ...] = ()
    on: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanRow:
    """A plan, its place among the plans, and what it never shows: an action, and the steps that are that action."""

    number: int
    record: PlanRecord
    title: str
    when: str
    never: tuple[tuple[str, str], ...]
    tasks: tuple[tuple[str, str, str], ...]  # step, title, condition in words


def screens(content: Content) -> tuple[ScreenRow, ...]:
    """The screens in the order of flow.toml, then the questions that tasks ask."""
    title = _titles(content)
    asked = [
        ScreenRow(one.id, title[one.id], one.asks, tuple(_ways(one, title))) for one in content.flow.screens.values()
    ]
    later = [ScreenRow(one.id, title[one.id], one.asks, on=one.on) for one in content.flow.later.values()]
    return (*asked, *later)


def _ways(screen: Screen, title: Mapping[str, str]) -> Iterator[Way]:
    for number, edge in enumerate(screen.next, 1):
        yield Way(number, in_words(edge.when), edge.go, title.get(edge.go, ""))


def _titles(content: Content) -> dict[str, str]:
    return {name: step.head.title for name, step in content.steps.items()}


def plans(content: Content) -> tuple[PlanRow, ...]:
    """The plans in the order in which they are tried."""
    title = _titles(content)
    return tuple(
        PlanRow(
            number,
            plan,
            title[plan.outcome],
            in_words(plan.when),
            tuple((action, _titles_of(content, action)) for action in plan.never),
            tuple((task.step, title[task.step], in_words(task.when)) for task in plan.tasks),
        )
        for number, plan in enumerate(content.flow.plans, 1)
    )


def _titles_of(content: Content, action: str) -> str:
    return "; ".join(step.head.title for step in content.steps.values() if step.head.action == action)


# --- the same as a picture: rows of screens, the plans in a grid below ---


def svg(content: Content) -> Html:
    """Without scripts or styles, in the colour of the text around it; each name links to its row in the tables."""
    placed = placing.place(_graph(content), SCREENS)
    width = max(placed.width + STUB, COLUMNS * (PLANS.width + PLANS.gap)) + 2 * EDGE
    grid = placed.height + 5 * EDGE
    height = grid + -(-len(content.flow.plans) // COLUMNS) * (PLANS.height + PLANS.gap) + EDGE
    left = (width - placed.width - STUB) // 2
    body = [*_lines(content, placed, left), *_screens(content, placed, left), *_plan_boxes(content, width, grid)]
    return Html("\n".join([_head(width, height), ARROW, *body, "</svg>"]) + "\n")


def _head(width: int, height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="system-ui, sans-serif" '
        'font-size="14" fill="currentColor"><title>The flow of the guidance</title>'
    )


def _graph(content: Content) -> dict[str, tuple[str, ...]]:
    flow = content.flow
    return {one.id: tuple(edge.go for edge in one.next if edge.go in flow.screens) for one in flow.screens.values()}


def _screens(content: Content, placed: Placed, left: int) -> Iterator[str]:
    for name, (x, y) in placed.boxes.items():
        head = content.steps[name].head
        yield from _box((left + x, EDGE + y), SCREENS, round_=head.kind == "outcome")
        yield from _text(left + x, EDGE + y, SCREENS, f"screen-{name}", [head.title])


def _plan_boxes(content: Content, width: int, grid: int) -> Iterator[str]:
    step, row = PLANS.width + PLANS.gap, PLANS.height + PLANS.gap
    left = (width - COLUMNS * step + PLANS.gap) // 2
    yield f'<text x="{left}" y="{grid - 14}" font-weight="600">The list: the first of these that holds</text>'
    for at, plan in enumerate(plans(content)):
        x, y = left + at % COLUMNS * step, grid + at // COLUMNS * row
        yield from _box((x, y), PLANS, round_=False)
        said = [f"{plan.number}. {plan.record.situation}", plan.when or "everyone else"]
        yield from _text(x, y, PLANS, f"plan-{plan.record.id}", said)


def _box(at: Point, size: Size, *, round_: bool) -> Iterator[str]:
    corner = size.height // 2 if round_ else 6
    yield (
        f'<rect x="{at[0]}" y="{at[1]}" width="{size.width}" height="{size.height}" rx="{corner}" '
        'fill="none" stroke="currentColor"/>'
    )


def _text(x: int, y: int, size: Size, link: str, said: list[str]) -> Iterator[str]:
    """As many lines as fit, in the middle of the box, as one link."""
    most, letters = size.height // LINE, (size.width - 16) // LETTER
    lines = [*said[:-1], *wrap(said[-1], letters, max_lines=most - len(said) + 1, placeholder=" …")]
    top = y + (size.height - len(lines) * LINE) // 2 + LINE - 5
    spans = "".join(
        f'<tspan x="{x + size.width // 2}" y="{top + at * LINE}">{escape(line)}</tspan>'
        for at, line in enumerate(lines)
    )
    yield f'<a href="#{link}"><text text-anchor="middle">{spans}</text></a>'


def _lines(content: Content, placed: Placed, left: int) -> Iterator[str]:
    """One line for all the ways of a screen that lead to the same place."""
    for row in screens(content):
        for to in dict.fromkeys(way.to for way in row.ways):
            ways = [way for way in row.ways if way.to == to]
            if points := placed.lines.get((row.id, to)):
                yield _line([(left + x, EDGE + y) for x, y in points], ways)
            elif to == PLAN:
                x, y = placed.boxes[row.id]
                yield _stub(left + x + SCREENS.width, EDGE + y + SCREENS.height // 2, ways)


def _line(points: list[Point], ways: list[Way]) -> str:
    (x, y), *rest = points
    path, at = f"M{x} {y}", points[0]
    for here in rest:
        middle = (at[1] + here[1]) // 2
        path += f"V{here[1]}" if here[0] == at[0] else f"C{at[0]} {middle} {here[0]} {middle} {here[0]} {here[1]}"
        at = here
    side = 'end" x="-5' if rest[0][0] > x else 'start" x="5'  # the number stands where the line does not go
    number = f'<text transform="translate({x} {y + 15})" text-anchor="{side}" font-size="12">{_numbers(ways)}</text>'
    return f'<g>{_tip(ways)}<path d="{path}" {DRAWN}/>{number}</g>'


def _stub(x: int, y: int, ways: list[Way]) -> str:
    number = f'<text x="{x + 8}" y="{y - 5}" font-size="12">{_numbers(ways)}</text>'
    return f'<g>{_tip(ways)}<path d="M{x} {y}h40" {DRAWN}/>{number}<text x="{x + 46}" y="{y + 5}">the list</text></g>'


def _numbers(ways: list[Way]) -> str:
    return ", ".join(str(way.number) for way in ways)


def _tip(ways: list[Way]) -> str:
    said = "; or: ".join(way.when or "everyone else" for way in ways)
    return f"<title>{escape(said)}</title>"
