"""The addresses to which a script sends a large file in pieces; without it the plain form serves."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from functools import wraps

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_http_methods, require_POST

from evidence import faults, gate, items, resuming
from evidence.arriving import NoRoom
from evidence.forms import AnnounceForm
from evidence.intake.labels import file_name
from evidence.intake.pictures import PictureRefused
from evidence.resuming import Announced, CutShort, NoSuchUpload, Piece, TooManyUploads, WrongPlace
from evidence.turns import Busy, turn
from evidence.views import wording
from evidence.views.uploading import DISK_FULL, NO_ROOM
from evidence.views.visiting import Visit, in_case

_READ = 256 * 1024
_NUMBER = re.compile(r"[0-9]{1,15}")  # of bytes
_MANY = _("Five large files are only half here. Go on with one of them, or take it off the list on this page.")

_SAID = (WrongPlace, CutShort, Busy, PictureRefused, NoRoom, items.CaseFull, TooManyUploads)

View = Callable[..., JsonResponse]


def _answered(view: View) -> Callable[..., HttpResponseBase]:
    """What goes wrong becomes an answer that the script understands; a stranger's upload is not there."""

    @wraps(view)
    def inner(request: HttpRequest, visit: Visit, **which: uuid.UUID) -> HttpResponseBase:
        try:
            with turn("upload"):
                return view(request, visit, **which)
        except (NoSuchUpload, gate.NoPictures) as error:
            raise Http404 from error
        except _SAID as error:
            return _says(error)
        except (OSError, OperationalError) as error:
            if not faults.is_full(error):
                raise
            return JsonResponse({"refused": [gettext(DISK_FULL)]}, status=507)

    return inner


def _says(error: Exception) -> JsonResponse:
    if isinstance(error, WrongPlace):
        return JsonResponse({"at": error.at}, status=409)
    if isinstance(error, CutShort):
        return JsonResponse({}, status=400)
    if isinstance(error, Busy):
        return JsonResponse({}, status=503, headers={"Retry-After": "5"})
    return JsonResponse({"refused": [_why(error)]}, status=422)


def _why(error: Exception) -> str:
    if isinstance(error, PictureRefused):
        return wording.refusal(error)
    if isinstance(error, items.CaseFull):
        return wording.full()
    return gettext(NO_ROOM if isinstance(error, NoRoom) else _MANY)


@require_POST
@in_case
@_answered
def begin(request: HttpRequest, visit: Visit) -> JsonResponse:
    """Announce a file; the answer says to send it on from which byte."""
    form = AnnounceForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"refused": [error for errors in form.errors.values() for error in errors]}, status=422)
    said = form.cleaned_data
    once = f"{said['k']}:{said['n'] or 0}"
    told = Announced(file_name(said["u"]), said["z"], said["v"], once, said["t1"])
    here = resuming.begin(visit.opened, told, at=visit.at)
    return JsonResponse({"id": str(here.id), "at": here.at, "piece": resuming.PIECE})


@require_http_methods(["POST"])
@in_case
@_answered
def piece(request: HttpRequest, visit: Visit, upload_id: uuid.UUID) -> JsonResponse:
    """One piece; with the last one the file is kept, and only then the answer says "saved"."""
    here = resuming.standing(visit.opened, upload_id)
    place, length = request.headers.get("Upload-Offset", ""), request.META.get("CONTENT_LENGTH") or ""
    if not here.done and here.at < here.size:
        if not (_NUMBER.fullmatch(place) and _NUMBER.fullmatch(length)):
            raise CutShort
        here = _taken(request, visit, Piece(visit.opened, here, int(place), int(length)))
    if here.at < here.size:
        return JsonResponse({"at": here.at})
    resuming.finish(visit.opened, upload_id, by=visit.by, at=visit.at)
    return JsonResponse({"at": here.at, "saved": 1, "refused": []})


@require_POST
@in_case
def forget(_request: HttpRequest, visit: Visit, upload_id: uuid.UUID) -> HttpResponse:
    """Take a file that is only half here off the list."""
    try:
        resuming.forget(visit.opened, upload_id)
    except (NoSuchUpload, gate.NoPictures) as error:
        raise Http404 from error
    return HttpResponseRedirect(reverse("evidence:pictures"))


def _taken(request: HttpRequest, visit: Visit, coming: Piece) -> resuming.Standing:
    try:
        while data := _read(request):
            coming.write(data)
        return coming.keep(at=visit.at)
    finally:
        coming.drop()


def _read(request: HttpRequest) -> bytes:
    try:
        return request.read(_READ)
    except OSError as error:  # servers and Django report a lost connection so
        raise CutShort from error
