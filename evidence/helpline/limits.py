"""How often sign-in may be tried, under an HMAC; nobody can shut another person out."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from evidence import events
from evidence.helpline.models import SignInLimit

WAIT = timedelta(minutes=15)


class TooManyTries(Exception):
    """This budget is spent: wait a quarter of an hour."""


@dataclass(frozen=True)
class Budget:
    """How many tries in WAIT one purpose has, for each thing that it counts."""

    purpose: str
    tries: int


NAME = Budget("name", 10)  # passwords for one name, from everywhere
NETWORK = Budget("network", 50)  # passwords and codes from one network, for whatever name
DEVICE = Budget("device", 10)  # passwords from a browser that has signed in with this name before
CODE = Budget("code", 5)  # second factors of one worker whose password was right
DESK = Budget("desk", 5)  # passwords at the desk of one worker who is signed in


def key(purpose: str, what: bytes) -> bytes:
    """The row (32 bytes) that counts `what`: HMAC-SHA-256, so that the table can't be searched for a name."""
    return hmac.digest(settings.LIMITS_KEY, b"sign-in\0" + purpose.encode() + b"\0" + what, hashlib.sha256)


@transaction.atomic
def is_spent(budget: Budget, what: bytes, *, at: datetime) -> bool:
    row = SignInLimit.objects.filter(key=key(budget.purpose, what)).first()
    return bool(row and _is_shut(row, at))


def _is_shut(row: SignInLimit, at: datetime) -> bool:
    """Until its time, which is further ahead than WAIT only where the clock was put back: never shut for longer."""
    return row.shut_until is not None and at < row.shut_until <= at + WAIT


@transaction.atomic
def spend(budget: Budget, what: bytes, *, at: datetime) -> None:
    """Count one try before it is made. TooManyTries once the budget is spent, for a whole WAIT."""
    rows = SignInLimit.objects.select_for_update()
    row, _ = rows.get_or_create(key=key(budget.purpose, what), defaults={"since": at})
    if _is_shut(row, at):
        raise TooManyTries
    if row.shut_until or at - row.since >= WAIT:
        row.since, row.count, row.shut_until = at, 0, None
    row.count += 1
    row.shut_until = at + WAIT if row.count >= budget.tries else None
    row.save()
    if row.shut_until:
        events.note("limit-reached", of=budget.purpose)


@transaction.atomic
def give_back(budget: Budget, what: bytes) -> None:
    """Undo one `spend` after a try that was right; wrong ones before it still count."""
    row = SignInLimit.objects.select_for_update().filter(key=key(budget.purpose, what)).first()
    if row and row.count:
        row.count, row.shut_until = row.count - 1, None
        row.save()


def first_use(what: bytes, *, at: datetime) -> bool:
    """Whether this is the first time `what` (a code that was right) is used within WAIT."""
    row, is_new = SignInLimit.objects.get_or_create(key=key("used", what), defaults={"since": at})
    if not is_new and at - row.since >= WAIT:
        return bool(SignInLimit.objects.filter(pk=row.pk, since=row.since).update(since=at))
    return is_new


def network_of(request: HttpRequest) -> bytes:
    """The network (IPv4 /24, IPv6 /48) that asked, or nothing where the server does not know one.

    Behind a proxy the last address of X-Forwarded-For is the one that the proxy itself saw.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if getattr(settings, "BEHIND_PROXY", False):
        address = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return b""
    prefix = 24 if found.version == 4 else 48
    return ipaddress.ip_network((found, prefix), strict=False).network_address.packed


def prune(*, at: datetime) -> int:
    """Delete rows that no longer limit anything."""
    return SignInLimit.objects.filter(since__lt=at - 2 * WAIT).delete()[0]
