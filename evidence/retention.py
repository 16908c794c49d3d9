"""When a case goes by itself: its day, what moves it, what its owner may choose, and what makes the clock wait."""

from __future__ import annotations

import calendar
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from evidence import custody, index, vault
from evidence.custody import Act, Actor
from evidence.models import Case, Hold
from evidence.vault import Opened

SHORTER = (1, 3, 6, 12)  # months
GRACE = timedelta(days=30)  # what is left at least when an order or a lock ends


class NotAChoice(Exception):
    """More months than the site keeps a case for, or a day that is not ahead or too far ahead."""


@dataclass(frozen=True)
class Choice:
    """How long a case is kept. Sealed in the index; only the day that follows from it stands in the clear.

    `months` after it was last opened (0: as many as the site says); or until a day, opened or not; or, `police`, at
    least until a day.
    """

    months: int = 0
    until: str = ""  # ISO
    police: bool = False

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.until) if self.until else None


def today(at: datetime) -> date:
    """The day in the United Kingdom."""
    return timezone.localtime(at).date()


def after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due_day(choice: Choice, *, at: datetime) -> date:
    """The day on which a case that is opened now goes, if it is not opened again."""
    idle = after(today(at), min(choice.months or settings.RETENTION_MONTHS, settings.RETENTION_MONTHS))
    if choice.day is None:
        return idle
    return max(choice.day, idle) if choice.police else choice.day


def months_offered() -> list[int]:
    """What may be chosen, the site's own number last."""
    return [*(months for months in SHORTER if months < settings.RETENTION_MONTHS), settings.RETENTION_MONTHS]


def last_day(*, police: bool, at: datetime) -> date:
    """The furthest day that may be chosen: within the site's own time, or within the operator's most for the police."""
    months = settings.RETENTION_MAX_YEARS * 12 if police else settings.RETENTION_MONTHS
    return after(today(at), months)


# --- what the owner does --------------------------------------------------------------------------


def chosen(opened: Opened) -> Choice:
    return Choice(**index.read(opened).keeping)


@transaction.atomic
def choose(opened: Opened, choice: Choice, *, by: Actor, at: datetime) -> date:
    """Keep the case for so long; returns its new day. NotAChoice."""
    _check(choice, at)
    case = vault.hold(opened)
    whole = index.read(opened)
    whole.keeping = asdict(choice)
    index.write(opened, whole)
    _set_day(case, due_day(choice, at=at))
    act = Act("keeping-chosen", detail={"until": str(case.erase_on), "police": choice.police})
    custody.record(case, act, by=by, at=at, secret=opened.secret)
    return due_day(choice, at=at)


def _check(choice: Choice, at: datetime) -> None:
    if choice.months and choice.months not in months_offered():
        raise NotAChoice
    if choice.day and not today(at) < choice.day <= last_day(police=choice.police, at=at):
        raise NotAChoice


def move(opened: Opened, *, at: datetime) -> None:
    """The owner has opened her case: its day moves. A day that has passed is a choice no more."""
    whole = index.read(opened)
    choice = Choice(**whole.keeping)
    if choice.day and choice.day <= today(at):
        choice, whole.keeping = Choice(), {}
        index.write(opened, whole)
    _set_day(opened.case, due_day(choice, at=at))


def _set_day(case: Case, day: date) -> None:
    case.erase_on = day
    case.save(update_fields=["erase_on"])


# --- what the clock may do ------------------------------------------------------------------------


def _ordered() -> Exists:
    return Exists(Hold.objects.filter(case=OuterRef("pk"), ended_on__isnull=True))


def due(*, at: datetime) -> QuerySet[Case]:
    """Cases whose day has come: never one with locked files, never one that is kept by written order.

    A case from before there were days has none until its owner opens it and reads it.
    """
    late = Case.objects.filter(status=Case.Status.OPEN, erase_on__lte=today(at), held=False)
    return late.exclude(_ordered())


def erasable(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those of `cases` that nothing keeps: no written order, and no locked file that the protocol says to keep."""
    free = cases.exclude(_ordered())
    return free.filter(held=False) if settings.LOCKED_PROTOCOL == "keep" else free


def is_ordered(case: Case) -> bool:
    """A written order of the police or a court stands."""
    return Hold.objects.filter(case=case, ended_on__isnull=True).exists()


def keeps_locked(case: Case) -> bool:
    """Its files are locked, and the operator's protocol keeps such a case until it is released."""
    return case.held and settings.LOCKED_PROTOCOL == "keep"


def waits(case: Case) -> bool:
    """Whether erasure has to wait, however long ago the case was deleted."""
    return keeps_locked(case) or is_ordered(case)


def give_time(case: Case, *, at: datetime) -> None:
    """What held the clock has ended: the owner gets at least GRACE from now."""
    if case.erase_on is not None:
        _set_day(case, max(case.erase_on, today(at) + GRACE))
