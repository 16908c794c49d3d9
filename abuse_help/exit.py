"""Leaves in one press: forgets here, clears the browser, goes to a neutral page, is never recorded."""

from __future__ import annotations

import contextlib
import re
from importlib import import_module

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.views.decorators.http import require_safe

from evidence import leaving
from evidence.helpline import desk
from evidence.looking_ahead import fetched_ahead

COOKIE_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 6265, section 4.1.1: a token


@require_safe
def leave(request: HttpRequest) -> HttpResponseRedirect:
    """The one GET that changes something: it forgets.

    HEAD, fetching ahead and pages of other sites are sent on and change nothing.
    """
    answer = HttpResponseRedirect(settings.EXIT_URL)
    if _pressed(request):
        _forget_here(request)
        _forget_there(request, answer)
    return answer


def _pressed(request: HttpRequest) -> bool:
    ours = request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}
    return request.method == "GET" and ours and not fetched_ahead(request)


def _forget_here(request: HttpRequest) -> None:
    # a database that is down must not hold anybody here, and a report of it would record the leaving
    with contextlib.suppress(Exception):
        leaving.leave(request)
    with contextlib.suppress(Exception):
        desk.close(request)
    with contextlib.suppress(Exception):
        if key := request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            import_module(settings.SESSION_ENGINE).SessionStore(key).flush()


def _forget_there(request: HttpRequest, answer: HttpResponseRedirect) -> None:
    for name in filter(COOKIE_NAME.fullmatch, request.COOKIES):
        answer.delete_cookie(name, samesite="Strict")
    answer["Clear-Site-Data"] = '"cache", "cookies", "storage"'
