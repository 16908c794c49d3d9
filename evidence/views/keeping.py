"""How long a case is kept: its day, choosing another, keeping it for the police, a calendar file, written orders."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evidence import holds, retention
from evidence.keeping_form import DAY, DayReminderForm, KeepForm, PoliceForm
from evidence.retention import Choice
from evidence.views.visiting import Visit, bound, in_case
from guidance import calendars

BEFORE = (30, 7)  # days before its day on which a reminder stands


@require_http_methods(["GET", "POST"])
@in_case
def keeping(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The day on which the case goes by itself, and how to change it."""
    form = bound(request, KeepForm, *_bounds(visit), initial=_initial(retention.chosen(visit.opened)))
    if request.method == "POST" and form.is_valid():
        return _choose(visit, form.choice())
    return render(request, "evidence/keeping.html", _context(visit, form, DayReminderForm()))


def _bounds(visit: Visit) -> tuple[Any, ...]:
    last = retention.last_day(police=False, at=visit.at)
    return retention.months_offered(), retention.today(visit.at), last


def _initial(choice: Choice) -> dict[str, Any]:
    if choice.day and not choice.police:
        return {"a": DAY, "d1": choice.day}
    return {"a": str(choice.months or retention.months_offered()[-1])}


def _choose(visit: Visit, choice: Choice) -> HttpResponseRedirect:
    retention.choose(visit.opened, choice, by=visit.by, at=visit.at)
    return HttpResponseRedirect(reverse("evidence:keeping"))


def _context(visit: Visit, form: KeepForm, reminder: DayReminderForm) -> dict[str, Any]:
    return {
        "form": form,
        "reminder": reminder,
        "case": visit.opened.case,
        "choice": retention.chosen(visit.opened),
        "ordered": retention.is_ordered(visit.opened.case),
        "can_remind": bool(_moments(visit, 12)),
    }


@require_http_methods(["GET", "POST"])
@in_case
def for_police(request: HttpRequest, visit: Visit) -> HttpResponse:
    """It was reported: keep it at least until a day, within what the operator allows."""
    last = retention.last_day(police=True, at=visit.at)
    form = bound(request, PoliceForm, retention.today(visit.at), last, initial={"d1": last})
    if request.method == "POST" and form.is_valid():
        return _choose(visit, form.choice())
    return render(request, "evidence/keeping_longer.html", {"form": form, "last": last})


@require_POST
@in_case
def calendar(request: HttpRequest, visit: Visit) -> HttpResponse:
    """A small file with two plain reminders before the day; nothing is kept or sent."""
    form = DayReminderForm(request.POST)
    if not form.is_valid():
        blank = KeepForm(*_bounds(visit), initial=_initial(retention.chosen(visit.opened)))
        return render(request, "evidence/keeping.html", _context(visit, blank, form), status=422)
    file = calendars.reminders(form.title(), _moments(visit, form.cleaned_data["c"]))
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="reminder.ics"'
    return response


def _moments(visit: Visit, hour: int) -> tuple[Any, ...]:
    """A month and a week before the day, as far as they are still to come."""
    day = visit.opened.case.erase_on
    left = (day - retention.today(visit.at)).days if day else 0
    return calendars.moments([left - before for before in BEFORE if left > before], hour, at=visit.at)


@require_GET
@in_case
def orders(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The written orders of the police or a court that keep this case, in their words."""
    return render(request, "evidence/orders.html", {"holds": holds.shown(visit.opened)})
