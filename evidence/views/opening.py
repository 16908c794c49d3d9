"""The way into a case: the question first, making it, its words, opening, locking, deleting, bringing back."""

from __future__ import annotations

import secrets
from datetime import datetime
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import resolve, reverse
from django.utils import formats, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evidence import adding_only, cases, holds, index, kept_ways, packs, retention, rotation, sharing, unlocking, ways
from evidence.forms import BringBackForm, ConfirmForm, LookForm, NoteForm, OpenForm
from evidence.items import Telling
from evidence.keeping_text import Held, held, hold
from evidence.models import AddPass, Case
from evidence.turns import Busy
from evidence.unlocking import Session
from evidence.views.adding import KIND_CODES
from evidence.views.visiting import Visit, device, in_case, is_prefetch, visit_of

NOT_OPENED = _(
    "That did not open a case. "
    "Check the words. After several tries it stays shut for 15 minutes, even for the right words."
)
NOTHING_BACK = _(
    "There is nothing to bring back with that. "
    "Check the words. After several tries it stays shut for 15 minutes, even for the right words."
)
OLDER_SERVE = _(
    "Older words still open this case until %(when)s. Until then only those erase it at once. "
    "You can delete it inside the case: then it is erased after 72 hours."
)
A_NOTE = next(code for code, kind in KIND_CODES.items() if kind == index.NOTE)


@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """My case: straight in where it is open, else the choice between opening one and starting one."""
    if not is_prefetch(request):
        visit = visit_of(request)
        if visit is not None:
            confirmed = visit.opened.case.status != Case.Status.NEW
            return HttpResponseRedirect(reverse("evidence:home" if confirmed else "evidence:words"))
    may_add = not is_prefetch(request) and adding_only.current(request, at=timezone.now()) is not None
    return render(request, "evidence/begin.html", {"may_add": may_add})


@require_http_methods(["GET", "POST"])
def before(request: HttpRequest) -> HttpResponse:
    """Could someone look at this phone? Yes or not sure shows other ways first."""
    form = LookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["a"] != "no":
            return render(request, "evidence/other_ways.html")
        return render(request, "evidence/ready.html")
    return render(request, "evidence/before.html", {"form": form})


