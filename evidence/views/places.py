"""The place inside a file: what it may mean, then a press that reads it and keeps it, or one that takes it out."""

from __future__ import annotations

import uuid

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from evidence import index, places
from evidence.intake.places import NotReadNow
from evidence.views.showing import or_not_found
from evidence.views.visiting import Visit, bound, in_case


class PlaceForm(forms.Form):
    """Whether a helpline worker who holds the case may read the place too; nobody may unless it is ticked."""

    h = forms.BooleanField(required=False)


@require_http_methods(["GET", "POST"])
@in_case
@or_not_found
def place(request: HttpRequest, visit: Visit, item_id: uuid.UUID) -> HttpResponse:
    """Nothing is read before the press."""
    item, form = places.file(visit.opened, item_id), bound(request, PlaceForm)
    press, problem = request.POST.get("a"), ""
    try:
        if press == "look" and form.is_valid():
            places.look(visit.opened, item_id, helpline=form.cleaned_data["h"], by=visit.by, at=visit.at)
            return _back(item_id)
    except NotReadNow:
        problem = gettext("It could not be read just now. Nothing was changed. You can try again in a minute.")
    if press == "out":
        places.take_out(visit.opened, item_id, by=visit.by, at=visit.at)
        return _back(item_id)
    kept = places.kept(visit.opened, item, index.read(visit.opened).gate)
    context = {"line": item.line, "form": form, "place": kept, "problem": problem}
    return render(request, "evidence/place.html", context, status=422 if problem else 200)


def _back(item_id: uuid.UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("evidence:item", args=[item_id]) + "#place")
