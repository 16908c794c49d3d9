"""The site's signatures: those that fit, and every way in which they don't."""

from __future__ import annotations

import pytest

from evidence.crypto import signing

# RFC 8032, section 7.1, TEST 2
SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
MESSAGE = b"\x72"
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_the_vector_of_the_standard_holds() -> None:
    assert signing.public_of(SEED) == PUBLIC
    assert signing.sign(SEED, MESSAGE) == SIGNATURE
    signing.verify(PUBLIC, MESSAGE, SIGNATURE)


@pytest.mark.parametrize("place", range(signing.SIGNATURE_SIZE))
def test_any_changed_byte_breaks_a_signature(place: int) -> None:
    changed = bytearray(SIGNATURE)
    changed[place] ^= 1
    with pytest.raises(signing.SignatureBroken):
        signing.verify(PUBLIC, MESSAGE, bytes(changed))


@pytest.mark.parametrize(
    ("public", "message", "signature"),
    [
        (PUBLIC, b"\x73", SIGNATURE),
        (PUBLIC, b"", SIGNATURE),
        (signing.public_of(bytes(32)), MESSAGE, SIGNATURE),
        (PUBLIC[:-1], MESSAGE, SIGNATURE),
        (PUBLIC, MESSAGE, SIGNATURE[:-1]),
        (PUBLIC, MESSAGE, b""),
    ],
    ids=["other-message", "no-message", "other-key", "cut-key", "cut-signature", "no-signature"],
)
def test_what_was_not_signed_is_refused(public: bytes, message: bytes, signature: bytes) -> None:
    with pytest.raises(signing.SignatureBroken):
        signing.verify(public, message, signature)
