"""Lets a request into an open case, or keeps what was typed and asks for the words first."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from evidence import rotation, unlocking
from evidence.custody import OWNER, Actor
from evidence.custody_words import UNNAMED
from evidence.forms import OpenForm
from evidence.keeping_text import hold
from evidence.looking_ahead import fetched_ahead
from evidence.models import Case
from evidence.unlocking import Session
from evidence.vault import Shut

if TYPE_CHECKING:
    from evidence.vault import Opened

P = ParamSpec("P")
_BROWSERS: tuple[tuple[str, str], ...] = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
)
_BROWSERS += (("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS: tuple[tuple[str, str], ...] = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
)
_SYSTEMS += (("Linux", "Linux"),)


@dataclass
class Visit:
    """One request inside an open case: its session, the moment, and text that was held over an unlock."""

    session: Session
    at: datetime
    by: Actor = OWNER

    @property
    def opened(self) -> Opened:
        return self.session.opened


def device(request: HttpRequest) -> str:
    """Browser and system by name only, as "Chrome on Android": no version, no address. Kept in English."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), UNNAMED[0])
    system = next((name for mark, name in _SYSTEMS if mark in agent), UNNAMED[1])
    return f"{browser} on {system}"


def is_prefetch(request: HttpRequest) -> bool:
    """A browser that fetches ahead, or only asks: it must change nothing, not even the idle clock."""
    return request.method == "HEAD" or fetched_ahead(request)


def in_case(
    view: Callable[Concatenate[HttpRequest, Visit, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """The case must be open in this browser, and its words confirmed; else the page that comes first is shown."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if is_prefetch(request):
            return HttpResponse(status=204)
        visit = visit_of(request)
        if visit is not None and visit.opened.case.status == Case.Status.NEW:
            return HttpResponseRedirect(reverse("evidence:words"))
        # another of her windows may have been first: the keys have changed, or the case is gone
        with contextlib.suppress(Shut):
            if visit is not None:
                return view(request, _renewed(request, visit), *args, **kwargs)
        return ask_for_words(request)

    return inner


def _renewed(request: HttpRequest, visit: Visit) -> Visit:
    """The same visit, with new keys where they are due and something is about to change."""
    if request.method == "POST" and visit.opened.case.rotate_due:
        visit.session = rotation.rotate(visit.session, at=visit.at)
    return visit


def visit_of(request: HttpRequest, *, slide: bool = True) -> Visit | None:
    """The open case of this browser, confirmed or not."""
    at = timezone.now()
    session = unlocking.current(request, at=at, slide=slide)
    return Visit(session, at) if session else None


def ask_for_words(request: HttpRequest, *, files_for: str = "") -> HttpResponse:
    """The page that opens a case. What was typed into a form meanwhile waits in it, sealed, and comes back after.

    Files do not wait: where some were sent, `files_for` is the page to send them from again, and this page says so.
    """
    if request.method != "POST":
        return HttpResponseRedirect(reverse("evidence:open"))
    form = OpenForm(initial={"h": hold(files_for or request.path, request.POST)})
    return render(request, "evidence/open.html", {"form": form, "kept": True, "files": bool(files_for)}, status=403)


def bound(request: HttpRequest, form: type, /, *args: Any, **kwargs: Any) -> Any:
    """The form with what was posted, or filled with text that was held over an unlock, or empty."""
    if request.method == "POST":
        return form(*args, request.POST, **kwargs)
    waiting: QueryDict | None = getattr(request, "held", None)
    if waiting is not None:
        kwargs["initial"] = {**kwargs.get("initial", {}), **waiting.dict()}
    return form(*args, **kwargs)
