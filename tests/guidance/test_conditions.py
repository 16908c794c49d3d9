from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.conditions import ALWAYS, ConditionBroken, Is, atoms, parse, unknown


def test_a_fact_without_an_answer_equals_nothing():
    assert not parse({"what": "money"}).holds({})
    assert parse({"not": {"what": "money"}}).holds({})


def test_any_of_several_values_holds():
    either = parse({"what": ["money", "paid"]})
    assert [either.holds({"what": what}) for what in ("money", "paid", "threat")] == [True, True, False]


def test_all_any_and_not_mean_what_they_say():
    facts = {"a": "yes", "b": "no"}
    yes, no = {"a": "yes"}, {"b": "yes"}
    assert parse({"all": [yes, {"not": no}]}).holds(facts)
    assert not parse({"all": [yes, no]}).holds(facts)
    assert parse({"any": [no, yes]}).holds(facts)
    assert not parse({"any": [no, no]}).holds(facts)


def test_a_named_condition_stands_for_itself():
    assert parse({"is": "rich"}, {"rich": parse({"money": "yes"})}) == parse({"money": "yes"})


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"a": "yes", "b": "no"},
        "yes",
        None,
        {"all": []},
        {"any": {"a": "yes"}},
        {"not": "yes"},
        {"is": "nobody"},
        {"is": ["a"]} and {"is": "a"},
        {"a": []},
        {"a": 1},
        {"a": ["yes", 1]},
    ],
)
def test_any_other_shape_is_refused(raw):
    with pytest.raises(ConditionBroken):
        parse(raw, {})


def test_a_condition_says_what_it_compares():
    condition = parse({"all": [{"a": "yes"}, {"not": {"any": [{"b": "no"}, {"a": "yes"}]}}]})
    assert atoms(condition) == {Is("a", frozenset({"yes"})), Is("b", frozenset({"no"}))}
    assert atoms(ALWAYS) == frozenset()


def test_facts_and_values_that_nobody_can_have_are_named():
    condition = parse({"all": [{"a": ["yes", "maybe"]}, {"b": "no"}]})
    assert unknown(condition, {"a": ("yes", "no")}) == ["a is never maybe", "no fact is named b"]


FACTS = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["x", "y"]))
RAW = st.recursive(
    st.builds(lambda fact, value: {fact: value}, st.sampled_from("abc"), st.sampled_from(["x", "y", ["x", "y"]])),
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=8,
)


@settings(derandomize=True, deadline=None)
@given(raw=RAW, facts=FACTS)
def test_not_turns_every_condition_round(raw, facts):
    assert parse({"not": raw}).holds(facts) != parse(raw).holds(facts)


@settings(derandomize=True, deadline=None)
@given(raw=RAW, facts=FACTS)
def test_only_the_facts_it_compares_matter(raw, facts):
    condition = parse(raw)
    compared = {atom.fact for atom in atoms(condition)}
    assert condition.holds(facts) == condition.holds({f: v for f, v in facts.items() if f in compared})
