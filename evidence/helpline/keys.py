"""A worker's key pair: made with a password, wrapped again with a new one, signed by the site."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from evidence import vault
from evidence.crypto import envelopes, signing, wraps
from evidence.crypto.contexts import context
from evidence.crypto.errors import SealBroken
from evidence.crypto.keys import new_key
from evidence.helpline.models import KEY_FIELDS, Desk, Worker
from evidence.turns import turn
from evidence.worker_keys import KeyNotSigned, signed_public, statement


class WrongPassword(Exception):
    """The password does not open this worker's key."""


@transaction.atomic
def new_key_pair(*, worker: Worker, password: str) -> None:
    """Give `worker` this password and a new key pair; whatever was sealed to an old one stays shut."""
    seed, version = new_key(), worker.key_version + 1
    worker.key_version, worker.public_key = version, vault.public_of(seed)
    worker.key_signature = signing.sign(settings.INSTANCE_KEY, statement(worker))
    _wrap(worker, seed, password)
    worker.must_set_password = False
    worker.save()
    Desk.objects.filter(worker=worker).delete()


@transaction.atomic
def change_password(*, worker: Worker, old: str, new: str) -> None:
    """Wrap the same seed under a new password and close every desk. WrongPassword if `old` is wrong."""
    _wrap(worker, seed_of(worker=worker, password=old), new)
    worker.save()
    Desk.objects.filter(worker=worker).delete()


@transaction.atomic
def renew(*, worker: Worker, seed: bytes, password: str) -> bool:
    """Bring an opened key up to what the site asks for now; returns whether the password was hashed again.

    A public key of another suite gives way to one of the same seed. A wrap or a hash that was cheaper than the
    settings is made anew; one that was dearer stays.
    """
    public, cheap = vault.public_of(seed), _is_cheap(worker)
    if bytes(worker.public_key or b"") != public:
        worker.public_key = public
        worker.key_signature = signing.sign(settings.INSTANCE_KEY, statement(worker))
        worker.save(update_fields=["public_key", "key_signature"])
    if cheap:
        _wrap(worker, seed, password, least=_kept(worker))
        worker.save()
    return cheap


def _is_cheap(worker: Worker) -> bool:
    return cost().is_above(_kept(worker))


def _kept(worker: Worker) -> wraps.Cost:
    return wraps.Cost(worker.key_memory_kib or 0, worker.key_iterations or 0)


@transaction.atomic
def forget(*, worker: Worker) -> None:
    """Take password and key pair away; `invitations.reset` ends the worker's grants with it."""
    worker.set_unusable_password()
    worker.must_set_password = True
    for name in KEY_FIELDS:
        setattr(worker, name, None)
    worker.save()
    Desk.objects.filter(worker=worker).delete()


def seed_of(*, worker: Worker, password: str) -> bytes:
    """The seed (32 bytes) after one derivation. KeyNotSigned, WrongPassword."""
    public = signed_public(worker)
    try:
        wrap = wraps.PasswordWrap(bytes(worker.key_salt or b""), _kept(worker), bytes(worker.key_blob or b""))
        with turn("derivation"):
            seed = wraps.unwrap_with_password(password, wrap, pepper=settings.PEPPER, ctx=_wrapped(worker))
    except SealBroken as error:
        raise WrongPassword from error
    if envelopes.public_of(seed, envelopes.suite_of(public)) != public:
        raise KeyNotSigned
    return seed


def cost() -> wraps.Cost:
    """What a new derivation costs on this site."""
    return wraps.Cost(settings.ARGON2_MEMORY_KIB, settings.ARGON2_ITERATIONS)


def _wrap(worker: Worker, seed: bytes, password: str, least: wraps.Cost | None = None) -> None:
    spent = cost().at_least(least) if least else cost()
    with turn("derivation"):
        wrap = wraps.wrap_under_password(password, seed, pepper=settings.PEPPER, ctx=_wrapped(worker), cost=spent)
    worker.key_salt, worker.key_blob = wrap.salt, wrap.blob
    worker.key_memory_kib, worker.key_iterations = wrap.cost.memory_kib, wrap.cost.iterations
    worker.set_password(password)


def _wrapped(worker: Worker) -> bytes:
    return context("worker-seed", worker.pk, worker.key_version)
