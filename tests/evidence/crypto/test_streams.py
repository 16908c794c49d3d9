from __future__ import annotations

import hashlib
import io
import zlib

import pytest
from cryptography.cobblestone import Cobblestone256Decryptor
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from evidence.crypto.contexts import NoContext, bound
from evidence.crypto.errors import DidNotOpen, SealBroken, UnknownVersion, WrongLength
from evidence.crypto.fields import seal
from evidence.crypto.keys import BadKey
from evidence.crypto.streams import (
    AlreadyFinished,
    NotFinished,
    OutOfRange,
    Reader,
    Sealer,
    StreamFacts,
    bucket,
    sealed_size,
)
from tests.evidence.crypto.material import (
    ELSEWHERE,
    KEY,
    NOTE,
    OTHER_KEY,
    SIZES,
    Trickle,
    flipped,
    picture,
    read_all,
    sealed_file,
    steady,
    taken_apart,
)

SIZE = 40_000
PICTURE = picture(SIZE)
BLOB = sealed_file(PICTURE)
HEAD, (FIRST, SECOND, LAST) = taken_apart(BLOB[1:])
REGIONS = {
    "version byte": (range(1), UnknownVersion),
    "salt": (range(1, 25), DidNotOpen),
    "commitment": (range(25, 57), DidNotOpen),
    "first chunk": ([57, 58, 9_999, 16_440], DidNotOpen),
    "first tag": (range(16_441, 16_457), DidNotOpen),
    "second chunk": ([16_457, 20_000, 32_840], DidNotOpen),
    "second tag": (range(32_841, 32_857), DidNotOpen),
    "last chunk": ([32_857, 35_000, len(BLOB) - 17], DidNotOpen),
    "last tag": (range(len(BLOB) - 16, len(BLOB)), DidNotOpen),
}
SAME_LENGTH = {
    "two chunks swapped": BLOB[:1] + HEAD + SECOND + FIRST + LAST,
    "a chunk repeated in place of the next": BLOB[:1] + HEAD + FIRST + FIRST + LAST,
    "chunks of another sealing of the same file": BLOB[:57] + sealed_file(PICTURE)[57:],
    "the head of another sealing of the same file": sealed_file(PICTURE)[:57] + BLOB[57:],
    "another file of the same case": sealed_file(PICTURE, ctx=ELSEWHERE["other item"]),
    "the same item of another case": sealed_file(PICTURE, ctx=ELSEWHERE["other case"]),
    "sealed under another key": sealed_file(PICTURE, key=OTHER_KEY),
}
OTHER_LENGTH = {
    "a chunk repeated": BLOB[:1] + HEAD + FIRST + FIRST + SECOND + LAST,
    "a chunk dropped": BLOB[:1] + HEAD + FIRST + LAST,
    "the last chunk dropped": BLOB[: -len(LAST)],
    "the last chunk repeated": BLOB + LAST,
    "a byte appended": BLOB + b"\x00",
    "a tag's worth appended": BLOB + bytes(16),
    "a whole chunk appended": BLOB + FIRST,
    "the whole file appended": BLOB + BLOB,
    "the version byte dropped": BLOB[1:],
    "nothing at all": b"",
}


def library_opens(blob: bytes) -> bytes:
    """As the module's docstring tells, with the library alone."""
    decryptor = Cobblestone256Decryptor(KEY, bound(NOTE, "stream"))
    return decryptor.update(blob[1:]) + decryptor.finalize()


def reader(data: bytes = PICTURE) -> Reader:
    blob = sealed_file(data)
    return Reader(KEY, NOTE, io.BytesIO(blob), len(blob), len(data))


@pytest.mark.parametrize("size", SIZES)
def test_a_file_of_any_size_comes_back_without_its_padding(size):
    data = picture(size)
    blob = sealed_file(data)
    assert len(blob) == sealed_size(size)
    assert read_all(blob, size) == data
    padded = library_opens(blob)
    assert len(padded) == bucket(size)
    assert padded == data + bytes(bucket(size) - size)


@pytest.mark.parametrize("region", REGIONS)
def test_any_changed_byte_breaks_the_file(region):
    places, refusal = REGIONS[region]
    for at in places:
        with pytest.raises(refusal):
            read_all(flipped(BLOB, at, 0x80 if at % 2 else 0x01), SIZE)


def test_every_byte_of_a_small_file_counts():
    small = sealed_file(b"small")
    for at in range(1, len(small)):
        with pytest.raises(DidNotOpen):
            Reader(KEY, NOTE, io.BytesIO(flipped(small, at)), len(small), 5)


@pytest.mark.parametrize("what", SAME_LENGTH)
def test_a_file_rearranged_or_replaced_is_refused(what):
    with pytest.raises(DidNotOpen):
        read_all(SAME_LENGTH[what], SIZE)
    with pytest.raises(InvalidTag):
        library_opens(SAME_LENGTH[what])


