"""A written order of the police or a court that a case is kept: recorded sealed, shown to its owner, ended."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from evidence import custody, retention, vault
from evidence.crypto import keys
from evidence.custody import SYSTEM, Act
from evidence.models import Case, Hold
from evidence.vault import Opened

FIELD = "hold"


class NothingToHold(Exception):
    """The case was erased: there is nothing left that an order could keep."""


class NoSuchHold(Exception):
    """No order stands under this number."""


@dataclass(frozen=True)
class Order:
    """The words of an order, as the operator typed them from the paper. `until` may be empty: until it is lifted."""

    authority: str  # who ordered it
    reference: str  # their own number
    dated: str  # the day on the paper, ISO
    until: str = ""  # the day on which it ends by its own words, ISO


@dataclass(frozen=True)
class HoldView:
    """An order as the owner of the case reads it."""

    order: Order
    placed_on: date
    ended_on: date | None

    @property
    def stands(self) -> bool:
        return self.ended_on is None


def standing(case: Case) -> QuerySet[Hold]:
    """The orders that stand, the oldest first."""
    return Hold.objects.filter(case=case, ended_on__isnull=True).order_by("placed_on", "pk")


@transaction.atomic
def place(case: Case, order: Order, *, at: datetime) -> Hold:
    """Keep a case by written order, whether it is open or deleted already. NothingToHold."""
    case = Case.objects.select_for_update().get(pk=case.pk)
    if case.status == Case.Status.ERASED:
        raise NothingToHold
    key, hold_id = keys.new_key(), uuid.uuid4()
    hold = Hold.objects.create(
        id=hold_id,
        case=case,
        key_version=case.secret_version,
        key_wrap=vault.drop_key(key, case=case, about=hold_id),
        body=vault.seal_facts(key, asdict(order), case_id=case.pk, about=hold_id, field=FIELD),
        placed_on=at.date(),
    )
    custody.record(case, Act("hold-placed", str(hold_id), {"until": order.until}), by=SYSTEM, at=at)
    return hold


@transaction.atomic
def end(case: Case, number: int, *, at: datetime) -> None:
    """End the order that stands in this place, counted from 1. NoSuchHold."""
    case = Case.objects.select_for_update().get(pk=case.pk)
    there = list(standing(case))
    if not 1 <= number <= len(there):
        raise NoSuchHold
    hold = there[number - 1]
    hold.ended_on = max(at.date(), hold.placed_on)  # a clock that was set back must not keep an order for ever
    hold.save(update_fields=["ended_on"])
    retention.give_time(case, at=at)
    custody.record(case, Act("hold-ended", str(hold.pk)), by=SYSTEM, at=at)


def shown(opened: Opened) -> list[HoldView]:
    """Every order of an open case with its words, those that stand first."""
    holds = Hold.objects.filter(case=opened.case).order_by("placed_on", "pk")
    views = [_view(opened, hold) for hold in holds]
    return sorted(views, key=lambda view: not view.stands)


def _view(opened: Opened, hold: Hold) -> HoldView:
    key = vault.key_of(opened, hold, hold.pk)
    words = vault.open_facts(key, hold.body, case_id=opened.case.pk, about=hold.pk, field=FIELD)
    return HoldView(Order(**words), hold.placed_on, hold.ended_on)
