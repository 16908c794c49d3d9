"""A written order keeps a case: sealed, read by its owner, and what erases waits for its end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from evidence import cases, custody, holds, items, retention, rotation
from evidence.crypto.errors import SealBroken
from evidence.holds import NoSuchHold, NothingToHold, Order
from evidence.management.commands import housekeeping
from evidence.models import Case, Hold, Item, OpenSession, OwnerWrap
from tests.conftest import acts, note

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ORDER = Order("Leeds Crown Court marker-4711", "T2026-4711", "2026-03-01", "2028-03-01")


def status(owner):
    return Case.objects.get(pk=owner.case.pk).status


def done(at):
    return {what: count for what, count in housekeeping.once(at=at).items() if count}


# --- recording ----------------------------------------------------------------------------------------


def test_its_owner_reads_the_words_of_an_order(alice, at):
    holds.place(alice.case, ORDER, at=at)
    (view,) = holds.shown(alice.opened)
    assert (view.order, view.placed_on, view.ended_on, view.stands) == (ORDER, at.date(), None, True)


def test_it_is_recorded_without_any_key_and_by_the_site(alice, at):
    holds.place(Case.objects.get(pk=alice.case.pk), ORDER, at=at)
    last = custody.everything(alice.opened)[-1]
    assert (last.act.what, last.by.role, last.act.detail) == ("hold-placed", "system", {"until": "2028-03-01"})


def test_nothing_of_an_order_stands_in_the_clear(alice, at):
    holds.place(alice.case, ORDER, at=at)
    row = Hold.objects.get()
    assert bytes(row.key_wrap)[:1] == b"P"  # to the case public key
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM evidence_hold")
        stored = b"".join(bytes(value) for value in cursor.fetchone() if isinstance(value, bytes | memoryview))
    for said in (b"Leeds", b"4711", b"2028"):
        assert said not in stored


def test_the_orders_of_another_case_are_not_shown(alice, mallory, at):
    holds.place(alice.case, ORDER, at=at)
    assert holds.shown(mallory.opened) == []
    assert not retention.is_ordered(mallory.case)


def test_an_order_put_into_another_case_does_not_open(alice, mallory, at):
    holds.place(alice.case, ORDER, at=at)
    Hold.objects.update(case=mallory.case)
    with pytest.raises(SealBroken):
        holds.shown(mallory.opened)


def test_an_order_is_read_under_new_keys(alice, at):
    holds.place(alice.case, ORDER, at=at)
    assert holds.shown(rotation.rotate(alice.session, at=at).opened)[0].order == ORDER


def test_orders_end_by_their_place_and_those_that_stand_are_shown_first(alice, at):
    holds.place(alice.case, ORDER, at=at)
    second = Order("A police force", "2", "2026-03-03")
    holds.place(alice.case, second, at=at + DAY)
    holds.end(alice.case, 1, at=at + 2 * DAY)
    shown = holds.shown(alice.opened)
    assert [(view.order, view.stands) for view in shown] == [(second, True), (ORDER, False)]
    assert acts(alice.opened)[-3:] == ["hold-placed", "hold-placed", "hold-ended"]


@pytest.mark.parametrize("number", [0, 2, -1])
def test_an_order_that_does_not_stand_is_not_ended(alice, at, number):
    holds.place(alice.case, ORDER, at=at)
    with pytest.raises(NoSuchHold):
        holds.end(alice.case, number, at=at)
    assert holds.standing(alice.case).count() == 1


def test_a_clock_that_was_set_back_still_ends_an_order(alice, at):
    holds.place(alice.case, ORDER, at=at)
    holds.end(alice.case, 1, at=at - 3 * DAY)
    assert not retention.is_ordered(alice.case)


def test_an_erased_case_has_nothing_to_keep(alice, at):
    cases.erase_now(alice.words, at=at)
    with pytest.raises(NothingToHold):
        holds.place(alice.case, ORDER, at=at)


# --- what it stops, and what not --------------------------------------------------------------------------


def test_its_owner_locks_opens_and_adds_as_before(alice, at):
    holds.place(alice.case, ORDER, at=at)
    cases.lock(alice.session, at=at)
    assert not OpenSession.objects.exists()
    session = cases.open_with(alice.words, device="x", at=at)
    note(session.opened, at)
    assert len(items.listed(session.opened)) == 1


def test_its_owner_hides_it_at_once_and_the_clock_erases_it_when_the_order_has_ended(alice, at):
    note(alice.opened, at)
    holds.place(alice.case, ORDER, at=at)
    cases.hide(alice.session, at=at)
    assert status(alice) == Case.Status.HIDDEN
    assert "cases erased" not in done(at + 4000 * DAY)
    assert Item.objects.exists()
    holds.end(alice.case, 1, at=at + 4000 * DAY)
    assert done(at + 4000 * DAY)["cases erased"] == 1
    assert not any(rows.objects.exists() for rows in (Hold, Item, OwnerWrap))


def test_while_an_order_stands_her_words_bring_a_deleted_case_back_however_late(alice, at):
    holds.place(alice.case, ORDER, at=at)
    cases.hide(alice.session, at=at)
    housekeeping.once(at=at + 4000 * DAY)
    assert cases.bring_back(alice.words, device="x", at=at + 4000 * DAY)


@pytest.mark.parametrize("hidden", [True, False])
def test_erase_now_hides_at_once_and_erases_when_the_order_has_ended(alice, at, hidden):
    holds.place(alice.case, ORDER, at=at)
    if hidden:
        cases.hide(alice.session, at=at)
    assert not cases.erase_now(alice.words, at=at)
    assert status(alice) == Case.Status.HIDDEN
    assert not OpenSession.objects.exists()
    holds.end(alice.case, 1, at=at + 5 * DAY)
    assert done(at + 5 * DAY)["cases erased"] == 1


def test_an_order_that_comes_after_the_deletion_still_keeps_the_case(alice, at):
    cases.hide(alice.session, at=at)
    due = cases.due_for_erasure(at=at + 3 * DAY).get()
    holds.place(alice.case, ORDER, at=at + DAY)
    assert not cases.erase(due, at=at + 3 * DAY)  # it was recorded while the clock was at it
    assert not cases.due_for_erasure(at=at + 3 * DAY).exists()
    assert OwnerWrap.objects.exists()


def test_with_two_orders_the_end_of_one_frees_nothing(alice, at):
    holds.place(alice.case, ORDER, at=at)
    holds.place(alice.case, ORDER, at=at)
    cases.hide(alice.session, at=at)
    holds.end(alice.case, 2, at=at)
    assert "cases erased" not in done(at + 4 * DAY)
