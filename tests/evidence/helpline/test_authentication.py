"""How passwords are stored, and what a stored one gives away."""

from __future__ import annotations

import pytest

from evidence.crypto import wraps
from evidence.helpline.authentication import Argon2idHasher, WorkerBackend


@pytest.fixture
def hasher() -> Argon2idHasher:
    return Argon2idHasher()


def test_a_password_fits_its_own_hash_only(hasher: Argon2idHasher) -> None:
    stored = hasher.encode("ladder-orbit", hasher.salt())
    assert hasher.verify("ladder-orbit", stored)
    assert not hasher.verify("ladder-orbiT", stored)


def test_a_password_typed_on_another_keyboard_still_fits(hasher: Argon2idHasher) -> None:
    assert hasher.verify("cafe\u0301", hasher.encode("caf\u00e9", hasher.salt()))


def test_two_workers_with_one_password_have_different_hashes(hasher: Argon2idHasher) -> None:
    assert hasher.encode("same", hasher.salt()) != hasher.encode("same", hasher.salt())


def test_without_the_pepper_no_password_fits(hasher: Argon2idHasher, settings) -> None:
    stored = hasher.encode("ladder-orbit", hasher.salt())
    settings.PEPPER = bytes(32)
    assert not hasher.verify("ladder-orbit", stored)


@pytest.mark.parametrize("cost", ["9$3", "65536$1", "4194304$3", "65536$99"])
def test_a_cost_out_of_bounds_fits_nothing_and_costs_nothing(hasher: Argon2idHasher, derivations, cost: str) -> None:
    assert not hasher.verify("x", f"argon2id-peppered${cost}$salt$AAAA")
    assert derivations.count == 0


def test_a_hash_of_yesterdays_cost_is_to_be_renewed(hasher: Argon2idHasher, settings) -> None:
    stored = hasher.encode("ladder-orbit", hasher.salt())
    assert not hasher.must_update(stored)
    settings.ARGON2_ITERATIONS = 4
    assert hasher.must_update(stored)
    assert hasher.verify("ladder-orbit", stored)


def test_a_summary_shows_neither_salt_nor_hash(hasher: Argon2idHasher) -> None:
    stored = hasher.encode("ladder-orbit", "thesaltthesalt")
    assert hasher.safe_summary(stored) == {
        "algorithm": "argon2id-peppered",
        "memory_kib": 65536,
        "iterations": 3,
    }
    assert hasher.harden_runtime("ladder-orbit", stored) is None


def test_a_real_derivation_takes_the_same_way(
    hasher: Argon2idHasher, monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    monkeypatch.undo()
    settings.ARGON2_MEMORY_KIB, settings.ARGON2_ITERATIONS = wraps.MEMORY_KIB[0], wraps.ITERATIONS[0]
    assert hasher.verify("ladder-orbit", hasher.encode("ladder-orbit", hasher.salt()))


@pytest.mark.django_db
def test_nobody_is_signed_in_without_a_name() -> None:
    assert WorkerBackend().authenticate(None) is None
