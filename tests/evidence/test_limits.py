"""Tries are counted under an HMAC, shut after five, and never for longer than a quarter of an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest

from evidence import limits
from evidence.limits import TRIES, WINDOW, ShutForNow
from evidence.models import Attempt

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def tries(count, at, what=b"two words", purpose="words"):
    for _ in range(count):
        limits.spend(purpose, what, at=at)


def test_after_five_tries_it_is_shut_until_the_window_is_over(at):
    tries(TRIES, at)
    for later in (timedelta(), WINDOW - SECOND):
        with pytest.raises(ShutForNow):
            tries(1, at + later)
    tries(TRIES, at + WINDOW)
    with pytest.raises(ShutForNow):
        tries(1, at + WINDOW)


def test_trying_while_it_is_shut_does_not_prolong_it(at):
    tries(TRIES, at)
    for minute in range(15):
        with pytest.raises(ShutForNow):
            tries(1, at + timedelta(minutes=minute))
    tries(1, at + WINDOW)


def test_tries_are_forgotten_after_a_quiet_window(at):
    tries(TRIES - 1, at)
    tries(TRIES - 1, at + WINDOW)
    assert Attempt.objects.get().shut_until is None


def test_one_shut_shuts_nothing_else(at):
    tries(TRIES, at)
    tries(1, at, what=b"other words")
    tries(1, at, purpose="code")


def test_a_success_forgets_the_tries_and_says_how_many_had_failed(at):
    tries(3, at)
    assert limits.clear("words", b"two words") == 2
    assert not Attempt.objects.exists()
    assert limits.clear("words", b"two words") == 0


def test_never_more_than_480_tries_a_day(at):
    done = 0
    for minute in range(24 * 60):
        for _ in range(2):
            try:
                tries(1, at + timedelta(minutes=minute))
                done += 1
            except ShutForNow:
                break
    assert done <= 960 / 2


def test_a_row_names_nobody(at, settings):
    tries(1, at)
    row = Attempt.objects.get()
    assert len(bytes(row.key)) == 32
    assert b"two" not in bytes(row.key)
    settings.LIMITS_KEY = bytes(32)
    tries(1, at)
    assert Attempt.objects.count() == 2


def test_rows_that_limit_nothing_any_more_are_pruned(at):
    tries(TRIES, at)
    limits.take("cases", most=1, at=at)
    assert limits.prune(at=at + HOUR - SECOND) == 0
    assert limits.prune(at=at + HOUR) == 2


# --- so many an hour on the whole site ------------------------------------------------------------


def taken(most, at):
    try:
        limits.take("cases", most=most, at=at)
    except limits.TooMany:
        return False
    return True


def test_so_many_an_hour_and_no_more_whoever_asks(at):
    assert [taken(3, at + minute * MINUTE) for minute in range(5)] == [True, True, True, False, False]
    assert not taken(3, at + HOUR - SECOND)
    assert taken(3, at + HOUR)


def test_a_clock_that_was_put_back_shuts_nobody_out_for_longer(at):
    assert taken(1, at)
    assert taken(1, at - SECOND)


def test_the_count_of_cases_is_one_row_that_says_nothing(at, settings):
    for _ in range(3):
        taken(9, at)
    row = Attempt.objects.get()
    assert (row.count, row.shut_until, len(bytes(row.key))) == (3, None, 32)
