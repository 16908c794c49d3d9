"""Add-only: a device on which the case is shut may still add notes, and can read nothing.

A separate random cookie names a row; the row opens no key. What is added is sealed to the case public key and waits
outside the index until its owner opens the case, when it takes its number and its place.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from evidence import cookies, custody, index, items, vault
from evidence.crypto import keys
from evidence.custody import Act, Actor
from evidence.items import Telling
from evidence.models import AddPass, Case, Item
from evidence.vault import Opened

QUOTA = 20
LASTS = timedelta(days=7)
DEVICE = Actor("device")


class NoPass(Exception):
    """This device may not add: there is no pass, it was ended or is over, or its notes are used up."""


def cookie_name() -> str:
    return f"{settings.COOKIE_PREFIX}p"


@transaction.atomic
def allow(opened: Opened, response: HttpResponse, *, by: Actor, at: datetime) -> None:
    """Let this browser add up to QUOTA notes for a week, also while the case is shut. Exit takes it back."""
    vault.hold(opened)
    cookie = secrets.token_bytes(32)
    AddPass.objects.create(row_id=_row_id(cookie), case=opened.case, left=QUOTA, ends_at=at + LASTS)
    custody.record(opened.case, Act("add-only-allowed"), by=by, at=at, secret=opened.secret)
    cookies.give(response, cookie_name(), cookie)


def _row_id(cookie: bytes) -> bytes:
    return hashlib.sha256(b"add-only" + cookie).digest()


def current(request: HttpRequest, *, at: datetime) -> AddPass | None:
    """The pass of this browser, while it may still add."""
    cookie = cookies.read(request.COOKIES, cookie_name())
    if cookie is None:
        return None
    found = AddPass.objects.select_related("case").filter(row_id=_row_id(cookie), left__gt=0, ends_at__gt=at)
    return found.filter(case__status=Case.Status.OPEN).first()


@transaction.atomic
def add(mine: AddPass, telling: Telling, *, at: datetime, once: str = "") -> uuid.UUID:
    """Keep one note without any key but a public one. NoPass if the pass ended meanwhile.

    The same words with the same `once` are one note, as in `items.add`: a page loaded anew sends its form again.
    """
    case = Case.objects.select_for_update().get(pk=mine.case_id)
    row = AddPass.objects.select_for_update().filter(pk=mine.pk, left__gt=0, ends_at__gt=at).first()
    if row is None or case.status != Case.Status.OPEN:
        raise NoPass
    key, item_id = keys.new_key(), _once_id(mine, once, telling)
    if Item.objects.filter(pk=item_id).exists():
        return item_id
    row.left -= 1
    row.save(update_fields=["left"])
    waiting = {"text": telling.claims.get("what", ""), "received_at": at.isoformat(timespec="seconds")}
    Item.objects.create(
        id=item_id,
        case=case,
        key_version=case.secret_version,
        key_wrap=vault.drop_key(key, case=case, about=item_id),
        facts=vault.seal_facts(key, {"waiting": waiting}, case_id=case.pk, about=item_id),
        created_on=at.date(),
    )
    custody.record(case, Act("note-left", str(item_id), {"kind": index.NOTE}), by=DEVICE, at=at)
    return item_id


def _once_id(mine: AddPass, once: str, telling: Telling) -> uuid.UUID:
    """As `items.once_id`, where no secret of the case is at hand: under the site's."""
    if not once:
        return uuid.uuid4()
    told = keys.subkey(settings.PEPPER, "once", mine.case_id, bytes(mine.row_id), once, repr(telling))
    return uuid.UUID(bytes=told[:16], version=4)


def take_in(opened: Opened) -> int:
    """Give every note that waits its number and its place in the index; returns how many there were.

    Where none waits, or there is no room for one, the index stays as it is: it is not sealed again.
    """
    if not _waiting(opened, index.read(opened)):
        return 0
    with items.holding(opened) as whole:
        taken = _waiting(opened, whole)
        for row in taken:
            _take(opened, whole, row)
        return len(taken)


def _waiting(opened: Opened, whole: index.Index) -> list[Item]:
    """Items that stand in no line of the index, as many as there is room for."""
    known = {line.id for line in whole.lines}
    room = max(0, settings.CASE_MAX_ITEMS - len(whole.lines))
    rows = Item.objects.filter(case=opened.case).exclude(pk__in=known)
    return list(rows.order_by("created_on", "pk")[:room])


def _take(opened: Opened, whole: index.Index, row: Item) -> None:
    key = vault.key_of(opened, row, row.pk)
    waiting = vault.open_facts(key, row.facts, case_id=opened.case.pk, about=row.pk)["waiting"]
    title = waiting["text"].strip().splitlines()[0][:80] if waiting["text"].strip() else ""
    telling = Telling(title, claims={"what": waiting["text"]})
    received = datetime.fromisoformat(waiting["received_at"])
    items.admit(whole, index.NOTE, telling, at=received, item_id=row.pk)
    claims = {name: telling.claims.get(name, "") for name in items.CLAIMS[index.NOTE]}
    facts = {"claims": claims, "observed": {}, "earlier": []}
    row.facts = vault.seal_facts(key, facts, case_id=opened.case.pk, about=row.pk)
    row.save(update_fields=["facts"])


def leave(request: HttpRequest) -> None:
    """Take this browser's pass back (exit)."""
    cookie = cookies.read(request.COOKIES, cookie_name())
    if cookie is not None:
        AddPass.objects.filter(row_id=_row_id(cookie)).delete()


@transaction.atomic
def end_all(opened: Opened, *, by: Actor, at: datetime) -> int:
    """Take back every pass of this case; returns how many there were."""
    ended = AddPass.objects.filter(case=opened.case).delete()[0]
    custody.record(opened.case, Act("add-only-ended", detail={"count": ended}), by=by, at=at, secret=opened.secret)
    return ended


def prune(*, at: datetime) -> int:
    """Delete passes that are over."""
    return AddPass.objects.filter(ends_at__lte=at).delete()[0]
