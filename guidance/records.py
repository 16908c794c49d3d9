"""The shapes of everything that editors write: facts, screens, plans, steps, contacts, laws and so on."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from guidance.conditions import ALWAYS, Condition

# Opaque addresses of guidance pages that no file in content/ owns.
PLAN_CODE = "v8qd"
PRINT_CODE = "h3xw"
MARK_CODE = "w2zf"
FORGET_CODE = "z6kr"
REMINDERS_CODE = "b5yn"
TEN_CODE = "x4gm"
RESERVED_CODES = frozenset({PLAN_CODE, PRINT_CODE, MARK_CODE, FORGET_CODE, REMINDERS_CODE, TEN_CODE})
PLAN = "plan"  # what a screen's `next` names when the questions are over

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{3}$")]
Nation = Literal["england", "wales", "scotland", "ni", "abroad"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Role = Literal["crisis", "emergency", "image", "child", "police", "money", "support", "domestic"]
Group = Literal["social", "messages", "dating", "adult", "search", "mail", "games", "site", "cloud"]
Confidence = Literal["official", "secondary", "repository", "memory"]
Kind = Literal[
    "breathe", "dont-pay", "pay-never", "stop-replying", "capture", "capture-text", "report", "block",
    "hash-adult", "report-remove", "take-it-down", "upload-case", "police", "police-record", "bank",
    "helpline", "delist", "privacy", "passwords", "tell-someone", "support", "device-safety", "follow-up",
    "letter", "forward-scam", "deletes-evidence", "start-case", "crisis", "notsure", "legal", "complain",
    "school", "receiver", "change", "office",
]  # fmt: skip
# Where a path can end (the reference's eleven outcomes); each stands on the step that is its page.
End = Literal[
    "OUT-CRISIS", "OUT-POLICE", "OUT-TAKEDOWN", "OUT-HASH", "OUT-BANK", "OUT-SCAM", "OUT-SCHOOL", "OUT-OFFICE",
    "OUT-SUPPORT", "OUT-EVIDENCE", "OUT-NOTSURE",
]  # fmt: skip
# What a letter or the police pack has to say, and so some step has to ask for.
Need = Literal["address", "account", "when", "what", "demand", "payment", "reference", "place", "contact", "whose"]


class Record(BaseModel):
    """A frozen record that refuses a key it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Checked(Record):
    """What every record that states a fact carries: where it is from and when it was checked."""

    sources: tuple[str, ...] = Field(min_length=1)
    checked_on: date
    review_by: date
    needs_editor: bool = False
    language: str = "en-gb"  # of its words: a translation sets it, files of content/ do not


class Fact(Record):
    """One question: its finite answers, and the one that means "not sure"; a press on "go on" has one."""

    values: tuple[str, ...] = Field(min_length=1)
    unsure: str

    @model_validator(mode="after")
    def unsure_is_a_value(self) -> Fact:
        if self.unsure not in self.values or len(set(self.values)) != len(self.values):
            raise ValueError("unsure must be one of the values, and each value stands once")
        return self


class Edge(Record):
    """From a screen to another, or to the plan, where `when` holds."""

    when: Condition
    go: str


