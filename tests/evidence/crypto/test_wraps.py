from __future__ import annotations

import dataclasses
import hmac
import inspect
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from evidence.crypto import wraps
from evidence.crypto.contexts import NoContext, bound, context
from evidence.crypto.errors import DidNotOpen, SealBroken, UnknownVersion, WrongLength
from evidence.crypto.fields import unseal
from evidence.crypto.keys import BadKey, subkey
from evidence.crypto.words import BadCodeCheck, TooLong
from evidence.crypto.wraps import (
    Cost,
    CostRefused,
    PasswordWrap,
    SecretRefused,
    WordsWrap,
    spend_one_derivation,
    unwrap_with_code,
    unwrap_with_password,
    unwrap_with_words,
    wrap_under_code,
    wrap_under_password,
    wrap_under_words,
)
from tests.evidence.crypto.material import ALICE, MALLORY, PEPPER, flipped

FLOOR = Cost(memory_kib=19 * 1_024, iterations=2)
HERS = ("crane", "drop-down", "yo-yo", "abacus", "t-shirt", "umpire", "zoom")
PASSWORD = "correct horse"
CODE = "0123-4567-89AB-CDEF-GHJK-MNPQ-RS7J"
SEED = b"owner seed, 32 bytes long......."
HER_CASE, ANOTHER_CASE = context("owner-seed", ALICE), context("owner-seed", MALLORY)


def with_words(words=HERS, pepper=PEPPER, ctx=HER_CASE, **changes):
    wrap = wrap_under_words(HERS, SEED, pepper=PEPPER, ctx=HER_CASE, cost=FLOOR)
    return unwrap_with_words(words, dataclasses.replace(wrap, **changes), pepper=pepper, ctx=ctx)


def with_password(password=PASSWORD, pepper=PEPPER, ctx=HER_CASE, **changes):
    wrap = wrap_under_password(PASSWORD, SEED, pepper=PEPPER, ctx=HER_CASE, cost=FLOOR)
    return unwrap_with_password(password, dataclasses.replace(wrap, **changes), pepper=pepper, ctx=ctx)


both = pytest.mark.parametrize("opening", [with_words, with_password])


@both
def test_what_was_wrapped_comes_back_after_one_derivation_each_way(derivations, opening):
    assert opening() == SEED
    assert len(derivations) == 2
    assert derivations[0] == derivations[1]
    assert derivations[0]["cost"] == FLOOR
    assert derivations[0]["pepper"] == PEPPER
    assert len(derivations[0]["salt"]) == 16


@both
def test_the_real_derivation_opens_what_it_wrapped(opening):
    assert opening() == SEED


@both
@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"pepper": PEPPER[::-1]}, id="another pepper"),
        pytest.param({"ctx": ANOTHER_CASE}, id="another case"),
        pytest.param({"salt": bytes(16)}, id="another salt"),
        pytest.param({"cost": Cost(19 * 1_024, 3)}, id="other iterations"),
        pytest.param({"cost": Cost(20 * 1_024, 2)}, id="other memory"),
    ],
)
def test_a_wrap_does_not_open_with(derivations, opening, changed):
    with pytest.raises(DidNotOpen):
        opening(**changed)
    assert len(derivations) == 2


@pytest.mark.parametrize(
    "words",
    [
        pytest.param((*HERS[:6], "zone"), id="the last word wrong"),
        pytest.param((*HERS[:2], *HERS[3:], HERS[2]), id="words in another order"),
        pytest.param(HERS[:6], id="six words"),
        pytest.param((*HERS, "zoom"), id="eight words"),
        pytest.param(HERS[:2], id="two words"),
        pytest.param((), id="no words"),
    ],
)
def test_wrong_words_do_not_open_and_cost_one_derivation(derivations, words):
    with pytest.raises(DidNotOpen):
        with_words(words)
    assert len(derivations) == 2


