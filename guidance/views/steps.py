"""One page by its code: a question on the way, a task of the list, or advice that stands for itself."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from guidance import engine, pages
from guidance.content import Step
from guidance.forms import QuestionForm
from guidance.records import Later
from guidance.views.asking import question, question_of
from guidance.views.visit import Visit, visit


@require_safe
def step(request: HttpRequest, code: str) -> HttpResponse:
    """The page with this code, if the answers lead to it; else the question that comes first."""
    seen = visit(request)
    asked = seen.loaded.by_code.get(code)
    if asked is None:
        raise Http404
    found = question_of(seen, code)
    if found is not None:
        return question(seen, found)
    if asked.head.kind == "advice" or (asked.head.kind == "outcome" and "crisis" in asked.head.kinds):
        return advice(seen, asked)
    if isinstance(seen.position, engine.Plan) and asked.head.id in seen.position.tasks:
        return task(seen, asked, seen.position)
    return redirect("guidance:questions")


def advice(seen: Visit, asked: Step) -> HttpResponse:
    """A page that needs no answers; the crisis page too, one press from everywhere."""
    return seen.page("advice", lambda: _words(seen, asked), about=asked.head.id)


def task(seen: Visit, asked: Step, plan: engine.Plan) -> HttpResponse:
    """One step of the list, with the steps before and after it."""

    def make() -> dict[str, Any]:
        rows = pages.rows(seen.loaded, plan, seen.given)
        place = plan.tasks.index(asked.head.id)
        return {
            **_words(seen, asked),
            "row": rows[place],
            "before": rows[place - 1] if place else None,
            "following": rows[place + 1] if place + 1 < len(rows) else None,
            "total": len(rows),
        }

    return seen.page("step", make, about=asked.head.id)


def _words(seen: Visit, asked: Step) -> dict[str, Any]:
    loaded = seen.loaded
    lead, body = pages.led(pages.body(loaded, asked, seen.facts, at=seen.at))
    return {
        "step": asked,
        "lead": lead,
        "body": body,
        "contacts": pages.contacts(loaded, asked, seen.facts, at=seen.at),
        "platforms": loaded.platforms.values(),
        "later": later_forms(seen, asked.head.id),
        "checking": pages.checking(loaded, [asked.head]),
    }


def later_forms(seen: Visit, place: str) -> list[dict[str, Any]]:
    """The questions that this task, this advice or the list ("plan") asks, with the answers given before."""
    asks = [later for later in seen.loaded.flow.later.values() if place in later.on]
    return [_later_form(seen, later) for later in asks]


def _later_form(seen: Visit, later: Later) -> dict[str, Any]:
    step = seen.loaded.steps[later.id]
    initial = QuestionForm.initial_for(later, seen.loaded, seen.facts)
    return {
        "step": step,
        "form": QuestionForm(later, seen.loaded, initial=initial, auto_id=f"{step.head.code}_%s"),
        "answered": all(fact in seen.facts for fact in later.asks),
    }
