"""Plays a film or a sound from its sealed file: the part that the browser asks for, opened as it is sent."""

from __future__ import annotations

import re
import uuid

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from evidence import playing
from evidence.models import Case
from evidence.playing import Playable
from evidence.views.showing import or_not_found
from evidence.views.visiting import Visit, ask_for_words, in_case, visit_of

PART = 4 * 1024**2
"""The most bytes of one part. A player that is paused stops reading, and would hold a thread of the server as long
as its answer is not at its end; so it gets less than it asked for and asks again (RFC 9110, 14.2 and 15.3.7). What is
under way when the case is locked ends soon, too."""

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII | re.IGNORECASE)


@require_POST
@in_case
@or_not_found
def reveal(_request: HttpRequest, visit: Visit, item_id: uuid.UUID) -> HttpResponse:
    """Press to play."""
    playing.reveal(visit.opened, item_id, by=visit.by, at=visit.at)
    return HttpResponseRedirect(reverse("evidence:item", args=[item_id]))


@require_safe
def play(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    """A part of the recording, after the press; HEAD tells its size and changes nothing."""
    if request.method == "HEAD":
        return _told(request, item_id)
    return _sent(request, item_id)


def _told(request: HttpRequest, item_id: uuid.UUID) -> HttpResponseBase:
    visit = visit_of(request, slide=False)
    if visit is None or visit.opened.case.status == Case.Status.NEW:
        return ask_for_words(request)
    found = _playable(visit, item_id)
    return _with_headers(HttpResponse(), found, found.size)


@in_case
def _sent(request: HttpRequest, visit: Visit, item_id: uuid.UUID) -> HttpResponseBase:
    found = _playable(visit, item_id)
    asked = part_of(request.headers.get("Range", ""), found.size)
    if asked is None:
        return _with_headers(_streamed(found, 0, found.size), found, found.size)
    start, stop = asked
    if start >= stop:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{found.size}"})
    stop = min(stop, start + PART)
    response = _with_headers(_streamed(found, start, stop), found, stop - start)
    response.status_code = 206
    response["Content-Range"] = f"bytes {start}-{stop - 1}/{found.size}"
    return response


@or_not_found
def _playable(visit: Visit, item_id: uuid.UUID) -> Playable:
    return playing.playable(visit.opened, item_id, by=visit.by, at=visit.at)


def _streamed(found: Playable, start: int, stop: int) -> HttpResponseBase:
    return StreamingHttpResponse(found.part(start, stop), content_type=found.media_type)


def _with_headers(response: HttpResponseBase, found: Playable, length: int) -> HttpResponseBase:
    response["Content-Type"] = found.media_type
    response["Content-Length"] = str(length)
    response["Content-Disposition"] = "inline"
    response["Accept-Ranges"] = "bytes"
    return response


def part_of(header: str, size: int) -> tuple[int, int] | None:
    """(start, stop) that a Range header asks for of `size` bytes, stop not included; None where it asks for all.

    A start that is not before the stop can't be satisfied. Several ranges, other units and ranges that make no
    sense are ignored, as RFC 9110 (14.2) allows.
    """
    asked = _RANGE.fullmatch(header.strip())
    if asked is None or asked[0].endswith("=-"):
        return None
    first, last = asked[1], asked[2]
    if not first:
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1, size) if last else size
