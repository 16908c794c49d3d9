"""What a template draws: a step's pieces with their records, the people who answer now, sources and dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from guidance import directory, engine
from guidance.answers import Answers, Mark
from guidance.content import Content, Step
from guidance.directory import Caller, Listed
from guidance.records import Checked, Contact, Law, Platform, Source
from guidance.wording import Html, Piece

Facts = Mapping[str, str]
ADULT = 18
DOOR = 3  # services in the box on every page; the rest stand on their own page
NATIONS = {
    "england": _("England"),
    "wales": _("Wales"),
    "scotland": _("Scotland"),
    "ni": _("Northern Ireland"),
    "abroad": _("outside the UK"),
}


@dataclass(frozen=True)
class Drawn:
    """A piece with the records it stands for."""

    kind: str
    html: Html
    listed: Listed | None = None
    laws: tuple[Law, ...] = ()


@dataclass(frozen=True)
class Row:
    """A task on the list: its place, its page and what the person has marked it with."""

    number: int
    step: Step
    mark: Mark


@dataclass(frozen=True)
class Checking:
    """When what a page says was checked last, where it is from, and whether an editor has confirmed all of it."""

    checked_on: date
    sources: tuple[Source, ...]
    confirmed: bool


def body(content: Content, step: Step, facts: Facts, *, at: datetime) -> tuple[Drawn, ...]:
    """The step's words for this person. Where the law needs a nation that is not known, it asks once."""
    found = [_drawn(content, piece, facts, at) for piece in step.wording.pieces(facts)]
    asks = [place for place, one in enumerate(found) if one.kind == "nation"]
    return tuple(one for place, one in enumerate(found) if place not in asks[1:])


def led(drawn: tuple[Drawn, ...]) -> tuple[tuple[Drawn, ...], tuple[Drawn, ...]]:
    """The first paragraph, which says the one thing to do, and the rest."""
    if not drawn or drawn[0].kind != "html" or not drawn[0].html.startswith("<p>"):
        return (), drawn
    first, _, rest = drawn[0].html.partition("</p>")
    return (Drawn("html", Html(f"{first}</p>")),), (Drawn("html", Html(rest)), *drawn[1:])


def _drawn(content: Content, piece: Piece, facts: Facts, at: datetime) -> Drawn:
    if piece.kind == "contact":
        return Drawn("contact", piece.html, listed=directory.listing(content.contacts[piece.id], at=at))
    if piece.kind == "law":
        laws = laws_for(content, piece.id, facts.get("nation", ""))
        unknown = not laws and facts.get("nation", "unsure") == "unsure"
        return Drawn("nation" if unknown else "law", piece.html, laws=laws)
    return Drawn(piece.kind, piece.html)


def laws_for(content: Content, topic: str, nation: str) -> tuple[Law, ...]:
    """The cards of a topic in that nation; where it is not known, those that hold in all of the UK."""
    cards = [law for law in content.laws.values() if topic in (law.id, law.topic)]
    wanted = {nation} if nation in NATIONS else set(NATIONS) - {"abroad"}
    return tuple(law for law in cards if wanted <= set(law.nations))


def contacts(content: Content, step: Step, facts: Facts, *, at: datetime) -> tuple[Listed, ...]:
    """The cards of a step that its words do not draw for this person already, and that would not turn them away."""
    drawn = {piece.id for piece in step.wording.pieces(facts) if piece.kind == "contact"}
    named = [content.contacts[one] for one in step.head.contacts if one not in drawn]
    return tuple(directory.listing(one, at=at) for one in named if _takes(one, facts))


def _takes(contact: Contact, facts: Facts) -> bool:
    """A parent may be given the number of a child's service; a child is not sent to a service for adults."""
    too_young = facts.get("my_age") in directory.CHILDREN and contact.ages.min >= ADULT
    nation = facts.get("nation", "")
    return not too_young and (nation not in NATIONS or nation in contact.nations)


def caller(facts: Facts) -> Caller:
    return Caller(
        nation=facts.get("nation", ""),
        age=facts.get("my_age", ""),
        crisis=engine.in_crisis(facts),
    )


def answering(content: Content, facts: Facts, *, at: datetime) -> tuple[Listed, ...]:
    """Who can help, best first; a contact that is for all comes before one for some."""
    return _listed(content, caller(facts), at.replace(second=0, microsecond=0))


@lru_cache(maxsize=64)
def _listed(content: Content, who: Caller, minute: datetime) -> tuple[Listed, ...]:
    """The same for everybody of that nation and age within a minute: hours begin and end on whole minutes."""
    return directory.who_can_help(content.contacts.values(), who, at=minute)


def door(content: Content, facts: Facts, *, at: datetime) -> tuple[Listed, ...]:
    """The few that a person can reach at this moment; where no number is known, the page that finds one."""
    listed = answering(content, facts, at=at)
    reachable = [one for one in listed if one.open and one.contact.answers]
    finders = [one for one in listed if one.open and "crisis" in one.contact.roles]
    return tuple((reachable or finders)[:DOOR])


def rows(content: Content, plan: engine.Plan, given: Answers) -> tuple[Row, ...]:
    steps = [content.steps[name] for name in plan.tasks]
    return tuple(Row(number, step, given.marks.get(step.head.code, Mark.NONE)) for number, step in enumerate(steps, 1))


def checking(content: Content, records: Iterable[Checked]) -> Checking:
    """The earliest check among the records, and every source that stands in sources.toml."""
    found = list(records)
    named = dict.fromkeys(one for record in found for one in record.sources)
    sources = tuple(content.sources[one] for one in named if one in content.sources)
    confirmed = not any(record.needs_editor for record in found)
    return Checking(min(record.checked_on for record in found), sources, confirmed)


def hashes(content: Content, platform: Platform, facts: Facts) -> tuple[Contact, ...]:
    """The fingerprint services of a platform: none for adults where someone is, or may be, under 18."""
    services = (content.contacts[one] for one in platform.hash)
    young = facts.get("shown_age") in ("under18", "unsure") or facts.get("my_age") in (
        "u13",
        "13to17",
        "unsure",
    )
    return tuple(one for one in services if not (young and one.ages.min >= 18))
