"""Handing a case on: the helpline, messages with it, what the police need to know, and the pack."""

from __future__ import annotations

import secrets
import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evidence import details, index, messages, packs, rotation, sharing
from evidence.forms import DetailsForm, MessageForm, ShareForm
from evidence.freezing_items import Choices
from evidence.models import Pack
from evidence.turns import Busy
from evidence.views.opening import busy
from evidence.views.visiting import Visit, bound, in_case, is_prefetch, visit_of

_DETAIL = {
    "t1": "happened",
    "t2": "person",
    "t3": "contact",
    "t4": "risks",
    "t5": "place",
    "t6": "other_place",
    "t7": "paid",
    "t8": "reports",
    "t9": "wants",
    "t10": "initials",
    "t11": "nation",
    "t12": "prepared_for",
}


@require_http_methods(["GET", "POST"])
@in_case
def share(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Share with the helpline: why, and until when. A second press finds what the first one did, and no fault."""
    stands = False
    form = bound(request, ShareForm, timezone.localtime(visit.at).date())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            sharing.share(visit.opened, purpose=said["t1"], until=said["d1"], by=visit.by, at=visit.at)
        except sharing.NobodyToShareWith:
            form.add_error(
                None, gettext("No helpline worker takes new cases here at the moment. Your case stays as it is.")
            )
        except sharing.SharedAlready:
            stands = True
        else:
            return HttpResponseRedirect(reverse("evidence:share"))
    context = {"form": form, "shares": sharing.shares(visit.opened), "stands": stands}
    return render(request, "evidence/share.html", context)


@require_POST
@in_case
def share_end(request: HttpRequest, visit: Visit, grant_id: uuid.UUID) -> HttpResponse:
    """End a share at once; the case gets new keys before anything else is shown."""
    try:
        sharing.end(visit.opened, grant_id, by=visit.by, at=visit.at)
    except sharing.NotShared as error:
        raise Http404 from error
    visit.opened.case.refresh_from_db()
    if visit.opened.case.rotate_due:
        packs.stop_all(visit.opened.case)
        rotation.rotate(visit.session, at=visit.at)
    return HttpResponseRedirect(reverse("evidence:share"))


@require_http_methods(["GET", "POST"])
@in_case
def talk(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Messages with the helpline worker who holds the case."""
    live = [share for share in sharing.shares(visit.opened) if share.status == "live"]
    form = bound(request, MessageForm, initial={"k": secrets.token_hex(16)})
    if request.method == "POST" and form.is_valid():
        if live:
            said = form.cleaned_data
            messages.write(visit.opened, text=said["t1"], by=visit.by, at=visit.at, once=said["k"])
            return HttpResponseRedirect(reverse("evidence:talk"))
        form.add_error(None, gettext("Nobody at the helpline holds your case now, so nobody would read this."))
    thread = messages.thread(visit.opened, by=visit.by, at=visit.at)
    return render(request, "evidence/talk.html", {"form": form, "thread": thread, "live": live})


@require_http_methods(["GET", "POST"])
@in_case
def for_officer(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What an officer needs beside the items."""
    given = details.read(visit.opened)
    initial = {field: given.get(name, "") for field, name in _DETAIL.items()}
    form = bound(request, DetailsForm, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[field] for field, name in _DETAIL.items()}
        details.save(visit.opened, values, by=visit.by, at=visit.at)
        return HttpResponseRedirect(reverse("evidence:packs"))
    return render(request, "evidence/details.html", {"form": form, "action": request.path})


# --- the pack -------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@in_case
def all_packs(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask for a pack, and the packs of the last day."""
    whole = index.read(visit.opened)
    stands = False
    if request.method == "POST":
        try:
            packs.ask(visit.opened, _choices(request, whole), by=visit.by, at=visit.at)
        except packs.MakingAlready:
            stands = True
        except Busy:
            return busy(request)
        else:
            return HttpResponseRedirect(reverse("evidence:packs"))
    context = {
        "stands": stands,
        "packs": packs.listed(visit.opened, at=visit.at),
        "pictures": [line for line in whole.kept() if line.kind == index.PICTURE] if whole.gate.open else [],
        "files": [line for line in whole.kept() if line.kind in index.FILES[1:]] if whole.gate.open else [],
        "count": len(whole.kept()),
        "given": bool(whole.details),
        "gate": whole.gate,
    }
    return render(request, "evidence/packs.html", context)


def _choices(request: HttpRequest, whole: index.Index) -> Choices:
    """Ticked one by one; what is not ticked stays out of every file of the pack."""
    mine = {str(line.id): line for line in whole.kept() if line.kind in index.FILES}

    def ticked(name: str) -> frozenset[uuid.UUID]:
        return frozenset(mine[value].id for value in request.POST.getlist(name) if value in mine)

    shown = ticked("a")
    leaving = shown | {line.id for line in mine.values() if line.kind != index.PICTURE}
    return Choices(pictures=shown, originals=leaving & ticked("b"), locations=leaving & ticked("c"), places=ticked("d"))


@require_GET
def pack_state(request: HttpRequest, pack_id: uuid.UUID) -> HttpResponse:
    """How far a pack is: polled by the page, so it never keeps the case open."""
    visit = None if is_prefetch(request) else visit_of(request, slide=False)
    if visit is None:
        return HttpResponse(status=286)  # htmx: stop asking
    try:
        pack = packs.follow(visit.opened, pack_id, at=visit.at)
    except packs.NoSuchPack as error:
        raise Http404 from error
    status = 200 if pack.status == Pack.Status.MAKING else 286
    return render(request, "evidence/_pack.html", {"pack": pack}, status=status)


@require_POST
@in_case
def pack_file(request: HttpRequest, visit: Visit, pack_id: uuid.UUID, role: str) -> StreamingHttpResponse:
    """Download the report or the bundle of a ready pack."""
    try:
        file = packs.download(visit.opened, pack_id, role, by=visit.by, at=visit.at)
    except packs.NoSuchPack as error:
        raise Http404 from error
    response = StreamingHttpResponse(file.chunks, content_type=file.type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response["Content-Length"] = str(file.size)
    return response
