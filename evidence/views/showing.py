"""What the pages of one item share: 404 for what may not be seen or is not there, and how a copy is sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.http import Http404, HttpResponse

from evidence import gate, items, pictures

P = ParamSpec("P")
Answer = TypeVar("Answer")
MISSING = (items.NoSuchItem, gate.NoPictures, pictures.NotRevealed)


def or_not_found(view: Callable[P, Answer]) -> Callable[P, Answer]:
    """404 where there is no such item, where the gate is shut, and before the press that shows it."""

    @wraps(view)
    def inner(*args: P.args, **kwargs: P.kwargs) -> Answer:
        try:
            return view(*args, **kwargs)
        except MISSING as error:
            raise Http404 from error

    return inner


def jpeg(data: bytes) -> HttpResponse:
    """A re-encoded copy, shown in its page and never saved under a name."""
    return HttpResponse(data, content_type="image/jpeg", headers={"Content-Disposition": "inline"})