def test_only_the_last_five_words_are_the_secret(derivations):
    assert with_words(("other", "words", *HERS[2:])) == SEED
    assert derivations[0]["secret"] == b"yoyo abacus tshirt umpire zoom"


@pytest.mark.parametrize("password", ["", "Correct horse", "correct horse ", "correct", "x" * 1_024], ids=len)
def test_a_wrong_password_does_not_open_and_costs_one_derivation(derivations, password):
    with pytest.raises(DidNotOpen):
        with_password(password)
    assert len(derivations) == 2


def test_a_password_is_the_same_however_its_letters_are_composed(derivations):
    wrap = wrap_under_password("pa\u0301sswo\ufb01", SEED, pepper=PEPPER, ctx=HER_CASE, cost=FLOOR)
    assert unwrap_with_password("p\u00e1sswofi", wrap, pepper=PEPPER, ctx=HER_CASE) == SEED
    assert derivations[0]["secret"] == "p\u00e1sswofi".encode()


def test_text_that_is_no_valid_unicode_is_a_wrong_secret_and_no_crash(derivations):
    with pytest.raises(DidNotOpen):
        with_password("\ud800")
    with pytest.raises(DidNotOpen):
        with_words((*HERS[:6], "\ud800"))


@both
def test_more_than_1024_characters_are_refused_before_any_derivation(derivations, opening):
    too_long = {with_words: [*HERS[:2], "x" * 1_025], with_password: "x" * 1_025}[opening]
    with pytest.raises(TooLong):
        opening(too_long)
    assert len(derivations) == 1


def test_a_password_that_unfolds_to_too_much_is_refused(derivations):
    with pytest.raises(TooLong):
        wrap_under_password("\ufdfa" * 1_024, SEED, pepper=PEPPER, ctx=HER_CASE, cost=FLOOR)
    assert derivations == []


def test_words_and_a_password_that_read_the_same_are_two_things(derivations):
    wrap = wrap_under_password("yoyo abacus tshirt umpire zoom", SEED, pepper=PEPPER, ctx=HER_CASE, cost=FLOOR)
    with pytest.raises(DidNotOpen):
        unwrap_with_words(HERS, WordsWrap(wrap.salt, wrap.cost, wrap.blob), pepper=PEPPER, ctx=HER_CASE)


def test_wraps_are_of_two_types_with_a_salt_of_their_own(derivations):
    made = [
        wrap_under_words(HERS, SEED, pepper=PEPPER, ctx=HER_CASE, cost=FLOOR),
        wrap_under_words(HERS, SEED, pepper=PEPPER, ctx=HER_CASE, cost=FLOOR),
        wrap_under_password(PASSWORD, SEED, pepper=PEPPER, ctx=HER_CASE, cost=FLOOR),
    ]
    assert [type(wrap) for wrap in made] == [WordsWrap, WordsWrap, PasswordWrap]
    assert len({wrap.salt for wrap in made}) == 3
    assert {wrap.cost for wrap in made} == {FLOOR}


def test_the_key_of_a_wrap_is_derived_for_it_alone(derivations):
    wrap = wrap_under_words(HERS, SEED, pepper=PEPPER, ctx=HER_CASE, cost=FLOOR)
    derived = wraps.argon2id(**derivations[0])
    assert unseal(subkey(derived, "wrap-words"), wrap.blob, HER_CASE) == SEED


@both
def test_any_changed_byte_of_a_stored_wrap_is_refused(derivations, opening):
    wrap = {
        with_words: wrap_under_words(HERS, SEED, pepper=PEPPER, ctx=HER_CASE, cost=FLOOR),
        with_password: wrap_under_password(PASSWORD, SEED, pepper=PEPPER, ctx=HER_CASE, cost=FLOOR),
    }[opening]
    assert opening(salt=wrap.salt, blob=wrap.blob) == SEED
    for at in range(len(wrap.blob)):
        with pytest.raises((DidNotOpen, UnknownVersion)):
            opening(salt=wrap.salt, blob=flipped(wrap.blob, at))
    for at in range(16):
        with pytest.raises(DidNotOpen):
            opening(salt=flipped(wrap.salt, at), blob=wrap.blob)
    for length in range(len(wrap.blob)):
        with pytest.raises(SealBroken):
            opening(salt=wrap.salt, blob=wrap.blob[:length])


