"""Adding to a case: the questions before the first picture, pictures, and everything that is typed."""

from __future__ import annotations

import contextlib
import secrets
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evidence import gate, index, items, referrals, resuming
from evidence.forms import GateForm, UploadForm
from evidence.item_form import ItemForm
from evidence.views import wording
from evidence.views.visiting import Visit, bound, in_case
from guidance import languages

KIND_CODES = {
    "c4dk": index.ADDRESS,
    "m2wv": index.ACCOUNT,
    "w9tf": index.CONTACT,
    "d3hy": index.DEMAND,
    "p6zn": index.PAYMENT,
    "j7rp": index.NOTE,
    "x5bt": index.EVENT,
}


@require_GET
@in_case
def add(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What would you like to add?"""
    whole = index.read(visit.opened)
    return render(request, "evidence/add.html", {"gate": whole.gate, "open": _can_add(whole.gate), "codes": KIND_CODES})


def _can_add(answers: index.Gate) -> bool:
    """Pictures are open, or the questions can still be answered."""
    return settings.UPLOADS_ALLOWED and (not answers.answered or answers.open)


@require_http_methods(["GET", "POST"])
@in_case
def item_add(request: HttpRequest, visit: Visit, code: str) -> HttpResponse:
    """One address, account, note or event."""
    if code not in KIND_CODES:
        raise Http404
    kind = KIND_CODES[code]
    form = bound(request, ItemForm, kind, initial={"k": secrets.token_hex(16)})
    if request.method == "POST" and form.is_valid():
        try:
            line = items.add(visit.opened, kind, form.telling(), by=visit.by, at=visit.at, once=form.once)
        except items.CaseFull:
            form.add_error(None, wording.full())
        else:
            return HttpResponseRedirect(reverse("evidence:item", args=[line.id]))
    return render(request, "evidence/item_form.html", {"form": form, "kind": kind, "action": request.path})


@require_http_methods(["GET", "POST"])
@in_case
def questions(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The gate: three questions before the first picture, once answered "under 18" or "not sure" closed for ever."""
    whole = index.read(visit.opened)
    if whole.gate.answered and not whole.gate.open:
        return _closed(request, visit, whole.gate)
    form = bound(request, GateForm)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        answers = index.Gate(shown=said["a"], now=said["b"], whose=said["c"])
        with contextlib.suppress(gate.AnsweredBefore):  # in another of her windows, a moment ago: that answer holds
            gate.answer(visit.opened, answers, by=visit.by, at=visit.at)
        answered = index.read(visit.opened).gate
        if not gate.pictures_allowed(answered):
            return _closed(request, visit, answered)
        return HttpResponseRedirect(reverse("evidence:pictures"))
    return render(request, "evidence/gate.html", {"form": form, "allowed": settings.UPLOADS_ALLOWED})


@require_POST
@in_case
def lock_pictures(request: HttpRequest, visit: Visit) -> HttpResponse:
    """ "This may show someone under 18": every picture is locked at once."""
    gate.lock(visit.opened, by=visit.by, at=visit.at)
    return _closed(request, visit, index.read(visit.opened).gate)


def _closed(request: HttpRequest, visit: Visit, answers: index.Gate) -> HttpResponse:
    """Why this case takes no pictures, and who helps: depends on the ages in the pictures and the age now."""
    cards = referrals.cards(answers.now, language=get_language() or languages.ENGLISH, at=visit.at)
    return render(request, "evidence/gate_closed.html", {"gate": answers, "cards": cards})


@require_GET
@in_case
def choose(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The form for pictures; it does not exist where the gate is closed."""
    whole = index.read(visit.opened)
    if not whole.gate.answered and settings.UPLOADS_ALLOWED:
        return HttpResponseRedirect(reverse("evidence:gate"))
    if not gate.pictures_allowed(whole.gate):
        raise Http404
    form = bound(request, UploadForm, initial={"k": secrets.token_hex(16)})
    context = {**upload_context(form), "waiting": resuming.waiting(visit.opened)}
    return render(request, "evidence/pictures.html", context)


def upload_context(form: UploadForm) -> dict[str, Any]:
    return {
        "form": form,
        "most": settings.UPLOAD_MAX_FILES,
        "megabytes": settings.PICTURE_MAX_BYTES // 1024**2,
        "file_megabytes": settings.FILE_MAX_BYTES // 1024**2,
    }
