"""With the real derivation, a way in that is wrong, one that is unknown and one that has ended take equally long."""

from __future__ import annotations

import gc
import time
from datetime import timedelta
from itertools import product

import pytest

from evidence import cases, kept_ways, ways
from evidence.crypto import words, wraps
from tests.conftest import confirm, new_owner
from tests.long.differing import apart
from tests.long.sizes import SIZE

pytestmark = [pytest.mark.long, pytest.mark.django_db]
REAL = wraps.argon2id  # taken before the suite's fixture puts a cheap one in its place
SAMPLES = SIZE or 2_000
TURNS = 3  # on a busy machine
PAUSE = timedelta(minutes=20)  # longer than a shut door: every try is a first one
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@pytest.fixture
def owner(settings, monkeypatch, at):
    """A case whose words cost the least that is allowed: what is not the derivation shows most."""
    settings.ARGON2_MEMORY_KIB, settings.ARGON2_ITERATIONS = wraps.MEMORY_KIB.start, wraps.ITERATIONS.start
    monkeypatch.setattr(wraps, "argon2id", REAL)
    gc.collect()
    gc.disable()  # it would fall on whoever comes next
    yield new_owner(at)
    gc.enable()


def seconds(text, at):
    """Processor time of one try that does not open."""
    before = time.process_time()
    with pytest.raises(ways.NotOpened):
        cases.open_with(text, device="", at=at)
    return time.process_time() - before


def of_words(owner):
    """Wrong words that find a case, and words that find none."""
    known, strange = owner.words.split(), list(words.new_words())
    return " ".join(known[:2] + strange[2:]), " ".join(strange)


def of_code(owner):
    """A wrong code that finds a case, and a code that finds none."""
    known, strange = (words.normalise_recovery(code) for code in (owner.code, words.new_recovery_code()))
    begun = known[: words.LOCATING_SYMBOLS] + strange[words.LOCATING_SYMBOLS : words.CODE_SYMBOLS]
    return next(
        code for code in (begun + "".join(end) for end in product(SYMBOLS, repeat=2)) if _is_code(code)
    ), strange


def _is_code(text):
    try:
        words.normalise_recovery(text)
    except words.BadCode:
        return False
    return True


def difference(pair, at, samples):
    """How far apart the two take, in turns so that what disturbs one disturbs the other."""
    one, two = pair
    took = {one: [], two: []}
    for turn in range(samples):
        for text in (one, two) if turn % 2 else (two, one):
            took[text].append(seconds(text, at + turn * PAUSE))
    found = apart(took[one], took[two])
    print(f"\n{samples} of each: {found}")  # noqa: T201
    return found


def alike(pair, at):
    """Whether nobody could tell them apart: of three tries, for the machine is busy."""
    found = (difference(pair, at + turn * PAUSE * SAMPLES, SAMPLES) for turn in range(TURNS))
    return any(one.medians < 0.05 and one.means < 0.05 and one.p > 0.01 for one in found)


def test_wrong_words_and_unknown_words_take_the_same_time(owner, at):
    assert alike(of_words(owner), at)


def test_a_wrong_code_and_an_unknown_code_take_the_same_time(owner, at):
    assert alike(of_code(owner), at)


def test_words_and_a_code_that_have_ended_take_the_time_of_unknown_ones(owner, at):
    old_words, old_code = owner.words, owner.code
    ways.change(owner.session)
    confirm(owner.session, at)
    later = at + timedelta(hours=73)
    assert kept_ways.oldest_end(owner.case, at=later) is None

    assert alike((old_words, of_words(owner)[1]), later)
    assert alike((old_code, of_code(owner)[1]), later)


def test_a_derivation_that_is_left_out_would_show(owner, at, monkeypatch):
    monkeypatch.setattr(wraps, "spend_one_derivation", lambda **_: None)
    found = difference(of_words(owner), at, 40)
    assert found.medians > 0.5
    assert found.p < 0.01
    assert found.slower > 0.9
