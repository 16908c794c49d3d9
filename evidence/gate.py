"""The questions before the first picture, and the lock that closes every picture of a case for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction

from evidence import custody, index, retention, vault
from evidence.custody import SYSTEM, Act, Actor
from evidence.index import Gate
from evidence.models import Case, Pack, SealedFile
from evidence.vault import Opened

SHOWN = ("adults", "under18", "unsure")
NOW = ("adult", "under18", "unsure")
WHOSE = ("mine", "agreed", "other")


class NoPictures(Exception):
    """This case takes no pictures and shows none: by an answer, by the lock, or because the site may not."""


class NotHeld(Exception):
    """The case keeps nothing that is locked, or was released before."""


class AnsweredBefore(Exception):
    """An answer that closed the gate can't be taken back by going back."""


def pictures_allowed(gate: Gate) -> bool:
    """Whether a picture may come in: the site's operator has attested, and the gate is open."""
    return settings.UPLOADS_ALLOWED and gate.open


@transaction.atomic
def answer(opened: Opened, gate: Gate, *, by: Actor, at: datetime) -> Gate:
    """Record the three answers, as claims. A gate that was closed stays closed: AnsweredBefore."""
    if gate.shown not in SHOWN or gate.now not in NOW or gate.whose not in WHOSE:
        raise ValueError("not an answer of the gate")
    vault.hold(opened)
    whole = index.read(opened)
    if whole.gate.locked or (whole.gate.answered and not whole.gate.open):
        raise AnsweredBefore
    whole.gate = replace(gate, answered_at=at.isoformat(timespec="seconds"), locked_at=_lock_time(opened, gate, at))
    index.write(opened, whole)
    _hold(opened, whole.gate)
    act = Act("gate-answered", detail={"shown": gate.shown, "now": gate.now, "whose": gate.whose})
    custody.record(opened.case, act, by=by, at=at, secret=opened.secret)
    return whole.gate


def _lock_time(opened: Opened, gate: Gate, at: datetime) -> str:
    """An answer that changes to "under 18" or "not sure" locks what is there already, pieces on their way too."""
    has_files = SealedFile.objects.filter(case=opened.case, pack__isnull=True).exists()
    return at.isoformat(timespec="seconds") if has_files and not gate.open else ""


@transaction.atomic
def lock(opened: Opened, *, by: Actor, at: datetime) -> None:
    """For "this may show someone under 18": no picture of this case is viewed, copied, packed or downloaded."""
    vault.hold(opened)
    whole = index.read(opened)
    if not whole.gate.locked:
        whole.gate = replace(whole.gate, locked_at=at.isoformat(timespec="seconds"))
        index.write(opened, whole)
        _hold(opened, whole.gate)
        custody.record(opened.case, Act("pictures-locked"), by=by, at=at, secret=opened.secret)


def _hold(opened: Opened, gate: Gate) -> None:
    """Mark a locked case in the clear, so that housekeeping, which has no key, deletes nothing of it.

    Packs that are ready are frozen with its files; one that is being made ends at its next beat.
    """
    if gate.locked:
        packs = Pack.objects.filter(case=opened.case)
        packs.filter(status=Pack.Status.READY).update(status=Pack.Status.FROZEN)
        packs.filter(status=Pack.Status.MAKING).update(status=Pack.Status.STOPPED)
        opened.case.held = True
        opened.case.save(update_fields=["held"])


@transaction.atomic
def release(case: Case, *, told_by: str, at: datetime) -> None:
    """The operator was told, in writing, that a locked case need not be kept any more: deleting it erases it again.

    Nothing is unlocked by it: no file of the case is ever seen. NotHeld where there is nothing to release.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    if not case.held or case.status == Case.Status.ERASED:
        raise NotHeld
    case.held = False
    case.save(update_fields=["held"])
    retention.give_time(case, at=at)
    custody.record(case, Act("lock-released", detail={"told_by": told_by}), by=SYSTEM, at=at)


def check_viewable(gate: Gate) -> None:
    """NoPictures unless stored pictures may be looked at, packed or downloaded."""
    if not gate.open:
        raise NoPictures
