"""Every address of the site, walked from the URLconf itself: a new one turns up here by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse

PARTS = re.compile(r"<\w+:(\w+)>|\(\?P<(\w+)>")

FIRST = {"number": "1", "upload_id": str(UUID(int=1, version=4))}  # where nobody has one: what no one has, or the first


@dataclass(frozen=True)
class Address:
    """One pattern: its full name, and the names of the parts that vary."""

    name: str
    parts: tuple[str, ...]

    def path(self, ids: dict[str, str]) -> str:
        return reverse(self.name, kwargs={part: _for(self.name, part, ids) for part in self.parts})


def _for(name: str, part: str, ids: dict[str, str]) -> str:
    """The part's value: one that is meant for this address alone ("guidance:step code"), or for any."""
    return ids.get(f"{name} {part}", ids.get(part, FIRST.get(part, "")))


def everywhere() -> list[Address]:
    return sorted(_walk(get_resolver(), "", ""), key=lambda address: address.name)


def routes() -> list[str]:
    """Every pattern as it is written, joined."""
    return sorted(route for route in _routes(get_resolver(), ""))


def _walk(resolver: URLResolver, space: str, route: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            parts = tuple(a or b for a, b in PARTS.findall(here))
            yield Address(f"{space}{pattern.name}", parts)
        else:
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern, inner, here)


def _routes(resolver: URLResolver, route: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield here
        else:
            yield from _routes(pattern, here)
