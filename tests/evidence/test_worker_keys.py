"""A worker's public key counts only where this site signed it for exactly this worker."""

from __future__ import annotations

import pytest

from evidence.crypto import envelopes, keys, signing
from evidence.worker_keys import KeyNotSigned, signed_public, statement

pytestmark = pytest.mark.django_db


def test_a_key_that_was_made_here_counts(hana):
    assert signed_public(hana.worker) == envelopes.public_of(hana.seed)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("public_key", None),
        ("key_signature", None),
        ("key_signature", bytes(64)),
        ("key_signature", b""),
        ("public_key", envelopes.public_of(bytes(32))),
        ("key_version", 2),
    ],
)
def test_anything_changed_counts_for_nothing(hana, name, value):
    setattr(hana.worker, name, value)
    with pytest.raises(KeyNotSigned):
        signed_public(hana.worker)


def test_a_signature_counts_for_one_worker(hana, sam):
    for name in ("public_key", "key_signature", "key_version"):
        setattr(hana.worker, name, getattr(sam.worker, name))
    with pytest.raises(KeyNotSigned):
        signed_public(hana.worker)


def test_a_signature_of_another_site_counts_for_nothing(hana, settings):
    hana.worker.key_signature = signing.sign(keys.new_key(), statement(hana.worker))
    with pytest.raises(KeyNotSigned):
        signed_public(hana.worker)
