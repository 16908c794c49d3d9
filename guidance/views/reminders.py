"""Reminders: a page that asks for a title, days and an hour, and hands out a calendar file; nothing is kept or sent."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from guidance import calendars, engine
from guidance.forms import ReminderForm
from guidance.views.visit import Visit, visit


@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: HttpRequest) -> HttpResponse:
    """GET: the form. POST: the file, or the form with what was typed."""
    seen = visit(request)
    if request.method != "POST":
        return seen.page("reminders", lambda: _context(seen, ReminderForm(seen.at)))
    form = ReminderForm(seen.at, request.POST)
    if not form.is_valid():
        return seen.once("reminders", _context(seen, form), status=422)
    file = calendars.reminders(form.title(), form.moments())
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="reminder.ics"'
    return response


def _context(seen: Visit, form: ReminderForm) -> dict[str, Any]:
    on_list = isinstance(seen.position, engine.Plan)
    return {"form": form, "back": reverse("guidance:plan" if on_list else "guidance:start")}
