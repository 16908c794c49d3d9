"""The pages for what went wrong: what happened, what was kept, what to do next, and never a lost word.

A form field whose name starts with `x_` holds a secret (words, codes, passwords): no page here repeats it.
"""

from __future__ import annotations

import errno
import re
import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string

from abuse_help.context import site
from evidence import faults
from evidence.storage import StoreDown

SECRET_PREFIX = "x_"  # noqa: S105 (the prefix of the names of secrets)
BROKEN = frozenset({errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO})  # a disk that can't be written, or not read
NOT_TYPED = re.compile(r"[a-z0-9]{0,4}")  # the opaque code of a choice, or nothing
LAST_WORDS = (
    '<!doctype html><html lang="en"><title>Sorry</title><h1>Sorry, this page is not working</h1>'
    '<p><a href="/exit/" rel="noreferrer">Leave this site</a>'
    '<p>If you are in danger now, call <a href="tel:999">999</a>. '
    'To talk to someone at any hour, call <a href="tel:116123">116 123</a>.'
)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/400.html", status=HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", status=HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or, worth another try in a minute, 507 where there was no room, 503 where database or store fell silent.

    Then what was typed comes back, to be copied: nobody but the disk was at fault, and no words of an error are shown.
    """
    failed, error = HTTPStatus.INTERNAL_SERVER_ERROR, sys.exc_info()[1]
    if faults.is_full(error):
        answer = refused(HTTPStatus.INSUFFICIENT_STORAGE, texts=_posted(request))
    elif _is_down(error):  # a part may be saved: say so, as for any failure
        answer = refused(HTTPStatus.SERVICE_UNAVAILABLE, words=failed, texts=_posted(request))
    else:
        return refused(failed)
    answer["Retry-After"] = "60"
    return answer


def _is_down(error: BaseException | None) -> bool:
    if isinstance(error, OSError):
        return isinstance(error, StoreDown) or error.errno in BROKEN
    return isinstance(error, (OperationalError, InterfaceError))


def _posted(request: HttpRequest) -> list[str]:
    """What was typed, as far as it came: the fault may have been met while the form was read."""
    try:
        return _typed(request)
    except (UnreadablePostError, RuntimeError, ValueError):
        return []


def refused(status: HTTPStatus, *, words: HTTPStatus | None = None, texts: list[str] | None = None) -> HttpResponse:
    """The page of `status`, or in the words of another, drawn from settings alone: no database, session, addresses."""
    values = {**site(None), "status": (words or status).value, "texts": texts or []}
    try:
        body: str = render_to_string("errors/refused.html", values)
    except Exception:  # the page about a failure must not fail, whatever is broken
        body = LAST_WORDS
    return HttpResponse(body, status=status)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token was missing or old: give back what was typed, to be copied, save secrets."""
    return render(request, "errors/csrf.html", {"texts": _typed(request)}, status=HTTPStatus.FORBIDDEN)


def _typed(request: HttpRequest) -> list[str]:
    """Every text of the form; none where another site sent it, for then nobody here typed it."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return []
    hidden = {"csrfmiddlewaretoken", "code", "credential", "password"}  # the last three are named by allauth
    return [
        value
        for name, values in request.POST.lists()
        for value in values
        if name not in hidden and not name.startswith(SECRET_PREFIX) and not NOT_TYPED.fullmatch(value)
    ]