@both
@pytest.mark.parametrize("length", [0, 7, 15, 17, 32])
def test_a_salt_of_another_length_is_refused_before_any_derivation(derivations, opening, length):
    with pytest.raises(WrongLength):
        opening(salt=bytes(length))
    assert len(derivations) == 1


@pytest.mark.parametrize(
    ("memory_kib", "iterations"),
    [
        *((19 * 1_024 - 1, 3), (65_536, 1), (0, 3), (65_536, 0), (-65_536, 3), (65_536, -1)),
        *((256 * 1_024 + 1, 3), (65_536, 9), (2**31, 3), (65_536, 2**31)),
    ],
)
def test_a_cost_out_of_bounds_is_refused_and_no_derivation_can_start(monkeypatch, memory_kib, iterations):
    monkeypatch.setattr(wraps, "Argon2id", lambda **_: pytest.fail("it started"))
    with pytest.raises(CostRefused):
        with_words(cost=Cost(memory_kib, iterations))
    with pytest.raises(SealBroken):
        spend_one_derivation(pepper=PEPPER, cost=Cost(memory_kib, iterations))


@pytest.mark.parametrize(("memory_kib", "iterations"), [(19 * 1_024, 2), (256 * 1_024, 8), (65_536, 3)])
def test_a_cost_within_bounds_is_taken(memory_kib, iterations):
    assert Cost(memory_kib, iterations).memory_kib == memory_kib


def test_the_default_cost_is_the_one_that_was_measured():
    assert Cost() == Cost(memory_kib=65_536, iterations=3)


def test_a_cost_can_not_be_changed_after_it_was_checked():
    with pytest.raises(dataclasses.FrozenInstanceError):
        FLOOR.memory_kib = 2**31


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(HERS[:6], id="six"),
        pytest.param((*HERS, "zoom"), id="eight"),
        pytest.param((*HERS[:6], "zooom"), id="one not listed"),
        pytest.param((), id="none"),
    ],
)
def test_nothing_is_wrapped_under_what_are_no_seven_words(derivations, words):
    with pytest.raises(SecretRefused):
        wrap_under_words(words, SEED, pepper=PEPPER, ctx=HER_CASE, cost=FLOOR)
    assert derivations == []


def test_nothing_is_wrapped_under_an_empty_password(derivations):
    with pytest.raises(SecretRefused):
        wrap_under_password("", SEED, pepper=PEPPER, ctx=HER_CASE, cost=FLOOR)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_only_32_bytes_are_wrapped(derivations, length):
    with pytest.raises(BadKey):
        wrap_under_words(HERS, bytes(length), pepper=PEPPER, ctx=HER_CASE, cost=FLOOR)
    with pytest.raises(BadKey):
        wrap_under_password(PASSWORD, bytes(length), pepper=PEPPER, ctx=HER_CASE, cost=FLOOR)
    with pytest.raises(BadKey):
        wrap_under_code(CODE, bytes(length), ctx=HER_CASE)


def test_a_short_pepper_is_refused():
    with pytest.raises(BadKey):
        wrap_under_words(HERS, SEED, pepper=PEPPER[:31], ctx=HER_CASE, cost=FLOOR)


def test_a_miss_costs_one_derivation_of_the_same_cost(derivations):
    spend_one_derivation(pepper=PEPPER, cost=FLOOR)
    [call] = derivations
    assert call["secret"] == b"nobody"
    assert (call["cost"], call["pepper"], len(call["salt"])) == (FLOOR, PEPPER, 16)


