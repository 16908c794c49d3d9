"""The sessions of a worker: seen and ended by herself, after her password or second factor once more."""

from __future__ import annotations

import uuid

from allauth.account.decorators import reauthentication_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from evidence.helpline import sign_ins
from evidence.helpline.sessions import stored_key
from evidence.helpline.views.gates import signed_in, with_second_factor


def _here(request: HttpRequest) -> str:
    return stored_key(request.session.session_key or "")


@require_GET
@with_second_factor
@reauthentication_required  # type: ignore[untyped-decorator]
def listed(request: HttpRequest) -> HttpResponseBase:
    """Every browser in which this worker is signed in."""
    rows = [{"at": row, "here": row.stored_key == _here(request)} for row in sign_ins.listed(signed_in(request))]
    return render(request, "helpline/sessions.html", {"sessions": rows})


@require_POST
@with_second_factor
@reauthentication_required  # type: ignore[untyped-decorator]
def end(request: HttpRequest, sign_in: uuid.UUID) -> HttpResponseBase:
    """End one of them; this one too, which then asks to sign in."""
    try:
        sign_ins.end(signed_in(request), sign_in)
    except sign_ins.NotSignedIn as error:
        raise Http404 from error
    return redirect("helpline:sessions")


@require_POST
@with_second_factor
@reauthentication_required  # type: ignore[untyped-decorator]
def end_others(request: HttpRequest) -> HttpResponseBase:
    """End every session but this one."""
    sign_ins.end_others(signed_in(request), stored_key=_here(request))
    return redirect("helpline:sessions")
