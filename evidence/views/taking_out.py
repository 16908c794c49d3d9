"""The copy of everything for its owner: what it means first, then a press."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from evidence import gate, index, taking_out
from evidence.views.visiting import Visit, in_case


@require_http_methods(["GET", "POST"])
@in_case
def copy(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """The page with its words; a press gives the archive under a neutral name."""
    if request.method == "POST":
        response = StreamingHttpResponse(
            taking_out.take(visit.opened, by=visit.by, at=visit.at), content_type="application/zip"
        )
        response["Content-Disposition"] = f'attachment; filename="{taking_out.NAME}"'
        return response
    files = gate.pictures_allowed(index.read(visit.opened).gate)
    return render(request, "evidence/copy.html", {"files": files, "name": taking_out.NAME})
