"""Times are said with how exactly they are known, and put in order."""

from __future__ import annotations

import pytest

from evidence.pack.decoding import DoesNotFit
from evidence.pack.times import When, clock, instant, order, spoken

LONDON = "Europe/London"


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (When("exact", "2026-11-14T21:14"), "14 November 2026, 21:14 GMT"),
        (When("exact", "2026-07-14T21:14"), "14 July 2026, 21:14 BST"),
        (When("exact", "2026-11-14T21:14:09"), "14 November 2026, 21:14:09 GMT"),
        (When("exact", "2026-07-14T20:14:00Z"), "14 July 2026, 21:14:00 BST"),
        (When("exact", "2026-07-14T20:14+00:00"), "14 July 2026, 21:14 BST"),
        (When("exact", "2026-07-14T20:14-01:00"), "14 July 2026, 22:14 BST"),
        (When("about", "2026-11-14"), "about 14 November 2026"),
        (When("about", "2026-11"), "about November 2026"),
        (When("exact", "2026"), "2026"),
        (When("unknown"), "Time not known"),
        (When("unknown", "2026-11-14"), "Time not known"),
        (
            When("exact", "2026-11-14T21:14", zone="America/New_York"),
            "14 November 2026, 21:14 (America/New_York), which is 15 November 2026, 02:14 GMT",
        ),
    ],
)
def test_a_moment_is_said_as_it_is_known(when, said):
    assert spoken(when, LONDON) == said


def test_moments_are_ordered_across_zones():
    here = When("exact", "2026-11-14T22:00")
    there = When("exact", "2026-11-14T16:30", zone="America/New_York")
    day = When("about", "2026-11-14")
    assert sorted([here, there, day], key=order) == [day, there, here]


def test_an_unknown_moment_has_no_place_in_the_order():
    assert order(When("unknown")) is None
    assert order(None) is None


def test_the_clock_goes_forward_and_back_with_the_zone():
    assert clock("2026-03-29T00:59:59+00:00", LONDON) == "29 March 2026, 00:59:59 GMT"
    assert clock("2026-03-29T01:00:00+00:00", LONDON) == "29 March 2026, 02:00:00 BST"
    assert clock("2026-10-25T01:00:00+00:00", LONDON, seconds=False) == "25 October 2026, 01:00 GMT"


@pytest.mark.parametrize("text", ["", "2026-13-01", "2026-11-14", "14/11/2026"])
def test_an_instant_needs_a_date_a_time_and_an_offset(text):
    with pytest.raises(DoesNotFit, match=r"^here: "):
        instant(text, "here")


@pytest.mark.parametrize("zone", ["", "Nowhere", "../../etc/passwd", "/etc/passwd", "a\x00b"])
def test_a_zone_must_exist(zone):
    with pytest.raises(DoesNotFit, match="zone"):
        When("unknown", zone=zone)
