from __future__ import annotations

import hashlib
import hmac

import pytest

from evidence.crypto.contexts import context
from evidence.crypto.errors import DidNotOpen
from evidence.crypto.halves import open_half, seal_half, split
from evidence.crypto.keys import BadKey
from tests.evidence.crypto.material import ALICE, KEY, MALLORY, OTHER_KEY, flipped

HERS = context("half", ALICE)


def test_a_cookie_opens_what_was_sealed_with_it():
    assert open_half(KEY, seal_half(KEY, b"owner seed", HERS), HERS) == b"owner seed"


@pytest.mark.parametrize(
    ("cookie", "ctx"),
    [
        pytest.param(OTHER_KEY, HERS, id="another cookie"),
        pytest.param(KEY, context("half", MALLORY), id="another case"),
    ],
)
def test_a_half_does_not_open_elsewhere(cookie, ctx):
    with pytest.raises(DidNotOpen):
        open_half(cookie, seal_half(KEY, b"owner seed", HERS), ctx)


def test_a_changed_row_does_not_open():
    with pytest.raises(DidNotOpen):
        open_half(KEY, flipped(seal_half(KEY, b"owner seed", HERS), 100), HERS)


def test_the_row_is_found_by_a_hash_that_leads_to_neither_cookie_nor_key():
    row_id, key = split(KEY)
    derived = hmac.digest(KEY, context("subkey", "half-id") + b"\x01", "sha512")[:32]
    assert row_id == hashlib.sha256(derived).digest()
    assert key == hmac.digest(KEY, context("subkey", "half-key") + b"\x01", "sha512")[:32]
    assert len({row_id, key, KEY, derived, hashlib.sha256(KEY).digest(), hashlib.sha256(key).digest()}) == 6


def test_a_cookie_has_32_bytes():
    with pytest.raises(BadKey):
        split(KEY[:31])
