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
from evidence.crypto.envelopes import SUITES, BadPublicKey, keypair, open_with, public_of, seal_to, suite_of
from evidence.crypto.errors import DidNotOpen, PaddingBroken, SealBroken, UnknownVersion, WrongLength
from evidence.crypto.keys import BadKey, subkey
from tests.evidence.crypto.material import ELSEWHERE, KEY, NOTE, OTHER_KEY, flipped, steady

SEED, OTHER_SEED = KEY, OTHER_KEY
PUBLIC = public_of(SEED)
SECRET = b"case secret, 32 bytes long......"
HYBRID_REGIONS = {
    "version byte": range(1),
    "ML-KEM ciphertext": range(1, 1_089),
    "X25519 key": range(1_089, 1_121),
    "body": range(1_121, 1_185),
    "tag": range(1_185, 1_201),
}
CLASSIC_REGIONS = {
    "version byte": range(1),
    "X25519 key": range(1, 33),
    "body": range(33, 97),
    "tag": range(97, 113),
}
REGIONS = {"hybrid": HYBRID_REGIONS, "classic": CLASSIC_REGIONS}
PUBLICS = {name: public_of(SEED, kem) for name, kem in SUITES.items()}
BLOBS = {name: seal_to(public, SECRET, NOTE) for name, public in PUBLICS.items()}
either = pytest.mark.parametrize("suite", SUITES)


@either
def test_the_regions_named_above_are_the_whole_blob(suite):
    assert [at for places in REGIONS[suite].values() for at in places] == list(range(len(BLOBS[suite])))


@pytest.mark.parametrize(
    ("suite", "region"), [(suite, region) for suite in SUITES for region in REGIONS[suite]], ids="-".join
)
def test_any_changed_byte_breaks_the_envelope(suite, region):
    refusal = UnknownVersion if region == "version byte" else DidNotOpen
    for at in REGIONS[suite][region]:
        with pytest.raises(refusal):
            open_with(SEED, flipped(BLOBS[suite], at, 0x80 if at % 2 else 0x01), NOTE)


@either
def test_the_first_byte_is_bound_so_no_envelope_passes_for_one_of_another_suite(suite):
    blob = BLOBS[suite]
    for other in SUITES.values():
        if other.mark != blob[:1]:
            with pytest.raises((WrongLength, DidNotOpen)):
                open_with(SEED, other.mark + blob[1:], NOTE)


def test_a_hybrid_length_under_the_classic_byte_opens_nothing():
    """Long enough for either suite: what refuses it is the seal, not the length."""
    blob = seal_to(PUBLICS["classic"], bytes(1_150), NOTE)
    assert (len(blob) - 1 - SUITES["hybrid"].overhead) % 64 == 0
    with pytest.raises(DidNotOpen):
        open_with(SEED, SUITES["hybrid"].mark + blob[1:], NOTE)


@pytest.mark.parametrize("mark", [b"\x00", b"\x03", b"\x7f", b"\xff"])
@either
def test_a_suite_that_nobody_knows_is_refused(suite, mark):
    with pytest.raises(UnknownVersion):
        open_with(SEED, mark + BLOBS[suite][1:], NOTE)


@either
def test_an_envelope_cut_to_any_length_is_refused(suite):
    for length in range(201):
        with pytest.raises((UnknownVersion, WrongLength, DidNotOpen)):
            open_with(SEED, BLOBS[suite][:length][: len(BLOBS[suite]) - 1], NOTE)
    for length in range(max(len(BLOBS[suite]) - 100, 1), len(BLOBS[suite])):
        with pytest.raises(WrongLength):
            open_with(SEED, BLOBS[suite][:length], NOTE)


@either
def test_an_envelope_that_lost_a_whole_block_is_refused(suite):
    blob = seal_to(PUBLICS[suite], bytes(100), NOTE)
    with pytest.raises(DidNotOpen):
        open_with(SEED, blob[:-64], NOTE)


@pytest.mark.parametrize("more", [b"\x00", b"x" * 16, b"x" * 64, BLOBS["hybrid"]], ids=len)
@either
def test_an_envelope_that_has_grown_is_refused(suite, more):
    with pytest.raises((WrongLength, DidNotOpen)):
        open_with(SEED, BLOBS[suite] + more, NOTE)


@pytest.mark.parametrize("place", ELSEWHERE)
@either
def test_an_envelope_moved_elsewhere_does_not_open(suite, place):
    with pytest.raises(DidNotOpen):
        open_with(SEED, BLOBS[suite], ELSEWHERE[place])


@either
def test_only_the_addressee_opens_an_envelope(suite):
    assert open_with(SEED, BLOBS[suite], NOTE) == SECRET
    with pytest.raises(DidNotOpen):
        open_with(OTHER_SEED, BLOBS[suite], NOTE)


def test_a_field_is_no_envelope():
    with pytest.raises(SealBroken):
        open_with(SEED, fields.seal(SEED, bytes(1_100), NOTE), NOTE)


@pytest.mark.parametrize(
    "public",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(PUBLIC[:-1], id="one byte short"),
        pytest.param(PUBLIC + b"\x00", id="one byte long"),
        pytest.param(PUBLIC[:33], id="neither suite"),
        pytest.param(b"\xff" * 1_184 + PUBLIC[1_184:], id="ML-KEM numbers out of range"),
        pytest.param(PUBLIC[:1_184] + bytes(32), id="X25519 point of low order"),
        pytest.param(bytes(32), id="X25519 point of low order alone"),
    ],
)
def test_nothing_is_sealed_to_a_bad_public_key(public):
    with pytest.raises(BadPublicKey):
        seal_to(public, SECRET, NOTE)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
