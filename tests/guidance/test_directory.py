from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance import content, directory
from guidance.directory import Caller, listing, who_can_help
from guidance.records import Contact

LONDON = ZoneInfo("Europe/London")
CONTACTS = tuple(content.load().contacts.values())
WEEK = ["mon", "tue", "wed", "thu", "fri"]
TEN_TO_FOUR = [{"days": WEEK, "opens": "10:00", "closes": "16:00"}]
UK = ["england", "wales", "scotland", "ni"]


def service(name="X", **fields):
    base = {"id": name, "code": "abcd", "name": name, "one_line": "", "phone": "1", "nations": UK}
    more = {
        "roles": ["image"],
        "sources": ["S1"],
        "checked_on": date(2026, 1, 1),
        "review_by": date(2027, 1, 1),
    }
    return Contact.model_validate({**base, **more, **fields})


def uk(*when):
    return datetime(*when, tzinfo=LONDON)


def names(contacts, caller, at):
    return [one.contact.id for one in who_can_help(contacts, caller, at=at)]


def test_open_hours_are_uk_times_whatever_the_clock_of_the_server():
    helpline = service(hours=TEN_TO_FOUR)
    summer = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)  # 10:30 in London
    winter = datetime(2026, 1, 7, 9, 30, tzinfo=UTC)  # 09:30 in London
    assert listing(helpline, at=summer).open
    assert not listing(helpline, at=winter).open
    assert listing(helpline, at=winter).opens == uk(2026, 1, 7, 10)
    assert listing(helpline, at=summer).until == uk(2026, 7, 1, 16)


def test_it_opens_and_closes_on_the_minute():
    helpline = service(hours=TEN_TO_FOUR)
    assert listing(helpline, at=uk(2026, 11, 20, 10, 0)).open
    assert not listing(helpline, at=uk(2026, 11, 20, 9, 59, 59)).open
    assert listing(helpline, at=uk(2026, 11, 20, 15, 59, 59)).open
    assert not listing(helpline, at=uk(2026, 11, 20, 16, 0)).open


def test_after_friday_it_opens_on_monday():
    closed = listing(service(hours=TEN_TO_FOUR), at=uk(2026, 11, 20, 16, 0))
    assert closed.opens == uk(2026, 11, 23, 10)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)],
    ids=["clocks go forward", "clocks go back"],
)
def test_a_day_on_which_the_clocks_change_keeps_its_wall_clock(day, hours):
    all_day = service(hours=[{"days": ["sun"], "opens": "00:00", "closes": "24:00"}])
    start = datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)
    open_for = [
        listing(all_day, at=start.replace(tzinfo=UTC) + directory.timedelta(hours=n)).open for n in range(-1, 27)
    ]
    assert sum(open_for) == hours


def test_the_hour_that_comes_twice_is_open_both_times():
    night = service(hours=[{"days": ["sun"], "opens": "01:15", "closes": "01:45"}])
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 01:30, summer time
    assert listing(night, at=first).open


def test_closing_after_midnight_belongs_to_the_evening_before():
    late = service(hours=[{"days": ["fri"], "opens": "20:00", "closes": "02:00"}])
    assert listing(late, at=uk(2026, 11, 21, 1, 59)).open
    assert listing(late, at=uk(2026, 11, 21, 1, 59)).until == uk(2026, 11, 21, 2)
    assert not listing(late, at=uk(2026, 11, 21, 2, 0)).open
    assert not listing(late, at=uk(2026, 11, 20, 1, 0)).open


def test_several_hours_on_a_day_are_read_in_order():
    hours = [
        {"days": WEEK, "opens": "14:00", "closes": "16:00"},
        {"days": WEEK, "opens": "09:00", "closes": "12:00"},
    ]
    assert listing(service(hours=hours), at=uk(2026, 11, 20, 8)).opens == uk(2026, 11, 20, 9)
    assert listing(service(hours=hours), at=uk(2026, 11, 20, 13)).opens == uk(2026, 11, 20, 14)


@pytest.mark.parametrize(
    ("nations", "day", "shut"),
    [
        (["ni"], uk(2026, 7, 13, 11), True),
        (["england"], uk(2026, 7, 13, 11), False),
        (["scotland"], uk(2026, 1, 2, 11), True),
        (["england"], uk(2026, 1, 2, 11), False),
        (["scotland"], uk(2026, 4, 6, 11), False),
        (["wales"], uk(2026, 4, 6, 11), True),
        (["ni"], uk(2026, 3, 17, 11), True),
        (["scotland"], uk(2026, 11, 30, 11), True),
        (UK, uk(2026, 11, 30, 11), False),
        (UK, uk(2026, 8, 31, 11), True),
        (["abroad"], uk(2026, 8, 31, 11), True),
    ],
)
def test_bank_holidays_are_those_of_the_right_nation(nations, day, shut):
    assert listing(service(nations=nations, hours=TEN_TO_FOUR), at=day).open is not shut


