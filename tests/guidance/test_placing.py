from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guidance.placing import Size, place

SIZE = Size(width=100, height=40, passing=10, gap=20, drop=30, end=8)
GRAPHS = st.dictionaries(
    st.sampled_from("abcdefghij"), st.lists(st.sampled_from("abcdefghij"), max_size=4), min_size=1
).map(lambda graph: {name: tuple(one for one in graph.get(name, ()) if one in graph) for name in graph})


def rows(graph):
    """The boxes of each row, from left to right."""
    placed = place(graph, SIZE)
    tops = sorted({top for _, top in placed.boxes.values()})
    return ["".join(sorted((n for n in graph if placed.boxes[n][1] == top), key=placed.boxes.get)) for top in tops]


def test_a_box_stands_below_every_box_that_leads_to_it():
    assert rows({"a": ("b", "c"), "b": ("c",), "c": ()}) == ["a", "b", "c"]


def test_lines_do_not_cross_where_they_need_not():
    assert rows({"a": ("b", "c"), "b": ("e",), "c": ("d",), "d": (), "e": ()}) in (["a", "bc", "ed"], ["a", "cb", "de"])


def test_a_long_line_passes_beside_the_boxes_between():
    placed = place({"a": ("b", "c"), "b": ("c",), "c": ()}, SIZE)
    left, top = placed.boxes["b"]
    beside = [x for x, y in placed.lines["a", "c"] if top <= y <= top + SIZE.height]
    assert len(beside) == 2
    assert all(x < left or x > left + SIZE.width for x in beside)


def test_lines_leave_and_reach_a_box_side_by_side():
    placed = place({"a": ("b", "c"), "b": (), "c": ()}, SIZE)
    (first, _), (second, _) = placed.lines["a", "b"][0], placed.lines["a", "c"][0]
    assert abs(first - second) == SIZE.end
    assert (first < second) == (placed.boxes["b"] < placed.boxes["c"])


def test_a_way_back_up_is_left_out():
    placed = place({"a": ("b",), "b": ("a",)}, SIZE)
    assert len(placed.lines) <= 1
    assert set(placed.boxes) == {"a", "b"}


@given(GRAPHS)
def test_any_graph_fits_without_boxes_that_touch(graph):
    placed = place(graph, SIZE)
    assert min(left for left, _ in placed.boxes.values()) == 0
    for name, (left, top) in placed.boxes.items():
        assert left + SIZE.width <= placed.width
        assert top + SIZE.height <= placed.height
        beside = [x for other, (x, y) in placed.boxes.items() if y == top and other != name]
        assert all(abs(x - left) >= SIZE.width + SIZE.gap - 1 for x in beside)
    for points in placed.lines.values():
        downwards = [y for _, y in points]
        assert downwards == sorted(downwards)
