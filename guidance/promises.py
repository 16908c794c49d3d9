"""The safety promises of promises.toml, and whether a list keeps them."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import Field

from guidance.conditions import ALWAYS, Condition, parse
from guidance.records import Need, Record

FILE = Path(__file__).resolve().parent / "promises.toml"
Kinds = frozenset[str]


class Promise(Record):
    """What must hold for everybody for whom `when` holds; promises.toml says what each key means."""

    name: str
    reason: str = Field(min_length=20)
    when: Condition = ALWAYS
    needs: tuple[Kinds, ...] = ()
    never: Kinds = frozenset()
    before: Kinds = frozenset()
    guards: Kinds = frozenset()
    spare: str = ""
    first: str = ""
    may_precede: Kinds = frozenset()


_raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
_named: dict[str, Condition] = {}
for _name, _condition in _raw["conditions"].items():
    _named[_name] = parse(_condition, _named)

MAX_SCREENS: int = _raw["max_screens"]
MAX_PATHS: int = _raw["max_paths"]
FIRST_PAGE: int = _raw["first_page"]
GATES: tuple[str, ...] = tuple(_raw["gates"])
BEFORE_GATES: frozenset[str] = frozenset(_raw["before_gates"])
LETTER_NEEDS: frozenset[Need] = frozenset(_raw["letter_needs"])
PACK_NEEDS: frozenset[Need] = frozenset(_raw["pack_needs"])
ORDERS: dict[str, str] = _raw["orders"]  # by the id of the plan
HOURS: dict[str, str] = _raw["hours"]  # by the id of the contact, as directory.in_words says them
# Within the hour a bank may still stop the payment, so it may stand before all else.
BANK_MAY_LEAD = _named["paid_within_the_hour"]
PROMISES: tuple[Promise, ...] = tuple(
    Promise.model_validate({**row, "when": parse(row["when"], _named) if "when" in row else ALWAYS})
    for row in _raw["promises"]
)


def in_order(tasks: tuple[str, ...], promised: str) -> bool:
    """The tasks follow the promised order, and nothing is missing but what it marks with "?"."""
    order = promised.split()
    rest = iter(name.rstrip("?") for name in order)
    return all(task in rest for task in tasks) and {name for name in order if name[-1] != "?"} <= set(tasks)


def kept(promise: Promise, kinds: list[Kinds], *, bank_may_lead: bool) -> bool:
    """Whether a list, given as the kinds of its steps in order, keeps the promise."""
    shown = Kinds().union(*kinds)
    if promise.never & shown or not all(group & shown for group in promise.needs):
        return False
    return _guarded(promise, kinds) and _first(promise, kinds, bank_may_lead=bank_may_lead)


def _guarded(promise: Promise, kinds: list[Kinds]) -> bool:
    for index, step in enumerate(kinds):
        if step & promise.guards and promise.spare not in step:
            return any(earlier & promise.before for earlier in kinds[:index])
    return True


def _first(promise: Promise, kinds: list[Kinds], *, bank_may_lead: bool) -> bool:
    if not promise.first:
        return True
    ahead = promise.may_precede if bank_may_lead else promise.may_precede - {"bank"}
    for index, step in enumerate(kinds[:FIRST_PAGE]):
        if promise.first in step:
            return all(earlier & ahead for earlier in kinds[:index])
    return False
