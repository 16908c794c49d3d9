"""A shared case on the worker's side: read it, look at one thing, write to its owner, hand it back."""

from __future__ import annotations

import secrets
import uuid
from functools import wraps
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evidence import gate, index, items, messages, pictures, places, sharing
from evidence.helpline import wording
from evidence.helpline.forms import MessageForm
from evidence.helpline.views.gates import Seat, View, at_desk
from evidence.items import ItemView
from evidence.vault import Opened, Shut

PAGE = 25
_NOT_HERE = (sharing.NotShared, items.NoSuchItem, gate.NoPictures, pictures.NotRevealed, Shut)


def shared_case(view: View) -> View:
    """A case that this worker holds a live grant for; anything else is answered like what does not exist."""

    @at_desk
    @wraps(view)
    def inner(request: HttpRequest, seat: Seat, grant: uuid.UUID, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            opened = sharing.open_case(worker=seat.worker, grant_id=grant, seed=seat.seed, at=seat.at)
            return view(request, seat, opened, grant, *args, **kwargs)
        except _NOT_HERE as error:
            raise Http404 from error

    return inner


@require_GET
@shared_case
def case(request: HttpRequest, _: Seat, opened: Opened, grant: uuid.UUID) -> HttpResponseBase:
    """Why it was shared, and everything in it, one line each; no picture."""
    page = Paginator(items.listed(opened), PAGE).get_page(request.GET.get("p"))
    rows = [(line, wording.when(line.when)) for line in page]
    context = {"page": page, "rows": rows, "grant": grant, "purpose": sharing.purpose_of(opened, grant)}
    return render(request, "helpline/case.html", context)


@require_GET
@shared_case
def item(request: HttpRequest, seat: Seat, opened: Opened, grant: uuid.UUID, item_id: uuid.UUID) -> HttpResponseBase:
    """One thing: what is claimed and what was observed. A picture stays hidden until it is asked for."""
    _kept(items.peek(opened, item_id))
    found = items.read(opened, item_id, by=seat.actor, at=seat.at)
    context = {
        "item": found,
        "claims": wording.claimed(found),
        "observed": [
            *wording.observed(found),
            *wording.place(places.kept(opened, found, index.read(opened).gate)),
        ],
        "grant": grant,
        "picture": _picture_state(seat, opened, found),
    }
    return render(request, "helpline/item.html", context)


@require_POST
@shared_case
def reveal(_: HttpRequest, seat: Seat, opened: Opened, grant: uuid.UUID, item_id: uuid.UUID) -> HttpResponseBase:
    """Ask for a picture: recorded where the owner sees it, then shown for ten minutes."""
    _kept(items.peek(opened, item_id))
    pictures.reveal(opened, item_id, by=seat.actor, at=seat.at)
    return redirect("helpline:item", grant, item_id)


@require_GET
@shared_case
def picture(_: HttpRequest, seat: Seat, opened: Opened, _grant: uuid.UUID, item_id: uuid.UUID) -> HttpResponseBase:
    """The re-encoded copy of a picture that was asked for."""
    _kept(items.peek(opened, item_id))
    jpeg = pictures.view(opened, item_id, by=seat.actor, at=seat.at)
    return HttpResponse(jpeg, content_type="image/jpeg")


@require_http_methods(["GET", "POST"])
@shared_case
def thread(request: HttpRequest, seat: Seat, opened: Opened, grant: uuid.UUID) -> HttpResponseBase:
    """Read what the owner wrote, and write to her."""
    form = MessageForm(request.POST if request.method == "POST" else None, initial={"k": secrets.token_hex(16)})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        messages.write(opened, text=said["text"], by=seat.actor, at=seat.at, once=said["k"])
        return redirect("helpline:messages", grant)
    shown = messages.thread(opened, by=seat.actor, at=seat.at)
    return render(request, "helpline/messages.html", {"form": form, "grant": grant, "thread": shown})


@require_http_methods(["GET", "POST"])
@shared_case
def hand_back(request: HttpRequest, seat: Seat, _: Opened, grant: uuid.UUID) -> HttpResponseBase:
    """End the worker's own grant, after asking."""
    if request.method == "POST":
        sharing.hand_back(worker=seat.worker, grant_id=grant, at=seat.at)
        return redirect("helpline:queue")
    return render(request, "helpline/hand_back.html", {"grant": grant})


def _picture_state(seat: Seat, opened: Opened, found: ItemView) -> str:
    """Whether there is a picture, and whether it may be asked for: "", "locked", "shown" or "hidden"."""
    if found.line.kind != index.PICTURE:
        return ""
    try:
        gate.check_viewable(index.read(opened).gate)
    except gate.NoPictures:
        return "locked"
    shown = pictures.is_revealed(opened, found.line.id, by=seat.actor, at=seat.at)
    return "shown" if shown else "hidden"


def _kept(found: ItemView) -> ItemView:
    """What the owner has removed is not there for a worker."""
    if found.line.state != "kept":
        raise items.NoSuchItem
    return found
