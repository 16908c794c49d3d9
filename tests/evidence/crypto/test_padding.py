from __future__ import annotations

import pytest

from evidence.crypto.errors import PaddingBroken
from evidence.crypto.padding import pad, unpad


@pytest.mark.parametrize(("length", "padded"), [(0, 64), (1, 64), (63, 64), (64, 128), (127, 128), (128, 192)])
def test_lengths_are_hidden_up_to_the_next_64_bytes(length, padded):
    assert len(pad(b"x" * length)) == padded


@pytest.mark.parametrize("plain", [b"", b"a", b"\x80", b"a\x00\x00", b"a\x80\x00", b"x" * 63, b"x" * 64], ids=repr)
def test_what_was_padded_comes_back(plain):
    assert unpad(pad(plain)) == plain


@pytest.mark.parametrize(
    "padded",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x80", id="not a whole block"),
        pytest.param(bytes(64), id="zeros alone"),
        pytest.param(b"x" * 64, id="no padding"),
        pytest.param(b"x" * 62 + b"\x80x", id="something after it"),
        pytest.param(b"x" * 62 + b"\x81\x00", id="another marker"),
        pytest.param(b"x" * 10 + b"\x80" + bytes(117), id="a block too many"),
    ],
)
def test_any_other_ending_is_refused(padded):
    with pytest.raises(PaddingBroken):
        unpad(padded)