@pytest.mark.parametrize("what", OTHER_LENGTH)
def test_a_file_that_grew_or_shrank_is_refused_before_its_first_byte(what):
    blob = OTHER_LENGTH[what]
    with pytest.raises(WrongLength):
        Reader(KEY, NOTE, io.BytesIO(blob), len(blob), SIZE)
    with pytest.raises((WrongLength, UnknownVersion, DidNotOpen)):
        read_all_believing_the_row(blob)


def read_all_believing_the_row(blob: bytes) -> bytes:
    """The row says how long the blob should be; what is stored is something else."""
    return b"".join(Reader(KEY, NOTE, io.BytesIO(blob), len(BLOB), SIZE).chunks())


@pytest.mark.parametrize("boundary", [1, 57, 57 + 16_400, 57 + 2 * 16_400, len(BLOB)])
@pytest.mark.parametrize("off", [-17, -16, -1, 0, 1, 16, 17])
def test_a_file_cut_near_a_chunk_boundary_is_refused_before_its_first_byte(boundary, off):
    cut = BLOB[: max(0, boundary + off)]
    if len(cut) == len(BLOB):
        cut += bytes(off or 1)
    for said in (len(cut), len(BLOB)):
        with pytest.raises((WrongLength, UnknownVersion)):
            Reader(KEY, NOTE, io.BytesIO(cut), said, SIZE)


def test_a_file_cut_to_any_short_length_is_refused():
    for length in range(201):
        for said in (length, len(BLOB)):
            with pytest.raises((WrongLength, UnknownVersion)):
                Reader(KEY, NOTE, io.BytesIO(BLOB[:length]), said, SIZE)


@pytest.mark.parametrize("size", [-1, 0, 1_024, 32_768, 38_912, 40_961, 10**9])
def test_a_file_whose_size_is_not_the_header_s_is_refused(size):
    with pytest.raises(WrongLength):
        Reader(KEY, NOTE, io.BytesIO(BLOB), len(BLOB), size)


def test_no_size_below_zero_is_believed():
    blob = sealed_file(b"")
    with pytest.raises(WrongLength):
        Reader(KEY, NOTE, io.BytesIO(blob), len(blob), -1)


@pytest.mark.parametrize("place", ELSEWHERE)
def test_a_file_moved_elsewhere_does_not_open(place):
    with pytest.raises(DidNotOpen):
        Reader(KEY, ELSEWHERE[place], io.BytesIO(BLOB), len(BLOB), SIZE)


def test_a_field_is_no_file_even_under_the_same_key():
    field = seal(KEY, bytes(1_023), NOTE)
    assert len(field) == sealed_size(1)
    with pytest.raises(DidNotOpen):
        Reader(KEY, NOTE, io.BytesIO(field), len(field), 1)


def test_damage_in_one_chunk_leaves_the_others_readable_and_is_never_given_out():
    damaged = Reader(KEY, NOTE, io.BytesIO(flipped(BLOB, 20_000)), len(BLOB), SIZE)
    assert damaged.read_range(0, 16_384) == PICTURE[:16_384]
    with pytest.raises(DidNotOpen):
        damaged.read_range(16_384, 16_385)
    pieces = damaged.chunks(piece=16_384)
    assert next(pieces) == PICTURE[:16_384]
    with pytest.raises(DidNotOpen):
        next(pieces)


def test_a_key_has_32_bytes_and_a_context_is_one():
    with pytest.raises(BadKey):
        Sealer(KEY[:31], NOTE)
    with pytest.raises(NoContext):
        Sealer(KEY, b"")
    with pytest.raises(BadKey):
        Reader(KEY[:31], NOTE, io.BytesIO(BLOB), len(BLOB), SIZE)
    with pytest.raises(NoContext):
        Reader(KEY, b"", io.BytesIO(BLOB), len(BLOB), SIZE)


@pytest.mark.parametrize(
    ("start", "stop"),
    [(-1, 10), (0, SIZE + 1), (SIZE, SIZE + 1), (SIZE + 1, SIZE + 1), (10, 9), (-2, -1), (40_500, 40_600)],
)
def test_a_range_outside_the_file_gives_no_padding_but_a_refusal(start, stop):
    opened = reader()
    with pytest.raises(OutOfRange):
        opened.read_range(start, stop)
    with pytest.raises(OutOfRange):
        opened.chunks(start, stop)


@pytest.mark.parametrize("edge", [0, 1, 16_383, 16_384, 16_385, 32_767, 32_768, 32_769, 39_999, 40_000])
def test_ranges_around_every_chunk_boundary_are_exact(edge):
    opened = reader()
    assert opened.size == SIZE
    assert opened.read_range(edge, edge) == b""
    assert opened.read_range(0, edge) == PICTURE[:edge]
    assert opened.read_range(edge, SIZE) == PICTURE[edge:]
    near = min(edge + 3, SIZE)
    assert opened.read_range(edge, near) == PICTURE[edge:near]