@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make a case and show its words."""
    try:
        session = cases.begin(device=device(request), at=timezone.now())
    except cases.TooManyBegun:
        response = render(request, "evidence/full.html", status=503)
        response["Retry-After"] = "3600"
        return response
    unlocking.leave(request)
    response = HttpResponseRedirect(reverse("evidence:words"))
    unlocking.give(response, session)
    return response


@require_GET
def words(request: HttpRequest) -> HttpResponse:
    """The seven words and the code, until they were entered again."""
    visit = None if is_prefetch(request) else visit_of(request)
    waiting = ways.waiting(visit.session) if visit else None
    if visit is None or waiting is None:
        return HttpResponseRedirect(reverse("evidence:begin"))
    return render(
        request,
        "evidence/words.html",
        {
            "ways": waiting[0],
            "fresh": visit.opened.case.status == Case.Status.NEW,
            "old_serve": ways.old_will_serve(visit.session),
            "day": visit.opened.case.erase_on,
        },
    )


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Two words and the end of the code, typed again."""
    visit = None if is_prefetch(request) else visit_of(request)
    waiting = ways.waiting(visit.session) if visit else None
    if visit is None or waiting is None:
        return HttpResponseRedirect(reverse("evidence:begin"))
    form = ConfirmForm(waiting[1], request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = ways.TypedAgain(*(form.cleaned_data[name] for name in ("x_1", "x_2", "x_3")))
        try:
            ways.confirm(visit.session, typed, at=visit.at)
        except ways.NotConfirmed:
            form.add_error(
                None,
                gettext("These are not the same as on your card. Look at your words again, then try once more."),
            )
        except Busy:
            return busy(request)
        else:
            return HttpResponseRedirect(reverse("evidence:home"))
    return render(request, "evidence/confirm.html", {"form": form})


@require_http_methods(["GET", "POST"])
def open_(request: HttpRequest) -> HttpResponse:
    """One box that forgives; one answer for wrong, unknown and shut."""
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            session = cases.open_with(form.cleaned_data["x_1"], device=device(request), at=timezone.now())
        except ways.WordsMistyped as error:
            form.add_error("x_1", str(error))
        except ways.NotOpened:
            form.add_error("x_1", gettext(NOT_OPENED))
        except Busy:
            return busy(request)
        else:
            return _enter(request, session, held(form.cleaned_data["h"]))
    return render(request, "evidence/open.html", {"form": form})


def _enter(request: HttpRequest, session: Session, waiting: Held | None) -> HttpResponse:
    """Into the case: end what was open here and what has expired, change the keys if due, then home or on."""
    at = timezone.now()
    unlocking.leave(request)  # its cookie is about to be replaced; whoever copied it must not go on with it
    sharing.end_expired(session.opened.case, at=at)
    session.opened.case.refresh_from_db()
    if session.opened.case.rotate_due:
        packs.stop_all(session.opened.case)
        session = rotation.rotate(session, at=at)
    adding_only.take_in(session.opened)
    response = _go_on(request, session, waiting) if waiting else HttpResponseRedirect(reverse("evidence:home"))
    unlocking.give(response, session)
    return response


def _go_on(request: HttpRequest, session: Session, waiting: Held) -> HttpResponse:
    """The form that was open before, with what had been typed; nothing is saved until the person presses again.

    A press that carried no text (show, remove, send pictures) has no form to go back to: home.
    """
    match = resolve(waiting.path)
    cookie = HttpResponse()
    unlocking.give(cookie, session)
    request.COOKIES[unlocking.cookie_name()] = cookie.cookies[unlocking.cookie_name()].value
    request.method, request.path = "GET", waiting.path
    request.held = waiting.fields  # type: ignore[attr-defined]  # read by visiting.bound
    answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return answer if answer.status_code == HTTPStatus.OK else HttpResponseRedirect(reverse("evidence:home"))


def busy(request: HttpRequest) -> HttpResponse:
    """Too many at once: come back in a moment."""
    response = render(request, "errors/503.html", status=503)
    response["Retry-After"] = "5"
    return response


@require_http_methods(["GET", "POST"])
def bring_back(request: HttpRequest) -> HttpResponse:
    """A deleted case: back, or gone for good at once."""
    form = BringBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["x_1"]
        try:
            if form.cleaned_data["c"] == "erase":
                erased = cases.erase_now(typed, at=timezone.now())
                return render(request, "evidence/gone.html", {"erased": erased, "waits": not erased})
            session = cases.bring_back(typed, device=device(request), at=timezone.now())
        except ways.WordsMistyped as error:
            form.add_error("x_1", str(error))
        except ways.NotOpened:
            form.add_error("x_1", gettext(NOTHING_BACK))
        except kept_ways.OlderServe as error:
            form.add_error(
                None,
                gettext(OLDER_SERVE) % {"when": formats.date_format(timezone.localtime(error.until), "j F Y, H:i")},
            )
        except Busy:
            return busy(request)
        else:
            return _enter(request, session, None)
    locked_stays = settings.LOCKED_PROTOCOL == "keep"
    return render(request, "evidence/bring_back.html", {"form": form, "locked_stays": locked_stays})


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Shut the case in this browser, confirmed or not."""
    visit = visit_of(request)
    may_add = bool(visit and request.POST.get("a") == "add" and visit.opened.case.status == Case.Status.OPEN)
    response = render(request, "evidence/locked.html", {"may_add": may_add})
    if visit is not None:
        if may_add:
            adding_only.allow(visit.opened, response, by=visit.by, at=visit.at)
        cases.lock(visit.session, at=visit.at)
    response.delete_cookie(unlocking.cookie_name(), samesite="Strict")
    return response


@require_http_methods(["GET", "POST"])
def note(request: HttpRequest) -> HttpResponse:
    """Add a note to a case that is shut here; nothing of the case is shown."""
    at = timezone.now()
    mine = None if is_prefetch(request) else adding_only.current(request, at=at)
    fresh = {"k": secrets.token_hex(16)}
    form = NoteForm(request.POST or None, initial=fresh)
    if request.method == "POST" and form.is_valid():
        if _left(mine, form, at):
            return render(request, "evidence/note.html", {"form": NoteForm(initial=fresh), "added": True})
        return _not_any_more(request, form.cleaned_data["t2"])
    if mine is None:
        return HttpResponseRedirect(reverse("evidence:begin"))
    return render(request, "evidence/note.html", {"form": form})


def _left(mine: AddPass | None, form: NoteForm, at: datetime) -> bool:
    """Whether the note was kept: False where the pass has ended meanwhile."""
    try:
        if mine is not None:
            said = form.cleaned_data
            adding_only.add(mine, Telling("", claims={"what": said["t2"]}), at=at, once=said["k"])
    except adding_only.NoPass:
        return False
    return mine is not None


def _not_any_more(request: HttpRequest, text: str) -> HttpResponse:
    """The text of a note that could not be kept, shown to be copied; with the words it comes back as a note."""
    form = OpenForm(initial={"h": hold(reverse("evidence:item-add", args=[A_NOTE]), request.POST)})
    return render(request, "evidence/open.html", {"form": form, "typed": text}, status=403)


@require_http_methods(["GET", "POST"])
@in_case
def delete(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Delete the case: hidden at once, erased after 72 hours."""
    if request.method == "POST":
        cases.hide(visit.session, at=visit.at)
        response = render(request, "evidence/gone.html", {"waits": retention.waits(visit.opened.case)})
        response.delete_cookie(unlocking.cookie_name(), samesite="Strict")
        return response
    context = {
        "ordered": retention.is_ordered(visit.opened.case),
        "holds": holds.shown(visit.opened),
        "locked_stays": retention.keeps_locked(visit.opened.case),
        "choice": retention.chosen(visit.opened),
    }
    return render(request, "evidence/delete.html", context)
