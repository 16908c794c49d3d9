from __future__ import annotations

import itertools
import random
import sys
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance import content
from tests.guidance import mutants
from tests.guidance.mutants import refusal

LOADED = content.read(content.FOLDER)
GRAPH = tomllib.loads((content.FOLDER / "flow.toml").read_text(encoding="utf-8"))
SEED = 20_261_121
LEAST = 0.95  # of random mutants refused


def unnoticed(loaded, changes):
    return [name for name, graph in changes if not refusal(loaded, graph)]


def test_the_graph_itself_is_not_refused(loaded, graph):
    assert refusal(loaded, graph) == ""


@pytest.mark.parametrize("number", [pytest.param(50, id="few"), pytest.param(500, marks=pytest.mark.long, id="all")])
def test_random_mutants_of_the_content_are_refused(loaded, graph, number):
    chosen = random.Random(SEED if number == 50 else SEED + 1)  # noqa: S311 - the same mutants on every machine
    made = [mutants.random_one(loaded, graph, chosen) for _ in range(number)]
    survivors = [name for name, changed in made if not mutants.refused(changed)]
    sys.stdout.write(f"\n{number - len(survivors)} of {number} mutants refused; not: {survivors}\n")
    assert len({name.split(":")[0] for name, _ in made}) == len(mutants.KINDS)
    assert len(survivors) <= number * (1 - LEAST)


@pytest.mark.long
def test_no_edge_can_be_deleted_unnoticed(loaded, graph):
    assert unnoticed(loaded, mutants.cuts(graph)) == []


@pytest.mark.long
def test_no_two_neighbours_on_a_list_can_be_changed_round_unnoticed(loaded, graph):
    """But for steps that never stand on the same list, so that their order tells nothing."""
    together = {pair for _, tasks in mutants.lists(loaded) for pair in itertools.pairwise(tasks)}
    survivors = unnoticed(loaded, mutants.swaps(graph))
    pairs = [mutants.swapped(graph, name) for name in survivors]
    assert [pair for pair in pairs if pair in together] == []


@pytest.mark.long
def test_no_condition_can_be_turned_round_unnoticed(loaded, graph):
    assert unnoticed(loaded, mutants.turned(graph)) == []


@settings(derandomize=True, max_examples=20, deadline=None)
@given(data=st.data())
def test_several_random_edges_deleted_at_once_are_refused(data):
    graph = GRAPH
    for _ in range(data.draw(st.integers(2, 5))):
        graph = mutants.without(graph, *data.draw(st.sampled_from([*mutants.edges(graph)])))
    assert refusal(LOADED, graph)
