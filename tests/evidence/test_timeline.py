"""What happened, in order, whatever is known of its time."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import timeline
from evidence.index import EVENT, NOTE, Line, When
from evidence.timeline import NAMED, Filter, Wanted

TIMES = st.one_of(
    st.just(""),
    st.dates().map(str),
    st.datetimes().map(lambda at: at.isoformat(timespec="minutes")),
)
WHENS = st.builds(When, at=TIMES, known=st.sampled_from(["exact", "about", "unknown"]))


def lines_of(whens):
    return [Line(uuid.uuid4(), number, NOTE, "x", when) for number, when in enumerate(whens, 1)]


def is_known(line):
    return bool(line.when.at) and line.when.known != "unknown"


@given(st.lists(WHENS).flatmap(lambda whens: st.permutations(lines_of(whens))))
def test_nothing_is_lost_and_the_order_does_not_depend_on_how_they_came(lines):
    ordered = timeline.in_order(lines)
    assert sorted(ordered, key=lambda line: line.number) == sorted(lines, key=lambda line: line.number)
    assert ordered == timeline.in_order(reversed(lines))


@given(st.lists(WHENS).map(lines_of))
def test_known_times_come_first_in_their_order_and_unknown_ones_as_they_were_added(lines):
    ordered = timeline.in_order(lines)
    known = [line for line in ordered if is_known(line)]
    unknown = ordered[len(known) :]
    assert not any(is_known(line) for line in unknown)
    assert unknown == [line for line in lines if not is_known(line)]
    for one, two in pairwise(known):
        assert (one.when.at, one.number) < (two.when.at, two.number)


@given(st.lists(WHENS).map(lines_of))
def test_days_hold_the_same_lines_in_the_same_order_each_day_once(lines):
    days = timeline.days(lines)
    assert [line for day in days for line in day.lines] == timeline.in_order(lines)
    assert len({day.date for day in days}) == len(days)
    assert all(line.when.at.startswith(day.date) for day in days for line in day.lines if day.date)
    assert "" not in [day.date for day in days[:-1]]


def test_a_day_without_an_hour_comes_before_the_hours_of_that_day():
    lines = lines_of(
        [When("2026-03-01T09:00", "exact"), When("2026-03-01", "about"), When(), When("2026-02-28T23:59", "about")]
    )
    assert [line.number for line in timeline.in_order(lines)] == [4, 2, 1, 3]
    assert [day.date for day in timeline.days(lines)] == ["2026-02-28", "2026-03-01", ""]


def test_unknown_times_stay_in_the_order_in_which_they_were_added():
    lines = lines_of([When("2026-03-01", "unknown"), When("2026-01-01", "unknown"), When()])
    assert [line.number for line in timeline.in_order(lines)] == [1, 2, 3]


# --- gaps and bursts ------------------------------------------------------------------------------------------------


def on(*days):
    return lines_of([When(day, "exact") for day in days])


@pytest.mark.parametrize(("second", "quiet"), [("2026-11-08", 0), ("2026-11-09", 7), ("2026-12-01", 29)])
def test_a_week_without_anything_is_a_gap_before_the_day_that_ends_it(second, quiet):
    assert [day.quiet for day in timeline.days(on("2026-11-01", second))] == [0, quiet]


def test_things_of_no_known_time_end_no_gap():
    found = timeline.days([*on("2026-11-01", "2026-11-02"), Line(uuid.uuid4(), 3, NOTE, "x", When())])
    assert [day.quiet for day in found] == [0, 0, 0]
    assert not found[-1].burst


@pytest.mark.parametrize(
    ("counts", "bursts"),
    [
        ([4], []),
        ([5], [0]),
        ([9, 1, 2], [0]),
        ([5, 5, 5], []),
        ([3, 3, 6], [2]),
        ([1, 4, 1], []),
        ([10, 20], [1]),
    ],
)
def test_a_day_stands_out_where_it_has_many_and_others_have_not(counts, bursts):
    days = [str(date(2026, 1, 1) + timedelta(days=n)) for n, count in enumerate(counts) for _ in range(count)]
    found = timeline.days(on(*days))
    assert [place for place, day in enumerate(found) if day.burst] == bursts
    assert [day.count for day in found] == counts


@given(st.lists(WHENS, max_size=60).map(lines_of), st.integers(1, 9))
def test_pages_hold_every_line_once_and_in_order(lines, size):
    days = timeline.days(lines)
    pages = [timeline.part(days, start, start + size) for start in range(0, len(lines), size)]
    assert [line for page in pages for day in page for line in day.lines] == timeline.in_order(lines)
    assert all(sum(len(day.lines) for day in page) == size for page in pages[:-1])


def test_a_day_that_goes_on_keeps_its_facts_but_its_gap_is_said_once():
    days = timeline.days(on("2026-11-01", *["2026-11-20"] * 6))
    first, second = timeline.part(days, 0, 3), timeline.part(days, 3, 7)
    assert [(day.quiet, day.count, day.burst) for day in first] == [(0, 1, False), (18, 6, True)]
    assert [(day.quiet, day.count, day.burst) for day in second] == [(0, 6, True)]


# --- choosing ---------------------------------------------------------------------------------------------------------


def line(number, kind=NOTE, account="", where="", state="kept"):
    return Line(uuid.uuid4(), number, kind, "x", When(), where=where, account=account, state=state)


def numbers(lines):
    return [line.number for line in lines]


def test_accounts_and_kinds_are_counted_as_they_first_turn_up():
    lines = [line(1), line(2, EVENT, "@b", "Chat"), line(3, NOTE, "@a"), line(4, NOTE, " @B ", "chat")]
    choice = Filter(lines)
    assert [(one.number, one.where, one.name) for one in choice.accounts()] == [(1, "Chat", "@b"), (2, "", "@a")]
    assert choice.kinds() == [(1, NOTE), (2, EVENT)]
    assert numbers(choice.only(Wanted())) == [1, 2, 3, 4]
    assert numbers(choice.only(Wanted(account=1))) == [2, 4]
    assert numbers(choice.only(Wanted(account=1, kind=1))) == [4]
    assert numbers(choice.only(Wanted(kind=2))) == [2]


def test_the_same_name_in_another_app_is_another_account():
    choice = Filter([line(1, account="@a", where="One"), line(2, account="@a", where="Two")])
    assert [numbers(choice.only(Wanted(account=n))) for n in (1, 2)] == [[1], [2]]


def test_a_number_that_nothing_has_chooses_nothing():
    choice = Filter([line(1, account="@a")])
    assert choice.only(Wanted(account=2)) == choice.only(Wanted(kind=9)) == []


def test_what_was_removed_is_not_shown_and_gives_no_other_its_number():
    lines = [line(1, EVENT, "@a"), line(2, NOTE, "@b")]
    before = Filter(lines)
    after = Filter([replace(lines[0], state="removed"), lines[1]])
    assert [(one.number, one.name) for one in before.accounts()] == [(1, "@a"), (2, "@b")]
    assert [(one.number, one.name) for one in after.accounts()] == [(2, "@b")]
    assert after.kinds() == [(2, NOTE)]
    assert numbers(after.only(Wanted())) == [2]


def test_of_very_many_accounts_those_with_the_most_things_are_named_and_the_chosen_one():
    lines = [line(n, account=f"@{n % (NAMED + 5)}") for n in range(2 * (NAMED + 5) - 5)]
    choice = Filter(lines)
    assert len(choice.accounts()) == NAMED
    last = NAMED + 5
    assert last not in [one.number for one in choice.accounts()]
    assert choice.accounts(last)[-1].number == last
