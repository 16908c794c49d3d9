"""Whoever holds an open phone can't shut its owner out: words that nobody typed go on, and win the case back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from evidence import cases, custody, kept_ways, retention, ways
from evidence.crypto import words
from evidence.custody import OWNER
from evidence.management.commands import housekeeping
from evidence.models import Case, OpenSession, OwnerWrap
from evidence.retention import Choice
from tests.conftest import acts, confirm

pytestmark = pytest.mark.django_db
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
ENDS = settings.OLD_WORDS_SERVE


def opens(text, at):
    return cases.open_with(text, device="Chrome on Android", at=at)


def is_shut(text, at):
    try:
        opens(text, at)
    except ways.NotOpened:
        return True
    return False


def taken_over(session, at):
    """Somebody at an open phone makes new words without knowing the old ones; returns theirs."""
    ways.change(session)
    made = confirm(session, at)
    return " ".join(made.words), made.code


def changed_knowing(session, typed, at):
    ways.change_knowing(session, typed, at=at)
    return " ".join(confirm(session, at).words)


# --- how long the old ones serve ------------------------------------------------------------------


def test_old_words_and_code_that_were_not_typed_go_on_for_72_hours_and_not_a_second_more(alice, at):
    theirs = taken_over(alice.session, at)
    for moment in (at, at + ENDS - SECOND):
        for text in (alice.words, alice.code, *theirs):
            assert opens(text, moment).opened.owner_seed == alice.opened.owner_seed
    for text in (alice.words, alice.code):
        assert is_shut(text, at + ENDS)
    for text in theirs:
        assert opens(text, at + ENDS)
    assert timedelta(hours=72) == ENDS


def test_before_the_new_ones_are_confirmed_nothing_changes(alice, at):
    ways.change(alice.session)
    assert OwnerWrap.objects.filter(ends_at__isnull=True).count() == 2
    assert kept_ways.oldest_end(alice.case, at=at) is None


def test_changing_again_never_shortens_what_the_oldest_have(alice, at):
    first, _ = taken_over(alice.session, at)
    second, _ = taken_over(alice.session, at + HOUR)
    third = changed_knowing(alice.session, second, at + 2 * HOUR)
    for text in (alice.words, alice.code):
        assert opens(text, at + ENDS - SECOND)
        assert is_shut(text, at + ENDS)
    assert is_shut(second, at + 2 * HOUR)
    assert opens(first, at + ENDS + HOUR - SECOND)
    assert is_shut(first, at + ENDS + HOUR)
    assert opens(third, at + 2 * ENDS)


def test_typing_the_oldest_ends_everything_that_came_after_them_at_once(alice, at):
    theirs = [*taken_over(alice.session, at), *taken_over(alice.session, at + HOUR)]
    mine = opens(alice.code, at + 2 * HOUR)
    new = changed_knowing(mine, alice.words, at + 2 * HOUR)
    assert all(is_shut(text, at + 2 * HOUR) for text in [*theirs, alice.words, alice.code])
    assert opens(new, at + 2 * HOUR)
    assert OwnerWrap.objects.count() == 2


def test_words_of_another_case_end_nothing_here(alice, mallory, at):
    with pytest.raises(ways.NotOpened):
        ways.change_knowing(alice.session, mallory.words, at=at)
    assert ways.waiting(alice.session) is None


def test_wrong_words_are_counted_where_they_are_changed_as_where_they_open(alice, at):
    wrong = " ".join([*alice.words.split()[:2], *words.LISTED[:5]])
    for _ in range(5):
        with pytest.raises(ways.NotOpened):
            ways.change_knowing(alice.session, wrong, at=at)
    assert is_shut(alice.words, at)
    with pytest.raises(ways.NotOpened):
        ways.change_knowing(alice.session, alice.words, at=at)


def test_every_other_session_ends_with_the_change(alice, at):
    opens(alice.words, at)
    taken_over(alice.session, at)
    assert [bytes(row.row_id) for row in OpenSession.objects.all()] == [alice.session.row_id]


def test_what_has_ended_is_like_what_never_was(alice, at, argon2_calls):
    taken_over(alice.session, at)
    argon2_calls.clear()
    assert is_shut(alice.words, at + ENDS)
    assert len(argon2_calls) == 1


def test_housekeeping_deletes_what_has_ended_and_nothing_else(alice, at):
    taken_over(alice.session, at)
    assert "old words ended" not in {k for k, n in housekeeping.once(at=at + ENDS - SECOND).items() if n}
    assert housekeeping.once(at=at + ENDS)["old words ended"] == 2
    assert not OwnerWrap.objects.filter(ends_at__isnull=False).exists()
    assert OwnerWrap.objects.count() == 2


def test_new_words_never_find_a_case_by_old_ones_that_still_serve(alice, at, monkeypatch):
    taken_over(alice.session, at)
    drawn = iter([tuple(alice.words.split()), other := words.new_words()])
    monkeypatch.setattr(words, "new_words", lambda: next(drawn))
    assert ways.new_ways()["words"] == list(other)


def test_the_log_says_until_when_the_old_ones_open(alice, at):
    taken_over(alice.session, at)
    entry = custody.everything(alice.opened)[-1]
    assert (entry.act.what, entry.act.detail) == ("words-added", {"until": "2026-03-05 12:00"})


# --- winning the case back ------------------------------------------------------------------------


def test_one_press_ends_the_new_ones_and_every_other_session(alice, at):
    theirs = taken_over(alice.session, at)
    opens(theirs[0], at)
    mine = opens(alice.words, at + HOUR)
    kept_ways.undo(mine, at=at + HOUR)
    assert all(is_shut(text, at + HOUR) for text in theirs)
    for text in (alice.words, alice.code):
        assert opens(text, at + 2 * ENDS)
    assert acts(mine.opened).count("words-undone") == 1
    assert kept_ways.oldest_end(mine.opened.case, at=at + HOUR) is None


def test_the_press_leaves_this_session_alone_open(alice, at):
    taken_over(alice.session, at)
    mine = opens(alice.code, at)
    ways.change(mine)
    kept_ways.undo(mine, at=at)
    assert [bytes(row.row_id) for row in OpenSession.objects.all()] == [mine.row_id]
    assert ways.waiting(mine) is None
    assert not kept_ways.can_undo(mine, at=at)


def test_only_a_session_that_old_words_opened_after_the_change_may_undo_it(alice, at):
    theirs, _ = taken_over(alice.session, at)
    for session in (alice.session, opens(theirs, at)):
        assert not kept_ways.can_undo(session, at=at)
        with pytest.raises(kept_ways.NothingToUndo):
            kept_ways.undo(session, at=at)
    assert opens(theirs, at)


def test_nothing_is_undone_after_the_72_hours(alice, at):
    taken_over(alice.session, at)
    mine = opens(alice.words, at + ENDS - SECOND)
    with pytest.raises(kept_ways.NothingToUndo):
        kept_ways.undo(mine, at=at + ENDS)


def test_undoing_leaves_still_older_ones_their_time(alice, at):
    mine, _ = taken_over(alice.session, at)  # she had lost her card
    taken_over(alice.session, at + HOUR)  # and then somebody took her phone
    kept_ways.undo(opens(mine, at + 2 * HOUR), at=at + 2 * HOUR)
    assert opens(mine, at + 2 * ENDS)
    assert opens(alice.words, at + ENDS - SECOND)
    assert is_shut(alice.words, at + ENDS)


# --- what can't be undone -------------------------------------------------------------------------


def test_newer_words_do_not_erase_at_once_while_older_ones_serve(alice, at):
    theirs = taken_over(alice.session, at)
    for text in theirs:
        with pytest.raises(kept_ways.OlderServe) as refused:
            cases.erase_now(text, at=at + ENDS - SECOND)
        assert refused.value.until == at + ENDS
    assert Case.objects.get().status == Case.Status.OPEN
    assert cases.erase_now(theirs[0], at=at + ENDS)


def test_the_oldest_words_erase_at_once(alice, at):
    taken_over(alice.session, at)
    assert cases.erase_now(alice.words, at=at)


def test_words_that_took_the_place_of_typed_ones_erase_at_once(alice, at):
    new = changed_knowing(alice.session, alice.words, at)
    assert cases.erase_now(new, at=at)


def test_a_case_that_a_stranger_deletes_after_the_change_comes_back_by_the_old_words(alice, at):
    taken_over(alice.session, at)
    cases.hide(alice.session, at=at + HOUR)
    mine = cases.bring_back(alice.words, device="", at=at + ENDS - SECOND)
    assert kept_ways.can_undo(mine, at=at + ENDS - SECOND)


def test_the_shortest_time_to_keep_a_case_leaves_the_old_words_their_72_hours(alice, at):
    taken_over(alice.session, at)
    late = at.replace(hour=23, minute=59)
    tomorrow = (late + timedelta(days=1)).date().isoformat()
    retention.choose(alice.opened, Choice(until=tomorrow), by=OWNER, at=late)
    for hour in range(int(ENDS / HOUR)):
        housekeeping.once(at=at + hour * HOUR)
    assert Case.objects.get().status == Case.Status.HIDDEN
    assert cases.bring_back(alice.words, device="", at=at + ENDS - SECOND)
