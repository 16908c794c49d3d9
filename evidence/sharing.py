"""Sharing a case with the helpline: offer, accept, open, end. Getting a case here is the permission check."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from evidence import cases, custody, vault, worker_keys
from evidence.crypto.errors import SealBroken
from evidence.custody import SYSTEM, Act, Actor
from evidence.models import Case, Grant, OfferWrap
from evidence.vault import Opened

if TYPE_CHECKING:
    from evidence.helpline.models import Worker


class NotShared(Exception):
    """No live grant for this worker: answered like a case that does not exist."""


class NobodyToShareWith(Exception):
    """No enrolled worker takes new cases: sharing is refused, with this reason."""


class SharedAlready(Exception):
    """A share is offered or live; it has to end before another begins."""


@dataclass(frozen=True)
class Offer:
    """An offer as a worker's queue shows it: nothing of the case but a neutral reference."""

    id: uuid.UUID
    reference: str
    offered_on: date
    ends_at: datetime


@dataclass(frozen=True)
class GrantView:
    """A share as both sides see it. `purpose` only where the case is open."""

    id: uuid.UUID
    reference: str
    status: str
    since: date
    until: date
    worker_name: str = ""
    purpose: str = ""
    offer_ends_at: datetime | None = None


def worker_actor(worker: Worker) -> Actor:
    return Actor("worker", str(worker.pk), worker.display_name)


def _trusted_key(worker: Worker) -> bytes | None:
    """A worker's public key, only where the instance signed it."""
    try:
        return worker_keys.signed_public(worker)
    except worker_keys.KeyNotSigned:
        return None


def _takers() -> list[tuple[Worker, bytes]]:
    workers = get_user_model().objects.filter(is_active=True, takes_new_cases=True, public_key__isnull=False)
    pairs = ((worker, _trusted_key(worker)) for worker in workers.order_by("created_on", "pk"))
    return [(worker, key) for worker, key in pairs if key is not None][: settings.OFFERED_TO_AT_MOST]


# --- the owner's side -----------------------------------------------------------------------------


@transaction.atomic
def share(opened: Opened, *, purpose: str, until: date, by: Actor, at: datetime) -> Grant:
    """Offer the whole case to the helpline until a day. NobodyToShareWith, SharedAlready."""
    takers = _takers()
    if not takers:
        raise NobodyToShareWith
    case = vault.hold(opened)
    end_expired(case, at=at)
    if Grant.objects.filter(case=case, status__in=["offered", "live"]).exists():
        raise SharedAlready
    grant = Grant(id=uuid.uuid4(), case=case, created_on=at.date(), until_on=until)
    grant.offer_ends_at = at + settings.OFFER_LASTS
    grant.terms = vault.seal_under_secret(opened, {"purpose": purpose}, "terms", grant.pk)
    grant.save(force_insert=True)
    OfferWrap.objects.bulk_create(
        OfferWrap(
            grant=grant,
            worker=worker,
            blob=vault.seal_secret(key, opened.secret, opened.case, f"worker:{worker.pk}"),
        )
        for worker, key in takers
    )
    act = Act(
        "share-offered",
        str(grant.pk),
        {"purpose": purpose, "until": until.isoformat(), "workers": len(takers)},
    )
    custody.record(case, act, by=by, at=at, secret=opened.secret)
    return grant


def shares(opened: Opened) -> list[GrantView]:
    """Every share of an open case, the newest first."""
    grants = Grant.objects.filter(case=opened.case).select_related("worker").order_by("-offer_ends_at")
    return [_shown(opened, grant) for grant in grants]


def _shown(opened: Opened, grant: Grant) -> GrantView:
    terms = vault.open_under_secret(opened, grant.terms, "terms", grant.pk)
    return GrantView(
        id=grant.pk,
        reference=cases.reference(opened.case),
        status=grant.status,
        since=grant.created_on,
        until=grant.until_on,
        worker_name=grant.worker.display_name if grant.worker else "",
        purpose=terms["purpose"],
        offer_ends_at=grant.offer_ends_at,
    )


