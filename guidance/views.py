"""Shows guidance: each view reads the answers, replays them, draws one page, and touches no database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guidance import answers, content, engine, pages
from guidance.answers import Answers, Mark
from guidance.content import Content, Step
from guidance.forms import CallerForm, MarkForm, QuestionForm
from guidance.records import Later, Screen

CARDS = 12  # services on a page


def _now() -> datetime:
    return datetime.now(UTC)


def _page(request: HttpRequest, name: str, facts: pages.Facts, **context: Any) -> HttpResponse:
    """A page with the door that stands on all of them."""
    loaded = content.load()
    door = pages.door(loaded, facts, at=_now())
    status = context.pop("status", 200)
    shown = {"door": door, "crisis": engine.in_crisis(facts), "nations": pages.NATIONS, **context}
    return render(request, f"guidance/{name}.html", shown, status=status)


# --- start, and start again ---------------------------------------------------------------------------------


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Three pieces of advice before any question."""
    loaded, given = content.load(), answers.get(request)
    advice = [loaded.steps[name].head for name in ("dont-pay", "breathe") if name in loaded.steps]
    checked = pages.checking(loaded, advice) if advice else None
    return _page(request, "start", given.facts, checking=checked, begun=bool(given.facts))


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    response = redirect("guidance:start")
    answers.forget(response)
    return response


# --- questions ----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest) -> HttpResponse:
    """GET: the first question without an answer. POST: answers to the question that `q` names."""
    loaded, given = content.load(), answers.get(request)
    position = engine.replay(loaded, given.facts)
    if request.method == "POST":
        return _answer(request, loaded, given, position)
    if isinstance(position, engine.Plan):
        return redirect("guidance:plan")
    return _question(request, loaded, position, position.screen)


Position = engine.Question | engine.Outcome | engine.Plan


def _answer(request: HttpRequest, loaded: Content, given: Answers, position: Position) -> HttpResponse:
    question = _question_of(loaded, request.POST.get("q", ""), position)
    if question is None:
        return redirect("guidance:questions")
    form = QuestionForm(question, loaded, request.POST)
    if loaded.steps[question.id].head.kind == "outcome":
        facts = {fact: loaded.facts[fact].values[0] for fact in question.asks}
    elif form.is_valid():
        facts = form.facts()
    else:
        return _question(request, loaded, position, question, form=form)
    updated = given.answered(facts)
    response = _after(loaded, updated, question, request.POST.get("r", ""))
    answers.put(response, updated)
    return response


def _question_of(loaded: Content, code: str, position: Position) -> Screen | Later | None:
    """The question that the form was about; an old or strange form is about none."""
    step = loaded.by_code.get(code)
    if step is None:
        return None if code or isinstance(position, engine.Plan) else position.screen
    if step.head.id in position.path:
        return loaded.flow.screens[step.head.id]
    return loaded.flow.later.get(step.head.id) if isinstance(position, engine.Plan) else None


def _after(loaded: Content, given: Answers, question: Screen | Later, back_to: str) -> HttpResponseRedirect:
    """The next screen, answered before or not, so that going back never skips one; then the list."""
    position = engine.replay(loaded, given.facts)
    if isinstance(question, Later):
        task = loaded.by_code.get(back_to)
        on_list = isinstance(position, engine.Plan) and task is not None and task.head.id in position.tasks
        return HttpResponseRedirect(step_url(back_to) if on_list else reverse("guidance:plan"))
    following = position.path[position.path.index(question.id) + 1 :]
    if following:
        return HttpResponseRedirect(step_url(loaded.steps[following[0]].head.code))
    return HttpResponseRedirect(reverse("guidance:plan"))


def step_url(code: str) -> str:
    return reverse("guidance:step", args=[code])


def _question(
    request: HttpRequest, loaded: Content, position: Position, question: Screen | Later, form: Any = None
) -> HttpResponse:
    """One question, or the page that stands between questions (crisis), with the answer kept."""
    step, at = loaded.steps[question.id], _now()
    before = position.path[: position.path.index(question.id)] if question.id in position.path else ()
    initial = QuestionForm.initial_for(question, loaded, position.facts)
    shown = form or QuestionForm(question, loaded, initial=initial)
    return _page(
        request,
        "outcome" if step.head.kind == "outcome" else "question",
        position.facts,
        form=shown,
        step=step,
        number=len(before) + 1,
        back=step_url(loaded.steps[before[-1]].head.code) if before else _back_of(question),
        body=pages.body(loaded, step, position.facts, at=at),
        contacts=pages.contacts(loaded, step, at=at),
        checking=pages.checking(loaded, [step.head]),
        status=422 if form is not None and form.is_bound else 200,
    )


def _back_of(question: Screen | Later) -> str:
    return reverse("guidance:plan" if isinstance(question, Later) else "guidance:start")


# --- the list and its steps ---------------------------------------------------------------------------------


