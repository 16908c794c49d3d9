"""Heavy things wait their turn, and not for long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from evidence import turns
from evidence.turns import Busy, turn


@pytest.fixture(autouse=True)
def one_place(settings):
    settings.DERIVATIONS_AT_ONCE, settings.UPLOADS_AT_ONCE = 1, 2
    settings.WAIT_FOR_TURN = timedelta()
    turns._places.cache_clear()
    yield
    turns._places.cache_clear()


def test_the_next_one_hears_that_it_is_busy():
    with turn("derivation"), pytest.raises(Busy), turn("derivation"):
        pass


def test_uploads_and_derivations_do_not_wait_for_each_other():
    with turn("derivation"), turn("upload"), turn("upload"), pytest.raises(Busy), turn("upload"):
        pass


def test_where_enough_wait_already_the_next_hears_so_at_once(settings, monkeypatch):
    monkeypatch.setattr(turns, "WAITING", 0)
    settings.WAIT_FOR_TURN = timedelta(hours=1)
    with turn("derivation"), pytest.raises(Busy), turn("derivation"):
        pass
    with turn("derivation"):
        pass


def test_a_place_is_given_back_whatever_happens():
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turn("derivation"):
            raise ZeroDivisionError
    with turn("derivation"):
        pass


@pytest.mark.django_db
def test_while_all_places_are_taken_no_try_is_counted(alice, at):
    from evidence import cases
    from evidence.models import Attempt

    with turn("derivation"), pytest.raises(Busy):
        cases.open_with(alice.words, device="", at=at)
    assert not Attempt.objects.exists()
