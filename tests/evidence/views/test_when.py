"""The timeline as a page: drawn and said, chosen from without a word in any address, from the sealed index alone."""

from __future__ import annotations

import gzip
import html
import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from evidence import custody, items, vault
from evidence.index import EVENT, NOTE, When
from evidence.items import Telling
from tests.security import people

pytestmark = pytest.mark.django_db
TIMELINE = "/case/e7nt/"
NOTHING_READABLE = re.compile(r"\?((a|k|p)=\d{1,4}(&(a|k|p)=\d{1,4})*)?(#list)?")


@pytest.fixture
def keep(alice):
    """`keep(day, ...)` puts lines straight into the index, without any item behind them."""

    def keeps(*days, kind=NOTE, known="exact", account="", title="It"):
        opened = people.opened(alice)
        with items.holding(opened) as whole:
            for day in days:
                when = When(str(day), known) if day else When()
                items.admit(whole, kind, Telling(title, when, {"account": account}), at=timezone.now())

    return keeps


@pytest.fixture
def page(alice, read):
    return lambda query="": read(alice.browser.get(f"{TIMELINE}{query}"))


def titles(page):
    return [title.strip() for title in re.findall(r'<li class="task"><a href="[^"]*">\d+\. ([^<]*)</a>', page)]


def links(page):
    return [html.unescape(link) for link in re.findall(r'href="(\?[^"]*)"', page)]


def test_an_empty_case_has_no_drawing_and_says_so(page):
    assert "Nothing yet." in page()
    assert "<svg" not in page()


def test_gaps_and_bursts_are_drawn_and_said_in_words_twice(keep, page):
    keep(*["2026-11-14"] * 9, "2026-12-02", "2026-12-03")
    keep("2026-12-04", known="about")
    keep("")
    seen = page()
    assert "12 things, from 14 November 2026 to 4 December 2026." in seen
    assert "Time exact: 11. About right: 1. Not known: 1." in seen
    assert "9 things on one day: 14 November 2026." in seen
    assert "17 days without anything that you kept, until 2 December 2026." in seen
    drawing, after = seen.split("</svg>")
    assert "17 days with nothing kept" in drawing
    assert "17 days without anything that you kept, until" in drawing.split("<desc")[1]  # for who can't see it
    assert after.count("17 days without anything that you kept") == 2
    assert re.search(r"<h2>14 November 2026 <span class=.tag.>9 things on one day", after)
    assert "14 Nov 2026</a>: 9 exact, 0 about right" in after


def test_one_day_is_said_as_one_day(keep, page):
    keep("2026-11-14")
    assert "1 thing, on 14 November 2026." in page()
    assert "without anything" not in page()


def test_a_case_without_any_known_time_is_drawn_too(keep, page):
    keep("", "")
    assert "Time exact: 0. About right: 0. Not known: 2." in page()
    assert ">Not known</text>" in page()


@pytest.mark.parametrize(
    ("step", "unit"),
    [
        (1, "one day"),
        (3, "one week, from its Monday"),
        (20, "one month"),
        (200, "one year or more"),
        (4000, "one year or more"),
    ],
)
def test_the_page_says_what_each_line_stands_for(keep, page, step, unit):
    keep(*(date(1990, 1, 1) + timedelta(days=step * n) for n in range(20 if step == 1 else 30)))
    assert f"Each line is {unit}." in page()


def test_what_is_chosen_is_shown_alone_and_lasts_over_pages_and_in_the_drawing(keep, page):
    keep(*(date(2026, 1, 1) + timedelta(days=n) for n in range(30)), account="@one", title="of one")
    keep(*(date(2026, 1, 1) + timedelta(days=n) for n in range(30)), account="@two", title="of two")
    keep("2026-01-01", kind=EVENT, account="@two", title="an event")
    first, second = page("?a=2&k=1"), page("?a=2&k=1&p=2")
    assert titles(first) == ["of two"] * 25
    assert titles(second) == ["of two"] * 5
    assert "30 things, from 1 January 2026 to 30 January 2026." in first
    assert all(link.startswith("?a=2&k=1&p=") for link in [*links(first), *links(second)])
    assert re.search(r'href="[?]a=2&k=1&p=2#list" rel="next"', first)
    assert re.search(r'href="[?]a=2&k=1&p=1#list" rel="prev"', second)
    assert re.search(r'<option value="2" selected>@two', second)
    assert "<svg" in first
    assert "<svg" not in second


