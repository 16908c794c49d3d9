"""Makes the calendar file of reminders: times, a title and an alarm, and nothing that says where it is from; pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event

from guidance.directory import LONDON

DAYS = (2, 7, 28)  # to look again: 48 hours, a week, four weeks
LASTS = timedelta(minutes=15)


def moments(days: Iterable[int], hour: int, *, at: datetime) -> tuple[datetime, ...]:
    """Each of so many days after `at` (aware), at that hour in the United Kingdom, as instants in UTC."""
    today = at.astimezone(LONDON).date()
    return tuple(datetime.combine(today + timedelta(days=day), time(hour), LONDON).astimezone(UTC) for day in days)


def reminders(title: str, begin: Iterable[datetime]) -> bytes:
    """An iCalendar file (RFC 5545): one event for each instant in UTC, with an alarm as it begins.

    What the standard asks for names nothing: a random UID, the day alone as the time it was made, a PRODID of
    no product. The title is escaped, so no line of it becomes a line of the file.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Calendar//EN")
    calendar.add("version", "2.0")
    for moment in begin:
        calendar.add_component(_event(title, moment))
    return bytes(calendar.to_ical())


def _event(title: str, begins: datetime) -> Event:
    event, alarm = Event(), Alarm()
    event.add("uid", str(uuid.uuid4()))
    event.add("dtstamp", begins.replace(hour=0, minute=0))
    event.add("dtstart", begins)
    event.add("duration", LASTS)
    event.add("summary", title)
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)  # what an alarm must carry: the words on the screen
    alarm.add("trigger", timedelta(0))
    event.add_component(alarm)
    return event
