"""The list of steps of the guidance, between the browser's cookie and the open case: kept, brought back, removed."""

from __future__ import annotations

import contextlib

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from evidence import progress
from evidence.views.visiting import Visit, in_case
from guidance import answers


@require_POST
@in_case
def keep(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Keep this browser's list in the case; without one nothing happens."""
    with contextlib.suppress(progress.NothingToKeep):
        progress.keep(visit.opened, answers.get(request), by=visit.by, at=visit.at)
    return _home()


@require_POST
@in_case
def bring_back(_request: HttpRequest, visit: Visit) -> HttpResponse:
    """Give this browser the list that was kept, in place of its own."""
    try:
        given = progress.bring_back(visit.opened, by=visit.by, at=visit.at)
    except progress.NothingKept:
        return _home()
    response = HttpResponseRedirect(reverse("guidance:plan"))
    answers.put(response, given)
    return response


@require_POST
@in_case
def remove(_request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take the list out of the case; the browser's own stays."""
    with contextlib.suppress(progress.NothingKept):
        progress.remove(visit.opened, by=visit.by, at=visit.at)
    return _home()


def _home() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("evidence:home"))
