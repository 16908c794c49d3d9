from __future__ import annotations

import pytest

from tests.evidence.intake.exports.asking import page, refusal, said
from tests.evidence.intake.exports.building import ALICE, OTHER, instagram, iphone, zipped

LONG = iphone([(ALICE if n % 2 else OTHER, f"number {n} Stra\u00dfe") for n in range(40)]).encode()


def positions(raw: bytes = LONG, **asked) -> list[int]:
    return [one.position for one in page(raw, **asked)]


def test_pages_follow_on_from_each_other_without_a_gap():
    pages = [positions(start=start, count=25) for start in (0, 25, 50)]
    assert pages == [list(range(1, 26)), list(range(26, 42)), []]


@pytest.mark.parametrize(
    ("start", "count", "more"), [(0, 41, False), (0, 40, True), (16, 25, False), (15, 25, True), (90, 25, False)]
)
def test_a_page_says_whether_more_follows(start, count, more):
    *_, end = said(LONG, what="page", conversation=1, start=start, count=count)
    assert end.more is more


def test_messages_are_found_by_day_by_person_and_by_words():
    assert positions(day="2026-11-21") == [n for n in positions() if n >= 23]
    assert positions(who=ALICE) == list(range(3, 42, 2))
    assert positions(words="NUMBER 7") == [9, 19, 29, 39]
    assert positions(words="strasse 17") == [19]
    assert positions(words="nothing like it") == []
    assert positions(who=OTHER, day="2026-11-20", words="number", start=1, count=2) == [4, 6]


def test_picked_messages_come_with_those_around_once_and_in_order():
    asked = {"what": "messages", "conversation": 1}
    got = [one.position for one in said(LONG, positions=[10, 12], around=3, **asked)[:-1]]
    assert got == list(range(7, 16))
    assert [one.position for one in said(LONG, positions=[1], around=3, **asked)[:-1]] == [1, 2, 3, 4]
    assert [one.position for one in said(LONG, positions=[41], around=1, **asked)[:-1]] == [40, 41]
    assert said(LONG, positions=[], around=3, **asked)[0].more is False
    assert said(LONG, positions=[10**6], around=0, **asked)[0].more is False


def test_a_picked_message_is_the_same_as_on_its_page():
    one = said(LONG, what="messages", conversation=1, positions=[20], around=0)[0]
    assert one == page(LONG, start=19, count=1)[0]


@pytest.mark.parametrize("conversation", [0, -1, 3, 10**6])
@pytest.mark.parametrize(
    "what", [{"what": "page", "start": 0, "count": 5}, {"what": "messages", "positions": [1], "around": 0}]
)
def test_a_conversation_that_is_not_there_is_refused(conversation, what):
    assert refusal(zipped(instagram()), conversation=conversation, **what) == "no_conversation"