@transaction.atomic
def end(opened: Opened, grant_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """End a share at once. The case is marked for a new secret; the caller rotates before anything else is shown."""
    grant = Grant.objects.select_for_update().filter(case=opened.case, pk=grant_id).first()
    if grant is None:
        raise NotShared
    if grant.status != Grant.Status.ENDED:
        _close(grant)
        custody.record(opened.case, Act("share-ended", str(grant.pk)), by=by, at=at, secret=opened.secret)


def _close(grant: Grant) -> None:
    OfferWrap.objects.filter(grant=grant).delete()
    was_live = grant.status == Grant.Status.LIVE
    grant.status, grant.secret_wrap = Grant.Status.ENDED, None
    grant.save(update_fields=["status", "secret_wrap"])
    if was_live:
        Case.objects.filter(pk=grant.case_id).update(rotate_due=True)


def _day(at: datetime) -> date:
    """The day in the United Kingdom: shares end with it, not with the day elsewhere."""
    return timezone.localtime(at).date()


def _expired(at: datetime) -> QuerySet[Grant]:
    late_offer = Grant.objects.filter(status="offered", offer_ends_at__lte=at)
    return late_offer | Grant.objects.filter(status__in=["offered", "live"], until_on__lt=_day(at))


@transaction.atomic
def end_expired(case: Case | None = None, *, at: datetime) -> int:
    """End every share whose day is over and every offer of 72 hours ago; returns how many."""
    late = _expired(at).select_related("case").exclude(case__status=Case.Status.ERASED)
    grants = list(late.filter(case=case) if case else late)
    for grant in grants:
        _close(grant)
        custody.record(grant.case, Act("share-expired", str(grant.pk)), by=SYSTEM, at=at)
    return len(grants)


# --- the worker's side ----------------------------------------------------------------------------


def _open_for_all() -> QuerySet[Grant]:
    return Grant.objects.select_related("case").filter(case__status=Case.Status.OPEN)


def offers_for(worker: Worker, *, at: datetime) -> list[Offer]:
    """What this worker may accept, the oldest first."""
    grants = _open_for_all().filter(
        status="offered", offers__worker=worker, offer_ends_at__gt=at, until_on__gte=_day(at)
    )
    return [
        Offer(grant.pk, cases.reference(grant.case), grant.created_on, grant.offer_ends_at)
        for grant in grants.order_by("offer_ends_at")
    ]


@transaction.atomic
def accept(*, worker: Worker, offer_id: uuid.UUID, seed: bytes, at: datetime) -> Grant:
    """Take an offered case: this worker's wrap becomes the grant, the others go. NotShared if someone was quicker."""
    grant = _open_for_all().select_for_update(of=("self",)).filter(pk=offer_id, status="offered").first()
    mine = OfferWrap.objects.filter(grant=grant, worker=worker).first() if grant else None
    if grant is None or mine is None or at >= grant.offer_ends_at or _day(at) > grant.until_on:
        raise NotShared
    secret = _unwrap(seed, bytes(mine.blob), grant, worker)
    grant.status, grant.worker, grant.secret_wrap = Grant.Status.LIVE, worker, mine.blob
    grant.save(update_fields=["status", "worker", "secret_wrap"])
    OfferWrap.objects.filter(grant=grant).delete()
    custody.record(grant.case, Act("share-accepted", str(grant.pk)), by=worker_actor(worker), at=at, secret=secret)
    return grant


def _unwrap(seed: bytes, blob: bytes, grant: Grant, worker: Worker) -> bytes:
    try:
        return vault.open_secret(seed, blob, grant.case, f"worker:{worker.pk}")
    except SealBroken as error:
        raise NotShared from error


def _live(worker: Worker, at: datetime) -> QuerySet[Grant]:
    return _open_for_all().filter(worker=worker, status="live", until_on__gte=_day(at))


def grants_of(worker: Worker, *, at: datetime) -> list[GrantView]:
    """This worker's live shares, the oldest first."""
    return [
        GrantView(grant.pk, cases.reference(grant.case), grant.status, grant.created_on, grant.until_on)
        for grant in _live(worker, at).order_by("created_on", "pk")
    ]


def open_case(*, worker: Worker, grant_id: uuid.UUID, seed: bytes, at: datetime) -> Opened:
    """The shared case, for one request. NotShared without a live grant. Recorded where the owner sees it."""
    grant = _live(worker, at).filter(pk=grant_id).first()
    if grant is None or grant.secret_wrap is None:
        raise NotShared
    opened = Opened(grant.case, _unwrap(seed, bytes(grant.secret_wrap), grant, worker))
    custody.view_once(opened, Act("case-viewed", str(grant.pk)), by=worker_actor(worker), at=at)
    return opened


def purpose_of(opened: Opened, grant_id: uuid.UUID) -> str:
    """Why the owner shared, in her words."""
    grant = Grant.objects.get(case=opened.case, pk=grant_id)
    purpose: str = vault.open_under_secret(opened, grant.terms, "terms", grant.pk)["purpose"]
    return purpose


@transaction.atomic
def hand_back(*, worker: Worker, grant_id: uuid.UUID, at: datetime) -> None:
    """A worker ends their own grant."""
    grant = _live(worker, at).filter(pk=grant_id).first()
    if grant is None:
        raise NotShared
    _close(grant)
    custody.record(grant.case, Act("share-handed-back", str(grant.pk)), by=worker_actor(worker), at=at)


@transaction.atomic
def end_all_of(*, worker: Worker, by: Actor, at: datetime) -> int:
    """End every grant and offer of a worker who was disabled or got a new key pair."""
    OfferWrap.objects.filter(worker=worker).delete()
    grants = list(Grant.objects.select_related("case").filter(worker=worker, status="live"))
    for grant in grants:
        _close(grant)
        custody.record(grant.case, Act("share-ended", str(grant.pk)), by=by, at=at)
    return len(grants)