def test_each_line_of_the_drawing_leads_to_the_page_where_it_begins(keep, page):
    keep(*["2026-01-01"] * 30, "2026-01-05", "2026-01-06")
    assert [link for link in links(page()) if link.startswith("?p=")][:3] == ["?p=1#list", "?p=2#list", "?p=2#list"]


def test_no_address_on_any_page_of_it_can_be_read(alice, keep):
    keep(*(date(2026, 1, 1) + timedelta(days=n) for n in range(30)), account="@lara", title="threat")
    keep("2026-01-02", kind=EVENT, account="@other")
    for query in ("", "?a=1&k=1", "?a=1&p=2"):
        body = alice.browser.get(TIMELINE + query).content.decode()
        main = body.split("<main")[1].split("</main>")[0]
        found = [html.unescape(link) for link in re.findall(r'(?:href|action)="([^"]*)"', main)]
        assert found
        for link in found:
            assert re.fullmatch(r"/case/[a-z0-9]{4}/([0-9a-f-]{36}/)?(#list)?", link) or NOTHING_READABLE.fullmatch(
                link
            )
        assert set(re.findall(r'<(?:select|input|button)[^>]* name="([^"]*)"', main)) <= {"a", "k"}
        assert set(re.findall(r'<option value="([^"]*)"', main)) <= set(map(str, range(9)))


@pytest.mark.parametrize("query", ["?a=x&k=-1", "?a=99999999999999999999", "?k=%D9%A3", "?p=99", "?a=&k=&p=", "?k=<b>"])
def test_what_is_not_a_number_of_ours_chooses_nothing_away(keep, page, query):
    keep("2026-01-01", "2026-01-02")
    assert titles(page(query)) == ["It", "It"]


def test_a_number_that_no_account_has_shows_nothing_and_the_way_back(keep, page):
    keep("2026-01-01", account="@a")
    seen = page("?a=7")
    assert titles(seen) == []
    assert "Nothing of this kind." in seen
    assert f'<a href="{TIMELINE}">Show all</a>' in seen


def test_no_item_is_opened_and_nothing_is_recorded_for_it(alice, keep, monkeypatch):
    people.keep_an_address(alice, "https://social.example/p/1")
    keep("2026-01-01", account="@a")
    before = custody.head_of(alice.case)
    monkeypatch.setattr(vault, "key_of", lambda *_: pytest.fail("an object was opened"))
    for query in ("", "?a=1", "?p=2"):
        assert alice.browser.get(TIMELINE + query).status_code == 200
    assert custody.head_of(alice.case) == before


def test_what_people_typed_is_never_markup(keep, page, alice):
    keep("2026-01-01", account='"><script>alert(1)</script>', title="<b>bold</b>")
    keep("2026-01-01", account="@b")
    body = alice.browser.get(TIMELINE).content.decode()
    assert "<script>alert" not in body
    assert "<b>bold" not in body


def test_a_thousand_things_weigh_less_than_a_page_may(alice, keep):
    for n in range(10):
        days = [date(2026, 1, 1) + timedelta(days=(7 * n + 3 * m) % 300) for m in range(97)] + [""] * 3
        keep(*days, account=f"@a_name_of_usual_length_{n}", title=f"They wrote again about the money, part {n}")
    for query in ("", "?p=2", "?a=3", "?k=1&p=4"):
        body = alice.browser.get(TIMELINE + query).content
        assert len(gzip.compress(body)) < 6 * 1024, query


def test_it_reads_from_right_to_left_where_the_language_does(alice, keep):
    keep("2026-01-01")
    drawn = alice.browser.get(TIMELINE, headers={"Accept-Language": "ar"}).content.decode()
    assert 'direction="rtl"' in drawn
    assert 'direction="rtl"' not in alice.browser.get(TIMELINE).content.decode()


def test_the_form_works_by_itself_with_back_and_without_scripts(alice, keep):
    keep("2026-01-01", account="@a")
    keep("2026-01-02", kind=EVENT)
    body = alice.browser.get(TIMELINE).content.decode()
    assert f'<form method="get" action="{reverse("evidence:timeline")}#list"' in body
    assert "<script" not in body.split("<main")[1]
