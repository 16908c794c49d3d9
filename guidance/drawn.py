"""Draws a page once for all with the same answers, language and minute; the form token alone is each person's own."""

from __future__ import annotations

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CSRF_TOKEN_LENGTH, get_token
from django.template.loader import render_to_string

from guidance import packing
from guidance.words import for_every_page

KEPT = 256  # pages of some 30 KB in each process; the oldest goes first
TOKEN = f"token-{secrets.token_hex(16)}"  # stands where a person's own form token goes; unguessable, so never in a text
GZIP = re.compile(r"\bgzip\b")
Context = Mapping[str, Any]


@dataclass(frozen=True)
class Drawn:
    """A page cut where the form token goes, plain and compressed."""

    parts: tuple[bytes, ...]
    packed: tuple[bytes, ...]


class Shelf:
    """Drawn pages by what they show. Holds nothing of a person but the answers that many give."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.pages: OrderedDict[Hashable, Drawn] = OrderedDict()
        self.lock = Lock()

    def get(self, key: Hashable, draw: Callable[[], Drawn]) -> Drawn:
        """The page under this key, drawn if it is not there. Two who ask at once may both draw it."""
        with self.lock:
            if key in self.pages:
                self.pages.move_to_end(key)
                return self.pages[key]
        page = draw()
        with self.lock:
            self.pages[key] = page
            while len(self.pages) > self.room:
                self.pages.popitem(last=False)
        return page

    def clear(self) -> None:
        with self.lock:
            self.pages.clear()


SHELF = Shelf(KEPT)


def page(request: HttpRequest, name: str, key: Hashable, make: Callable[[], Context]) -> HttpResponse:
    """The page `name` for everything that `key` says; `make` is called only where it is not drawn yet."""
    return _own(request, SHELF.get((name, key), lambda: _draw(name, make())))


def once(request: HttpRequest, name: str, context: Context, *, status: int = 200) -> HttpResponse:
    """A page that nobody else gets: what the person typed stands in it."""
    return _own(request, _draw(name, context), status=status)


def _draw(name: str, context: Context) -> Drawn:
    text = render_to_string(f"guidance/{name}.html", {**for_every_page(), **context, "csrf_token": TOKEN})
    parts = tuple(text.encode().split(TOKEN.encode()))
    return Drawn(parts, packing.fixed(parts, CSRF_TOKEN_LENGTH))


def _own(request: HttpRequest, drawn: Drawn, *, status: int = 200) -> HttpResponse:
    token = get_token(request).encode() if len(drawn.parts) > 1 else b""
    if not GZIP.search(request.headers.get("Accept-Encoding", "")):
        return HttpResponse(token.join(drawn.parts), status=status, headers={"Vary": "Accept-Encoding"})
    body = packing.whole(drawn.parts, drawn.packed, token)
    return HttpResponse(body, status=status, headers={"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
