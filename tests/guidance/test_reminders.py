"""The page that hands out reminders: what may be chosen, what is refused, and that nothing of it is kept."""

from __future__ import annotations

import html
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from guidance import forms
from guidance.views import visit
from tests.guidance.browsing import read
from tests.guidance.carrying import carry
from tests.security.test_neutral_words import telling

PAGE = "/guide/b5yn/"
GIVEN = {"a": "0", "t1": "", "b": ["2", "7", "28"], "c": "11"}


@pytest.fixture(autouse=True)
def night(monkeypatch):
    """Ten past three at night, on 21 November."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2026, 11, 21, 3, 10, 30, tzinfo=UTC)

    monkeypatch.setattr(visit, "datetime", Clock)


def ask(client, **typed):
    return client.post(PAGE, {**GIVEN, **typed})


def events(response):
    return Calendar.from_ical(response.content).walk("VEVENT")


def test_one_file_for_the_days_and_the_hour_that_were_chosen(client):
    response = ask(client, b=["2", "28"], c="9", a="2")
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert response["Content-Disposition"] == 'attachment; filename="reminder.ics"'
    assert [(str(one["summary"]), one.decoded("dtstart")) for one in events(response)] == [
        ("Bin day", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("Bin day", datetime(2026, 12, 19, 9, tzinfo=UTC)),
    ]


def test_the_form_as_it_is_gives_all_three_days(client):
    page = client.get(PAGE).content.decode()
    assert page.count(" checked") == 4  # a title and three days
    assert [one.decoded("dtstart").day for one in events(ask(client))] == [23, 28, 19]
    for day in ("Monday 23 November", "Saturday 28 November", "Saturday 19 December"):
        assert day in page


def test_no_title_offered_and_nothing_in_the_file_tells_anything(client):
    assert telling(str(title) for title in forms.TITLES) == []
    for number, title in enumerate(forms.TITLES):
        response = ask(client, a=str(number))
        assert str(events(response)[0]["summary"]) == str(title)
        assert telling([response.content.decode(), response["Content-Type"], response["Content-Disposition"]]) == []
        assert b"http" not in response.content.lower()


def test_own_words_stand_in_the_file_as_they_were_typed(client):
    assert str(events(ask(client, a="9", t1="  Zahnärztin; 8, Kew Rd \\ \U0001f9b7 "))[0]["summary"]) == (
        "Zahnärztin; 8, Kew Rd \\ \U0001f9b7"
    )
    assert ask(client, a="9", t1="x" * 40).status_code == 200


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"a": "9", "t1": "Tea\r\nATTENDEE:mailto:a@b.example"}, "on one line"),
        ({"a": "9", "t1": "Tea\nURL:https://a.example/"}, "on one line"),
        ({"a": "9", "t1": "Tea\u2028END:VEVENT"}, "on one line"),
        ({"a": "9", "t1": "Tea\x07"}, "on one line"),
        ({"a": "9", "t1": "x" * 41}, "Use at most 40 letters."),
        ({"a": "9", "t1": "   "}, "Write a title, or choose one above."),
        ({"a": "0", "t1": "Ring Hana"}, "Choose “My own words”, or empty the box"),
        ({"a": ""}, "Choose a title."),
        ({"a": "7"}, "Select a valid choice"),
        ({"b": []}, "Choose one day or more."),
        ({"b": ["3"]}, "Select a valid choice"),
        ({"b": ["2", "x"]}, "Select a valid choice"),
        ({"c": ""}, "Choose a time."),
        ({"c": "3"}, "Select a valid choice"),
    ],
)
def test_what_can_not_be_is_asked_for_again_and_what_was_typed_stays(client, typed, said):
    response = ask(client, **{"b": ["7"], "c": "20", **typed})
    text = html.unescape(response.content.decode())
    assert (response.status_code, response["Content-Type"]) == (422, "text/html; charset=utf-8")
    assert said in text
    assert "Please check this page" in text
    assert ("b" in typed) or text.count(" checked") == (1 if typed.get("a") in ("", "7") else 2)
    assert ("c" in typed) or '<option value="20" selected>' in text
    for line in typed.get("t1", "").split():
        assert line in text


def test_it_works_with_a_list_and_without_one(client, loaded):
    assert 'class="back" href="/"' in client.get(PAGE).content.decode()
    carry(client, loaded, "T4")
    assert f'class="back" href="{reverse("guidance:plan")}"' in client.get(PAGE).content.decode()
    assert len(events(ask(client))) == 3


def test_nothing_is_kept_in_the_browser_or_anywhere(client, loaded, settings):
    assert set(ask(client).cookies) <= {settings.CSRF_COOKIE_NAME}
    assert ask(client)["Cache-Control"] == client.get("/")["Cache-Control"]
    ask(client, a="9", t1="marker 4711", b=[])
    assert "marker 4711" not in client.get(PAGE).content.decode()


@pytest.mark.django_db
def test_the_database_is_asked_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(PAGE)
        ask(client)


def test_the_form_has_a_token_and_is_refused_without_one():
    browser = Client(enforce_csrf_checks=True)
    (form,) = (one for one in read(browser.get(PAGE)).forms if one["action"] == PAGE)
    assert browser.post(PAGE, GIVEN).status_code == 403
    assert browser.post(PAGE, {**GIVEN, **form["hidden"]}).status_code == 200


def test_the_page_says_where_an_entry_shows_before_the_file_is_handed_out(client):
    page = client.get(PAGE).content.decode()
    before = page[: page.index("Get the file")]
    for told in (
        "locked screen",
        "family calendar",
        "every device with the same account",
        "leaves a copy on this device",
    ):
        assert told in before, told


def test_the_step_that_says_to_look_again_and_the_list_lead_to_it(client, loaded):
    carry(client, loaded, "T4")
    follow = next(step for step in loaded.steps.values() if "follow-up" in step.head.kinds)
    for address in (reverse("guidance:plan"), reverse("guidance:step", args=[follow.head.code])):
        assert PAGE in read(client.get(address)).links, address
    other = loaded.steps["breathe"].head.code
    assert PAGE not in read(client.get(reverse("guidance:step", args=[other]))).links
