"""Knows a browser that fetches a page ahead, before anybody has asked for it: such a request changes nothing."""

from __future__ import annotations

from django.http import HttpRequest


def fetched_ahead(request: HttpRequest) -> bool:
    """By either header that browsers send: `Sec-Purpose` (Fetch, section 2.2.5), and `Purpose` of older ones."""
    return "prefetch" in request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
