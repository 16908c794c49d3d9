"""The list of steps: on screen, on paper, its first steps on one page, and its marks."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from guidance import answers, engine, pages
from guidance.answers import Mark
from guidance.content import Step
from guidance.directory import Listed
from guidance.forms import MarkForm
from guidance.promises import FIRST_PAGE
from guidance.records import PLAN
from guidance.views.steps import later_forms
from guidance.views.visit import Visit, visit
from guidance.wording import Html

TEN = "ten-minutes"  # the step that says what to do first
BOLD = re.compile(r"<strong>(.*?)</strong>", re.DOTALL)


@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    return _list(request, "plan")


@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    return _list(request, "print")


def _list(request: HttpRequest, name: str) -> HttpResponse:
    seen = visit(request)
    position = seen.position
    if not isinstance(position, engine.Plan):
        return redirect("guidance:questions")
    return seen.page(name, lambda: context(seen, position))


def context(seen: Visit, position: engine.Plan) -> dict[str, Any]:
    """What the list draws, on screen and on paper."""
    loaded = seen.loaded
    outcome = loaded.steps[position.record.outcome]
    rows = pages.rows(loaded, position, seen.given)
    heads = [outcome.head, *(row.step.head for row in rows)]
    return {
        "step": outcome,
        "rows": rows,
        "done": sum(row.mark == Mark.DONE for row in rows),
        "starts_case": next((row for row in rows if "start-case" in row.step.head.kinds), None),
        "asked": [head for head in (loaded.steps[one].head for one in position.path) if head.kind == "question"],
        "later": later_forms(seen, PLAN),
        "body": pages.body(loaded, outcome, seen.facts, at=seen.at),
        "contacts": pages.contacts(loaded, outcome, seen.facts, at=seen.at),
        "checking": pages.checking(loaded, heads),
    }


@require_safe
def ten(request: HttpRequest) -> HttpResponse:
    """The next ten minutes on one page of paper: the first steps of the list, or advice for everybody."""
    seen = visit(request)
    return seen.page("ten", lambda: ten_context(seen))


def ten_context(seen: Visit) -> dict[str, Any]:
    loaded, position = seen.loaded, seen.position
    plan, advice = isinstance(position, engine.Plan), loaded.steps[TEN]
    rows = pages.rows(loaded, position, seen.given)[:FIRST_PAGE] if isinstance(position, engine.Plan) else ()
    return {
        "step": advice,
        "first": [(row, _said(seen, row.step)) for row in rows],
        "body": pages.body(loaded, advice, seen.facts, at=seen.at),
        "numbers": _numbers(seen, advice),
        "at": seen.at,
        "back": reverse("guidance:plan" if plan else "guidance:start"),
        "checking": pages.checking(loaded, [advice.head, *(row.step.head for row in rows)]),
    }


def _said(seen: Visit, step: Step) -> Html:
    """The first sentence in bold: what to do, in short."""
    for piece in pages.body(seen.loaded, step, seen.facts, at=seen.at):
        if found := BOLD.search(piece.html):
            return Html(found[1])
    return Html()


def _numbers(seen: Visit, advice: Step) -> list[Listed]:
    """Those who answer at this moment: whom the advice names for this person, then the door."""
    named = pages.contacts(seen.loaded, advice, seen.facts, at=seen.at)
    every = {one.contact.id: one for one in (*named, *pages.door(seen.loaded, seen.facts, at=seen.at))}
    return [one for one in every.values() if one.open]


@require_POST
def mark(request: HttpRequest) -> HttpResponse:
    """Done, later or not for me; an unknown step or mark changes nothing."""
    form, seen = MarkForm(request.POST), visit(request)
    response = redirect("guidance:plan")
    if form.is_valid() and form.cleaned_data["t"] in seen.loaded.by_code:
        code = form.cleaned_data["t"]
        response = HttpResponseRedirect(f"{reverse('guidance:plan')}#{code}")
        answers.put(response, seen.given.marked(code, Mark(form.cleaned_data["m"])))
    return response
