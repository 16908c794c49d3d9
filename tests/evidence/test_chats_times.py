"""A picked message keeps its moment as exactly as its export has it, in lists, in the timeline and in a pack."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from evidence import chats, custody, index, items, timeline
from evidence.arriving import Arriving
from evidence.custody import OWNER
from evidence.freezing import freeze
from evidence.freezing_items import Choices
from evidence.index import When
from evidence.items import Telling
from evidence.pack.parts import chronology

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_gate")]
IN_ORDER = ["first, 01:30 in summer", "second, 01:10 in winter", "third, same second", "fourth, a second later"]


def arrive(alice, at, data):
    arriving = Arriving(alice.opened, "chat")
    try:
        arriving.write(data)
        return chats.export(alice.opened, arriving.keep(Telling("Our chat"), by=OWNER, at=at).id)
    finally:
        arriving.drop()


def pick(alice, chat, at, *positions):
    return chats.pick(alice.opened, chat, (1, positions), by=OWNER, at=at)


def picked(alice, chat, place):
    return chats.picked_from(index.read(alice.opened), chat.line.id)[place]


@pytest.fixture
def autumn(alice, at):
    """Four messages of the night in which the clock goes back, picked the last one first."""
    moments = [(0, 30, 0, 0), (1, 10, 0, 100), (1, 10, 0, 900), (1, 10, 1, 0)]
    rows = [
        {
            "sender_name": "Max",
            "timestamp_ms": int(datetime(2026, 10, 25, *one[:3], one[3] * 1000, tzinfo=UTC).timestamp() * 1000),
            "content": text,
        }
        for one, text in zip(moments, IN_ORDER, strict=True)
    ]
    chat = arrive(alice, at, json.dumps({"participants": [{"name": "Max"}], "messages": rows[::-1]}).encode())
    for position in (4, 3, 2, 1):
        pick(alice, chat, at, position)
    return chat


def test_the_hour_that_comes_twice_is_told_apart(alice, at, autumn):
    assert picked(alice, autumn, "1:1").when.at == "2026-10-25T01:30:00+01:00"
    assert picked(alice, autumn, "1:2").when.at == "2026-10-25T01:10:00+00:00"


def test_the_timeline_goes_by_the_moment_and_then_by_the_place_in_the_chat(alice, at, autumn):
    lines = [line for line in index.read(alice.opened).kept() if line.kind == index.MESSAGE]
    assert [line.title for line in timeline.in_order(lines)] == IN_ORDER
    (day,) = timeline.days(lines)
    assert (day.date, [line.title for line in day.lines]) == ("2026-10-25", IN_ORDER)


def test_the_pack_goes_by_the_same_order_and_names_the_right_clock(alice, at, autumn):
    snapshot = freeze(alice.opened, autumn.line.id, Choices(), at=at)
    rows = [row for row in chronology(snapshot) if row.at is not None]
    assert [row.what.text for row in rows] == IN_ORDER
    assert [row.when.text for row in rows[:2]] == ["25 October 2026, 01:30:00 BST", "25 October 2026, 01:10:00 GMT"]
    assert snapshot.summary.first.at == "2026-10-25T01:30:00+01:00"
    assert snapshot.summary.last.at == "2026-10-25T01:10:01+00:00"


def test_messages_around_it_are_told_on_the_same_clock(alice, at, autumn):
    snapshot = freeze(alice.opened, autumn.line.id, Choices(), at=at)
    second = next(one for one in snapshot.items if one.title == IN_ORDER[1])
    said = dict(second.claims.more)
    assert said["Before it"] == f"2026-10-25 01:30:00 BST Max: {IN_ORDER[0]}"
    assert said["After it"].splitlines()[1] == f"2026-10-25 01:10:01 GMT Max: {IN_ORDER[3]}"


def test_changing_other_words_of_it_loses_no_second_and_no_offset(alice, at, autumn):
    line = picked(alice, autumn, "1:4")
    form = When(line.when.at[:16], line.when.known, line.when.basis)  # a form knows minutes
    items.edit(alice.opened, line.id, Telling("Other words", form), by=OWNER, at=at)
    assert picked(alice, autumn, "1:4").when == line.when
    items.edit(alice.opened, line.id, Telling("Other words", When("2026-10-25T01:11", "exact")), by=OWNER, at=at)
    assert picked(alice, autumn, "1:4").when.at == "2026-10-25T01:11"


# --- the order of day and month -----------------------------------------------------------------------------------

EARLY = "[05/06/2026, 21:30:00] Max: one\r\n[05/06/2026, 21:31:00] Max: two\r\n[05/06/2026, 21:32:00] Max: three\r\n"


def test_settling_the_order_of_dates_settles_what_was_picked_before(alice, at):
    chat = arrive(alice, at, EARLY.encode())
    pick(alice, chat, at, 1, 2)
    assert picked(alice, chat, "1:1").when == When(
        "2026-06-05T21:30:00", "about", "exported chat, as shown on the phone"
    )
    chats.read_again(alice.opened, chat.line.id, "month-first", by=OWNER, at=at)
    assert [
        (line.when.at, line.when.known) for line in chats.picked_from(index.read(alice.opened), chat.line.id).values()
    ] == [
        ("2026-05-06T21:30:00", "exact"),
        ("2026-05-06T21:31:00", "exact"),
    ]
    seen = items.peek(alice.opened, picked(alice, chat, "1:1").id).observed
    assert (seen["message"]["at"], seen["after"][0]["at"]) == ("2026-05-06T21:30:00", "2026-05-06T21:31:00")
    entry = next(one for one in custody.everything(alice.opened) if one.act.what == "chat-read-again")
    assert entry.act.detail["retimed"] == "2"


def test_a_time_that_she_changed_herself_stays(alice, at):
    chat = arrive(alice, at, EARLY.encode())
    pick(alice, chat, at, 1, 2)
    own = When("2026-06-05T20:00", "exact", "my own clock")
    items.edit(alice.opened, picked(alice, chat, "1:1").id, Telling("one", own), by=OWNER, at=at)
    chats.read_again(alice.opened, chat.line.id, "month-first", by=OWNER, at=at)
    assert picked(alice, chat, "1:1").when == own
    assert picked(alice, chat, "1:2").when.at == "2026-05-06T21:31:00"


def test_more_picked_messages_than_one_reading_takes_are_all_settled(alice, at, monkeypatch):
    chat = arrive(alice, at, EARLY.encode())
    pick(alice, chat, at, 1, 2, 3)
    monkeypatch.setattr(chats.reading, "MOST_POSITIONS", 2)
    chats.read_again(alice.opened, chat.line.id, "month-first", by=OWNER, at=at)
    times = [line.when.at[:10] for line in chats.picked_from(index.read(alice.opened), chat.line.id).values()]
    assert times == ["2026-05-06"] * 3


def test_a_time_that_an_earlier_version_kept_to_the_minute_is_settled_too(alice, at):
    chat = arrive(alice, at, EARLY.encode())
    (line,) = pick(alice, chat, at, 1)
    with items.holding(alice.opened) as whole:
        whole.put(replace(line, when=replace(line.when, at="2026-06-05T21:30")))
    chats.read_again(alice.opened, chat.line.id, "day-first", by=OWNER, at=at)
    assert picked(alice, chat, "1:1").when.known == "exact"
    chats.read_again(alice.opened, chat.line.id, "month-first", by=OWNER, at=at)
    assert picked(alice, chat, "1:1").when.at == "2026-05-06T21:30:00"
