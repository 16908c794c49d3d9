"""With the real derivation, wrong words for a case that exists and for one that does not take equally long."""

from __future__ import annotations

import time
from datetime import timedelta
from statistics import median

import pytest

from evidence import cases, ways
from evidence.crypto import words, wraps
from tests.conftest import new_owner
from tests.long.sizes import SIZE

pytestmark = [pytest.mark.long, pytest.mark.django_db]
REAL = wraps.argon2id  # taken before the suite's fixture puts a cheap one in its place
SAMPLES = SIZE or 500
TURNS = 3  # on a busy machine
PAUSE = timedelta(minutes=20)  # longer than a shut door: every try is a first one


@pytest.fixture
def owner(settings, monkeypatch, at):
    """A case whose words cost the least that is allowed: what is not the derivation shows most."""
    settings.ARGON2_MEMORY_KIB, settings.ARGON2_ITERATIONS = wraps.MEMORY_KIB.start, wraps.ITERATIONS.start
    monkeypatch.setattr(wraps, "argon2id", REAL)
    return new_owner(at)


def seconds(text, at):
    """Processor time of one try that does not open."""
    before = time.process_time()
    with pytest.raises(ways.NotOpened):
        cases.open_with(text, device="", at=at)
    return time.process_time() - before


def wrong_and_unknown(owner):
    """Wrong words that find a case, and words that find none."""
    known, strange = owner.words.split(), list(words.new_words())
    return " ".join(known[:2] + strange[2:]), " ".join(strange)


def difference(owner, at):
    """How far the medians are apart, as a part of the smaller."""
    wrong, unknown = wrong_and_unknown(owner)
    took = {wrong: [], unknown: []}
    for turn in range(SAMPLES):
        for text in (wrong, unknown) if turn % 2 else (unknown, wrong):
            took[text].append(seconds(text, at + turn * PAUSE))
    low, high = sorted(median(each) for each in took.values())
    print(f"\n{SAMPLES} of each: medians {low * 1000:.2f} and {high * 1000:.2f} ms, {high / low - 1:.2%}")  # noqa: T201
    return high / low - 1


def test_wrong_words_and_unknown_words_take_the_same_time(owner, at):
    assert any(difference(owner, at + turn * PAUSE * SAMPLES) < 0.05 for turn in range(TURNS))


def test_a_derivation_that_is_left_out_would_show(owner, at, monkeypatch):
    monkeypatch.setattr(wraps, "spend_one_derivation", lambda **_: None)
    monkeypatch.setattr("tests.long.test_timing.SAMPLES", 15)
    assert difference(owner, at) > 0.5
