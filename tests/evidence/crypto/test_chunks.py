from __future__ import annotations

import io

import pytest
from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from evidence.crypto.chunks import HEAD, MOST_CHUNKS, SEALED_CHUNK, Message, plain_length, sealed_length
from evidence.crypto.errors import DidNotOpen, WrongLength
from evidence.crypto.keys import BadKey
from tests.evidence.crypto.material import (
    KEY,
    NOTE,
    OTHER_KEY,
    SIZES,
    Trickle,
    flipped,
    picture,
    steady,
    taken_apart,
)

PLAIN = picture(2 * 16_384 + 5_000)


def library_seals(plain: bytes, key: bytes = KEY, ctx: bytes = NOTE) -> bytes:
    encryptor = Cobblestone256Encryptor(key, ctx)
    return encryptor.update(plain) + encryptor.finalize()


def library_opens(sealed: bytes, key: bytes = KEY, ctx: bytes = NOTE) -> bytes:
    decryptor = Cobblestone256Decryptor(key, ctx)
    return decryptor.update(sealed) + decryptor.finalize()


def we_open(sealed: bytes, key: bytes = KEY, ctx: bytes = NOTE) -> bytes:
    message = Message(key, ctx, io.BytesIO(sealed), 0, len(sealed))
    return message.open(0, message.size // 16_384 + 1)


SEALED = library_seals(PLAIN)
HEAD_BYTES, (FIRST, SECOND, LAST) = taken_apart(SEALED)
BOUNDARIES = [HEAD, HEAD + SEALED_CHUNK, HEAD + 2 * SEALED_CHUNK]
OTHER_HEAD, (OTHER_FIRST, OTHER_SECOND, OTHER_LAST) = taken_apart(library_seals(PLAIN))
REGIONS = {
    "salt": range(24),
    "commitment": range(24, 56),
    "first chunk": [56, 57, 5_000, 16_438, 16_439],
    "first tag": range(16_440, 16_456),
    "second chunk": [16_456, 16_457, 20_000, 32_838, 32_839],
    "second tag": range(32_840, 32_856),
    "last chunk": [32_856, 32_857, 35_000, len(SEALED) - 18, len(SEALED) - 17],
    "last tag": range(len(SEALED) - 16, len(SEALED)),
}
REARRANGED = {
    "two chunks swapped": HEAD_BYTES + SECOND + FIRST + LAST,
    "a chunk repeated": HEAD_BYTES + FIRST + FIRST + SECOND + LAST,
    "a chunk in place of the next": HEAD_BYTES + FIRST + FIRST + LAST,
    "the first chunk dropped": HEAD_BYTES + SECOND + LAST,
    "the second chunk dropped": HEAD_BYTES + FIRST + LAST,
    "the last chunk dropped": HEAD_BYTES + FIRST + SECOND,
    "only the last chunk": HEAD_BYTES + LAST,
    "the last chunk first": HEAD_BYTES + LAST + FIRST + SECOND,
    "the last chunk repeated": SEALED + LAST,
    "a byte appended": SEALED + b"\x00",
    "a tag's worth appended": SEALED + bytes(16),
    "a whole chunk appended": SEALED + FIRST,
    "the whole message appended": SEALED + SEALED,
    "the head of another message": OTHER_HEAD + FIRST + SECOND + LAST,
    "the first chunk of another message": HEAD_BYTES + OTHER_FIRST + SECOND + LAST,
    "the second chunk of another message": HEAD_BYTES + FIRST + OTHER_SECOND + LAST,
    "the last chunk of another message": HEAD_BYTES + FIRST + SECOND + OTHER_LAST,
    "an empty last chunk": HEAD_BYTES + FIRST + SECOND + LAST[-16:],
}


@pytest.mark.parametrize("size", SIZES)
def test_our_reader_and_the_library_agree_on_every_size(size):
    sealed = library_seals(picture(size))
    assert len(sealed) == sealed_length(size)
    assert plain_length(len(sealed)) == size
    assert we_open(sealed) == library_opens(sealed) == picture(size)


@pytest.mark.parametrize("region", REGIONS)
def test_any_changed_byte_breaks_the_message(region):
    for at in REGIONS[region]:
        with pytest.raises(DidNotOpen):
            we_open(flipped(SEALED, at, 0x80 if at % 2 else 0x01))
        with pytest.raises(InvalidTag):
            library_opens(flipped(SEALED, at))


@pytest.mark.parametrize("what", REARRANGED)
def test_a_rearranged_message_is_refused(what):
    with pytest.raises((DidNotOpen, WrongLength)):
        we_open(REARRANGED[what])
    with pytest.raises(InvalidTag):
        library_opens(REARRANGED[what])


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("off", [-17, -16, -1, 0, 1, 15, 16, 17])
def test_a_message_cut_near_a_chunk_boundary_is_refused_before_its_first_byte(boundary, off):
    cut = SEALED[: boundary + off]
    with pytest.raises((DidNotOpen, WrongLength)):
        Message(KEY, NOTE, io.BytesIO(cut), 0, len(cut))


def test_a_message_cut_to_any_short_length_is_refused():
    for length in range(201):
        with pytest.raises((DidNotOpen, WrongLength)):
            Message(KEY, NOTE, io.BytesIO(SEALED[:length]), 0, length)


def test_a_file_that_does_not_end_with_its_message_is_refused():
    for stored in (SEALED + b"\x00", SEALED + SEALED):
        with pytest.raises(WrongLength):
            Message(KEY, NOTE, io.BytesIO(stored), 0, len(SEALED))


def test_a_file_shorter_than_it_is_said_to_be_is_refused():
    for length in (0, 40, len(SEALED) - 1):
        with pytest.raises(WrongLength):
            Message(KEY, NOTE, io.BytesIO(SEALED[:length]), 0, len(SEALED))


def test_a_message_does_not_open_with_another_key_or_context():
    with pytest.raises(DidNotOpen):
        we_open(SEALED, key=OTHER_KEY)
    with pytest.raises(DidNotOpen):
        we_open(SEALED, ctx=NOTE + b"\x00")
    with pytest.raises(BadKey):
        we_open(SEALED, key=KEY[:31])


@pytest.mark.parametrize("length", [-1, 0, 55, 56, 57, 71, 56 + 16_400, 56 + 16_400 + 15, 56 + 2 * 16_400])
def test_no_message_has_such_a_length(length):
    with pytest.raises(WrongLength):
        plain_length(length)


def test_a_message_may_have_as_many_chunks_as_the_format_allows():
    assert plain_length(HEAD + (MOST_CHUNKS - 1) * SEALED_CHUNK + 16) == (2**38 - 1) * 16_384
    with pytest.raises(WrongLength):
        plain_length(HEAD + MOST_CHUNKS * SEALED_CHUNK + 16)


def test_every_run_of_chunks_can_be_opened_alone():
    message = Message(KEY, NOTE, io.BytesIO(b"lead" + SEALED), 4, len(SEALED))
    for first in range(3):
        for beyond in range(first, 4):
            assert message.open(first, beyond) == PLAIN[first * 16_384 : beyond * 16_384]


def test_a_source_that_gives_little_at_a_time_is_read_to_the_end():
    message = Message(KEY, NOTE, Trickle(SEALED), 0, len(SEALED))
    assert message.open(0, 3) == PLAIN


def test_one_chunk_far_in_costs_one_chunk_of_reading():
    sealed = library_seals(picture(40 * 16_384))
    source = Trickle(sealed)
    message = Message(KEY, NOTE, source, 0, len(sealed))
    assert source.given == HEAD + 16
    assert source.asked <= HEAD + 16 + 1
    assert message.open(30, 31) == picture(31 * 16_384)[-16_384:]
    assert source.given == HEAD + 16 + SEALED_CHUNK


@steady
@given(st.binary(max_size=100), st.integers(0, 3), st.binary(max_size=40))
def test_whatever_the_library_seals_we_open(tail, chunks, ctx):
    plain = picture(chunks * 16_384) + tail
    assert we_open(library_seals(plain, ctx=ctx), ctx=ctx) == plain
