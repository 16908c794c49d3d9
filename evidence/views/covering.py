"""Hiding parts of a picture: the page that chooses them, and the whole picture behind its press."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from evidence import arriving, coverings, pictures
from evidence.cover_form import CoverForm
from evidence.intake.pictures import PictureRefused
from evidence.views import wording
from evidence.views.showing import jpeg, or_not_found
from evidence.views.visiting import Visit, in_case


@require_http_methods(["GET", "POST"])
@in_case
@or_not_found
def cover(request: HttpRequest, visit: Visit, item_id: uuid.UUID) -> HttpResponse:
    """Choose parts, hide them, or show the whole picture to others again."""
    item = coverings.picture(visit.opened, item_id)
    press = request.POST.get("a")
    boxes = coverings.boxes_of(item)
    if press == "show":
        pictures.reveal(visit.opened, item_id, by=visit.by, at=visit.at)
    if press == "drop":
        coverings.drop(visit.opened, item_id, by=visit.by, at=visit.at)
        return _back(item_id)
    asked = request.method == "POST" and press != "show"
    form = CoverForm(request.POST if asked else getattr(request, "held", None), boxes=boxes)
    if asked and form.is_valid() and _kept(visit, item_id, form):
        return _back(item_id)
    shown = pictures.is_revealed(visit.opened, item_id, by=visit.by, at=visit.at)
    context = {"form": form, "line": item.line, "item": item, "boxes": boxes, "shown": shown}
    return render(request, "evidence/cover.html", context)


def _back(item_id: uuid.UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("evidence:item", args=[item_id]))


def _kept(visit: Visit, item_id: uuid.UUID, form: CoverForm) -> bool:
    try:
        coverings.keep(visit.opened, item_id, form.cleaned_data["boxes"], by=visit.by, at=visit.at)
    except PictureRefused as error:
        form.add_error(None, wording.refusal(error))
    except arriving.NoRoom:
        form.add_error(None, wording.full())
    return not form.errors


@require_GET
@in_case
@or_not_found
def whole(request: HttpRequest, visit: Visit, item_id: uuid.UUID) -> HttpResponse:
    """The picture without boxes, for ten minutes after the press, to choose what to hide."""
    return jpeg(coverings.whole(visit.opened, item_id, by=visit.by, at=visit.at))
