"""What an officer needs beside the items."""

from __future__ import annotations

import pytest

from evidence import details
from evidence.custody import OWNER
from tests.conftest import acts

pytestmark = pytest.mark.django_db


def test_what_was_never_asked_is_missing_and_what_was_left_open_is_empty(alice, at):
    assert details.read(alice.opened) == {}
    details.save(alice.opened, {"place": " Leeds ", "surprise": "x"}, by=OWNER, at=at)
    assert details.read(alice.opened) == {**dict.fromkeys(details.NAMES, ""), "place": "Leeds"}
    assert acts(alice.opened)[-1] == "details-changed"


def test_saving_replaces_all_of_them(alice, at):
    for given in ({"place": "Leeds"}, {"paid": "Nothing"}):
        details.save(alice.opened, given, by=OWNER, at=at)
    assert (details.read(alice.opened)["place"], details.read(alice.opened)["paid"]) == ("", "Nothing")


def test_they_stand_nowhere_in_the_clear(alice, at):
    details.save(alice.opened, {"person": "MARKER"}, by=OWNER, at=at)
    alice.case.refresh_from_db()
    assert b"MARKER" not in bytes(alice.case.index)


def test_reading_gives_a_copy(alice):
    details.read(alice.opened)["place"] = "x"
    assert details.read(alice.opened) == {}
