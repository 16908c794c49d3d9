"""Who can help now: services by hour, bank holiday, nation and age; someone who answers is always on top."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from guidance.records import Ages, Contact, Hours

LONDON = ZoneInfo("Europe/London")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CALENDARS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "ni": "NIR"}
AGES = {"u13": Ages(max=12), "13to17": Ages(min=13, max=17), "adult": Ages(min=18)}
CHILDREN = ("u13", "13to17")
LOOK_AHEAD = 14  # days; no service is shut for longer


@dataclass(frozen=True)
class Caller:
    """For whom: a nation and an age as facts.toml names them, "unsure" or "" where not known."""

    nation: str = ""
    age: str = ""
    crisis: bool = False


@dataclass(frozen=True)
class Listed:
    """A service at one moment: open or not, and the UK time at which that changes, where it is known."""

    contact: Contact
    open: bool
    until: datetime | None = None
    opens: datetime | None = None


def who_can_help(contacts: Iterable[Contact], caller: Caller, *, at: datetime) -> tuple[Listed, ...]:
    """The services for this person, best first, as they stand at the instant `at` (aware).

    In a crisis the emergency numbers come first. Otherwise the first is one that a person answers at any
    hour, then what is open now, then what opens soonest.
    """
    listed = [listing(contact, at=at) for contact in contacts if serves(contact, caller)]
    ordered = sorted(listed, key=lambda one: _rank(one, caller))
    first = next((one for one in ordered if one.contact.always and one.contact.answers), None)
    return tuple(ordered) if first is None else (first, *(one for one in ordered if one is not first))


def serves(contact: Contact, caller: Caller) -> bool:
    """The service takes people of this nation and age; not knowing excludes nothing in the UK."""
    nations = {caller.nation} if caller.nation in (*CALENDARS, "abroad") else set(CALENDARS)
    return bool(nations & set(contact.nations)) and _overlap(contact.ages, _age(caller))


def listing(contact: Contact, *, at: datetime) -> Listed:
    """Whether the service answers at the instant `at` (aware); its times are UK times."""
    if contact.always:
        return Listed(contact, open=True)
    now = at.astimezone(UTC)
    for opens, closes in _openings(contact, at.astimezone(LONDON).date()):
        if opens <= now < closes:
            return Listed(contact, open=True, until=closes.astimezone(LONDON))
        if opens > now:
            return Listed(contact, open=False, opens=opens.astimezone(LONDON))
    return Listed(contact, open=False)


def in_words(contact: Contact) -> str:
    """The hours as one line: "always", "mon tue 10:00-16:00 except bank holidays", or "" where they are not known."""
    if contact.always:
        return "always"
    spans = [f"{' '.join(one.days)} {one.opens:%H:%M}-{one.closes:%H:%M}" for one in contact.hours]
    closed = " except bank holidays" if contact.bank_holidays == "closed" and spans else ""
    return ", ".join(spans) + closed


def _age(caller: Caller) -> Ages:
    return AGES.get(caller.age, Ages())


def _overlap(served: Ages, asked: Ages) -> bool:
    return served.min <= asked.max and asked.min <= served.max


def _covers(contact: Contact, caller: Caller) -> bool:
    """Nobody who fits what is known would be turned away."""
    asked = _age(caller)
    nations = {caller.nation} if caller.nation in (*CALENDARS, "abroad") else set(CALENDARS)
    return contact.ages.min <= asked.min and asked.max <= contact.ages.max and nations <= set(contact.nations)


def _rank(one: Listed, caller: Caller) -> tuple[int, float, int]:
    """Sorts: group, then when it opens, then what is made for a child's age before what is for everyone."""
    opens = one.opens.timestamp() if one.opens else 0.0
    child = caller.age in CHILDREN and "child" in one.contact.roles
    return (_group(one, caller), opens, 0 if child else 1)


def _group(one: Listed, caller: Caller) -> int:
    contact = one.contact
    if "emergency" in contact.roles:
        return _emergency_group(contact, caller)
    if not one.open:
        return 7 if one.opens else 8
    if contact.always and contact.answers:
        return _always_group(contact, caller)
    return 4 if contact.answers else 6


def _emergency_group(contact: Contact, caller: Caller) -> int:
    """In a crisis the number that sends the police is first of all; ways that need a set-up come after."""
    if not caller.crisis:
        return 5
    return 0 if "police" in contact.roles and _covers(contact, caller) else 2


def _always_group(contact: Contact, caller: Caller) -> int:
    """Who listens to anyone, then what is open now, then what is for some people only."""
    listens = "crisis" in contact.roles or (caller.age in CHILDREN and "child" in contact.roles)
    return (1 if _covers(contact, caller) else 3) if listens else 4


def _openings(contact: Contact, today: date) -> Iterator[tuple[datetime, datetime]]:
    """Every opening from yesterday on, soonest first, as UTC instants."""
    for offset in range(-1, LOOK_AHEAD):
        day = today + timedelta(days=offset)
        if contact.bank_holidays == "closed" and bank_holiday(day, calendar_of(contact)):
            continue
        hours = [one for one in contact.hours if WEEKDAYS[day.weekday()] in one.days]
        yield from (_span(one, day) for one in sorted(hours, key=lambda one: one.opens))


def _span(hours: Hours, day: date) -> tuple[datetime, datetime]:
    """Wall-clock times of that day as instants: clock changes and closing after midnight included."""
    last = day if hours.closes > hours.opens else day + timedelta(days=1)
    opens = datetime.combine(day, hours.opens, LONDON)
    return opens.astimezone(UTC), datetime.combine(last, hours.closes, LONDON).astimezone(UTC)


def calendar_of(contact: Contact) -> str:
    """The bank holidays the service keeps: England's where it serves England too, else its own nation's."""
    return next((code for nation, code in CALENDARS.items() if nation in contact.nations), "ENG")


def bank_holiday(day: date, calendar: str) -> bool:
    """Whether the day is a bank holiday there; `calendar` is ENG, WLS, SCT or NIR."""
    return day in _calendar(calendar, day.year)


@lru_cache(maxsize=32)
def _calendar(calendar: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv=calendar, years=year))
