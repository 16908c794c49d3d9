"""The same file, the same address and a picture that looks alike are noticed and said, and never refused."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace

import pytest

from evidence import gate, index, items, likeness
from evidence.arriving import Arriving
from evidence.custody import OWNER
from evidence.index import Gate, Index, Line, When
from evidence.items import Telling
from evidence.likeness import Alike, alike, like, near, same
from tests.evidence.intake import make
from tests.security import people

OPEN = Gate("adults", "adult", "mine", answered_at="2026-03-01T12:00:00+00:00")
LOOK = "f" * 20 + "0" * 52


def line(number=1, kind=index.PICTURE, **more):
    return Line(uuid.uuid4(), number, kind, "", When(), **more)


def case(*lines, answers=OPEN):
    return Index(lines=list(lines), gate=answers)


# --- over lines -----------------------------------------------------------------------------------------


def test_the_same_file_is_noticed_whatever_it_came_in_as():
    one, two = line(1, mark="ab" * 8), line(2, index.DOCUMENT, mark="ab" * 8)
    assert same(one, [two, line(3, mark="cd" * 8), line(4)]) == [two]


def test_a_file_and_an_address_are_never_the_same():
    assert same(line(1, mark="ab" * 8), [line(2, index.ADDRESS, mark="ab" * 8)]) == []


def test_messages_at_the_same_place_of_two_exports_are_not_the_same():
    one, other = line(1, index.MESSAGE, mark="1:4", of="a"), line(2, index.MESSAGE, mark="1:4", of="b")
    assert same(one, [other]) == []
    assert same(other, [line(3, index.NOTE, mark="1:4")]) == []


def test_what_has_no_mark_is_like_nothing():
    assert same(line(1), [line(2)]) == []


def test_pictures_that_look_alike_are_noticed_and_others_are_not():
    one = line(1, look=LOOK)
    close, far = line(2, look="e" + LOOK[1:]), line(3, look=LOOK[::-1])
    assert near(one, [close, far, line(4), line(5, index.FILM, look=LOOK)]) == [close]
    assert near(line(6, index.FILM, look=LOOK), [one]) == []


def test_an_item_is_not_like_itself_nor_like_what_was_removed():
    one = line(1, mark="ab" * 8, look=LOOK)
    gone = line(2, mark="ab" * 8, look=LOOK, state="removed")
    assert like(one, case(one, gone)) == Alike()


def test_the_same_file_is_not_said_a_second_time_as_looking_alike():
    one, two = line(1, mark="ab" * 8, look=LOOK), line(2, mark="ab" * 8, look=LOOK)
    assert like(one, case(one, two)) == Alike(same=(two,))


@pytest.mark.parametrize("answers", [Gate(), replace(OPEN, locked_at="2026-03-02"), replace(OPEN, shown="under18")])
def test_once_the_gate_is_shut_no_file_is_compared(answers):
    one, two = line(1, mark="ab" * 8, look=LOOK), line(2, mark="ab" * 8, look=LOOK)
    assert like(one, case(one, two, answers=answers)) == Alike()
    there, again = (line(n, index.ADDRESS, mark="ab" * 8) for n in (3, 4))
    assert like(there, case(there, again, answers=answers)) == Alike(same=(again,))


def test_looks_differ_by_what_they_say_and_not_by_their_length():
    few, other = "f" * 3 + "0" * 69, "f" * 2 + "0" + "f" + "0" * 68
    assert (int(few, 16) ^ int(other, 16)).bit_count() == 8
    assert not alike(few, other)
    many = "f" * 72
    assert alike(many, "0" * 2 + many[2:])


@pytest.mark.parametrize("look", ["", "0" * 72, "1" + "0" * 71, "7" + "0" * 70 + "f"])
def test_a_look_that_says_next_to_nothing_is_like_no_other(look):
    assert not alike(look, look)


def test_looks_of_different_lengths_are_of_different_makes():
    assert not alike("f" * 72, "f" * 64)


def test_a_mark_is_of_an_address_alone():
    told = {"address": "https://youtu.be/dQw4w9WgXcQ"}
    assert likeness.mark_of(index.ADDRESS, told) == likeness.mark_of(
        index.ADDRESS, {"address": "youtube.com/watch?v=dQw4w9WgXcQ"}
    )
    assert len(likeness.mark_of(index.ADDRESS, told)) == 16
    assert likeness.mark_of(index.PICTURE, told) == likeness.mark_of(index.ADDRESS, {}) == ""


def test_a_thousand_items_are_compared_in_a_moment():
    lines = [line(n, mark=f"{n:016x}", look=f"{n * 7919**18:072x}"[:72]) for n in range(1000)]
    start = time.process_time()
    like(lines[0], case(*lines))
    assert time.process_time() - start < 0.1


# --- in a case ------------------------------------------------------------------------------------------


def arrive(alice, at, data):
    coming = Arriving(alice.opened, "a.png")
    try:
        coming.write(data)
        return coming.keep(Telling(""), by=OWNER, at=at)
    finally:
        coming.drop()


@pytest.mark.django_db
def test_the_same_picture_twice_and_in_another_form_is_kept_and_noticed(alice, at, open_gate):
    shot = make.screenshot()
    first = arrive(alice, at, make.saved(shot, "PNG"))
    again = arrive(alice, at, make.saved(shot, "PNG"))
    other = arrive(alice, at, make.saved(shot.resize((270, 585)), "JPEG", quality=60))
    assert [one.number for one in items.listed(alice.opened)] == [1, 2, 3]
    whole = index.read(alice.opened)
    found = like(whole.find(first.id), whole)
    assert [one.id for one in found.same] == [again.id]
    assert [one.id for one in found.near] == [other.id]
    gate.lock(alice.opened, by=OWNER, at=at)
    whole = index.read(alice.opened)
    assert like(whole.find(first.id), whole) == Alike()


@pytest.mark.django_db
def test_an_edited_address_has_the_mark_of_its_new_words(alice, at):
    one = items.add(alice.opened, index.ADDRESS, Telling("", claims={"address": "t.me/ava"}), by=OWNER, at=at)
    two = items.add(alice.opened, index.ADDRESS, Telling("", claims={"address": "https://x.example"}), by=OWNER, at=at)
    items.edit(alice.opened, two.id, Telling("", claims={"address": "https://telegram.me/Ava"}), by=OWNER, at=at)
    whole = index.read(alice.opened)
    assert [other.id for other in like(whole.find(two.id), whole).same] == [one.id]
    items.undo_edit(alice.opened, two.id, by=OWNER, at=at)
    whole = index.read(alice.opened)
    assert like(whole.find(two.id), whole) == Alike()


@pytest.mark.django_db
def test_what_is_like_it_is_said_and_linked_on_the_page_of_an_item():
    alice = people.owner()
    first = people.keep_an_address(alice, "https://www.instagram.com/p/C8aBcD/?igsh=1")
    second = people.keep_an_address(alice, "https://instagram.com/ava/reel/C8aBcD/")
    said = alice.browser.get(f"/case/t6zx/{second}/").content.decode()
    assert "You have this address already, perhaps written in another way. Both are kept." in said
    assert f'href="/case/t6zx/{first}/"' in said
    people.open_the_gate(alice)
    pictures = [people.keep_a_picture(alice, people.png()) for _ in range(2)]
    said = alice.browser.get(f"/case/t6zx/{pictures[1]}/").content.decode()
    assert "You have this file already. Both are kept." in said
    assert f'href="/case/t6zx/{pictures[0]}/"' in said


def test_an_address_that_was_taken_away_or_changed_leaves_no_mark_behind(alice, at):
    told = Telling("a", claims={"address": "https://youtu.be/dQw4w9WgXcQ"})
    first = items.add(alice.opened, index.ADDRESS, told, by=OWNER, at=at)
    for address in ("https://social.example/p/1", ""):
        changed = items.edit(alice.opened, first.id, Telling("a", claims={"address": address}), by=OWNER, at=at)
        assert changed.mark == likeness.mark_of(index.ADDRESS, {"address": address})
        assert changed.mark != first.mark
