from __future__ import annotations

from guidance import promises
from guidance.promises import Promise, in_order, kept


def when(name):
    return next(one.when for one in promises.PROMISES if one.name == name)


def promise(**keys):
    return Promise(name="p", reason="made up for this test", **keys)


def judged(promise, *steps, hour=False):
    return kept(promise, [frozenset(step.split()) for step in steps], bank_may_lead=hour)


def test_in_order_takes_what_may_be_missing_and_nothing_else():
    assert in_order(("a", "c"), "a b? c")
    assert in_order(("a", "b", "c"), "a b? c")
    assert not in_order(("a", "b"), "a b? c")
    assert not in_order(("c", "a"), "a b? c")
    assert not in_order(("a", "c", "d"), "a b? c")
    assert in_order(("x", "a"), "x? a x?")
    assert in_order(("a", "x"), "x? a x?")
    assert not in_order((), "a")
    assert in_order((), "")


def test_needs_and_never_are_kept():
    made = promise(needs=(frozenset({"a", "b"}), frozenset({"c"})), never=frozenset({"d"}))
    assert judged(made, "a", "c")
    assert judged(made, "b c")
    assert not judged(made, "a", "b")
    assert not judged(made, "a", "c", "d")


def test_what_guards_must_stand_before_what_is_guarded():
    made = promise(before=frozenset({"keep"}), guards=frozenset({"block"}), spare="mail")
    assert judged(made, "keep", "block")
    assert judged(made, "other")
    assert judged(made, "block mail")
    assert not judged(made, "block", "keep")
    assert not judged(made, "block keep")
    assert not judged(made, "block mail", "block", "keep")


def test_what_comes_first_stands_on_the_first_page_behind_little():
    made = promise(first="no", may_precede=frozenset({"calm", "bank"}))
    assert judged(made, "calm", "no")
    assert not judged(made, "other", "no")
    assert not judged(made, "bank", "no")
    assert judged(made, "bank", "no", hour=True)
    assert not judged(made, *["calm"] * 6, "no")
    assert judged(made, *["calm"] * 5, "no")
    assert not judged(made, "calm")


def test_near_means_all_but_two_clear_answers():
    near = when("someone near, or who may read this phone, makes device safety come first")
    assert not near.holds({"who_is_it": "stranger", "watched": "no"})
    for facts in ({}, {"who_is_it": "known", "watched": "no"}, {"who_is_it": "stranger", "watched": "unsure"}):
        assert near.holds(facts)
