"""The safety promises that every path must keep, as data: a second statement of what flow.toml has to say.

Editors may reword and reorder guidance; what stands here holds whatever they do. Changing a promise means
changing this file, with the reason in a decision record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from guidance.conditions import ALWAYS, Condition, parse

MAX_SCREENS = 6  # questions before the plan; the crisis page is no question
MAX_PATHS = 200_000
FIRST_PAGE = 6  # tasks that a phone shows without scrolling far
GATES = ("danger", "shown_age", "my_age")  # asked on every path, in this order, before anything else decides

YOUNG = {"any": [{"shown_age": ["under18", "unsure"]}, {"my_age": ["u13", "13to17", "unsure"]}]}
CHILD_NOW = {"my_age": ["u13", "13to17", "unsure"]}
MINE = {"who": ["me", "unsure"]}
MINE_OR_YOUNG = {"any": [MINE, YOUNG]}
EXTORTION = {"what": ["money", "paid", "scam_mail"]}
# Only two clear answers rule out that the other person is near; without them device safety comes first.
NEAR = {
    "not": {
        "all": [
            {"who_is_it": ["met_online", "stranger", "mail_only"]},
            {"watched": "no"},
        ]
    }
}


def _all(*parts: Any) -> dict[str, Any]:
    return {"all": list(parts)}


@dataclass(frozen=True)
class Promise:
    """Where `when` holds: every kind in `needs` (one of each group) is shown, none in `never` is.

    Where a step of a kind in `guards` is shown, one of a kind in `before` stands ahead of it.
    `first` is shown on the first page, with nothing but steps of the kinds in `may_precede` ahead of it.
    Kinds are those of the steps' front matter; steps of the kind in `spare` are left out of `guards`.
    """

    name: str
    when: Condition = ALWAYS
    needs: tuple[frozenset[str], ...] = ()
    never: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    guards: frozenset[str] = frozenset()
    spare: str = ""
    first: str = ""
    may_precede: frozenset[str] = frozenset()


def _kinds(*names: str) -> frozenset[str]:
    return frozenset(names)


PROMISES = (
    Promise(
        "no picture of someone who may be under 18 is captured, hashed for adults or uploaded",
        when=parse(YOUNG),
        never=_kinds("capture", "hash-adult", "upload-case"),
    ),
    Promise(
        "where someone may be under 18, there is Report Remove or Take It Down",
        when=parse(YOUNG),
        needs=(_kinds("report-remove", "take-it-down"),),
    ),
    Promise(
        "someone under 18 now gets Report Remove",
        when=parse(_all(MINE, CHILD_NOW)),
        needs=(_kinds("report-remove"),),
    ),
    Promise(
        "an adult is not sent to a service that refuses adults",
        when=parse(_all(MINE, {"my_age": "adult"})),
        never=_kinds("report-remove"),
    ),
    Promise(
        "where money is asked for, not paying comes first",
        when=parse(EXTORTION),
        needs=(_kinds("dont-pay"),),
        before=_kinds("dont-pay"),
        guards=_kinds("block", "report", "deletes-evidence", "capture", "capture-text", "start-case"),
        first="dont-pay",
        may_precede=_kinds("crisis", "breathe", "device-safety", "bank"),
    ),
    Promise(
        "nothing is blocked, reported or deleted before it is kept (a scam e-mail is forwarded first: "
        "the copy lies with the report, and the mail itself is worth nothing to the person)",
        before=_kinds("capture", "capture-text"),
        guards=_kinds("block", "report", "deletes-evidence"),
        spare="forward-scam",
    ),
    Promise(
        "someone near, or who may read this phone, makes device safety come first",
        when=parse(NEAR),
        before=_kinds("device-safety"),
        guards=_kinds("block", "start-case"),
    ),
    Promise(
        "whoever paid is sent to the bank",
        when=parse(_all(MINE, {"what": "paid"})),
        needs=(_kinds("bank"),),
    ),
    Promise(
        "whoever wants the police, or does not know yet, keeps a record of the report",
        when=parse(
            _all(
                MINE,
                {"my_age": "adult"},
                {"what": ["shared", "threat", "money", "paid"]},
                {"not": {"police": "not_now"}},
            )
        ),
        needs=(_kinds("police"), _kinds("police-record")),
    ),
    Promise(
        "whoever has not blocked is told when to",
        when=parse(
            _all(
                MINE,
                {"not": {"blocked": "yes"}},
                {
                    "any": [
                        {"what": ["threat", "money", "paid"]},
                        _all({"what": "shared"}, {"shown_age": "adults"}),
                    ]
                },
            )
        ),
        needs=(_kinds("block"),),
    ),
    Promise(
        "whoever is threatened is told to stop answering",
        when=parse(_all(MINE, {"what": ["threat", "money", "paid"]})),
        needs=(_kinds("stop-replying"),),
    ),
    Promise(
        "whoever is blackmailed is told how to report the account",
        when=parse(_all(MINE, {"what": ["money", "paid"]})),
        needs=(_kinds("report"),),
    ),
    Promise(
        "whoever it happened to can keep a case, unless it is an empty scam",
        when=parse(_all(MINE, {"not": {"mail_real": "nothing_real"}})),
        needs=(_kinds("start-case"),),
    ),
    Promise(
        "where nothing is known of the phone, its safety is looked at",
        when=parse({"not": MINE_OR_YOUNG}),
        needs=(_kinds("device-safety"),),
    ),
    Promise(
        "whoever was hacked is told to change passwords",
        when=parse(_all(MINE, {"what": "hacked"}, {"shown_age": "adults"}, {"my_age": "adult"})),
        needs=(_kinds("passwords"),),
    ),
    Promise(
        "a school looks after the child by its own safeguarding lead",
        when=parse({"all": [{"who": "school"}, YOUNG]}),
        needs=(_kinds("tell-someone"),),
    ),
)
# Within the hour a bank may still stop the payment, so it may stand before all else.
BANK_MAY_LEAD = parse({"paid_when": "hour"})

# Each plan's steps in order. "?" marks what only some people need; the promises above say who does.
ORDERS = {  # by the id of the plan
    "t1": (
        "safe-now breathe device-safety? save-evidence write-it-down keep-a-case report-content "
        "hash-adult helpline police police-record? search-results website-notice block? privacy "
        "find-copies support follow-up complain"
    ),
    "t3": (
        "safe-now breathe device-safety stop-replying save-evidence write-it-down keep-a-case "
        "hash-adult police police-record? helpline privacy block? support legal-options"
    ),
    "t4": (
        "safe-now breathe dont-pay device-safety? stop-replying save-evidence keep-a-case "
        "report-account report-content hash-adult police police-record? privacy block? helpline "
        "tell-someone warn-contacts support follow-up"
    ),
    "t5": (
        "bank? safe-now breathe dont-pay device-safety? stop-replying bank? save-evidence keep-a-case "
        "police police-record? report-fraud hash-adult report-account block? support follow-up"
    ),
    "t6": ("breathe dont-pay stop-replying forward-scam passwords tell-someone report-remove? take-it-down?"),
    "t7": (
        "safe-now breathe tell-someone device-safety? save-text-only keep-text-only report-remove "
        "take-it-down police school report-account block? support"
    ),
    "t8": (
        "safe-now breathe dont-pay bank? stop-replying tell-someone bank? device-safety? "
        "save-text-only keep-text-only police report-remove take-it-down report-account block? "
        "privacy support school follow-up"
    ),
    "t9": (
        "safe-now breathe dont-pay? bank? device-safety? stop-replying? bank? save-text-only "
        "keep-text-only take-it-down police police-record? search-results report-account? block? "
        "support legal-options"
    ),
    "not-sure-under-18": (
        "safe-now breathe dont-pay tell-someone school? device-safety? save-text-only keep-text-only? "
        "report-remove? take-it-down police support"
    ),
    "not-sure-others": (
        "safe-now breathe dont-pay device-safety tell-someone write-it-down report-content? police helpline support"
    ),
    "not-sure": (
        "safe-now breathe dont-pay device-safety? passwords? save-evidence write-it-down keep-a-case report-content "
        "police helpline tell-someone support"
    ),
}


def in_order(tasks: tuple[str, ...], promised: str) -> bool:
    """The tasks follow the promised order, and nothing is missing but what it marks with "?"."""
    order = promised.split()
    rest = iter(name.rstrip("?") for name in order)
    return all(task in rest for task in tasks) and {name for name in order if name[-1] != "?"} <= set(tasks)


def kept(promise: Promise, kinds: list[frozenset[str]], *, bank_may_lead: bool) -> bool:
    """Whether a list, given as the kinds of its steps in order, keeps the promise."""
    shown = frozenset[str]().union(*kinds)
    if promise.never & shown or not all(group & shown for group in promise.needs):
        return False
    return _guarded(promise, kinds) and _first(promise, kinds, bank_may_lead=bank_may_lead)


def _guarded(promise: Promise, kinds: list[frozenset[str]]) -> bool:
    for index, step in enumerate(kinds):
        if step & promise.guards and promise.spare not in step:
            return any(earlier & promise.before for earlier in kinds[:index])
    return True


def _first(promise: Promise, kinds: list[frozenset[str]], *, bank_may_lead: bool) -> bool:
    if not promise.first:
        return True
    ahead = promise.may_precede if bank_may_lead else promise.may_precede - {"bank"}
    for index, step in enumerate(kinds[:FIRST_PAGE]):
        if promise.first in step:
            return all(earlier & ahead for earlier in kinds[:index])
    return False