@either
def test_a_seed_has_32_bytes(suite, length):
    with pytest.raises(BadKey):
        keypair(bytes(length), SUITES[suite])
    with pytest.raises(BadKey):
        open_with(bytes(length), BLOBS[suite], NOTE)


@either
def test_nothing_is_sealed_or_opened_without_a_context(suite):
    with pytest.raises(NoContext):
        seal_to(PUBLICS[suite], SECRET, b"note")
    with pytest.raises(NoContext):
        open_with(SEED, BLOBS[suite], b"note")


@pytest.mark.parametrize(("suite", "length"), [("hybrid", 1_216), ("classic", 32)])
def test_a_pair_hides_its_seed_when_shown(suite, length):
    pair = keypair(SEED, SUITES[suite])
    assert (pair.public, pair.seed) == (PUBLICS[suite], SEED)
    assert len(pair.public) == length
    assert suite_of(pair.public) is SUITES[suite]
    assert "seed" not in repr(pair)
    assert repr(SEED) not in repr(pair)


def test_the_hybrid_suite_is_the_one_that_is_meant_where_none_is_named():
    assert public_of(SEED) == PUBLICS["hybrid"]
    assert keypair(SEED).public == PUBLICS["hybrid"]


def test_the_two_pairs_of_one_seed_share_no_key():
    assert PUBLICS["classic"] not in PUBLICS["hybrid"]


@pytest.mark.parametrize(("length", "padded"), [(0, 64), (32, 64), (63, 64), (64, 128)])
@pytest.mark.parametrize(("suite", "more"), [("hybrid", 1_137), ("classic", 49)])
def test_lengths_are_hidden_up_to_the_next_64_bytes(suite, more, length, padded):
    assert len(seal_to(PUBLICS[suite], bytes(length), NOTE)) == padded + more


@either
def test_the_same_secret_never_looks_the_same(suite):
    assert seal_to(PUBLICS[suite], SECRET, NOTE) != BLOBS[suite]


@either
def test_an_envelope_opens_from_a_memoryview_as_databases_give_it(suite):
    assert open_with(SEED, memoryview(BLOBS[suite]), NOTE) == SECRET


@steady
@given(st.sampled_from(sorted(SUITES)), st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_every_secret_comes_back(suite, seed, plain):
    assert open_with(seed, seal_to(public_of(seed, SUITES[suite]), plain, NOTE), NOTE) == plain


def hybrid_shared(seed: bytes, enc: bytes) -> bytes:
    """The X-Wing draft from hashes, ML-KEM and X25519 alone."""
    stretched = hashlib.shake_256(seed).digest(96)
    ours = X25519PrivateKey.from_private_bytes(stretched[64:])
    return hashlib.sha3_256(
        MLKEM768PrivateKey.from_seed_bytes(stretched[:64]).decapsulate(enc[:1_088])
        + ours.exchange(X25519PublicKey.from_public_bytes(enc[1_088:]))
        + enc[1_088:]
        + ours.public_key().public_bytes_raw()
        + rb"\.//^"
        + b"\\"
    ).digest()


def classic_shared(seed: bytes, enc: bytes) -> bytes:
    """DHKEM(X25519, HKDF-SHA256) of RFC 9180, section 4.1, from X25519 and HMAC alone."""
    ours = X25519PrivateKey.from_private_bytes(subkey(seed, "classic-kem"))
    suite, dh = b"KEM" + bytes.fromhex("0020"), ours.exchange(X25519PublicKey.from_public_bytes(enc))
    prk = hmac.digest(b"", b"HPKE-v1" + suite + b"eae_prk" + dh, "sha256")
    told = b"\x00\x20" + b"HPKE-v1" + suite + b"shared_secret" + enc + ours.public_key().public_bytes_raw()
    return hmac.digest(prk, told + b"\x01", "sha256")


def by_hand(shared: bytes, suite: bytes, sealed: bytes, info: bytes) -> bytes:
    """RFC 9180 base mode, section 5.1, from HMAC and AES-GCM alone."""

    def extract(salt: bytes, label: bytes, ikm: bytes) -> bytes:
        return hmac.digest(salt, b"HPKE-v1" + suite + label + ikm, "sha256")

    def expand(prk: bytes, label: bytes, told: bytes, length: int) -> bytes:
        labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + told
        return hmac.digest(prk, labelled + b"\x01", "sha256")[:length]

    schedule = b"\x00" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared, b"secret", b"")
    key, nonce = expand(secret, b"key", schedule, 32), expand(secret, b"base_nonce", schedule, 12)
    return AESGCM(key).decrypt(nonce, sealed, b"")


@pytest.mark.parametrize(
    ("suite", "shared", "ends", "ids"),
    [("hybrid", hybrid_shared, 1_121, "647a00010002"), ("classic", classic_shared, 33, "002000010002")],
)
def test_an_envelope_is_standard_hpke(suite, shared, ends, ids):
    blob = BLOBS[suite]
    info = bound(NOTE, "envelope", blob[:1])
    assert info.endswith(f"envelope/{blob[0]}".encode())
    opened = by_hand(shared(SEED, blob[1:ends]), b"HPKE" + bytes.fromhex(ids), blob[ends:], info)
    assert opened == SECRET + b"\x80" + bytes(31)


@either
def test_an_envelope_that_was_sealed_without_padding_is_refused(monkeypatch, suite):
    monkeypatch.setattr("evidence.crypto.envelopes.pad", lambda plain: plain)
    with pytest.raises(PaddingBroken):
        open_with(SEED, seal_to(PUBLICS[suite], b"x" * 64, NOTE), NOTE)
