"""The calendar file: what the standard asks for, and nothing that tells where it is from."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from guidance import calendars
from tests.security.test_neutral_words import telling

NIGHT = datetime(2026, 11, 21, 3, 10, tzinfo=UTC)
NOON = [datetime(2026, 11, day, 12, tzinfo=UTC) for day in (23, 28)]


def file(title="Call back", begin=NOON):
    return calendars.reminders(title, begin)


def events(made):
    return Calendar.from_ical(made).walk("VEVENT")


def test_each_moment_is_an_event_of_a_quarter_of_an_hour_with_an_alarm_as_it_begins():
    found = events(file())
    assert [one.decoded("dtstart") for one in found] == NOON
    for one in found:
        assert one["summary"] == "Call back"
        assert one.decoded("duration") == timedelta(minutes=15)
        (alarm,) = one.walk("VALARM")
        assert (alarm["action"], alarm.decoded("trigger"), alarm["description"]) == (
            "DISPLAY",
            timedelta(0),
            "Call back",
        )


def test_the_file_says_nothing_but_times_and_the_title():
    text = file().decode()
    assert {name for one in events(file()) for name in one} == {"UID", "DTSTAMP", "DTSTART", "DURATION", "SUMMARY"}
    assert set(Calendar.from_ical(file())) == {"VERSION", "PRODID"}
    assert telling(re.split(r"[\r\n]+", text)) == []
    assert not re.search(r"http|www|://|@|mailto|next.?steps", text, re.IGNORECASE)


def test_times_are_in_utc_and_the_hour_at_which_it_was_made_is_not_told():
    assert re.findall(r"DTSTART:(.*)\r", file().decode()) == ["20261123T120000Z", "20261128T120000Z"]
    assert re.findall(r"DTSTAMP:(.*)\r", file().decode()) == ["20261123T000000Z", "20261128T000000Z"]


def test_every_event_has_a_random_name_of_its_own():
    names = [str(one["uid"]) for made in (file(), file()) for one in events(made)]
    assert len(set(names)) == 4
    assert {UUID(name).version for name in names} == {4}


def test_the_hour_is_that_of_the_united_kingdom_in_summer_and_in_winter():
    assert calendars.moments([2], 11, at=NIGHT) == (datetime(2026, 11, 23, 11, tzinfo=UTC),)
    assert calendars.moments([2], 11, at=datetime(2026, 7, 1, 3, tzinfo=UTC)) == (datetime(2026, 7, 3, 10, tzinfo=UTC),)


def test_days_are_counted_from_the_day_in_the_united_kingdom():
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # half past midnight on the second, in London
    assert [one.day for one in calendars.moments(calendars.DAYS, 12, at=late)] == [4, 9, 30]


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\u2028"])
def test_a_title_can_not_add_a_line_to_the_file(break_):
    made = file(f"Call back{break_}ATTENDEE:mailto:a@b.example{break_}END:VEVENT")
    assert not [line for line in made.decode().split("\r\n") if line.startswith(("ATTENDEE", "mailto"))]
    assert b"\nATTENDEE" not in made
    assert b"\rATTENDEE" not in made
    assert [set(one) for one in events(made)] == [set(one) for one in events(file())]


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=40))
def test_every_title_comes_back_as_it_was_typed(title):
    assert [str(one["summary"]) for one in events(file(title))] == [title, title]
