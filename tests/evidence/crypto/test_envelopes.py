from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from evidence.crypto import fields
from evidence.crypto.contexts import NoContext, bound
from evidence.crypto.envelopes import BadPublicKey, keypair, open_with, public_of, seal_to
from evidence.crypto.errors import DidNotOpen, PaddingBroken, SealBroken, UnknownVersion, WrongLength
from evidence.crypto.keys import BadKey
from tests.evidence.crypto.material import ELSEWHERE, KEY, NOTE, OTHER_KEY, flipped, steady

SEED, OTHER_SEED = KEY, OTHER_KEY
PUBLIC = public_of(SEED)
SECRET = b"case secret, 32 bytes long......"
BLOB = seal_to(PUBLIC, SECRET, NOTE)
REGIONS = {
    "version byte": (range(1), UnknownVersion),
    "ML-KEM ciphertext": (range(1, 1_089), DidNotOpen),
    "X25519 key": (range(1_089, 1_121), DidNotOpen),
    "body": (range(1_121, 1_185), DidNotOpen),
    "tag": (range(1_185, 1_201), DidNotOpen),
}


def test_the_regions_named_below_are_the_whole_blob():
    assert [at for places, _ in REGIONS.values() for at in places] == list(range(len(BLOB)))


@pytest.mark.parametrize("region", REGIONS)
def test_any_changed_byte_breaks_the_envelope(region):
    places, refusal = REGIONS[region]
    for at in places:
        with pytest.raises(refusal):
            open_with(SEED, flipped(BLOB, at, 0x80 if at % 2 else 0x01), NOTE)


def test_an_envelope_cut_to_any_length_is_refused():
    for length in range(201):
        with pytest.raises((UnknownVersion, WrongLength)):
            open_with(SEED, BLOB[:length], NOTE)
    for length in range(1_100, len(BLOB)):
        with pytest.raises(WrongLength):
            open_with(SEED, BLOB[:length], NOTE)


def test_an_envelope_that_lost_a_whole_block_is_refused():
    blob = seal_to(PUBLIC, bytes(100), NOTE)
    with pytest.raises(DidNotOpen):
        open_with(SEED, blob[:-64], NOTE)


@pytest.mark.parametrize("more", [b"\x00", b"x" * 16, b"x" * 64, BLOB], ids=len)
def test_an_envelope_that_has_grown_is_refused(more):
    with pytest.raises((WrongLength, DidNotOpen)):
        open_with(SEED, BLOB + more, NOTE)


@pytest.mark.parametrize("place", ELSEWHERE)
def test_an_envelope_moved_elsewhere_does_not_open(place):
    with pytest.raises(DidNotOpen):
        open_with(SEED, BLOB, ELSEWHERE[place])


def test_only_the_addressee_opens_an_envelope():
    assert open_with(SEED, BLOB, NOTE) == SECRET
    with pytest.raises(DidNotOpen):
        open_with(OTHER_SEED, BLOB, NOTE)


def test_a_field_is_no_envelope():
    with pytest.raises(SealBroken):
        open_with(SEED, fields.seal(SEED, bytes(1_100), NOTE), NOTE)


@pytest.mark.parametrize(
    "public",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(PUBLIC[:-1], id="one byte short"),
        pytest.param(PUBLIC + b"\x00", id="one byte long"),
        pytest.param(b"\xff" * 1_184 + PUBLIC[1_184:], id="ML-KEM numbers out of range"),
        pytest.param(PUBLIC[:1_184] + bytes(32), id="X25519 point of low order"),
    ],
)
def test_nothing_is_sealed_to_a_bad_public_key(public):
    with pytest.raises(BadPublicKey):
        seal_to(public, SECRET, NOTE)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_has_32_bytes(length):
    with pytest.raises(BadKey):
        keypair(bytes(length))
    with pytest.raises(BadKey):
        open_with(bytes(length), BLOB, NOTE)


def test_nothing_is_sealed_or_opened_without_a_context():
    with pytest.raises(NoContext):
        seal_to(PUBLIC, SECRET, b"note")
    with pytest.raises(NoContext):
        open_with(SEED, BLOB, b"note")


def test_a_pair_hides_its_seed_when_shown():
    pair = keypair(SEED)
    assert (pair.public, pair.seed) == (PUBLIC, SEED)
    assert len(pair.public) == 1_216
    assert "seed" not in repr(pair)
    assert repr(SEED) not in repr(pair)


@pytest.mark.parametrize(("length", "sealed"), [(0, 1_201), (32, 1_201), (63, 1_201), (64, 1_265)])
def test_lengths_are_hidden_up_to_the_next_64_bytes(length, sealed):
    assert len(seal_to(PUBLIC, bytes(length), NOTE)) == sealed


def test_the_same_secret_never_looks_the_same():
    assert seal_to(PUBLIC, SECRET, NOTE) != BLOB


def test_an_envelope_opens_from_a_memoryview_as_databases_give_it():
    assert open_with(SEED, memoryview(BLOB), NOTE) == SECRET


@steady
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_every_secret_comes_back(seed, plain):
    assert open_with(seed, seal_to(public_of(seed), plain, NOTE), NOTE) == plain


def by_hand(seed: bytes, blob: bytes, ctx: bytes) -> bytes:
    """RFC 9180 base mode over the X-Wing draft, from hashes, ML-KEM, X25519 and AES-GCM alone."""
    stretched = hashlib.shake_256(seed).digest(96)
    ours = X25519PrivateKey.from_private_bytes(stretched[64:])
    kem, theirs, sealed = blob[1:1_089], blob[1_089:1_121], blob[1_121:]
    shared = hashlib.sha3_256(
        MLKEM768PrivateKey.from_seed_bytes(stretched[:64]).decapsulate(kem)
        + ours.exchange(X25519PublicKey.from_public_bytes(theirs))
        + theirs
        + ours.public_key().public_bytes_raw()
        + rb"\.//^"
        + b"\\"
    ).digest()
    suite = b"HPKE" + bytes.fromhex("647a00010002")

    def extract(salt: bytes, label: bytes, ikm: bytes) -> bytes:
        return hmac.digest(salt, b"HPKE-v1" + suite + label + ikm, "sha256")

    def expand(prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
        labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
        return hmac.digest(prk, labelled + b"\x01", "sha256")[:length]

    schedule = b"\x00" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", bound(ctx, "envelope"))
    secret = extract(shared, b"secret", b"")
    key, nonce = expand(secret, b"key", schedule, 32), expand(secret, b"base_nonce", schedule, 12)
    return AESGCM(key).decrypt(nonce, sealed, b"")


def test_an_envelope_is_standard_hpke_with_x_wing():
    assert by_hand(SEED, BLOB, NOTE) == SECRET + b"\x80" + bytes(31)


def test_an_envelope_that_was_sealed_without_padding_is_refused(monkeypatch):
    monkeypatch.setattr("evidence.crypto.envelopes.pad", lambda plain: plain)
    with pytest.raises(PaddingBroken):
        open_with(SEED, seal_to(PUBLIC, b"x" * 64, NOTE), NOTE)