def test_a_miss_really_derives(monkeypatch):
    seen = []
    monkeypatch.setattr(wraps, "Argon2id", lambda **given: seen.append(given) or Argon2id(**given))
    spend_one_derivation(pepper=PEPPER, cost=FLOOR)
    assert [(given["memory_cost"], given["iterations"]) for given in seen] == [(19 * 1_024, 2)]


def test_the_derivation_is_argon2id_with_one_lane_and_the_pepper_as_its_secret():
    by_hand = Argon2id(salt=bytes(16), length=32, iterations=2, lanes=1, memory_cost=19 * 1_024, secret=PEPPER).derive(
        b"x"
    )
    assert wraps.argon2id(b"x", salt=bytes(16), cost=FLOOR, pepper=PEPPER) == by_hand


def test_lanes_can_not_be_anything_but_one(monkeypatch):
    lanes = []
    monkeypatch.setattr(wraps, "Argon2id", lambda **given: lanes.append(given["lanes"]) or Argon2id(**given))
    assert with_words() == SEED
    assert with_password() == SEED
    spend_one_derivation(pepper=PEPPER, cost=FLOOR)
    assert lanes == [1] * 5
    assert "lanes" not in inspect.signature(wraps.argon2id).parameters
    with pytest.raises(TypeError):
        Cost(lanes=2)


EIGHT_AT_ONCE = """
import threading
from evidence.crypto.wraps import Cost, argon2id
derived = []
def derive():
    derived.append(argon2id(b"x", salt=bytes(16), cost=Cost(19 * 1024, 2), pepper=bytes(32)))
threads = [threading.Thread(target=derive) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(derived), len(set(derived)))
"""


def test_eight_derivations_at_once_all_finish():
    """With two lanes, threads wait for each other for ever: seen; a process of its own can be ended then."""
    ran = subprocess.run([sys.executable, "-c", EIGHT_AT_ONCE], capture_output=True, text=True, check=True, timeout=30)
    assert ran.stdout == "8 1\n"


def test_a_code_opens_what_was_wrapped_under_it_without_any_derivation(derivations):
    blob = wrap_under_code(CODE, SEED, ctx=HER_CASE)
    assert len(blob) == 137
    assert unwrap_with_code("o123 4567 89ab cdef ghjk mnpq rs7j", blob, ctx=HER_CASE) == SEED
    assert unwrap_with_code(CODE, memoryview(blob), ctx=HER_CASE) == SEED
    assert derivations == []


def test_the_key_of_a_code_is_hkdf_done_by_hand():
    prk = hmac.digest(bytes(64), b"56789ABCDEFGHJKMNPQRS", "sha512")
    key = hmac.digest(prk, bound(HER_CASE, "code") + b"\x01", "sha512")[:32]
    assert unseal(key, wrap_under_code(CODE, SEED, ctx=HER_CASE), HER_CASE) == SEED


def test_another_code_or_case_does_not_open():
    blob = wrap_under_code(CODE, SEED, ctx=HER_CASE)
    with pytest.raises(DidNotOpen):
        unwrap_with_code("0" * 28, blob, ctx=HER_CASE)
    with pytest.raises(DidNotOpen):
        unwrap_with_code(CODE, blob, ctx=ANOTHER_CASE)
    with pytest.raises(NoContext):
        unwrap_with_code(CODE, blob, ctx=b"")


def test_any_changed_byte_of_a_code_s_wrap_is_refused():
    blob = wrap_under_code(CODE, SEED, ctx=HER_CASE)
    for at in range(len(blob)):
        with pytest.raises((DidNotOpen, UnknownVersion)):
            unwrap_with_code(CODE, flipped(blob, at), ctx=HER_CASE)


def test_a_mistyped_code_is_told_apart_from_a_wrong_one():
    with pytest.raises(BadCodeCheck):
        unwrap_with_code(CODE[:-1] + "H", wrap_under_code(CODE, SEED, ctx=HER_CASE), ctx=HER_CASE)
    with pytest.raises(BadCodeCheck):
        wrap_under_code(CODE[:-1] + "H", SEED, ctx=HER_CASE)