class Screen(Record):
    """A page before the plan: what it asks, and what follows; the last edge always holds."""

    id: str
    asks: tuple[str, ...] = Field(min_length=1)
    next: tuple[Edge, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def ends_with_else(self) -> Screen:
        if self.next[-1].when != ALWAYS or any(edge.when == ALWAYS for edge in self.next[:-1]):
            raise ValueError(f"screen {self.id}: exactly the last of next is an else")
        return self


class Later(Record):
    """A question asked on the tasks and pages of advice `on` ("plan" is the list itself)."""

    id: str
    asks: tuple[str, ...] = Field(min_length=1, max_length=1)
    on: tuple[str, ...] = Field(min_length=1)


class Task(Record):
    """A step of a plan, for those for whom `when` holds."""

    step: str
    when: Condition = ALWAYS


class PlanRecord(Record):
    """The ordered steps of one situation, its page, and the actions that it must never show."""

    id: str
    situation: str
    when: Condition
    tasks: tuple[Task, ...] = Field(min_length=1)
    never: tuple[str, ...] = ()
    outcome: str


class Flow(Record):
    """The whole graph."""

    start: str
    screens: dict[str, Screen]
    later: dict[str, Later]
    plans: tuple[PlanRecord, ...]

    @property
    def later_facts(self) -> frozenset[str]:
        return frozenset(fact for question in self.later.values() for fact in question.asks)


class Choice(Record):
    label: str = Field(min_length=1)
    hint: str = ""


class StepHead(Checked):
    """The front matter of a step: everything but its words."""

    id: str
    code: Code
    kind: Literal["question", "advice", "task", "outcome"]
    action: str = Field(default="", pattern=r"^(A\d\d)?$")
    title: str = Field(min_length=1)
    severity: Literal["safety", "standard"] = "standard"
    minutes: int | None = None
    why: str = ""
    contacts: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    ends: tuple[End, ...] = ()
    collects: tuple[Need, ...] = ()
    choices: dict[str, dict[str, Choice]] = {}


def clock(text: Any) -> Any:
    """`"24:00"` is the last minute of the day; every other time stays what it is."""
    return "23:59:59.999999" if text == "24:00" else text


Clock = Annotated[time, BeforeValidator(clock)]


class Hours(Record):
    """Days and UK times between which a service answers; closing before opening runs past midnight."""

    days: tuple[Weekday, ...] = Field(min_length=1)
    opens: Clock
    closes: Clock


class Ages(Record):
    min: int = 0
    max: int = 150


class Contact(Checked):
    """A service that a person can reach: for whom, when, where, at what cost."""

    id: str
    code: Code
    name: str
    one_line: str
    phone: str = ""
    text: str = ""
    email: str = ""
    web: str = ""
    cost: str = ""
    who: str = ""
    ages: Ages = Ages()
    nations: tuple[Nation, ...] = Field(min_length=1)
    hours: tuple[Hours, ...] = ()
    always: bool = False
    answered: bool = True  # by a person; a number that only takes forwarded texts is not
    bank_holidays: Literal["open", "closed"] = "closed"
    roles: tuple[Role, ...] = Field(min_length=1)
    note: str = ""
    confidence: Confidence = "memory"

    @model_validator(mode="after")
    def can_be_reached(self) -> Contact:
        if not (self.phone or self.text or self.email or self.web):
            raise ValueError("a contact has a phone, a text number, an email or a web address")
        if self.always and self.hours:
            raise ValueError("always open, or open at hours: not both")
        return self

    @property
    def answers(self) -> bool:
        """A person answers on the phone or by text, not a form."""
        return self.answered and bool(self.phone or self.text)

    @property
    def dial(self) -> str:
        """The phone number as a `tel:` address takes it."""
        return "".join(char for char in self.phone if char.isdigit() or char == "+")


class Platform(Checked):
    """Where things are posted: how to report there, and what happens to the person's own copy."""

    id: str
    code: Code
    name: str
    group: Group
    report_path: str = ""  # one thing to do on each line, as in the next three
    form: str = ""
    blackmail_path: str = ""
    capture_first: str = ""
    vanishes: str = ""
    needs: str = ""
    evidence: Literal["keep", "lose", "timed"]
    hash: tuple[str, ...] = ()
    expected: str = ""
    note: str = ""


class Law(Checked):
    """What the law says in one place: a card that a text asks for by topic, chosen by nation."""

    id: str
    topic: str = ""
    nations: tuple[Nation, ...] = Field(min_length=1)
    name: str
    in_force: str = ""
    fact: str
    limits: str = ""
    confidence: Confidence = "memory"


class Branding(Record):
    """What an operator may say about the site: empty leaves the settings as they are. `about` stands in the foot."""

    site_name: str = Field(default="", max_length=40)
    organisation: str = Field(default="", max_length=120)
    about: str = Field(default="", max_length=200)


class Source(Record):
    name: str
    url: str = Field(default="", pattern=r"^(https://.*)?$")
    as_of: str = ""
    kind: Confidence


class Journey(Record):
    """A persona: answers, and what they must see, must never see, and in which order."""

    name: str
    situation: str
    answers: dict[str, str]
    must_show: tuple[str, ...] = ()
    must_never_show: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
