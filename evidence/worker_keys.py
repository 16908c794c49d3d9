"""How this site vouches for a helpline worker's public key: signed when made, checked before use."""

from __future__ import annotations

import uuid
from typing import Any, Protocol

from django.conf import settings

from evidence.crypto import signing
from evidence.crypto.contexts import context


class KeyNotSigned(Exception):
    """There is no public key that this site signed for this worker: nothing may be sealed to it."""


class HasKey(Protocol):
    """A worker's row, as far as its key goes."""

    @property
    def pk(self) -> uuid.UUID: ...

    key_version: int
    public_key: Any  # bytes or None
    key_signature: Any


def statement(worker: HasKey) -> bytes:
    """What is signed: the worker's id, the number of the key pair, and the public key."""
    return context("worker-key", worker.pk, worker.key_version, bytes(worker.public_key or b""))


def signed_public(worker: HasKey) -> bytes:
    """The public key, where the instance key signed it for exactly this worker. KeyNotSigned."""
    if worker.public_key is None or worker.key_signature is None:
        raise KeyNotSigned
    try:
        public = signing.public_of(settings.INSTANCE_KEY)
        signing.verify(public, statement(worker), bytes(worker.key_signature))
    except signing.SignatureBroken as error:
        raise KeyNotSigned from error
    return bytes(worker.public_key)
