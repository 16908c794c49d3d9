"""One item: its page, its picture behind a press, editing, removing, undoing."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from django.core.paginator import Paginator
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evidence import (
    index,
    items,
    kept_ways,
    likeness,
    packs,
    pictures,
    places,
    playing,
    progress,
    retention,
    sharing,
)
from evidence.item_form import ItemForm, initial_of, said_more
from evidence.views.showing import jpeg, or_not_found
from evidence.views.visiting import Visit, bound, in_case
from guidance import answers

PAGE = 25


@require_GET
@in_case
def home(request: HttpRequest, visit: Visit) -> HttpResponse:
    """My case: what is in it, and what can be done with it."""
    whole = index.read(visit.opened)
    page = Paginator(whole.kept()[::-1], PAGE).get_page(request.GET.get("p"))
    context = {
        "page": page,
        "gate": whole.gate,
        "removed": len(whole.lines) - len(whole.kept()),
        "shares": [s for s in sharing.shares(visit.opened) if s.status != "ended"],
        "packs": packs.listed(visit.opened, at=visit.at)[:1],
        "case": visit.opened.case,
        "old_until": kept_ways.oldest_end(visit.opened.case, at=visit.at),
        "can_undo": kept_ways.can_undo(visit.session, at=visit.at),
        "choice": retention.Choice(**whole.keeping),
        "ordered": retention.is_ordered(visit.opened.case),
        "list_kept_at": progress.kept_at(whole),
        "list_here": answers.get(request) != answers.Answers(),
    }
    return render(request, "evidence/home.html", context)


@require_GET
@in_case
def removed(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What was removed, to bring back."""
    page = Paginator(items.removed(visit.opened), PAGE).get_page(request.GET.get("p"))
    return render(request, "evidence/removed.html", {"page": page})


@require_GET
@in_case
@or_not_found
def item(request: HttpRequest, visit: Visit, item_id: uuid.UUID) -> HttpResponse:
    """One item, claims and observations apart; a picture stays covered until it is pressed."""
    return _item_page(request, visit, item_id)


def _item_page(request: HttpRequest, visit: Visit, item_id: uuid.UUID, *, shown: bool = False) -> HttpResponse:
    view = items.read(visit.opened, item_id, by=visit.by, at=visit.at)
    whole = index.read(visit.opened)
    context = {
        "item": view,
        "line": view.line,
        "gate": whole.gate,
        "shown": shown and whole.gate.open,
        "looks": view.line.kind in index.SEEN,
        "more": said_more(view.claims),
        "place": places.kept(visit.opened, view, whole.gate),
        "alike": likeness.like(view.line, whole),
        "can_play": playing.can_play(view),
        "plays": playing.can_play(view) and playing.is_open(visit.opened, view, by=visit.by, at=visit.at),
    }
    return render(request, "evidence/item.html", context)


@require_POST
@in_case
@or_not_found
def reveal(request: HttpRequest, visit: Visit, item_id: uuid.UUID) -> HttpResponse:
    """Press to see."""
    pictures.reveal(visit.opened, item_id, by=visit.by, at=visit.at)
    return _item_page(request, visit, item_id, shown=True)


@require_GET
@in_case
@or_not_found
def view(request: HttpRequest, visit: Visit, item_id: uuid.UUID) -> HttpResponse:
    """The re-encoded copy, for ten minutes after the press."""
    return jpeg(pictures.view(visit.opened, item_id, by=visit.by, at=visit.at))


@require_GET
@in_case
@or_not_found
def cover(request: HttpRequest, visit: Visit, item_id: uuid.UUID) -> HttpResponse:
    """The blurred cover, in which nothing can be recognised."""
    return jpeg(pictures.cover(visit.opened, item_id))


@require_POST
@in_case
@or_not_found
def original(request: HttpRequest, visit: Visit, item_id: uuid.UUID) -> StreamingHttpResponse:
    """The original file, by a deliberate press, under a neutral name."""
    found, chunks = pictures.original(visit.opened, item_id, by=visit.by, at=visit.at)
    response = StreamingHttpResponse(chunks, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{found.line.number:03}.{found.observed["extension"]}"'
    response["Content-Length"] = str(found.observed["size"])
    return response


@require_http_methods(["GET", "POST"])
@in_case
@or_not_found
def edit(request: HttpRequest, visit: Visit, item_id: uuid.UUID) -> HttpResponse:
    """Change what is claimed."""
    found = items.peek(visit.opened, item_id)
    form = bound(request, ItemForm, found.line.kind, initial=initial_of(found))
    if request.method == "POST" and form.is_valid():
        items.edit(visit.opened, item_id, form.telling(), by=visit.by, at=visit.at)
        return HttpResponseRedirect(reverse("evidence:item", args=[item_id]))
    context = {"form": form, "kind": found.line.kind, "line": found.line, "action": request.path}
    return render(request, "evidence/item_form.html", context)


def _act(act: Callable[..., object], to: str, *, with_id: bool = True) -> Callable[..., HttpResponseBase]:
    """A view that carries out one act on one item by POST and goes back to a page."""

    @require_POST
    @in_case
    @or_not_found
    def inner(request: HttpRequest, visit: Visit, item_id: uuid.UUID) -> HttpResponse:
        act(visit.opened, item_id, by=visit.by, at=visit.at)
        return HttpResponseRedirect(reverse(to, args=[item_id] if with_id else []))

    return inner


remove = _act(items.remove, "evidence:removed", with_id=False)
bring_back = _act(items.bring_back, "evidence:item")


@require_POST
@in_case
@or_not_found
def undo(request: HttpRequest, visit: Visit, item_id: uuid.UUID) -> HttpResponse:
    """Take back the last change: the page told of how many it was the last, so that pressing twice takes back one."""
    told = request.POST.get("n", "")
    edits = int(told) if re.fullmatch(r"[0-9]{1,6}", told) else None
    items.undo_edit(visit.opened, item_id, by=visit.by, at=visit.at, edits=edits)
    return HttpResponseRedirect(reverse("evidence:item", args=[item_id]))


@require_POST
@in_case
@or_not_found
def intimate(request: HttpRequest, visit: Visit, item_id: uuid.UUID) -> HttpResponse:
    """Say that a picture is, or is not, intimate."""
    is_intimate = request.POST.get("a") != "no"
    pictures.set_intimate(visit.opened, item_id, intimate=is_intimate, by=visit.by, at=visit.at)
    return HttpResponseRedirect(reverse("evidence:item", args=[item_id]))
