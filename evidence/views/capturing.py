"""What may help beside what is there already: after "you can report now", and only if it is easy and safe."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from evidence import capturing, index, platforms
from evidence.views.adding import KIND_CODES
from evidence.views.visiting import Visit, in_case
from guidance import answers, languages

PLACES = 3  # platforms that are told in full; the others are links
_CODES = {kind: code for code, kind in KIND_CODES.items()}


@require_GET
@in_case
def capture(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Nothing here is needed; each line leads to the form that adds it."""
    whole = index.read(visit.opened)
    words_only = capturing.words_alone(whole.gate, answers.get(request).facts)
    places = capturing.places(whole.kept(), get_language() or languages.ENGLISH)
    context = {
        "words_only": words_only,
        "gate": whole.gate,
        "groups": [_group(one) for one in capturing.groups(whole, words_only=words_only)],
        "places": places[:PLACES],
        "more": places[PLACES:],
        "checking": platforms.checked(places[:PLACES]),
    }
    return render(request, "evidence/capture.html", context)


def _group(one: tuple[capturing.Group, list[capturing.Useful]]) -> dict[str, Any]:
    group, things = one
    return {"title": group.title, "note": group.note, "things": [(thing, _form(thing.form)) for thing in things]}


def _form(form: str) -> str:
    """Where a thing is added."""
    if form == capturing.FILES:
        return reverse("evidence:pictures")
    if form == capturing.DETAILS:
        return reverse("evidence:details")
    return reverse("evidence:item-add", args=[_CODES[form]])
