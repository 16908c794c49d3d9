"""What a person can do with a case as a whole: make it, open it, hide it, bring it back, erase it."""

from __future__ import annotations

import base64
import hashlib
import uuid
from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Exists, OuterRef, QuerySet

from evidence import custody, index, kept_ways, limits, retention, unlocking, vault, ways
from evidence.crypto import keys
from evidence.custody import OWNER, SYSTEM, Act
from evidence.models import (
    AddPass,
    Case,
    CustodyBody,
    CustodyEntry,
    Grant,
    Hold,
    Item,
    Message,
    OfferWrap,
    OpenSession,
    OwnerWrap,
    Pack,
    SealedFile,
    Upload,
)
from evidence.unlocking import Session
from evidence.vault import Opened

_SCRUB = {  # without these wraps nothing else opens a case; the second of each writes down what could not go yet
    "evidence_ownerwrap": ("VACUUM (FULL) evidence_ownerwrap", "VACUUM evidence_ownerwrap"),
    "evidence_offerwrap": ("VACUUM (FULL) evidence_offerwrap", "VACUUM evidence_offerwrap"),
    "evidence_grant": ("VACUUM (FULL) evidence_grant", "VACUUM evidence_grant"),
}


class TooManyBegun(Exception):
    """As many cases as the operator allows were begun within the hour; those that are there open as ever."""


def reference(case: Case) -> str:
    """A short neutral name for a case (10 symbols of base32 over a hash of its id): stands in packs and queues."""
    digest = base64.b32encode(hashlib.sha256(case.pk.bytes).digest()).decode()
    return f"{digest[:5]}-{digest[5:10]}"


def begin(*, device: str, at: datetime) -> Session:
    """`make`, where the site has not begun too many within the hour. TooManyBegun."""
    try:
        limits.take("cases", most=settings.CASES_PER_HOUR, at=at)
    except limits.TooMany as error:
        raise TooManyBegun from error
    return make(device=device, at=at)


@transaction.atomic
def make(*, device: str, at: datetime) -> Session:
    """A new case, open in this browser, reachable only from it until its words are confirmed."""
    owner_seed, secret = keys.new_key(), keys.new_key()
    case = Case(id=uuid.uuid4(), created_on=at.date(), erase_on=retention.due_day(retention.Choice(), at=at))
    case.owner_public = vault.public_of(owner_seed)
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
    found = ways.find(text, at=at)
    with transaction.atomic():
        opened = _owner_opens(found, Case.Status.OPEN)
        act = Act("case-opened", detail={"device": device, "failed_tries": found.failed})
        custody.record(opened.case, act, by=OWNER, at=at, secret=opened.secret)
        return _begin(found, opened, at)


def _owner_opens(found: ways.Found, status: Case.Status) -> Opened:
    """Her case as it is now, its row held until the end of the transaction. ways.NotOpened in any other status."""
    case = Case.objects.select_for_update().get(pk=found.case.pk)
    if case.status != status:
        raise ways.NotOpened
    secret = vault.open_secret(found.seed, case.secret_wrap, case, "owner")
    return Opened(case=case, secret=secret, owner_seed=found.seed)


def _begin(found: ways.Found, opened: Opened, at: datetime) -> Session:
    """What each opening by the owner does: her day moves, and what is sealed too weakly now is due to be renewed."""
    retention.move(opened, at=at)
    ways.renew(found, opened, at=at)
    if vault.in_other_suite(opened.case):
        opened.case.rotate_due = True
        opened.case.save(update_fields=["rotate_due"])
    return unlocking.begin(opened, at=at, old_number=found.number if found.ending else None)


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
    _hide(case, at)


@transaction.atomic
def time_out(case: Case, *, at: datetime) -> bool:
    """What the clock does on a case's day: it is hidden as its owner would. False where that is not due any more."""
    case = Case.objects.select_for_update().get(pk=case.pk)
    if not retention.due(at=at).filter(pk=case.pk).exists():
        return False
    custody.record(case, Act("case-timed-out"), by=SYSTEM, at=at)
    _hide(case, at)
    return True


def _hide(case: Case, at: datetime) -> None:
    case.rotate_due |= Grant.objects.filter(case=case, status=Grant.Status.LIVE).exists()
    case.status, case.hidden_at = Case.Status.HIDDEN, at
    case.save(update_fields=["status", "hidden_at", "rotate_due"])
    _shut_out_everybody(case)


def _shut_out_everybody(case: Case) -> None:
    """Nobody reads, adds or makes anything any more. A finished pack goes, but for one with locked pictures in it."""
    unlocking.end_all(case)
    AddPass.objects.filter(case=case).delete()
    OfferWrap.objects.filter(grant__case=case).delete()
    Grant.objects.filter(case=case).update(status=Grant.Status.ENDED, secret_wrap=None)
    Pack.objects.filter(case=case, status=Pack.Status.MAKING).update(status=Pack.Status.STOPPED)
    if not retention.keeps_locked(case):
        _drop_files(SealedFile.objects.filter(case=case, pack__isnull=False))
        Pack.objects.filter(case=case).delete()


