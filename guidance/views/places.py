"""Who can help, where things are posted, and the pages about this site."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from guidance import answers, pages
from guidance.forms import CallerForm
from guidance.views.visit import Visit, visit

CARDS = 12  # services on a page


@require_http_methods(["GET", "HEAD", "POST"])
def help_now(request: HttpRequest) -> HttpResponse:
    """Who can help now; where and how old are answers like others, so they never stand in the address."""
    seen = visit(request)
    if request.method == "POST":
        form = CallerForm(seen.loaded, seen.given.facts, request.POST)
        if not form.is_valid():
            return seen.once("help", listed(seen, form, request.GET.get("p")), status=422)
        response = redirect("guidance:help")
        answers.put(response, seen.given.answered(form.facts()))
        return response
    number = request.GET.get("p", "")[:4]
    return seen.page("help", lambda: listed(seen, CallerForm(seen.loaded, seen.given.facts), number), about=number)


def listed(seen: Visit, form: CallerForm, number: str | None) -> dict[str, Any]:
    """What the page of services draws."""
    page = Paginator(pages.answering(seen.loaded, seen.said, at=seen.at), CARDS).get_page(number)
    return {"form": form, "page": page, "checking": pages.checking(seen.loaded, [one.contact for one in page])}


@require_safe
def platforms(request: HttpRequest) -> HttpResponse:
    seen = visit(request)
    shown = seen.loaded.platforms.values()
    return seen.page("platforms", lambda: {"platforms": shown, "checking": pages.checking(seen.loaded, shown)})


@require_safe
def platform(request: HttpRequest, code: str) -> HttpResponse:
    seen = visit(request)
    found = seen.loaded.platform_by_code.get(code)
    if found is None:
        raise Http404

    def make() -> dict[str, Any]:
        hashes = pages.hashes(seen.loaded, found, seen.said)
        return {"platform": found, "hashes": hashes, "checking": pages.checking(seen.loaded, [found])}

    return seen.page("platform", make, about=code)


@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    return visit(request).page("safety", dict)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return visit(request).page("privacy", dict)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return visit(request).page("accessibility", dict)
