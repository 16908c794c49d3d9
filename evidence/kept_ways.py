"""Words and a code that were changed without being typed: they open the case for a while, and can win it back."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from evidence import custody, unlocking, vault
from evidence.custody import OWNER, Act
from evidence.models import Case, OpenSession, OwnerWrap
from evidence.unlocking import Session


class OlderServe(Exception):
    """Words or a code from before open the case too: only those may do what can't be undone, until `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class NothingToUndo(Exception):
    """This session was not opened with words or a code that are about to end."""


def serving(*, at: datetime) -> QuerySet[OwnerWrap]:
    """Every way in that opens its case now. One that has ended is as if it had never been, reaped or not."""
    return OwnerWrap.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))


def make_way(case: Case, known: int | None, *, at: datetime) -> tuple[int, datetime | None]:
    """Make room for new ways; returns their number, and until when the ones before them go on serving, if they do.

    `known` is the number of the words or code that were typed: they end now, with all that came after them. What is
    older stays until its own end, whoever changes what came later, and however often. The caller holds the case's row.
    """
    OwnerWrap.objects.filter(case=case, ends_at__lte=at).delete()
    last = OwnerWrap.objects.filter(case=case).aggregate(last=Max("number"))["last"] or 0
    if known is not None:
        OwnerWrap.objects.filter(case=case, number__gte=known).delete()
        return last + 1, None
    until = at + settings.OLD_WORDS_SERVE
    OwnerWrap.objects.filter(case=case, ends_at__isnull=True).update(ends_at=until)
    return last + 1, until if last else None


def oldest_end(case: Case, *, at: datetime) -> datetime | None:
    """Until when the oldest of the ways that were changed still opens the case; None where there is none."""
    kept = OwnerWrap.objects.filter(case=case, ends_at__gt=at).order_by("number")
    return kept.values_list("ends_at", flat=True).first()


def refuse_newer(case: Case, number: int, *, at: datetime) -> None:
    """OlderServe where the ways of this number are not the oldest that open the case."""
    older = serving(at=at).filter(case=case, number__lt=number).order_by("number").first()
    if older is not None and older.ends_at is not None:
        raise OlderServe(older.ends_at)


def can_undo(session: Session, *, at: datetime) -> bool:
    """Whether this session was opened with words or a code that newer ones have taken the place of, and that serve."""
    return _number_to_win_back(session, at=at) is not None


def _number_to_win_back(session: Session, *, at: datetime) -> int | None:
    number = unlocking.old_number(session)
    if number is None:
        return None
    kept = OwnerWrap.objects.filter(case=session.opened.case, number=number, ends_at__gt=at)
    return number if kept.exists() else None


@transaction.atomic
def undo(session: Session, *, at: datetime) -> None:
    """End what came after the ways that opened this session, and every other session. NothingToUndo."""
    opened = session.opened
    case = vault.hold(opened)
    number = _number_to_win_back(session, at=at)
    if number is None:
        raise NothingToUndo
    OwnerWrap.objects.filter(case=case, number__gt=number).delete()
    OwnerWrap.objects.filter(case=case, number=number).update(ends_at=None)
    OpenSession.objects.filter(row_id=session.row_id).update(old_number=None, shown=None)
    unlocking.end_others(session)
    custody.record(case, Act("words-undone"), by=OWNER, at=at, secret=opened.secret)


def prune(*, at: datetime) -> int:
    """Delete the ways that have ended: nothing of them is left to be copied or guessed at."""
    return OwnerWrap.objects.filter(ends_at__lte=at).delete()[0]


def said(moment: datetime) -> str:
    """A moment in the log, as the clock in the United Kingdom shows it."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
