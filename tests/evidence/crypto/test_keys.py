from __future__ import annotations

import hashlib
import hmac

import pytest

from evidence.crypto.contexts import context
from evidence.crypto.keys import BadKey, checked_pepper, new_key, subkey
from tests.evidence.crypto.material import ALICE, ITEM, KEY, OTHER_KEY, PEPPER


def test_new_keys_are_32_bytes_and_never_the_same():
    keys = {new_key() for _ in range(50)}
    assert len(keys) == 50
    assert {len(key) for key in keys} == {32}


def test_a_subkey_is_hkdf_expand_done_by_hand():
    info = context("subkey", "field", ALICE, 1)
    assert subkey(KEY, "field", ALICE, 1) == hmac.digest(KEY, info + b"\x01", hashlib.sha512)[:32]


def test_subkeys_differ_by_key_label_and_parts():
    derived = [
        subkey(KEY, "field"),
        subkey(OTHER_KEY, "field"),
        subkey(KEY, "file"),
        subkey(KEY, "field", ALICE),
        subkey(KEY, "field", ITEM),
    ]
    assert len(set(derived)) == len(derived)


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_a_key_of_another_length_is_refused(length):
    with pytest.raises(BadKey):
        subkey(bytes(length), "field")


def test_a_pepper_has_at_least_32_bytes():
    assert checked_pepper(PEPPER) == PEPPER
    assert checked_pepper(PEPPER + b"more") == PEPPER + b"more"
    with pytest.raises(BadKey):
        checked_pepper(PEPPER[:31])