def test_a_service_that_works_on_bank_holidays_is_open():
    assert listing(service(hours=TEN_TO_FOUR, bank_holidays="open"), at=uk(2026, 12, 25, 11)).open


def test_a_service_without_known_hours_is_never_called_open():
    unknown = listing(service(), at=uk(2026, 11, 20, 11))
    assert (unknown.open, unknown.opens) == (False, None)


def test_only_those_that_serve_the_nation_and_age_are_listed():
    contacts = [
        service("all", always=True),
        service("scots", nations=["scotland"], always=True),
        service("child", ages={"max": 18}, always=True),
        service("adult", ages={"min": 18}, always=True),
        service("far", nations=["abroad"], always=True),
    ]
    at = uk(2026, 11, 20, 11)
    assert set(names(contacts, Caller("england", "adult"), at)) == {"all", "child", "adult"}
    assert set(names(contacts, Caller("scotland", "u13"), at)) == {"all", "scots", "child"}
    assert set(names(contacts, Caller("ni", "13to17"), at)) == {"all", "child"}
    assert names(contacts, Caller("abroad", "adult"), at) == ["far"]
    assert set(names(contacts, Caller("unsure", "unsure"), at)) == {"all", "scots", "child", "adult"}


def test_someone_who_listens_at_any_hour_stands_on_top_then_what_is_open_now():
    contacts = [
        service("form", phone="", web="https://a.example", always=True),
        service("later", hours=[{"days": WEEK, "opens": "18:00", "closes": "19:00"}]),
        service("soon", hours=[{"days": WEEK, "opens": "12:00", "closes": "13:00"}]),
        service("unknown"),
        service("now", hours=TEN_TO_FOUR),
        service("911", roles=["emergency", "police"], always=True),
        service("some", roles=["crisis"], ages={"max": 18}, always=True),
        service("listens", roles=["crisis"], always=True),
    ]
    assert names(contacts, Caller(), uk(2026, 11, 20, 11)) == [
        "listens", "some", "now", "911", "form", "soon", "later", "unknown",
    ]  # fmt: skip


def test_in_a_crisis_the_emergency_number_comes_first_and_then_someone_who_listens():
    contacts = [
        service("now", hours=TEN_TO_FOUR),
        service("by text", roles=["emergency"], text="999", always=True),
        service("listens", roles=["crisis"], always=True),
        service("999", roles=["emergency", "police"], always=True),
    ]
    assert names(contacts, Caller(crisis=True), uk(2026, 11, 20, 11)) == ["999", "listens", "by text", "now"]


def test_a_child_sees_what_is_made_for_children_first():
    contacts = [
        service("listens", roles=["crisis"], always=True),
        service("child", roles=["child"], ages={"max": 18}, always=True),
    ]
    at = uk(2026, 11, 20, 11)
    assert names(contacts, Caller(age="u13"), at) == ["child", "listens"]
    assert names(contacts, Caller(age="13to17"), at) == ["child", "listens"]
    assert names(contacts, Caller(age="adult"), at) == ["listens", "child"]


def test_where_nobody_listens_the_next_who_answers_at_any_hour_is_lifted_to_the_top():
    contacts = [service("now", hours=TEN_TO_FOUR), service("any hour", roles=["police"], always=True)]
    assert names(contacts, Caller(), uk(2026, 11, 20, 11)) == ["any hour", "now"]
    assert names(contacts[:1], Caller(), uk(2026, 11, 20, 11)) == ["now"]


NATIONS = [*directory.CALENDARS, "unsure", ""]
AGES = [*directory.AGES, "unsure", ""]


@pytest.mark.parametrize(("nation", "age", "crisis"), [*product(NATIONS, AGES, (True, False))])
def test_someone_answers_at_three_in_the_night_of_christmas_day(nation, age, crisis):
    first, *_ = who_can_help(CONTACTS, Caller(nation, age, crisis), at=uk(2026, 12, 25, 3))
    assert first.open
    assert first.contact.always
    assert first.contact.answers
    assert ("emergency" in first.contact.roles) == crisis


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    second=st.integers(1_767_225_600, 1_924_991_999),  # 2026 to 2030
    nation=st.sampled_from(NATIONS),
    age=st.sampled_from(AGES),
)
def test_at_any_moment_the_first_answers_and_what_it_says_of_the_clock_is_true(second, nation, age):
    at = datetime.fromtimestamp(second, UTC)
    listed = who_can_help(CONTACTS, Caller(nation, age), at=at)
    assert listed[0].open
    assert listed[0].contact.answers
    for one in listed:
        assert one.until is None or (one.open and one.until > at)
        assert one.opens is None or (not one.open and one.opens > at)
        if one.opens:
            assert listing(one.contact, at=one.opens).open
        if one.until:
            assert not listing(one.contact, at=one.until).open
