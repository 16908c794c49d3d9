"""One item: added, read, edited, undone, removed, brought back; its number is its own for ever."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from evidence import custody, index, items
from evidence.custody import OWNER
from evidence.index import ACCOUNT, ADDRESS, EVENT, KINDS, NOTE, PICTURE, When
from evidence.items import CLAIMS, CaseFull, NoSuchItem, Telling
from evidence.models import Item
from tests.conftest import acts, note

pytestmark = pytest.mark.django_db
SAID = Telling("A threat", When("2026-03-01T21:40", "about", "remembered"), {"what": "Money", "where": "Snap"})


@pytest.fixture
def line(alice, at):
    return items.add(alice.opened, NOTE, SAID, by=OWNER, at=at)


@pytest.mark.parametrize("kind", [ADDRESS, ACCOUNT, NOTE, EVENT])
def test_every_kind_keeps_what_is_claimed_of_it_and_nothing_else(alice, at, kind):
    claims = {name: f"said of {name}" for name in CLAIMS[kind]}
    line = items.add(alice.opened, kind, Telling("T", claims={**claims, "surprise": "x"}), by=OWNER, at=at)
    view = items.read(alice.opened, line.id, by=OWNER, at=at)
    assert view.claims == claims
    assert (view.line.kind, view.line.where, view.line.account) == (kind, claims["where"], claims["account"])
    assert (view.observed, view.edits, view.can_undo) == ({}, 0, False)
    assert view.line.received_at == "2026-03-02T12:00:00+00:00"


def test_pictures_do_not_come_in_past_the_gate(alice, at):
    with pytest.raises(ValueError, match="gate"):
        items.add(alice.opened, PICTURE, SAID, by=OWNER, at=at)
    assert set(CLAIMS) == set(KINDS)


def test_editing_keeps_the_words_from_before_and_undo_brings_them_back(alice, line, at):
    edited = items.edit(alice.opened, line.id, Telling("New", claims={"where": "Insta"}), by=OWNER, at=at)
    assert (edited.title, edited.where, edited.when, edited.number) == ("New", "Insta", When(), 1)
    items.edit(alice.opened, line.id, Telling("Newer"), by=OWNER, at=at)
    assert items.peek(alice.opened, line.id).edits == 2
    assert items.undo_edit(alice.opened, line.id, by=OWNER, at=at).title == "New"
    assert items.undo_edit(alice.opened, line.id, by=OWNER, at=at) == line
    view = items.peek(alice.opened, line.id)
    assert (view.line, view.claims["what"], view.can_undo) == (line, "Money", False)


def test_undo_without_an_edit_changes_and_records_nothing(alice, line, at):
    before = custody.head_of(alice.case)
    assert items.undo_edit(alice.opened, line.id, by=OWNER, at=at) == line
    assert custody.head_of(alice.case) == before


def test_what_was_observed_is_never_changed_by_an_edit(alice, at, open_gate, keep_picture):
    line = keep_picture(alice.opened)
    before = items.peek(alice.opened, line.id).observed
    items.edit(alice.opened, line.id, Telling("Other words"), by=OWNER, at=at)
    assert items.peek(alice.opened, line.id).observed == before
    assert before["sha256"]


def test_a_removed_item_leaves_the_lists_and_comes_back_with_its_number(alice, line, at):
    items.remove(alice.opened, line.id, by=OWNER, at=at)
    assert items.listed(alice.opened) == []
    assert [gone.id for gone in items.removed(alice.opened)] == [line.id]
    items.bring_back(alice.opened, line.id, by=OWNER, at=at)
    assert items.listed(alice.opened) == [line]
    assert acts(alice.opened)[-2:] == ["item-removed", "item-brought-back"]


def test_a_number_is_never_given_again(alice, at):
    given = [note(alice.opened, at).number for _ in range(3)]
    for line in items.listed(alice.opened):
        items.remove(alice.opened, line.id, by=OWNER, at=at)
    given.append(note(alice.opened, at).number)
    assert given == [1, 2, 3, 4]


def test_a_full_case_takes_no_more_and_removing_makes_no_room_for_a_flood(alice, at, settings):
    settings.CASE_MAX_ITEMS = 2
    first = note(alice.opened, at)
    note(alice.opened, at)
    items.remove(alice.opened, first.id, by=OWNER, at=at)
    with pytest.raises(CaseFull):
        note(alice.opened, at)
    assert Item.objects.count() == 2
    assert note_number(alice) == 3


def note_number(alice):
    return index.read(alice.opened).next_number


def test_each_look_is_an_entry_and_ten_minutes_of_looking_are_one(alice, line, at):
    for minutes in (0, 5, 10, 11):
        items.read(alice.opened, line.id, by=OWNER, at=at + timedelta(minutes=minutes))
    assert acts(alice.opened).count("item-viewed") == 2


@pytest.mark.parametrize(
    "act",
    [
        lambda opened, item, more: items.read(opened, item, **more),
        lambda opened, item, more: items.peek(opened, item),
        lambda opened, item, more: items.edit(opened, item, SAID, **more),
        lambda opened, item, more: items.undo_edit(opened, item, **more),
        lambda opened, item, more: items.remove(opened, item, **more),
        lambda opened, item, more: items.bring_back(opened, item, **more),
    ],
    ids=["read", "peek", "edit", "undo", "remove", "bring back"],
)
def test_an_item_of_someone_else_is_answered_like_one_that_does_not_exist(alice, mallory, line, at, act):
    before = custody.head_of(mallory.case), custody.head_of(alice.case)
    for item_id in (line.id, uuid.uuid4()):
        with pytest.raises(NoSuchItem) as answer:
            act(mallory.opened, item_id, {"by": OWNER, "at": at})
        assert str(answer.value) == ""
    assert (custody.head_of(mallory.case), custody.head_of(alice.case)) == before
    assert items.peek(alice.opened, line.id).line == line


def test_a_line_that_names_the_row_of_another_case_is_no_item(alice, mallory, line):
    whole = index.read(mallory.opened)
    whole.put(line)
    index.write(mallory.opened, whole)
    with pytest.raises(NoSuchItem):
        items.peek(mallory.opened, line.id)


def test_a_line_that_lost_its_row_is_no_item(alice, line):
    Item.objects.all().delete()
    with pytest.raises(NoSuchItem):
        items.peek(alice.opened, line.id)


def test_a_line_comes_back_from_the_index_as_it_went_in(alice, line):
    assert index.Line.from_json(line.to_json()) == line
    assert index.with_state(line, "removed").state == "removed"
