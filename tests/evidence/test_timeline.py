"""What happened, in order, whatever is known of its time."""

from __future__ import annotations

import uuid
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from evidence import timeline
from evidence.index import NOTE, Line, When

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
