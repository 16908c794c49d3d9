from __future__ import annotations

import pytest
from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from hypothesis import given
from hypothesis import strategies as st

from evidence.crypto import envelopes
from evidence.crypto.contexts import NoContext, bound
from evidence.crypto.errors import DidNotOpen, NotJson, PaddingBroken, SealBroken, UnknownVersion, WrongLength
from evidence.crypto.fields import seal, seal_json, unseal, unseal_json
from evidence.crypto.keys import BadKey
from tests.evidence.crypto.material import ELSEWHERE, KEY, NOTE, OTHER_KEY, flipped, sealed_file, steady

TEXT = b"they said they would send it to my sister" * 2
BLOB = seal(KEY, TEXT, NOTE)
REGIONS = {
    "version byte": (range(1), UnknownVersion),
    "salt": (range(1, 25), DidNotOpen),
    "commitment": (range(25, 57), DidNotOpen),
    "body": (range(57, 185), DidNotOpen),
    "tag": (range(185, 201), DidNotOpen),
}

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_the_regions_named_below_are_the_whole_blob():
    assert [at for places, _ in REGIONS.values() for at in places] == list(range(len(BLOB)))


@pytest.mark.parametrize("region", REGIONS)
def test_any_changed_byte_breaks_the_seal(region):
    places, refusal = REGIONS[region]
    for at in places:
        for mask in (0x01, 0x80, 0xFF):
            with pytest.raises(refusal):
                unseal(KEY, flipped(BLOB, at, mask), NOTE)


def test_no_version_byte_but_the_first_is_known():
    for version in {*range(256)} - {1}:
        with pytest.raises(UnknownVersion):
            unseal(KEY, bytes([version]) + BLOB[1:], NOTE)


def test_a_field_cut_to_any_length_is_refused():
    assert len(BLOB) == 201
    with pytest.raises(UnknownVersion):
        unseal(KEY, b"", NOTE)
    for length in range(1, 201):
        with pytest.raises((WrongLength, DidNotOpen)):
            unseal(KEY, BLOB[:length], NOTE)


@pytest.mark.parametrize("more", [b"\x00", b"x" * 16, b"x" * 64, BLOB, BLOB[1:]], ids=len)
def test_a_field_that_has_grown_is_refused(more):
    with pytest.raises(DidNotOpen):
        unseal(KEY, BLOB + more, NOTE)


@pytest.mark.parametrize("place", ELSEWHERE)
def test_a_field_moved_elsewhere_does_not_open(place):
    with pytest.raises(DidNotOpen):
        unseal(KEY, BLOB, ELSEWHERE[place])


def test_two_fields_can_not_be_swapped_in_either_direction():
    for other in ELSEWHERE.values():
        with pytest.raises(DidNotOpen):
            unseal(KEY, seal(KEY, TEXT, other), NOTE)


def test_a_field_does_not_open_with_another_key():
    with pytest.raises(DidNotOpen):
        unseal(OTHER_KEY, BLOB, NOTE)


def test_a_file_or_an_envelope_is_no_field_even_under_the_same_key():
    with pytest.raises(DidNotOpen):
        unseal(KEY, sealed_file(b"x"), NOTE)
    with pytest.raises(SealBroken):
        unseal(KEY, envelopes.seal_to(envelopes.public_of(KEY), b"x", NOTE), NOTE)


def test_a_field_is_padded_and_sealed_anew_each_time():
    assert len(seal(KEY, b"", NOTE)) == len(seal(KEY, b"x" * 63, NOTE)) == 137
    assert len(seal(KEY, b"x" * 64, NOTE)) == 201
    assert seal(KEY, TEXT, NOTE) != BLOB


def test_the_library_alone_opens_a_field():
    decryptor = Cobblestone256Decryptor(KEY, bound(NOTE, "field"))
    padded = decryptor.update(BLOB[1:]) + decryptor.finalize()
    assert padded.rstrip(b"\x00") == TEXT + b"\x80"


def test_a_field_that_was_sealed_without_padding_is_refused():
    encryptor = Cobblestone256Encryptor(KEY, bound(NOTE, "field"))
    with pytest.raises(PaddingBroken):
        unseal(KEY, b"\x01" + encryptor.update(b"x" * 64) + encryptor.finalize(), NOTE)


@pytest.mark.parametrize("length", [0, 1, 63, 64, 16_383, 16_384, 16_385, 40_000])
def test_a_field_of_any_length_comes_back(length):
    assert unseal(KEY, seal(KEY, b"x" * length, NOTE), NOTE) == b"x" * length


def test_a_field_opens_from_a_memoryview_as_databases_give_it():
    assert unseal(KEY, memoryview(BLOB), NOTE) == TEXT


@pytest.mark.parametrize("length", [0, 31, 33])
def test_nothing_is_sealed_or_opened_with_half_a_key(length):
    with pytest.raises(BadKey):
        seal(bytes(length), TEXT, NOTE)
    with pytest.raises(BadKey):
        unseal(bytes(length), BLOB, NOTE)


def test_nothing_is_sealed_or_opened_without_a_context():
    with pytest.raises(NoContext):
        seal(KEY, TEXT, b"note")
    with pytest.raises(NoContext):
        unseal(KEY, BLOB, b"note")


@steady
@given(st.binary(max_size=300))
def test_every_field_comes_back(plain):
    assert unseal(KEY, seal(KEY, plain, NOTE), NOTE) == plain


@steady
@given(values)
def test_every_value_comes_back(value):
    assert unseal_json(KEY, seal_json(KEY, value, NOTE), NOTE) == value


def test_json_is_canonical():
    sealed = seal_json(KEY, {"b": [1, None], "a": "é"}, NOTE)
    assert unseal(KEY, sealed, NOTE) == '{"a":"é","b":[1,null]}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"], ids=ascii)
def test_a_value_that_json_can_not_hold_is_not_sealed(value):
    with pytest.raises((ValueError, UnicodeEncodeError)):
        seal_json(KEY, value, NOTE)


@pytest.mark.parametrize("plain", [b"", b"{", b"\xff", '"é"'.encode("utf-16")], ids=repr)
def test_what_is_no_json_is_named_so(plain):
    with pytest.raises(NotJson):
        unseal_json(KEY, seal(KEY, plain, NOTE), NOTE)


def test_a_broken_seal_is_not_mistaken_for_bad_json():
    with pytest.raises(DidNotOpen):
        unseal_json(OTHER_KEY, seal_json(KEY, {}, NOTE), NOTE)
    with pytest.raises(NoContext):
        unseal_json(KEY, seal_json(KEY, {}, NOTE), b"")
