"""What moves is counted from the outside of the file: nothing behind the first frame is ever unpacked."""

from __future__ import annotations

import struct
import time

import pytest

from evidence.intake.moving import MOST, Moving, count
from evidence.intake.sniffing import Kind
from tests.evidence.intake import make
from tests.evidence.intake.reading import FILES, decoded, quarters

MOVES = [Kind.GIF, Kind.PNG, Kind.WEBP, Kind.AVIF]


@pytest.mark.parametrize("kind", MOVES)
def test_frames_and_seconds_are_counted(kind):
    assert count(kind, make.animated(kind.name)) == Moving(3, 0.15)


@pytest.mark.parametrize("kind", Kind)
def test_a_still_picture_has_one_frame_and_no_time(kind):
    assert count(kind, FILES[kind](quarters())) == Moving(1, 0.0)


@pytest.mark.parametrize("kind", MOVES)
def test_a_file_cut_anywhere_is_counted_as_far_as_it_goes(kind):
    whole = make.animated(kind.name)
    assert all(1 <= count(kind, whole[:length]).frames <= 3 for length in range(len(whole)))


@pytest.mark.parametrize("kind", MOVES)
def test_lengths_that_lie_end_the_count(kind):
    whole = make.animated(kind.name)
    for at in range(8, len(whole) - 4, 3):
        for lie in (b"\xff\xff\xff\xff", bytes(4)):
            assert 1 <= count(kind, whole[:at] + lie + whole[at + 4 :]).frames <= MOST


def thousands(kind: Kind, frames: int) -> bytes:
    """One honest picture with `frames` more behind it that nobody could unpack."""
    whole = make.animated(kind.name)
    if kind is Kind.GIF:
        image = b"\x2c" + struct.pack("<HHHHB", 0, 0, 40, 60, 0) + b"\x02\x01\x00\x00"
        return whole[:-1] + image * frames + b"\x3b"
    if kind is Kind.PNG:
        return whole[:-12] + make.chunk(b"fcTL", bytes(26)) * frames + whole[-12:]
    body = whole[12:] + (b"ANMF" + struct.pack("<I", 24) + bytes(24)) * frames
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


@pytest.mark.parametrize("kind", [Kind.GIF, Kind.PNG, Kind.WEBP])
def test_the_count_stops_at_the_most(kind):
    raw = thousands(kind, 300_000)
    start = time.process_time()
    assert count(kind, raw).frames == MOST
    assert time.process_time() - start < 0.5


def test_an_avif_that_claims_millions_of_frames_is_counted_to_the_most():
    whole = make.animated("AVIF")
    runs = whole.index(b"stts") + 12
    assert count(Kind.AVIF, whole[:runs] + b"\x7f\xff\xff\xff" + whole[runs + 4 :]).frames == MOST


def test_an_endless_chain_of_small_blocks_costs_a_moment():
    raw = make.animated("GIF")[:-1] + b"\x21\xfe" + b"\x01x" * 5_000_000
    start = time.process_time()
    assert count(Kind.GIF, raw).frames == 3
    assert time.process_time() - start < 2


@pytest.mark.parametrize("kind", [Kind.GIF, Kind.PNG])
def test_thousands_of_frames_are_taken_and_the_first_is_shown(kind, as_in_the_child):
    start = time.process_time()
    said, view, _ = decoded(kind, thousands(kind, 20_000))
    assert (said["frames"], view.size) == (MOST, (40, 60))
    assert view.getpixel((20, 30))[0] > 200
    assert time.process_time() - start < 2


def test_a_delay_of_a_png_without_a_unit_is_in_hundredths():
    frame = make.chunk(b"fcTL", bytes(20) + struct.pack(">HH", 50, 0) + bytes(2))
    whole = FILES["png"](quarters())
    assert count(Kind.PNG, whole[:33] + frame * 2 + whole[33:]) == Moving(2, 1.0)
