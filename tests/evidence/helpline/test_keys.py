"""A worker's key pair: who opens it, what ends it, and that no other key is ever sealed to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from evidence.crypto import envelopes, signing
from evidence.helpline import keys
from evidence.helpline.models import KEY_FIELDS, Desk, Worker
from evidence.worker_keys import KeyNotSigned, signed_public, statement

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "ladder-orbit-velvet-nine"


def made(name: str) -> Worker:
    worker = Worker.objects.create(username=name, display_name=name.capitalize(), created_on=NINE.date())
    keys.new_key_pair(worker=worker, password=PASSWORD)
    worker.refresh_from_db()
    return worker


@pytest.fixture
def hana() -> Worker:
    return made("hana")


def test_the_password_opens_the_seed_of_the_public_key(hana: Worker) -> None:
    seed = keys.seed_of(worker=hana, password=PASSWORD)
    assert envelopes.public_of(seed) == signed_public(hana)


def test_a_wrong_password_opens_nothing(hana: Worker) -> None:
    with pytest.raises(keys.WrongPassword):
        keys.seed_of(worker=hana, password="wrong-wrong-wrong")


def test_a_new_password_opens_the_same_seed_and_the_old_one_nothing(hana: Worker) -> None:
    before = keys.seed_of(worker=hana, password=PASSWORD)
    Desk.objects.create(row_id=bytes(32), worker=hana, half=b"", born_at=NINE, seen_at=NINE)
    keys.change_password(worker=hana, old=PASSWORD, new="mango-tunnel-frost-six")
    hana.refresh_from_db()
    assert keys.seed_of(worker=hana, password="mango-tunnel-frost-six") == before
    assert hana.check_password("mango-tunnel-frost-six")
    assert not Desk.objects.exists()
    with pytest.raises(keys.WrongPassword):
        keys.seed_of(worker=hana, password=PASSWORD)


def test_a_wrong_old_password_changes_nothing(hana: Worker) -> None:
    with pytest.raises(keys.WrongPassword):
        keys.change_password(worker=hana, old="wrong-wrong-wrong", new="mango-tunnel-frost-six")
    assert Worker.objects.get().check_password(PASSWORD)


def test_a_worker_who_forgot_has_no_key_and_gets_a_new_one(hana: Worker) -> None:
    before = signed_public(hana)
    keys.forget(worker=hana)
    with pytest.raises(KeyNotSigned):
        keys.seed_of(worker=hana, password=PASSWORD)
    keys.new_key_pair(worker=hana, password=PASSWORD)
    assert hana.key_version == 2
    assert signed_public(hana) != before


def test_a_key_that_somebody_put_in_the_database_is_refused(hana: Worker) -> None:
    hana.public_key = envelopes.public_of(bytes(32))
    with pytest.raises(KeyNotSigned):
        signed_public(hana)


def test_a_key_that_another_site_signed_is_refused(hana: Worker, settings) -> None:
    settings.INSTANCE_KEY = bytes(range(32))
    with pytest.raises(KeyNotSigned):
        signed_public(hana)


def test_the_key_of_another_worker_is_refused(hana: Worker) -> None:
    mallory = made("mallory")
    for name in KEY_FIELDS:
        setattr(hana, name, getattr(mallory, name))
    with pytest.raises(KeyNotSigned):
        signed_public(hana)


def test_an_old_key_of_the_same_worker_is_refused(hana: Worker) -> None:
    old = {name: getattr(hana, name) for name in KEY_FIELDS}
    keys.new_key_pair(worker=hana, password=PASSWORD)
    for name, value in old.items():
        setattr(hana, name, value)
    with pytest.raises(KeyNotSigned):
        signed_public(hana)


def test_a_seed_that_does_not_fit_its_signed_key_is_refused(hana: Worker, settings) -> None:
    public = envelopes.public_of(bytes(32))
    hana.public_key = public
    hana.key_signature = signing.sign(settings.INSTANCE_KEY, statement(hana))
    with pytest.raises(KeyNotSigned):
        keys.seed_of(worker=hana, password=PASSWORD)


@pytest.mark.parametrize(("memory_kib", "iterations"), [(1, 3), (1 << 22, 3), (65536, 1), (65536, 99)])
def test_a_stored_cost_out_of_bounds_is_refused_before_any_work(
    hana: Worker, derivations, memory_kib: int, iterations: int
) -> None:
    hana.key_memory_kib, hana.key_iterations = memory_kib, iterations
    before = derivations.count
    with pytest.raises(keys.WrongPassword):
        keys.seed_of(worker=hana, password=PASSWORD)
    assert derivations.count == before


@pytest.mark.parametrize("name", KEY_FIELDS)
def test_half_a_key_can_not_be_stored(hana: Worker, name: str) -> None:
    setattr(hana, name, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        hana.save()


def test_a_worker_without_a_key_must_set_a_password() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Worker.objects.create(username="hana", display_name="Hana", created_on=NINE.date(), must_set_password=False)
    assert str(Worker(display_name="Hana")) == "Hana"


# --- dearer derivations -----------------------------------------------------------------------------------


def test_a_workers_wrap_and_password_hash_are_made_anew_where_they_are_cheaper_than_the_settings(
    hana: Worker, settings
) -> None:
    seed, hashed = keys.seed_of(worker=hana, password=PASSWORD), hana.password
    settings.ARGON2_MEMORY_KIB, settings.ARGON2_ITERATIONS = 128 * 1024, 4
    assert keys.renew(worker=hana, seed=seed, password=PASSWORD)
    hana.refresh_from_db()
    assert (hana.key_memory_kib, hana.key_iterations) == (128 * 1024, 4)
    assert hana.password != hashed
    assert "$131072$4$" in hana.password
    assert keys.seed_of(worker=hana, password=PASSWORD) == seed
    assert hana.check_password(PASSWORD)
    assert not keys.renew(worker=hana, seed=seed, password=PASSWORD)


def test_a_workers_wrap_never_gets_weaker(hana: Worker, settings) -> None:
    seed = keys.seed_of(worker=hana, password=PASSWORD)
    settings.ARGON2_MEMORY_KIB = 128 * 1024
    keys.renew(worker=hana, seed=seed, password=PASSWORD)
    settings.ARGON2_MEMORY_KIB, settings.ARGON2_ITERATIONS = 64 * 1024, 4
    keys.renew(worker=hana, seed=seed, password=PASSWORD)
    assert (hana.key_memory_kib, hana.key_iterations) == (128 * 1024, 4)
    settings.ARGON2_ITERATIONS = 3
    assert not keys.renew(worker=hana, seed=seed, password=PASSWORD)


def test_renewing_ends_no_desk(hana: Worker, settings) -> None:
    seed = keys.seed_of(worker=hana, password=PASSWORD)
    Desk.objects.create(row_id=bytes(32), worker=hana, half=b"", born_at=NINE, seen_at=NINE)
    settings.ARGON2_ITERATIONS = 4
    keys.renew(worker=hana, seed=seed, password=PASSWORD)
    assert Desk.objects.exists()
