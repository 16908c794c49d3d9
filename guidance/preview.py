"""Draws any page for any answers, at any moment, for reviewers: nobody's answers are read, and nothing is kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.backends.django import DjangoTemplates
from django.utils import translation

from guidance import content, drawing, engine, inert, languages, pages, review
from guidance.answers import Answers
from guidance.content import Content, Step
from guidance.directory import LONDON
from guidance.forms import CallerForm
from guidance.promises import PROMISES
from guidance.records import Checked, StepHead
from guidance.review import Due
from guidance.views import asking, listing, places, steps
from guidance.views.visit import Position, Visit
from guidance.wording import Html
from guidance.words import for_every_page

Facts = Mapping[str, str]
Context = Mapping[str, Any]
FRAME = {"base.html": "{% block main %}{% endblock %}"}  # a page without its head, its ways out and its foot
TITLES = {
    "page plan": "The list that these answers lead to",
    "page print": "The same list on paper",
    "page ten": "The first steps on one page",
    "page help": "Who can help",
    "page platforms": "Where is it?",
}


@dataclass(frozen=True)
class Asked:
    """What a reviewer asks for: a page as `choices` names it, or "" for where the answers lead; `at` is aware."""

    page: str
    answers: Facts
    language: str
    at: datetime


@dataclass(frozen=True)
class Preview:
    """The page: its forms do nothing, its links are buttons named "go" of the form with the id "jump".

    `leads` is the page that the answers lead to; `reached`: a visitor with them could open this one. `facts` are the
    answers that it was drawn with, `overdue` is what stands on it and is past its review date on that day.
    """

    main: Html
    page: str
    leads: str
    reached: bool
    facts: Facts
    overdue: tuple[Due, ...]


@dataclass(frozen=True)
class Promised:
    """A safety promise, why it is made, and for whom."""

    name: str
    reason: str
    when: str


def draw(asked: Asked) -> Preview:
    """The page as a visitor would see it. Raises KeyError where no page has this name."""
    with translation.override(asked.language):
        loaded = languages.load(asked.language).content
        visit = Visit(HttpRequest(), Answers(asked.answers), loaded, asked.at.replace(second=0, microsecond=0))
        leads = _leads(visit.position)
        page = asked.page or leads
        stand = _stand(visit, page)
        name, context = _drawn(stand, page)
        main = _templates().get_template(f"guidance/{name}.html").render({**for_every_page(), **context})
    overdue = tuple(_overdue(loaded, context, on=asked.at.astimezone(LONDON).date()))
    return Preview(inert.page(main, loaded), page, leads, _opens(visit, page), stand.facts, overdue)


@lru_cache(maxsize=8)
def waiting(*, on: date) -> tuple[Due, ...]:
    """What waits for an editor, or is past its review date on that day, worst first."""
    return tuple(review.due(content.load(), review.checks(), on=on))


def promised() -> tuple[Promised, ...]:
    """What every path must keep."""
    return tuple(Promised(one.name, one.reason, drawing.in_words(one.when)) for one in PROMISES)


def choices(loaded: Content) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every page, as a form's groups of choices: name and title."""
    flow = loaded.flow
    titles = {name: step.head.title for name, step in loaded.steps.items()}
    titles |= {plan.outcome: f"{plan.situation}: {titles[plan.outcome]}" for plan in flow.plans}
    groups: dict[str, Iterable[str]] = {
        "Before the list": flow.screens,
        "One situation": dict.fromkeys(plan.outcome for plan in flow.plans),
        "Steps of the lists": dict.fromkeys(task.step for plan in flow.plans for task in plan.tasks),
        "Questions on a step": flow.later,
    }
    listed = {name for names in groups.values() for name in names}
    groups["Advice"] = [name for name in titles if name not in listed]
    found = [(group, [(f"step {name}", titles[name]) for name in names]) for group, names in groups.items()]
    sites = [(f"platform {name}", one.name) for name, one in loaded.platforms.items()]
    more = range(2, -(-len(loaded.contacts) // places.CARDS) + 1)
    people = [*TITLES.items(), *((f"page help {number}", f"Who can help, page {number}") for number in more)]
    return [("Lists and people", people), *found, ("Apps and sites", sites)]


# --- standing somewhere without having walked there ---


@dataclass(frozen=True)
class _Stand(Visit):
    """A visit that nobody makes: it stands where a reviewer puts it, and keeps what a view asks it to draw."""

    stands: Position
    known: Facts

    @cached_property
    def position(self) -> Position:
        return self.stands

    @cached_property
    def facts(self) -> dict[str, str]:
        return dict(self.known)

    @cached_property
    def asked(self) -> list[tuple[str, Context]]:
        return []

    def page(self, name: str, make: Callable[[], dict[str, Any]], *, about: Hashable = ()) -> HttpResponse:
        self.asked.append((name, {**self._common(), **make()}))
        return HttpResponse()


def _leads(position: Position) -> str:
    return "page plan" if isinstance(position, engine.Plan) else f"step {position.screen.id}"


def _opens(visit: Visit, page: str) -> bool:
    """A visitor with these answers can open it: advice and places always, the rest where the answers lead."""
    kind, _, name = page.partition(" ")
    position = visit.position
    on_list = (position.record.outcome, *position.tasks) if isinstance(position, engine.Plan) else ()
    if kind != "step":
        return bool(on_list) or page not in ("page plan", "page print")
    head = visit.loaded.steps[name].head
    return name in on_list or _always(head) or asking.question_of(visit, head.code) is not None


def _always(head: StepHead) -> bool:
    """Advice, and the crisis page, which is one press away from everywhere."""
    return head.kind == "advice" or (head.kind == "outcome" and "crisis" in head.kinds)


def _stand(visit: Visit, page: str) -> _Stand:
    """Where the answers lead; for a page that is not there, on a list as if they had led to it."""
    loaded, position, facts = visit.loaded, visit.position, visit.facts
    if not _opens(visit, page):
        facts = {**engine.valid(loaded, visit.given.facts), **facts}
        name = page.removeprefix("step ")
        record = next((one for one in loaded.flow.plans if one.outcome == name), engine.plan_for(loaded.flow, facts))
        facts["situation"] = record.situation
        task = name in loaded.steps and loaded.steps[name].head.kind == "task"
        tasks = (name,) if task else engine.tasks_for(record, facts)
        position = engine.Plan(record, tasks, position.path, facts)
    return _Stand(visit.request, visit.given, loaded, visit.at, position, facts)


def _drawn(stand: _Stand, page: str) -> tuple[str, Context]:
    """The template that the site's own view would draw, and what it would draw it with."""
    kind, _, name = page.partition(" ")
    if kind == "step":
        _step(stand, stand.loaded.steps[name])
    elif kind == "platform":
        _platform(stand, name)
    else:
        _page(stand, *name.split(" "))
    return stand.asked[-1]


def _step(stand: _Stand, step: Step) -> None:
    flow, position, name = stand.loaded.flow, stand.position, step.head.id
    asked = flow.screens.get(name) or flow.later.get(name)
    if asked is not None and (name in position.path or not _always(step.head)):
        asking.question(stand, asked)
    elif isinstance(position, engine.Plan) and name in position.tasks:
        steps.task(stand, step, position)
    elif isinstance(position, engine.Plan) and name == position.record.outcome:
        _page(stand, "plan")
    else:
        steps.advice(stand, step)


def _platform(stand: _Stand, name: str) -> None:
    platform, loaded = stand.loaded.platforms[name], stand.loaded
    hashes = pages.hashes(loaded, platform, stand.facts)
    words = {"platform": platform, "hashes": hashes, "checking": pages.checking(loaded, [platform])}
    stand.page("platform", lambda: words)


def _page(stand: _Stand, name: str, number: str = "1") -> None:
    """A list, or the `number`th page of those who can help."""
    loaded, position = stand.loaded, stand.position
    if name == "platforms":
        shown = loaded.platforms.values()
        stand.page(name, lambda: {"platforms": shown, "checking": pages.checking(loaded, shown)})
    elif name == "help":
        stand.page(name, lambda: places.listed(stand, CallerForm(loaded, stand.facts), number))
    elif name == "ten":
        stand.page(name, lambda: listing.ten_context(stand))
    elif isinstance(position, engine.Plan):
        stand.page(name, lambda: listing.context(stand, position))


@lru_cache(maxsize=1)
def _templates() -> DjangoTemplates:
    """The site's templates in an empty frame."""
    files = ("django.template.loaders.filesystem.Loader", settings.TEMPLATES[0]["DIRS"])
    loaders: list[Any] = [("django.template.loaders.locmem.Loader", FRAME), files]
    kept = loaders if settings.DEBUG else [("django.template.loaders.cached.Loader", loaders)]
    return DjangoTemplates({"NAME": "preview", "DIRS": [], "APP_DIRS": False, "OPTIONS": {"loaders": kept}})


# --- what stands on a page ---


def _overdue(loaded: Content, context: Context, *, on: date) -> Iterator[Due]:
    shown = {id(record) for record in _records(context)}
    names = {name for name, record in content.dated(loaded) if id(record) in shown}
    return (one for one in waiting(on=on) if one.overdue and f"{one.kind} {one.name}" in names)


def _records(context: Context) -> Iterator[Checked]:
    """Every dated record of the page: steps, services, laws, platforms."""
    pieces = [*context.get("lead", ()), *context.get("body", ())]
    listed = [one for name in ("door", "contacts", "page", "numbers") for one in context.get(name, ())]
    listed += [piece.listed for piece in pieces if piece.listed]
    yield from (one.contact for one in listed)
    yield from (law for piece in pieces for law in piece.laws)
    rows = [*context.get("rows", ()), *(row for row, _ in context.get("first", ()))]
    yield from (one.head for one in [context.get("step"), *(row.step for row in rows)] if one)
    yield from context.get("hashes", ())
    if "step" not in context:  # on a step they are no more than names
        yield from (*context.get("platforms", ()), *([context["platform"]] if "platform" in context else []))
