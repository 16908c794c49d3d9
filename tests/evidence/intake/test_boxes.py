"""A box covers at least what was chosen, and ends where a block of the JPEG ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.intake.boxes import BLOCK, Box, NotABox, pixels

EDGES = st.tuples(st.integers(0, 999), st.integers(1, 1000)).filter(lambda edge: sum(edge) <= 1000)


@pytest.mark.parametrize(
    "edges",
    [(-1, 0, 10, 10), (0, -1, 10, 10), (0, 0, 0, 10), (0, 0, 10, 0), (991, 0, 10, 10), (0, 500, 10, 501)],
)
def test_a_box_that_is_empty_or_reaches_out_is_none(edges):
    with pytest.raises(NotABox):
        Box(*edges)


def test_a_box_of_everything_covers_everything():
    assert pixels(Box(0, 0, 1000, 1000), (540, 1171)) == (0, 0, 540, 1171)


def test_a_box_is_widened_to_whole_blocks():
    assert pixels(Box(500, 500, 100, 100), (1000, 1000)) == (496, 496, 608, 608)
    assert pixels(Box(480, 480, 128, 128), (1000, 1000)) == (464, 464, 624, 624)


@given(EDGES, EDGES, st.integers(1, 3000), st.integers(1, 9000))
def test_every_box_covers_what_was_chosen_and_a_little_more(across, down, width, height):
    left, top, right, bottom = pixels(Box(across[0], down[0], across[1], down[1]), (width, height))
    for low, high, (start, length), whole in ((left, right, across, width), (top, bottom, down, height)):
        assert 0 <= low < high <= whole
        assert low == 0 or low * 1000 <= start * whole - 3000
        assert high == whole or high * 1000 >= (start + length) * whole + 3000
        assert low % BLOCK == 0
        assert high % BLOCK == 0 or high == whole