@require_safe
def step(request: HttpRequest, code: str) -> HttpResponse:
    """The page with this code, if the answers lead to it; else the question that comes first."""
    loaded, given = content.load(), answers.get(request)
    asked = loaded.by_code.get(code)
    if asked is None:
        raise Http404
    position = engine.replay(loaded, given.facts)
    question = _question_of(loaded, code, position)
    if question is not None:
        return _question(request, loaded, position, question)
    if isinstance(position, engine.Plan) and asked.head.id in position.tasks:
        return _task(request, loaded, given, position, asked)
    return redirect("guidance:questions")


def _task(request: HttpRequest, loaded: Content, given: Answers, position: engine.Plan, asked: Step) -> HttpResponse:
    at = _now()
    rows = pages.rows(loaded, position, given)
    place = position.tasks.index(asked.head.id)
    return _page(
        request,
        "step",
        position.facts,
        step=asked,
        row=rows[place],
        before=rows[place - 1] if place else None,
        following=rows[place + 1] if place + 1 < len(rows) else None,
        total=len(rows),
        body=pages.body(loaded, asked, position.facts, at=at),
        contacts=pages.contacts(loaded, asked, at=at),
        platforms=loaded.platforms.values(),
        later=_later_forms(loaded, position, asked),
        checking=pages.checking(loaded, [asked.head]),
    )


def _later_forms(loaded: Content, position: engine.Plan, asked: Step) -> list[dict[str, Any]]:
    """The questions that this task asks, with the answers given before."""
    asks = [later for later in loaded.flow.later.values() if asked.head.id in later.on]
    return [
        {
            "step": loaded.steps[later.id],
            "form": QuestionForm(
                later,
                loaded,
                initial=QuestionForm.initial_for(later, loaded, position.facts),
                auto_id=f"{loaded.steps[later.id].head.code}_%s",
            ),
            "answered": all(fact in position.facts for fact in later.asks),
        }
        for later in asks
    ]


@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    return _list(request, "plan")


@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    return _list(request, "print")


def _list(request: HttpRequest, name: str) -> HttpResponse:
    loaded, given, at = content.load(), answers.get(request), _now()
    position = engine.replay(loaded, given.facts)
    if not isinstance(position, engine.Plan):
        return redirect("guidance:questions")
    outcome = loaded.steps[position.record.outcome]
    rows = pages.rows(loaded, position, given)
    heads = [outcome.head, *(row.step.head for row in rows)]
    return _page(
        request,
        name,
        position.facts,
        step=outcome,
        rows=rows,
        done=sum(row.mark == Mark.DONE for row in rows),
        starts_case=next((row for row in rows if "start-case" in row.step.head.kinds), None),
        asked=[loaded.steps[screen].head for screen in position.path],
        body=pages.body(loaded, outcome, position.facts, at=at),
        contacts=pages.contacts(loaded, outcome, at=at),
        checking=pages.checking(loaded, heads),
    )


@require_POST
def mark(request: HttpRequest) -> HttpResponse:
    """Done, later or not for me; an unknown step or mark changes nothing."""
    form, loaded = MarkForm(request.POST), content.load()
    response = redirect("guidance:plan")
    if form.is_valid() and form.cleaned_data["t"] in loaded.by_code:
        code = form.cleaned_data["t"]
        response = HttpResponseRedirect(f"{reverse('guidance:plan')}#{code}")
        answers.put(response, answers.get(request).marked(code, Mark(form.cleaned_data["m"])))
    return response


# --- who can help, places, and the pages about this site ----------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def help_now(request: HttpRequest) -> HttpResponse:
    """Who can help now; where and how old are answers like others, so they never stand in the address."""
    loaded, given = content.load(), answers.get(request)
    form = CallerForm(loaded, given.facts, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        response = redirect("guidance:help")
        answers.put(response, given.answered(form.facts()))
        return response
    listed = Paginator(pages.answering(loaded, given.facts, at=_now()), CARDS)
    page = listed.get_page(request.GET.get("p"))
    checked = pages.checking(loaded, [one.contact for one in page])
    return _page(request, "help", given.facts, form=form, page=page, checking=checked)


@require_safe
def platforms(request: HttpRequest) -> HttpResponse:
    loaded = content.load()
    shown = loaded.platforms.values()
    checked = pages.checking(loaded, shown)
    return _page(request, "platforms", answers.get(request).facts, platforms=shown, checking=checked)


@require_safe
def platform(request: HttpRequest, code: str) -> HttpResponse:
    loaded, facts = content.load(), answers.get(request).facts
    found = loaded.platform_by_code.get(code)
    if found is None:
        raise Http404
    hashes = pages.hashes(loaded, found, facts)
    checked = pages.checking(loaded, [found])
    return _page(request, "platform", facts, platform=found, hashes=hashes, checking=checked)


@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    return _page(request, "safety", answers.get(request).facts)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return _page(request, "privacy", answers.get(request).facts)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return _page(request, "accessibility", answers.get(request).facts)
