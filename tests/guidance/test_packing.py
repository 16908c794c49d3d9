from __future__ import annotations

import gzip

from hypothesis import given, settings
from hypothesis import strategies as st

from guidance import packing

PARTS = st.lists(st.text(max_size=300).map(str.encode), min_size=1, max_size=5)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(parts=PARTS, own=st.binary(min_size=64, max_size=64))
def test_what_is_packed_in_parts_is_unpacked_as_a_whole(parts, own):
    packed = packing.fixed(parts, 64)
    assert gzip.decompress(packing.whole(parts, packed, own)) == own.join(parts)


def test_what_is_packed_once_serves_everybody():
    parts = (b"<p>the same words</p>" * 50, b"<p>the same words</p>" * 50, b"the end")
    packed = packing.fixed(parts, 64)
    for own in (b"a" * 64, b"b" * 64):
        assert gzip.decompress(packing.whole(parts, packed, own)) == own.join(parts)


def test_what_is_each_persons_own_is_not_compressed_with_the_rest():
    """Its size would tell how much of it stands in the page too (BREACH)."""
    own = b"0123456789abcdef" * 4
    parts = (own * 20, own * 20)
    packed = packing.fixed(parts, len(own))
    assert own in packing.whole(parts, packed, own)


def test_the_size_of_a_page_changes_each_time():
    parts = (b"words " * 100,)
    packed = packing.fixed(parts, 64)
    sizes = {len(packing.whole(parts, packed, b"")) for _ in range(50)}
    assert len(sizes) > 10
    assert max(sizes) - min(sizes) < packing.HIDDEN
    assert max(sizes) < len(parts[0])
