from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.crypto.contexts import NoContext, bound, context
from tests.evidence.crypto.material import ALICE, ITEM, NOTE, steady

parts = st.lists(st.one_of(st.uuids(), st.integers(), st.text(), st.binary()), max_size=4)


def test_a_context_is_its_parts_each_with_its_length():
    assert context("field", ALICE, -3, "é", b"\x00") == (
        b"\x00\x00\x00\x0cabuse-help/1"
        b"\x00\x00\x00\x05field"
        b"\x00\x00\x00\x11u" + ALICE.bytes + b"\x00\x00\x00\x03i-3"
        b"\x00\x00\x00\x03s\xc3\xa9"
        b"\x00\x00\x00\x02b\x00"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param((1,), ("1",), id="number and text"),
        pytest.param(("1",), (b"1",), id="text and bytes"),
        pytest.param((ITEM,), (ITEM.bytes,), id="identifier and its bytes"),
        pytest.param((ITEM,), (str(ITEM),), id="identifier and its text"),
        pytest.param(("ab", "c"), ("a", "bc"), id="text cut elsewhere"),
        pytest.param(("a",), ("a", ""), id="an empty part more"),
        pytest.param((), ("",), id="nothing and an empty part"),
    ],
)
def test_no_two_lists_of_parts_share_a_context(one, other):
    assert context("field", *one) != context("field", *other)


@steady
@given(parts, parts)
def test_contexts_are_equal_only_where_parts_and_their_types_are(one, other):
    same = [(type(part), part) for part in one] == [(type(part), part) for part in other]
    assert (context("p", *one) == context("p", *other)) is same


@pytest.mark.parametrize("part", [True, None, 1.0, ["a"], bytearray(b"a")], ids=repr)
def test_a_part_of_any_other_type_is_refused(part):
    with pytest.raises(TypeError):
        context("field", part)


def test_a_context_without_a_purpose_is_refused():
    with pytest.raises(NoContext):
        context("")


def test_binding_adds_the_layer_and_the_version_byte():
    assert bound(NOTE, "field") == NOTE + b"\x00\x00\x00\x07field/1"


@pytest.mark.parametrize("ctx", [b"", b"abuse-help/1", b"\x00\x00\x00\x0cabuse-help/2"], ids=repr)
def test_nothing_is_bound_to_what_is_no_context(ctx):
    with pytest.raises(NoContext):
        bound(ctx, "field")
