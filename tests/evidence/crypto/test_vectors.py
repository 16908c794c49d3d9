"""What was sealed once must open for ever: these vectors are never made anew."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.cobblestone import Cobblestone256Decryptor
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from evidence.crypto.contexts import bound, context
from evidence.crypto.envelopes import SUITES, open_with, public_of
from evidence.crypto.fields import unseal, unseal_json
from evidence.crypto.halves import open_half, split
from evidence.crypto.keys import subkey
from evidence.crypto.streams import Reader, Sealer
from evidence.crypto.words import locator, normalise, recovery_locator
from evidence.crypto.wraps import (
    Cost,
    PasswordWrap,
    WordsWrap,
    argon2id,
    unwrap_with_code,
    unwrap_with_password,
    unwrap_with_words,
)
from tests.evidence.crypto.material import picture

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
KEY = bytes.fromhex(VECTORS["key"])
CTX = bytes.fromhex(VECTORS["context"])
PEPPER = VECTORS["pepper"].encode()
PUBLISHED = VECTORS["published"]


@pytest.mark.parametrize("vector", VECTORS["contexts"])
def test_contexts_have_not_changed(vector):
    parts = (UUID(vector["case"]), UUID(vector["item"]), vector["name"], vector["version"])
    assert context(vector["purpose"], *parts).hex() == vector["hex"]


@pytest.mark.parametrize("vector", VECTORS["subkeys"], ids=lambda vector: vector["label"])
def test_subkeys_have_not_changed(vector):
    assert subkey(KEY, vector["label"]).hex() == vector["hex"]


@pytest.mark.parametrize("vector", VECTORS["fields"], ids=lambda vector: str(len(vector["plain"])))
def test_old_fields_open(vector):
    assert unseal(KEY, bytes.fromhex(vector["blob"]), CTX) == vector["plain"].encode()


def test_old_json_opens():
    assert unseal_json(KEY, bytes.fromhex(VECTORS["json"]["blob"]), CTX) == VECTORS["json"]["value"]


@pytest.mark.parametrize(("name", "suite"), [("envelope", "hybrid"), ("envelope_classic", "classic")])
def test_old_envelopes_of_either_suite_open(name, suite):
    vector = VECTORS[name]
    seed = bytes.fromhex(vector["seed"])
    assert hashlib.sha256(public_of(seed, SUITES[suite])).hexdigest() == vector["public_sha256"]
    assert open_with(seed, bytes.fromhex(vector["blob"]), CTX) == vector["plain"].encode()


@pytest.mark.parametrize("vector", VECTORS["streams"], ids=lambda vector: str(vector["size"]))
def test_old_files_open_here_and_with_the_library_alone(vector):
    blob, size = bytes.fromhex(vector["blob"]), vector["size"]
    assert Reader(KEY, CTX, io.BytesIO(blob), len(blob), size).read_range(0, size) == picture(size)
    decryptor = Cobblestone256Decryptor(KEY, bound(CTX, "stream"))
    assert (decryptor.update(blob[1:]) + decryptor.finalize())[:size] == picture(size)


@pytest.mark.parametrize("vector", VECTORS["streams"], ids=lambda vector: str(vector["size"]))
def test_lengths_and_facts_of_files_have_not_changed(vector):
    sealer = Sealer(KEY, CTX)
    blob = sealer.update(picture(vector["size"])) + sealer.finalize()
    assert len(blob) * 2 == len(vector["blob"])
    once = {"blob": vector["blob"], "sha512": vector["sha512"]}  # files of before 0.3.0 carry a SHA-512 as well
    assert {**dataclasses.asdict(sealer.facts), **once} == vector


def test_old_halves_are_found_and_open():
    vector = VECTORS["half"]
    assert [part.hex() for part in split(KEY)] == [vector["row_id"], vector["key"]]
    assert open_half(KEY, bytes.fromhex(vector["blob"]), CTX) == vector["plain"].encode()


def test_old_words_locate_and_open_at_full_cost():
    vector = VECTORS["words"]
    words = normalise(" ".join(vector["words"]).upper())
    wrap = WordsWrap(
        salt=bytes.fromhex(vector["salt"]),
        cost=Cost(vector["memory_kib"], vector["iterations"]),
        blob=bytes.fromhex(vector["blob"]),
    )
    assert locator(PEPPER, words).hex() == vector["locator"]
    assert unwrap_with_words(words, wrap, pepper=PEPPER, ctx=CTX) == vector["secret"].encode()


def test_old_passwords_open_at_full_cost():
    vector = VECTORS["password"]
    wrap = PasswordWrap(
        salt=bytes.fromhex(vector["salt"]),
        cost=Cost(vector["memory_kib"], vector["iterations"]),
        blob=bytes.fromhex(vector["blob"]),
    )
    opened = unwrap_with_password(vector["password"], wrap, pepper=PEPPER, ctx=CTX)
    assert opened == vector["secret"].encode()


def test_old_recovery_codes_locate_and_open():
    vector = VECTORS["code"]
    assert recovery_locator(PEPPER, vector["code"]).hex() == vector["locator"]
    opened = unwrap_with_code(vector["code"].lower(), bytes.fromhex(vector["blob"]), ctx=CTX)
    assert opened == vector["secret"].encode()


def test_the_derivation_has_not_changed():
    vector = VECTORS["argon2id"]
    cost = Cost(vector["memory_kib"], vector["iterations"])
    salt = bytes.fromhex(vector["salt"])
    assert argon2id(vector["secret"].encode(), salt=salt, cost=cost, pepper=PEPPER).hex() == vector["hex"]


def test_the_library_derives_what_the_reference_implementation_does_with_one_lane():
    vector = PUBLISHED["argon2id"]
    kdf = Argon2id(
        salt=vector["salt"].encode(),
        length=32,
        iterations=vector["iterations"],
        lanes=1,
        memory_cost=vector["memory_kib"],
    )
    assert kdf.derive(vector["secret"].encode()).hex() == vector["hex"]


def test_the_library_takes_a_secret_value_as_rfc_9106_section_5_3_does():
    """In a process of its own: no process of ours ever derives with more than one lane."""
    derive = """
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
kdf = Argon2id(
    salt=b"\\2" * 16, length=32, iterations=3, lanes=4, memory_cost=32, ad=b"\\4" * 12, secret=b"\\3" * 8
)
print(kdf.derive(b"\\1" * 32).hex())
"""
    ran = subprocess.run([sys.executable, "-c", derive], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == PUBLISHED["argon2id_rfc9106"]["hex"]


def test_public_keys_are_those_of_the_x_wing_draft():
    vector = PUBLISHED["x_wing"]
    public = public_of(bytes.fromhex(vector["seed"]))
    assert public[:32].hex() == vector["public_first"]
    assert public[-32:].hex() == vector["public_last"]
