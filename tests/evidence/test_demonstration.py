"""The made-up case: twelve items through the real acts, with real pictures that anyone can see are made up."""

from __future__ import annotations

import pytest

from evidence import demonstration, details, gate, index, items, pictures, ways
from evidence.custody import OWNER

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(db, at):
    return demonstration.make(at=at)


def test_it_holds_twelve_items_that_read_back_as_they_were_told(made, at):
    session, _ = made
    whole = index.read(session.opened)
    told = [shot.telling.title for shot in demonstration.SHOTS] + [told.title for _, told in demonstration.TYPED]
    assert [line.title for line in whole.kept()] == told
    assert len(told) == 12
    assert gate.pictures_allowed(whole.gate)
    first = items.read(session.opened, whole.lines[0].id, by=OWNER, at=at)
    assert first.claims["account"] == demonstration.HANDLE
    assert details.read(session.opened)["person"] == "Alex B. Carter (made up)"


def test_its_pictures_are_real_ones_and_only_the_still_is_intimate(made, at):
    session, _ = made
    lines = [line for line in index.read(session.opened).kept() if line.kind == index.PICTURE]
    assert [line.intimate for line in lines] == [False, False, False, True]
    pictures.reveal(session.opened, lines[0].id, by=OWNER, at=at)
    assert pictures.view(session.opened, lines[0].id, by=OWNER, at=at).startswith(b"\xff\xd8")


def test_its_words_are_confirmed_and_open_it(made, at):
    session, made_ways = made
    assert ways.waiting(session) is None
    for typed in (" ".join(made_ways.words), made_ways.code):
        case, seed, _ = ways.find(typed, at=at)
        assert (case.pk, seed) == (session.opened.case.pk, session.opened.owner_seed)


def test_nothing_in_it_can_be_a_real_person_or_page():
    every = [*(shot.telling for shot in demonstration.SHOTS), *(telling for _, telling in demonstration.TYPED)]
    addresses = [telling.claims["address"] for telling in every if "address" in telling.claims]
    assert addresses
    assert all(address.split("/")[2].endswith(".example") for address in addresses)  # RFC 2606
    assert "07700 900123" in demonstration.DETAILS["contact"]  # kept for drama by the regulator
