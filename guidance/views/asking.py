"""The start, the questions one after another, and starting again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guidance import answers, engine, pages
from guidance.answers import Answers
from guidance.forms import QuestionForm
from guidance.records import PLAN, Later, Screen
from guidance.views.visit import Visit, step_url, visit


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Three pieces of advice before any question."""
    seen = visit(request)

    def make() -> dict[str, Any]:
        advice = [seen.loaded.steps[name].head for name in ("dont-pay", "breathe") if name in seen.loaded.steps]
        checked = pages.checking(seen.loaded, advice) if advice else None
        return {"checking": checked, "begun": bool(seen.given.facts)}

    return seen.page("start", make)


@require_POST
def forget(_request: HttpRequest) -> HttpResponse:
    response = redirect("guidance:start")
    answers.forget(response)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest) -> HttpResponse:
    """GET: the first question without an answer. POST: answers to the question that `q` names."""
    seen = visit(request)
    if request.method == "POST":
        return _answer(seen)
    if isinstance(seen.position, engine.Plan):
        return redirect("guidance:plan")
    return question(seen, seen.position.screen)


def _answer(seen: Visit) -> HttpResponse:
    data, loaded = seen.request.POST, seen.loaded
    asked = question_of(seen, data.get("q", ""))
    if asked is None:
        return redirect("guidance:questions")
    form = QuestionForm(asked, loaded, data)
    if loaded.steps[asked.id].head.kind == "outcome":
        facts = {fact: loaded.facts[fact].values[0] for fact in asked.asks}
    elif form.is_valid():
        facts = form.facts()
    else:
        return seen.once(*_page_of(seen, asked, form), status=422)
    updated = seen.given.answered(facts)
    response = _after(seen, updated, asked, data.get("r", ""))
    answers.put(response, updated)
    return response


def question_of(seen: Visit, code: str) -> Screen | Later | None:
    """The question that the form was about; an old or strange form is about none."""
    loaded, position = seen.loaded, seen.position
    step = loaded.by_code.get(code)
    if step is None:
        return None if code or isinstance(position, engine.Plan) else position.screen
    if step.head.id in position.path:
        return loaded.flow.screens[step.head.id]
    later = loaded.flow.later.get(step.head.id)
    return later if later and (isinstance(position, engine.Plan) or _on_advice(seen, later)) else None


def _on_advice(seen: Visit, later: Later) -> bool:
    """A page of advice asks without a list."""
    steps = seen.loaded.steps
    return any(steps[one].head.kind == "advice" for one in later.on if one != PLAN)


def _after(seen: Visit, given: Answers, asked: Screen | Later, back_to: str) -> HttpResponseRedirect:
    """The next screen, answered before or not, so that going back never skips one; then the list."""
    loaded, position = seen.loaded, engine.replay(seen.loaded, given.facts)
    if isinstance(asked, Later):
        page = loaded.by_code.get(back_to)
        on_list = isinstance(position, engine.Plan) and page is not None and page.head.id in position.tasks
        advice = page is not None and page.head.kind == "advice"
        return HttpResponseRedirect(step_url(back_to) if on_list or advice else reverse("guidance:plan"))
    following = position.path[position.path.index(asked.id) + 1 :]
    if following:
        return HttpResponseRedirect(step_url(loaded.steps[following[0]].head.code))
    return HttpResponseRedirect(reverse("guidance:plan"))


def question(seen: Visit, asked: Screen | Later) -> HttpResponse:
    """One question, or a page that stands between questions, with the answer kept."""
    form = QuestionForm(asked, seen.loaded, initial=QuestionForm.initial_for(asked, seen.loaded, seen.facts))
    name, context = _page_of(seen, asked, form)
    return seen.page(name, lambda: context, about=asked.id)


def _page_of(seen: Visit, asked: Screen | Later, form: QuestionForm) -> tuple[str, dict[str, Any]]:
    loaded, path = seen.loaded, seen.position.path
    step = loaded.steps[asked.id]
    before = path[: path.index(asked.id)] if asked.id in path else ()
    asking = [one for one in before if loaded.steps[one].head.kind == "question"]
    context = {
        "form": form,
        "step": step,
        "number": len(asking) + 1,
        "back": step_url(loaded.steps[before[-1]].head.code) if before else _back_of(asked),
        "body": pages.body(loaded, step, seen.facts, at=seen.at),
        "contacts": pages.contacts(loaded, step, seen.facts, at=seen.at),
        "checking": pages.checking(loaded, [step.head]),
    }
    return _template(step.head.kind, step.head.kinds), context


def _template(kind: str, kinds: tuple[str, ...]) -> str:
    if kind != "outcome":
        return "question"
    return "crisis" if "crisis" in kinds else "before"


def _back_of(asked: Screen | Later) -> str:
    return reverse("guidance:plan" if isinstance(asked, Later) else "guidance:start")