def bring_back(text: str, *, device: str, at: datetime) -> Session:
    """Undo a deletion within 72 hours. One answer (ways.NotOpened) where there is nothing to bring back."""
    found = ways.find(text, at=at)
    with transaction.atomic():
        opened = _owner_opens(found, Case.Status.HIDDEN)
        case = opened.case
        case.status, case.hidden_at = Case.Status.OPEN, None
        case.save(update_fields=["status", "hidden_at"])
        custody.record(case, Act("case-brought-back", detail={"device": device}), by=OWNER, at=at, secret=opened.secret)
        return _begin(found, opened, at)


def erase_now(text: str, *, at: datetime) -> bool:
    """Erase at once a case that its words open, hidden or not. It can't be undone.

    False where a written order or locked files keep it: then it is hidden at once, and erased when they end.
    kept_ways.OlderServe, and nothing happens, where words or a code from before still open it.
    """
    found = ways.find(text, at=at)
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=found.case.pk)
        kept_ways.refuse_newer(case, found.number, at=at)
        if erase(case, at=at):
            return True
        if case.status == Case.Status.OPEN:
            custody.record(case, Act("case-deleted"), by=OWNER, at=at)
            _hide(case, at)
        return False


@transaction.atomic
def erase(case: Case, *, at: datetime) -> bool:
    """Remove every wrap and header, then the files. A tombstone and the head of its log stay. True if it happened.

    Nothing happens where the case got another status since `case` was read (brought back, or erased already), or
    where something keeps it.
    """
    before, case = case.status, Case.objects.select_for_update().get(pk=case.pk)
    if case.status != before or before == Case.Status.ERASED or retention.waits(case):
        return False
    _shut_out_everybody(case)
    custody.record(case, Act("case-erased"), by=SYSTEM, at=at)
    case.status, case.hidden_at, case.erase_on = Case.Status.ERASED, None, None
    case.owner_public = case.case_public = case.secret_wrap = case.index = b""
    case.save()
    OwnerWrap.objects.filter(case=case).delete()
    _drop_files(SealedFile.objects.filter(case=case))
    for rows in (Item, Message, CustodyBody, Grant, Hold, Upload):
        rows.objects.filter(case=case).delete()
    last, _ = custody.head_of(case)
    CustodyEntry.objects.filter(case=case, seq__lt=last).delete()
    transaction.on_commit(scrub, robust=True)  # the keys are gone whether or not old pages can be cleaned now
    return True


def _drop_files(files: QuerySet[SealedFile]) -> None:
    """Rows first; the stored bytes go once that is committed."""
    names = list(files.values_list("name", flat=True))
    files.delete()
    transaction.on_commit(lambda: vault.discard(names))


def scrub(*, again: bool = False) -> None:
    """Old pages keep erased wraps: SQLite empties its log, PostgreSQL writes the tables of wraps anew without them.

    Somebody who still reads as things were before can keep them alive: `again` (housekeeping) looks for what is left.
    """
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        with suppress(OperationalError):  # somebody reads the table for long (a backup): housekeeping comes again
            cursor.execute("SET lock_timeout = '2s'")  # or everybody would wait behind this
            for table in _SCRUB:
                _write_anew(cursor, table, again)
        cursor.execute("RESET lock_timeout")


def _write_anew(cursor: CursorWrapper, table: str, only_if_dead: bool) -> None:
    cursor.execute("SELECT pg_stat_get_dead_tuples(%s::regclass)", [table])
    if not only_if_dead or cursor.fetchone()[0]:
        for statement in _SCRUB[table]:
            cursor.execute(statement)


def due_for_erasure(*, at: datetime) -> QuerySet[Case]:
    """Hidden for 72 hours; never one that is kept."""
    old = Case.objects.filter(status=Case.Status.HIDDEN, hidden_at__lte=at - settings.ERASE_AFTER)
    return retention.erasable(old)


def reap_unconfirmed() -> int:
    """Delete cases whose words were never confirmed and whose one session has gone: nobody can reach them any more."""
    return sum(_forget(case) for case in _unreachable())


def _unreachable() -> QuerySet[Case]:
    return Case.objects.filter(~Exists(OpenSession.objects.filter(case=OuterRef("pk"))), status=Case.Status.NEW)


@transaction.atomic
def _forget(case: Case) -> bool:
    """Without a trace: there never was a way into it."""
    if not Case.objects.select_for_update().filter(pk__in=_unreachable().filter(pk=case.pk)).first():
        return False
    Case.objects.filter(pk=case.pk).update(status=Case.Status.ERASED)  # or the log would refuse
    CustodyEntry.objects.filter(case=case).delete()
    _drop_files(SealedFile.objects.filter(case=case))
    case.delete()
    return True
