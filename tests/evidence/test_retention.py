"""How long a case is kept: its day moves with each opening, its owner may choose, and the clock waits for some."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.http import HttpResponse

from evidence import adding_only, cases, custody, gate, holds, index, retention, rotation, sharing, vault, ways
from evidence.custody import OWNER
from evidence.holds import Order
from evidence.management.commands import housekeeping
from evidence.models import Case, Item, OwnerWrap
from evidence.retention import Choice, NotAChoice
from tests.conftest import acts, note, share

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ORDER = Order("Leeds Crown Court", "T2026/1", "2026-03-01")


def opens(owner, at):
    return cases.open_with(owner.words, device="x", at=at)


def choose(owner, at, **choice):
    return retention.choose(owner.opened, Choice(**choice), by=OWNER, at=at)


def erase_on(owner):
    return Case.objects.get(pk=owner.case.pk).erase_on


def status(owner):
    return Case.objects.get(pk=owner.case.pk).status


def noon(day, at):
    return at + (day - at.date())


# --- the day ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 3, 2), 12, date(2027, 3, 2)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 3, 2), 84, date(2033, 3, 2)),
    ],
)
def test_months_are_counted_by_the_calendar(day, months, then):
    assert retention.after(day, months) == then


def test_a_new_case_goes_after_the_months_of_the_site(db, at, settings):
    assert cases.make(device="x", at=at).opened.case.erase_on == date(2027, 3, 2)
    settings.RETENTION_MONTHS = 6
    assert cases.make(device="x", at=at).opened.case.erase_on == date(2026, 9, 2)


def test_the_day_is_one_of_the_united_kingdom(db, at):
    late = at.replace(month=7, hour=23, minute=30)  # half past midnight of the next day there
    assert cases.make(device="x", at=late).opened.case.erase_on == date(2027, 7, 3)


def test_each_opening_by_its_owner_moves_the_day(alice, at):
    assert erase_on(alice) == date(2027, 3, 2)
    opens(alice, at + 100 * DAY)
    assert erase_on(alice) == retention.after((at + 100 * DAY).date(), 12)
    cases.open_with(alice.code, device="x", at=at + 200 * DAY)
    assert erase_on(alice) == retention.after((at + 200 * DAY).date(), 12)


def test_nothing_but_an_opening_by_its_owner_moves_the_day(alice, hana, at):
    grant = share(alice.opened, at, days=300)
    sharing.accept(worker=hana.worker, offer_id=grant.pk, seed=hana.seed, at=at)
    sharing.open_case(worker=hana.worker, grant_id=grant.pk, seed=hana.seed, at=at + 90 * DAY)
    with pytest.raises(ways.NotOpened):
        cases.open_with(" ".join([*alice.words.split()[:2], *["abacus"] * 5]), device="x", at=at + 90 * DAY)
    assert erase_on(alice) == date(2027, 3, 2)


def test_bringing_a_case_back_moves_its_day(alice, at):
    cases.hide(alice.session, at=at + 10 * DAY)
    cases.bring_back(alice.words, device="x", at=at + 11 * DAY)
    assert erase_on(alice) == retention.after((at + 11 * DAY).date(), 12)


# --- choosing -----------------------------------------------------------------------------------------


def test_what_may_be_chosen_ends_with_the_sites_own_months(settings):
    assert retention.months_offered() == [1, 3, 6, 12]
    settings.RETENTION_MONTHS = 4
    assert retention.months_offered() == [1, 3, 4]
    settings.RETENTION_MONTHS = 24
    assert retention.months_offered() == [1, 3, 6, 12, 24]


@pytest.mark.parametrize("months", [1, 3, 6, 12])
def test_she_may_choose_fewer_months_and_they_are_counted_from_each_opening(alice, at, months):
    assert choose(alice, at, months=months) == retention.after(at.date(), months) == erase_on(alice)
    opens(alice, at + 20 * DAY)
    assert erase_on(alice) == retention.after((at + 20 * DAY).date(), months)
    assert acts(alice.opened)[-2:] == ["keeping-chosen", "case-opened"]


def test_a_day_of_her_own_stands_whether_she_opens_the_case_or_not(alice, at):
    choose(alice, at, until="2026-05-01")
    opens(alice, at + 30 * DAY)
    assert erase_on(alice) == date(2026, 5, 1)


def test_a_day_that_has_passed_is_a_choice_no_more(alice, at):
    choose(alice, at, until="2026-05-01")
    later = noon(date(2026, 5, 1), at)
    housekeeping.once(at=later)
    back = cases.bring_back(alice.words, device="x", at=later + DAY)
    assert retention.chosen(back.opened) == Choice()
    assert erase_on(alice) == date(2027, 5, 2)


@pytest.mark.parametrize(
    "choice",
    [
        {"months": 2},
        {"months": 13},
        {"months": -1},
        {"until": "2026-03-02"},
        {"until": "2026-03-01"},
        {"until": "2027-03-03"},
        {"until": "2026-03-02", "police": True},
        {"until": "2033-03-03", "police": True},
    ],
)
def test_what_was_never_offered_is_refused_and_changes_nothing(alice, at, choice):
    with pytest.raises(NotAChoice):
        choose(alice, at, **choice)
    assert erase_on(alice) == date(2027, 3, 2)
    assert "keeping-chosen" not in acts(alice.opened)


def test_reported_to_the_police_it_is_kept_to_a_day_within_the_operators_years(alice, at, settings):
    assert retention.last_day(police=True, at=at) == date(2033, 3, 2)
    assert choose(alice, at, until="2033-03-02", police=True) == date(2033, 3, 2)
    opens(alice, at + 30 * DAY)
    assert erase_on(alice) == date(2033, 3, 2)
    settings.RETENTION_MAX_YEARS = 2
    with pytest.raises(NotAChoice):
        choose(alice, at, until="2028-03-03", police=True)


def test_kept_for_the_police_it_goes_no_earlier_than_any_other_case(alice, at):
    assert choose(alice, at, until="2026-06-01", police=True) == date(2027, 3, 2)
    opens(alice, noon(date(2026, 7, 1), at))
    assert erase_on(alice) == date(2027, 7, 1)


def test_the_choice_is_sealed_and_only_its_day_stands_in_the_clear(alice, at):
    before = Case.objects.filter(pk=alice.case.pk).values().get()
    choose(alice, at, until="2031-03-02", police=True)
    after = Case.objects.filter(pk=alice.case.pk).values().get()
    assert {name for name in after if after[name] != before[name]} == {"index", "erase_on"}
    assert b"police" not in bytes(after["index"])
    assert retention.chosen(alice.opened) == Choice(until="2031-03-02", police=True)


def test_an_index_from_before_there_were_choices_is_read(alice):
    value = vault.read_index(alice.opened)
    del value["keeping"]
    vault.write_index(alice.opened, value)
    assert retention.chosen(alice.opened) == Choice()


def test_a_choice_lives_on_under_new_keys(alice, at):
    choose(alice, at, months=3)
    assert retention.chosen(rotation.rotate(alice.session, at=at).opened) == Choice(months=3)


# --- what the clock does ------------------------------------------------------------------------------


def test_on_its_day_a_case_is_hidden_and_72_hours_later_erased(alice, hana, at):
    kept = note(alice.opened, at)
    day = noon(erase_on(alice), at)
    assert "cases timed out" not in done(day - DAY)
    assert done(day)["cases timed out"] == 1
    assert status(alice) == Case.Status.HIDDEN
    with pytest.raises(ways.NotOpened):
        opens(alice, day)
    assert "cases erased" not in done(day + 3 * DAY - timedelta(seconds=1))
    assert Item.objects.filter(pk=kept.id).exists()
    assert done(day + 3 * DAY)["cases erased"] == 1
    assert not OwnerWrap.objects.exists()


def done(at):
    return {what: count for what, count in housekeeping.once(at=at).items() if count}


@pytest.mark.parametrize("way", ["words", "code"])
def test_within_72_hours_words_or_code_bring_it_back_and_the_log_says_who_hid_it(alice, at, way):
    kept, day = note(alice.opened, at), noon(erase_on(alice), at)
    housekeeping.once(at=day)
    back = cases.bring_back(getattr(alice, way), device="x", at=day + 2 * DAY)
    entries = custody.everything(back.opened)
    assert [(e.act.what, e.by.role) for e in entries[-2:]] == [
        ("case-timed-out", "system"),
        ("case-brought-back", "owner"),
    ]
    assert [line.id for line in index.read(back.opened).lines] == [kept.id]
    assert erase_on(alice) > day.date()
    assert "cases erased" not in done(day + 4 * DAY)


def test_a_case_that_is_opened_in_time_moves_its_day(alice, at):
    day = noon(erase_on(alice), at)
    opens(alice, day - DAY)
    assert "cases timed out" not in done(day)
    assert status(alice) == Case.Status.OPEN


def test_a_case_that_was_opened_while_the_clock_was_at_it_stays(alice, at):
    day = noon(erase_on(alice), at)
    due = retention.due(at=day).get()
    opens(alice, day)
    assert not cases.time_out(due, at=day)
    assert status(alice) == Case.Status.OPEN


def test_what_was_open_ends_with_its_day(alice, hana, at):
    choose(alice, at, months=1)
    adding_only.allow(alice.opened, HttpResponse(), by=OWNER, at=at)
    grant = share(alice.opened, at, days=100)
    sharing.accept(worker=hana.worker, offer_id=grant.pk, seed=hana.seed, at=at)
    later = noon(erase_on(alice), at)
    housekeeping.once(at=later)
    with pytest.raises(sharing.NotShared):
        sharing.open_case(worker=hana.worker, grant_id=grant.pk, seed=hana.seed, at=later)
    assert cases.bring_back(alice.words, device="x", at=later).opened.case.rotate_due


def test_a_case_that_was_made_before_there_were_days_is_never_erased_unread(alice, at):
    Case.objects.update(erase_on=None)
    assert "cases timed out" not in done(at + 4000 * DAY)
    opens(alice, at + 4000 * DAY)
    assert erase_on(alice) == retention.after((at + 4000 * DAY).date(), 12)


@pytest.mark.parametrize("protocol", ["keep", "erase"])
def test_a_case_with_locked_files_is_never_hidden_by_the_clock(alice, at, open_gate, keep_picture, settings, protocol):
    settings.LOCKED_PROTOCOL = protocol
    keep_picture(alice.opened)
    gate.lock(alice.opened, by=OWNER, at=at)
    assert "cases timed out" not in done(at + 4000 * DAY)
    assert status(alice) == Case.Status.OPEN


def test_a_case_that_is_kept_by_written_order_is_never_hidden_by_the_clock(alice, mallory, at):
    holds.place(alice.case, ORDER, at=at)
    assert done(at + 4000 * DAY)["cases timed out"] == 1
    assert (status(alice), status(mallory)) == (Case.Status.OPEN, Case.Status.HIDDEN)


def test_when_an_order_ends_long_after_its_day_there_is_still_a_month(alice, at):
    holds.place(alice.case, ORDER, at=at)
    later = at + 4000 * DAY
    holds.end(alice.case, 1, at=later)
    assert erase_on(alice) == later.date() + retention.GRACE
    assert "cases timed out" not in done(later)
    assert done(later + retention.GRACE)["cases timed out"] == 1


def test_an_order_that_ends_before_the_day_changes_nothing(alice, at):
    holds.place(alice.case, ORDER, at=at)
    holds.end(alice.case, 1, at=at + DAY)
    assert erase_on(alice) == date(2027, 3, 2)


def test_giving_time_leaves_a_case_without_a_day_without_one(alice, at):
    Case.objects.update(erase_on=None)
    holds.place(alice.case, ORDER, at=at)
    holds.end(alice.case, 1, at=at)
    assert erase_on(alice) is None
