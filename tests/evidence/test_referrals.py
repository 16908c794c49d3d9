"""Who helps where a picture may show someone under 18: the right services for an age, in the reader's language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evidence import referrals
from guidance import languages


@pytest.fixture
def welsh(monkeypatch):
    """Every contact has the same line in Welsh."""
    english = languages.load(languages.ENGLISH)
    contacts = {name: one.model_copy(update={"one_line": "Cymorth"}) for name, one in english.content.contacts.items()}
    spoken = replace(english, code="cy", content=replace(english.content, contacts=contacts))
    monkeypatch.setattr(languages, "load", {languages.ENGLISH: english, "cy": spoken}.__getitem__)


def ids(cards):
    return tuple(card.contact.id for card in cards)


@pytest.mark.parametrize(
    ("age", "named"),
    [
        ("under18", referrals.YOUNG),
        ("adult", referrals.ADULT),
        ("unsure", referrals.YOUNG + referrals.ADULT),
        ("", referrals.YOUNG + referrals.ADULT),
    ],
)
def test_each_age_gets_its_own_services_and_not_knowing_gets_all(age, named, at):
    assert ids(referrals.cards(age, language=languages.ENGLISH, at=at)) == named


def test_the_services_are_told_in_the_language_of_the_page(welsh, at):
    assert {card.contact.one_line for card in referrals.cards("adult", language="cy", at=at)} == {"Cymorth"}
    assert "Cymorth" not in {card.contact.one_line for card in referrals.cards("adult", language="en-gb", at=at)}
