"""Gives a browser 32 random bytes in a cookie that ends with it, and reads them back."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from django.conf import settings
from django.http import HttpResponseBase

BYTES = 32


def give(response: HttpResponseBase, name: str, value: bytes) -> None:
    """Put the cookie on the answer: no lifetime, this host only, never to scripts."""
    response.set_cookie(
        name,
        base64.urlsafe_b64encode(value).decode().rstrip("="),
        secure=not settings.LOCAL,
        httponly=True,
        samesite="Strict",
    )


def read(cookies: Mapping[str, str], name: str) -> bytes | None:
    """The 32 bytes that were given; None where there is no such cookie, or it is none of ours."""
    try:
        raw = base64.urlsafe_b64decode(cookies.get(name, "") + "=")
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == BYTES else None
