"""The desk: open it with the password, close it, see the queue, take a case."""

from __future__ import annotations

import uuid

from django.contrib.auth import update_session_auth_hash
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evidence import events, sharing
from evidence.helpline import desk, keys, limits
from evidence.helpline.adapters import moment_of
from evidence.helpline.forms import DeskForm
from evidence.helpline.views.gates import Seat, at_desk, kept, signed_in, with_second_factor
from evidence.worker_keys import KeyNotSigned

PAGE = 25
_WRAPPING = {"then", "next"}


@require_http_methods(["GET", "POST"])
@with_second_factor
def open_desk(request: HttpRequest) -> HttpResponseBase:
    """Ask the password again and open the worker's key for this browser; typed text is carried on."""
    form = DeskForm(request.POST if request.method == "POST" else None)
    seed = _seed(request, form) if form.is_bound else None
    carried = [(name, value) for name, value in kept(request) if name not in _WRAPPING]
    then = _inside(request, request.POST.get("then") or request.GET.get("next", ""))
    context = {"form": form, "kept": carried, "then": then}
    if seed is None:
        return render(request, "helpline/desk.html", context)
    response = render(request, "helpline/carry_on.html", context) if carried else redirect(then)
    if keys.renew(worker=signed_in(request), seed=seed, password=form.cleaned_data["x_password"]):
        update_session_auth_hash(request, signed_in(request))
    desk.close(request)
    desk.open_desk(response, worker=signed_in(request), seed=seed, at=moment_of(request))
    return response


def _seed(request: HttpRequest, form: DeskForm) -> bytes | None:
    """The seed that the typed password opens, or None with the reason on the form."""
    worker = signed_in(request)
    if not form.is_valid():
        return None
    try:
        limits.spend(limits.DESK, worker.pk.bytes, at=moment_of(request))
        seed = keys.seed_of(worker=worker, password=form.cleaned_data["x_password"])
    except limits.TooManyTries:
        form.add_error(None, _("There were too many tries. Wait 15 minutes."))
    except keys.WrongPassword:
        events.note("desk-refused", worker=worker.pk)
        form.add_error("x_password", _("The password is not right. Check it and try again."))
    except KeyNotSigned:
        form.add_error(None, _("Your key can't be trusted. Tell your supervisor now: it has to be made new."))
    else:
        limits.give_back(limits.DESK, worker.pk.bytes)
        events.note("desk-opened", worker=worker.pk)
        return seed
    return None


def _inside(request: HttpRequest, address: str) -> str:
    """`address` if it is a staff page of this site, else the queue."""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if ours and address.startswith(reverse("helpline:queue")) else reverse("helpline:queue")


@require_POST
@with_second_factor
def close_desk(request: HttpRequest) -> HttpResponseBase:
    """Close this browser's desk; the worker stays signed in."""
    response = redirect("helpline:desk")
    desk.close(request, response)
    events.note("desk-closed", worker=signed_in(request).pk)
    return response


@require_GET
@at_desk
def queue(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Cases that wait for someone, and the worker's own; nothing of their content."""
    offers = sharing.offers_for(seat.worker, at=seat.at)
    mine = sharing.grants_of(seat.worker, at=seat.at)
    context = {
        "page": Paginator(offers, PAGE).get_page(request.GET.get("p")),
        "mine": Paginator(mine, PAGE).get_page(request.GET.get("m")),
    }
    return render(request, "helpline/queue.html", context)


@require_POST
@at_desk
def accept(request: HttpRequest, seat: Seat, offer: uuid.UUID) -> HttpResponseBase:
    """Take an offered case; a colleague may have been quicker."""
    try:
        grant = sharing.accept(worker=seat.worker, offer_id=offer, seed=seat.seed, at=seat.at)
    except sharing.NotShared as error:
        raise Http404 from error
    return redirect("helpline:case", grant.pk)
