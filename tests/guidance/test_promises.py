from __future__ import annotations

from guidance import promises
from guidance.conditions import parse
from guidance.promises import Promise, in_order, kept


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
    promise = Promise("p", needs=(frozenset({"a", "b"}), frozenset({"c"})), never=frozenset({"d"}))
    assert judged(promise, "a", "c")
    assert judged(promise, "b c")
    assert not judged(promise, "a", "b")
    assert not judged(promise, "a", "c", "d")


def test_what_guards_must_stand_before_what_is_guarded():
    promise = Promise("p", before=frozenset({"keep"}), guards=frozenset({"block"}), spare="mail")
    assert judged(promise, "keep", "block")
    assert judged(promise, "other")
    assert judged(promise, "block mail")
    assert not judged(promise, "block", "keep")
    assert not judged(promise, "block keep")
    assert not judged(promise, "block mail", "block", "keep")


def test_what_comes_first_stands_on_the_first_page_behind_little():
    promise = Promise("p", first="no", may_precede=frozenset({"calm", "bank"}))
    assert judged(promise, "calm", "no")
    assert not judged(promise, "other", "no")
    assert not judged(promise, "bank", "no")
    assert judged(promise, "bank", "no", hour=True)
    assert not judged(promise, *["calm"] * 6, "no")
    assert judged(promise, *["calm"] * 5, "no")
    assert not judged(promise, "calm")


def test_near_means_all_but_two_clear_answers():
    near = parse(promises.NEAR)
    assert not near.holds({"who_is_it": "stranger", "watched": "no"})
    for facts in ({}, {"who_is_it": "known", "watched": "no"}, {"who_is_it": "stranger", "watched": "unsure"}):
        assert near.holds(facts)