@steady
@given(st.integers(0, SIZE), st.integers(0, SIZE), st.sampled_from([1, 1_000, 16_384, 20_000, 65_536]))
def test_every_range_is_what_the_file_holds_there(one, other, piece):
    start, stop = sorted((one, other))
    stop = min(stop, start + 30 * piece)
    opened = Reader(KEY, NOTE, io.BytesIO(BLOB), len(BLOB), SIZE)
    pieces = list(opened.chunks(start, stop, piece))
    assert opened.read_range(start, stop) == b"".join(pieces) == PICTURE[start:stop]
    assert all(0 < len(given) <= piece for given in pieces)


def test_pieces_are_64_kib_and_cut_at_multiples_of_it():
    opened = reader(picture(200_000))
    assert [len(piece) for piece in opened.chunks()] == [65_536] * 3 + [200_000 - 3 * 65_536]
    assert [len(piece) for piece in opened.chunks(65_000, 140_000)] == [536, 65_536, 140_000 - 131_072]
    assert list(opened.chunks(7, 7)) == []


def test_reading_far_in_reads_only_what_is_needed():
    blob = sealed_file(picture(2**20))
    source = Trickle(blob)
    opened = Reader(KEY, NOTE, source, len(blob), 2**20)
    assert opened.read_range(900_000, 900_010) == picture(900_010)[900_000:]
    assert source.given < 3 * 16_400


@steady
@given(st.lists(st.integers(0, 40_000), max_size=6))
def test_it_does_not_matter_how_a_file_arrives(lengths):
    data = picture(sum(lengths))
    sealer, arriving = Sealer(KEY, NOTE), io.BytesIO(data)
    blob = b"".join(sealer.update(arriving.read(length)) for length in lengths) + b"".join(sealer.finish())
    assert read_all(blob, len(data)) == data
    assert sealer.facts.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("size", [0, 1, 40_000])
def test_the_facts_are_those_of_the_file_and_not_of_its_padding(size):
    data = picture(size)
    sealer = Sealer(KEY, NOTE)
    for at in range(0, size, 9_999):
        sealer.update(memoryview(data)[at : at + 9_999])
    sealer.finalize()
    assert sealer.facts == StreamFacts(size, hashlib.sha256(data).hexdigest(), zlib.crc32(data))


def test_a_sealer_tells_no_facts_before_its_end_and_takes_nothing_after_it():
    sealer = Sealer(KEY, NOTE)
    with pytest.raises(NotFinished):
        _ = sealer.facts
    sealer.finalize()
    with pytest.raises(AlreadyFinished):
        sealer.update(b"more")
    with pytest.raises(AlreadyFinished):
        sealer.finalize()
    with pytest.raises(AlreadyFinished):
        sealer.finish()


def test_the_end_of_a_large_file_comes_in_pieces():
    data = picture(2**22 + 1)
    sealer = Sealer(KEY, NOTE)
    blob = sealer.update(data)
    ending = list(sealer.finish())
    assert max(map(len, ending)) < 2 * 65_536
    assert len(blob) + sum(map(len, ending)) == sealed_size(len(data))
    assert read_all(blob + b"".join(ending), len(data)) == data


@pytest.mark.parametrize(
    ("size", "padded"),
    [
        *((0, 1_024), (1, 1_024), (1_023, 1_024), (1_024, 1_024), (1_025, 1_088)),
        *((16_383, 16_384), (16_384, 16_384), (16_385, 17_408), (40_000, 40_960)),
        *((10**6, 1_015_808), (2**30 + 1, 2**30 + 2**25), (10**12, 1_005_022_347_264)),
    ],
)
def test_sizes_are_padded_to_these_buckets(size, padded):
    assert bucket(size) == padded


@steady
@given(st.integers(0, 2**45))
def test_a_bucket_holds_its_size_and_costs_at_most_an_eighth(size):
    assert size <= bucket(size) <= max(1_024, size * 1.12)
    assert bucket(bucket(size)) == bucket(size)


def test_files_of_nearly_the_same_size_look_the_same():
    assert len({len(sealed_file(picture(size))) for size in (39_937, 40_000, 40_960)}) == 1
    assert len({len(sealed_file(picture(size))) for size in range(5)}) == 1


def test_the_same_file_sealed_twice_shares_nothing():
    again = sealed_file(PICTURE)
    assert again[1:25] != BLOB[1:25]
    assert again[57:] != BLOB[57:]
    assert PICTURE[:16] not in BLOB


@pytest.mark.parametrize("refusal", [DidNotOpen, WrongLength, UnknownVersion])
def test_every_refusal_is_caught_as_a_broken_seal(refusal):
    assert issubclass(refusal, SealBroken)
