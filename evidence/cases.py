"""What a person can do with a case as a whole: make it, open it, hide it, bring it back, erase it."""

from __future__ import annotations

import base64
import hashlib
import uuid
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from evidence import custody, index, unlocking, vault, ways
from evidence.crypto import envelopes, keys
from evidence.custody import OWNER, SYSTEM, Act
from evidence.models import (
    AddPass,
    Case,
    CustodyBody,
    CustodyEntry,
    Grant,
    Item,
    Message,
    OfferWrap,
    OwnerWrap,
    Pack,
    SealedFile,
)
from evidence.unlocking import Session
from evidence.vault import Opened


def reference(case: Case) -> str:
    """A short neutral name for a case (10 symbols of base32 over a hash of its id): stands in packs and queues."""
    digest = base64.b32encode(hashlib.sha256(case.pk.bytes).digest()).decode()
    return f"{digest[:5]}-{digest[5:10]}"


@transaction.atomic
def make(*, device: str, at: datetime) -> Session:
    """A new case, open in this browser, reachable only from it until its words are confirmed."""
    owner_seed, secret = keys.new_key(), keys.new_key()
    case = Case(id=uuid.uuid4(), created_on=at.date())
    case.owner_public = envelopes.public_of(owner_seed)
    case.case_public = vault.case_public(secret, case.pk, 1)
    case.secret_wrap = vault.seal_secret(case.owner_public, secret, case, "owner")
    case.index = b""
    case.save(force_insert=True)
    opened = Opened(case=case, secret=secret, owner_seed=owner_seed)
    index.write(opened, index.Index())
    custody.record(case, Act("case-made", detail={"device": device}), by=OWNER, at=at, secret=secret)
    return unlocking.begin(opened, at=at, shown=ways.new_ways())


def open_with(text: str, *, device: str, at: datetime) -> Session:
    """Open with the seven words or the recovery code, typed in one box.

    Raises ways.WordsMistyped, ways.NotOpened, turns.Busy.
    """
    case, seed, failed = ways.find(text, at=at)
    with transaction.atomic():
        opened = _owner_opens(case, seed, Case.Status.OPEN)
        act = Act("case-opened", detail={"device": device, "failed_tries": failed})
        custody.record(opened.case, act, by=OWNER, at=at, secret=opened.secret)
        return unlocking.begin(opened, at=at)


def _owner_opens(case: Case, seed: bytes, status: Case.Status) -> Opened:
    """Her case as it is now, its row held until the end of the transaction. ways.NotOpened in any other status."""
    case = Case.objects.select_for_update().get(pk=case.pk)
    if case.status != status:
        raise ways.NotOpened
    return Opened(case=case, secret=vault.open_secret(seed, case.secret_wrap, case, "owner"), owner_seed=seed)


@transaction.atomic
def lock(session: Session, *, at: datetime) -> None:
    """Shut the case in this browser."""
    opened = session.opened
    custody.record(opened.case, Act("case-locked"), by=OWNER, at=at, secret=opened.secret)
    unlocking.end(session)


@transaction.atomic
def end_other_sessions(session: Session, *, at: datetime) -> int:
    """Shut the case everywhere but here; returns in how many other browsers it was open."""
    ended = unlocking.end_others(session)
    act = Act("sessions-ended", detail={"count": ended})
    custody.record(session.opened.case, act, by=OWNER, at=at, secret=session.opened.secret)
    return ended


# --- hiding, bringing back, erasing ---------------------------------------------------------------


@transaction.atomic
def hide(session: Session, *, at: datetime) -> None:
    """Delete, as its owner sees it: gone at once for everybody; its words bring it back for 72 hours."""
    opened = session.opened
    case = vault.hold(opened)
    custody.record(case, Act("case-deleted"), by=OWNER, at=at, secret=opened.secret)
    case.rotate_due |= Grant.objects.filter(case=case, status=Grant.Status.LIVE).exists()
    case.status, case.hidden_at = Case.Status.HIDDEN, at
    case.save(update_fields=["status", "hidden_at", "rotate_due"])
    _shut_out_everybody(case)


def _shut_out_everybody(case: Case) -> None:
    unlocking.end_all(case)
    AddPass.objects.filter(case=case).delete()
    OfferWrap.objects.filter(grant__case=case).delete()
    Grant.objects.filter(case=case).update(status=Grant.Status.ENDED, secret_wrap=None)
    _drop_files(SealedFile.objects.filter(case=case, pack__isnull=False))
    Pack.objects.filter(case=case).delete()


def bring_back(text: str, *, device: str, at: datetime) -> Session:
    """Undo a deletion within 72 hours. One answer (ways.NotOpened) where there is nothing to bring back."""
    case, seed, _ = ways.find(text, at=at)
    with transaction.atomic():
        opened = _owner_opens(case, seed, Case.Status.HIDDEN)
        case = opened.case
        case.status, case.hidden_at = Case.Status.OPEN, None
        case.save(update_fields=["status", "hidden_at"])
        custody.record(case, Act("case-brought-back", detail={"device": device}), by=OWNER, at=at, secret=opened.secret)
        return unlocking.begin(opened, at=at)


def erase_now(text: str, *, at: datetime) -> None:
    """Erase at once a case that its words open, hidden or not. It can't be undone."""
    case, _, _ = ways.find(text, at=at)
    with transaction.atomic():
        erase(Case.objects.select_for_update().get(pk=case.pk), at=at)


@transaction.atomic
def erase(case: Case, *, at: datetime) -> None:
    """Remove every wrap and header, then the files. A tombstone and the head of its log stay.

    Nothing happens where the case got another status since `case` was read: brought back, or erased already.
    """
    before, case = case.status, Case.objects.select_for_update().get(pk=case.pk)
    if case.status != before or before == Case.Status.ERASED:
        return
    _shut_out_everybody(case)
    custody.record(case, Act("case-erased"), by=SYSTEM, at=at)
    case.status, case.hidden_at = Case.Status.ERASED, None
    case.owner_public = case.case_public = case.secret_wrap = case.index = b""
    case.save()
    OwnerWrap.objects.filter(case=case).delete()
    _drop_files(SealedFile.objects.filter(case=case))
    for rows in (Item, Message, CustodyBody, Grant):
        rows.objects.filter(case=case).delete()
    last, _ = custody.head_of(case)
    CustodyEntry.objects.filter(case=case, seq__lt=last).delete()
    transaction.on_commit(_scrub)


def _drop_files(files: QuerySet[SealedFile]) -> None:
    """Rows first; the stored bytes go once that is committed."""
    names = list(files.values_list("name", flat=True))
    files.delete()
    transaction.on_commit(lambda: vault.discard(names))


def _scrub() -> None:
    """SQLite keeps old pages in its log: empty it, so that erased wraps are not on disk any more."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def due_for_erasure(*, at: datetime) -> QuerySet[Case]:
    """Hidden for 72 hours, or made and not confirmed on one of the three days after; never one that is held."""
    old = Q(status=Case.Status.HIDDEN, hidden_at__lte=at - settings.ERASE_AFTER)
    left = Q(status=Case.Status.NEW, created_on__lt=(at - settings.ERASE_AFTER).date())
    return Case.objects.filter(old | left, held=False)
