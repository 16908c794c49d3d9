from __future__ import annotations

import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from guidance import content
from tests.guidance import mutants
from tests.guidance.mutants import refusal

# A school and a person whose phone may be watched never meet on one list, so their order tells nothing.
NO_DIFFERENCE = ["not-sure-under-18 swap 4"]


def unnoticed(loaded, changes):
    return [name for name, graph in changes if not refusal(loaded, graph)]


def test_the_graph_itself_is_not_refused(loaded, graph):
    assert refusal(loaded, graph) == ""


def test_no_edge_can_be_deleted_unnoticed(loaded, graph):
    assert unnoticed(loaded, mutants.cuts(graph)) == []


def test_no_two_neighbours_on_a_list_can_be_changed_round_unnoticed(loaded, graph):
    assert unnoticed(loaded, mutants.swaps(graph)) == NO_DIFFERENCE


def test_no_condition_can_be_turned_round_unnoticed(loaded, graph):
    assert unnoticed(loaded, mutants.turned(graph)) == []


LOADED = content.read(content.FOLDER)
GRAPH = tomllib.loads((content.FOLDER / "flow.toml").read_text(encoding="utf-8"))


@settings(derandomize=True, max_examples=40, deadline=None)
@given(data=st.data())
def test_several_random_edges_deleted_at_once_are_refused(data):
    graph = GRAPH
    for _ in range(data.draw(st.integers(2, 5))):
        graph = mutants.without(graph, *data.draw(st.sampled_from([*mutants.edges(graph)])))
    assert refusal(LOADED, graph)
