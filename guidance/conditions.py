"""Conditions over answers: parsed from data, held against a person's facts, able to say what they compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Facts = Mapping[str, str]


class ConditionBroken(ValueError):
    """A condition is not one of the few shapes that can be checked exhaustively."""


@dataclass(frozen=True)
class Is:
    """Holds when the fact has one of the values; a fact without an answer has none."""

    fact: str
    values: frozenset[str]

    def holds(self, facts: Facts) -> bool:
        return facts.get(self.fact) in self.values


@dataclass(frozen=True)
class All:
    """Holds when every part holds; without parts it always holds."""

    parts: tuple[Condition, ...]

    def holds(self, facts: Facts) -> bool:
        return all(part.holds(facts) for part in self.parts)


@dataclass(frozen=True)
class AnyOf:
    """Holds when one part holds."""

    parts: tuple[Condition, ...]

    def holds(self, facts: Facts) -> bool:
        return any(part.holds(facts) for part in self.parts)


@dataclass(frozen=True)
class Not:
    """Holds when its part does not, so it holds for a fact without an answer."""

    part: Condition

    def holds(self, facts: Facts) -> bool:
        return not self.part.holds(facts)


Condition = Is | All | AnyOf | Not
ALWAYS = All(())


def atoms(condition: Condition) -> frozenset[Is]:
    """Every comparison that the condition makes: what it can tell apart, and nothing else."""
    if isinstance(condition, Is):
        return frozenset({condition})
    parts = (condition.part,) if isinstance(condition, Not) else condition.parts
    return frozenset[Is]().union(*(atoms(part) for part in parts))


def parse(raw: Any, named: Mapping[str, Condition] | None = None) -> Condition:
    """`{fact = "v"}`, `{fact = ["v", "w"]}`, `{all = []}`, `{any = []}`, `{not = {}}` or `{is = "name"}`.

    Raises ConditionBroken for any other shape, and for a name that does not stand in `named`.
    """
    if not isinstance(raw, dict) or len(raw) != 1:
        raise ConditionBroken(f"a condition has exactly one key: {raw!r}")
    ((key, value),) = raw.items()
    if key in ("all", "any"):
        return _several(key, value, named)
    if key == "not":
        return Not(parse(value, named))
    return _named(value, named) if key == "is" else _fact(key, value)


def _several(key: str, value: Any, named: Mapping[str, Condition] | None) -> Condition:
    if not isinstance(value, list) or not value:
        raise ConditionBroken(f"{key} needs a list of conditions")
    parts = tuple(parse(part, named) for part in value)
    return All(parts) if key == "all" else AnyOf(parts)


def _named(name: Any, named: Mapping[str, Condition] | None) -> Condition:
    if not named or name not in named:
        raise ConditionBroken(f"no condition is named {name!r}")
    return named[name]


def _fact(fact: str, value: Any) -> Condition:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(one, str) for one in values):
        raise ConditionBroken(f"the values of {fact} are words: {value!r}")
    return Is(fact, frozenset(values))


def unknown(condition: Condition, values: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What the condition reads that no fact can have, a sentence each; `values` are each fact's answers."""
    found: list[str] = []
    for atom in sorted(atoms(condition), key=lambda atom: atom.fact):
        if atom.fact not in values:
            found.append(f"no fact is named {atom.fact}")
        else:
            found += [f"{atom.fact} is never {value}" for value in sorted(atom.values - set(values[atom.fact]))]
    return found
