"""Knows a browser in which a worker has signed in before, by a sealed cookie; nothing about it is stored."""

from __future__ import annotations

import base64
import binascii
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from evidence.crypto import fields, keys
from evidence.crypto.contexts import context
from evidence.crypto.errors import SealBroken
from evidence.helpline import limits

_CONTEXT = context("staff-device")


def cookie_name() -> str:
    return f"{settings.COOKIE_PREFIX}d"


def _key() -> bytes:
    return keys.subkey(settings.LIMITS_KEY, "staff-device")


def remember(response: HttpResponseBase, *, username: str) -> None:
    """Give this browser a cookie that says: `username` has signed in here, both factors right."""
    payload = limits.key("device-of", username.encode()) + secrets.token_bytes(16)
    response.set_cookie(
        cookie_name(),
        base64.urlsafe_b64encode(fields.seal(_key(), payload, _CONTEXT)).decode(),
        secure=not settings.LOCAL,
        httponly=True,
        samesite="Strict",
    )


def recognise(request: HttpRequest, *, username: str) -> bytes | None:
    """The 16 bytes that name this browser, if `username` has signed in here before; else None."""
    try:
        sealed = base64.urlsafe_b64decode(request.COOKIES.get(cookie_name(), ""))
        payload = fields.unseal(_key(), sealed, _CONTEXT)
    except (binascii.Error, ValueError, SealBroken):
        return None
    known = secrets.compare_digest(payload[:32], limits.key("device-of", username.encode()))
    return payload[32:] if known else None
