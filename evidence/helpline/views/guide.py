"""The guidance for staff: its graph, and any of its pages for any answers, at any moment."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from evidence.helpline.adapters import moment_of
from evidence.helpline.guide_form import GuideForm
from evidence.helpline.views.gates import with_second_factor
from guidance import content, directory, drawing, preview

PAGE = 25
NATIONS = {"ENG": _("England"), "WLS": _("Wales"), "SCT": _("Scotland"), "NIR": _("Northern Ireland")}


@require_http_methods(["GET", "POST"])
@with_second_factor
def guide(request: HttpRequest) -> HttpResponseBase:
    """GET: the graph, its tables and promises. POST: the page that was asked for; nothing of it is kept."""
    loaded, now = content.load(), moment_of(request).astimezone(directory.LONDON)
    form = GuideForm(loaded, request.POST if request.method == "POST" else None, now=now)
    if form.is_bound and form.is_valid():
        return _previewed(request, form)
    context = {
        "form": form,
        "graph": drawing.svg(loaded),
        "screens": drawing.screens(loaded),
        "plans": drawing.plans(loaded),
        "promises": preview.promised(),
        **_due(request, now),
    }
    return render(request, "helpline/guide.html", context)


def _previewed(request: HttpRequest, form: GuideForm) -> HttpResponseBase:
    asked = form.asked()
    shown = preview.draw(asked)
    titles = {name: title for _group, pages in preview.choices(form.loaded) for name, title in pages}
    context = {
        "form": form,
        "asked": asked,
        "shown": shown,
        "title": titles[shown.page],
        "leads": titles[shown.leads],
        "language_name": dict(settings.LANGUAGES)[asked.language],
        "holidays": _holidays(asked.at.date()),
        **_due(request, asked.at),
    }
    return render(request, "helpline/guide_page.html", context)


def _due(request: HttpRequest, at: datetime) -> dict[str, Any]:
    """What is due at that moment, worst first; the list is long, so it comes in pages."""
    number = (request.POST if request.method == "POST" else request.GET).get("p")
    due: Page[Any] = Paginator(preview.waiting(on=at.date()), PAGE).get_page(number)
    return {"at": at, "due": due}


def _holidays(day: date) -> list[str]:
    """The nations in which the day is a bank holiday."""
    return [str(name) for code, name in NATIONS.items() if directory.bank_holiday(day, code)]
