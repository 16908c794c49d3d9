"""What a person can do with an exported chat: read it page by page, and pick the messages that matter."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from evidence import custody, examining, index, items, pictures, vault
from evidence.crypto import keys
from evidence.custody import Act, Actor
from evidence.index import Index, Line, When
from evidence.intake import reading
from evidence.intake.reading import Asked
from evidence.intake.said import Message, Page
from evidence.items import ItemView, Telling
from evidence.vault import FileRef, Opened

AROUND = 3
ORDERS = ("day-first", "month-first")
_APPS = {
    "whatsapp": "WhatsApp",
    "instagram": "Instagram",
    "facebook": "Facebook",
    "instagram-or-facebook": "Instagram or Facebook",
    "snapchat": "Snapchat",
    "telegram": "Telegram",
}
PLAIN_TEXT = "WhatsApp"
"""The one app whose exports are plain text: words in a message can look like the start of another."""


class NoSuchConversation(Exception):
    """The export holds no conversation of this number."""


@dataclass(frozen=True)
class Picked:
    """One message as the export has it, with those around it: what is kept as observed."""

    export: str
    export_sha256: str
    app: str
    conversation: int
    title: str
    message: dict[str, Any]
    before: tuple[dict[str, Any], ...] = field(default=())
    after: tuple[dict[str, Any], ...] = field(default=())


def export(opened: Opened, item_id: uuid.UUID) -> ItemView:
    """A kept export. items.NoSuchItem, or gate.NoPictures once the gate is shut."""
    return pictures.with_file(opened, item_id, (index.CHAT,))


def conversation(item: ItemView, number: int) -> dict[str, Any]:
    """What is known of one conversation: title, people, how many messages, first and last. NoSuchConversation."""
    found = next(
        (one for one in item.observed.get("chat", {}).get("conversations", ()) if one["number"] == number), None
    )
    if found is None:
        raise NoSuchConversation
    return dict(found)


def app(item: ItemView) -> str:
    """The name of the app that the export comes from, "" where it was not read."""
    return _APPS.get(item.observed.get("chat", {}).get("kind", ""), "")


def date_order(item: ItemView) -> str:
    """What the person said of the dates in the file, "" where nobody asked."""
    return str(item.observed.get("date_order", ""))


def plain_text(item: ItemView) -> bool:
    """Is the export a plain text, in which a message can contain lines that look like other messages?"""
    return app(item) == PLAIN_TEXT


def people(item: ItemView) -> list[str]:
    """Who speaks in the export, by the names that it has."""
    return list(item.observed.get("chat", {}).get("people", ()))


def own(item: ItemView) -> str:
    """The name under which the person herself speaks in the export, "" where she has not said."""
    return str(item.observed.get("own", ""))


def say_own(opened: Opened, item_id: uuid.UUID, name: str, *, by: Actor, at: datetime) -> None:
    """Keep which of the names is the person's own, "" to leave it open: that account is never asked about."""
    item = export(opened, item_id)
    if name and name not in people(item):
        raise ValueError("not a name in this export")
    if name == own(item):
        return
    with transaction.atomic():
        items.observe_again(opened, item_id, {"own": name})
        custody.record(opened.case, Act("chat-own-said", str(item_id)), by=by, at=at, secret=opened.secret)


def page(opened: Opened, item: ItemView, asked: Asked, *, by: Actor, at: datetime) -> Page:
    """Some messages of one conversation, read from the sealed export. reading.NotRead, NoSuchConversation."""
    conversation(item, asked.conversation)
    custody.view_once(opened, Act("chat-read", str(item.line.id)), by=by, at=at)
    file = _file(item)
    with vault.parts_of(file) as read_at:
        return reading.read_page(read_at, file.size, asked, date_order=date_order(item))


def pick(opened: Opened, item: ItemView, wanted: tuple[int, Iterable[int]], *, by: Actor, at: datetime) -> list[Line]:
    """Keep messages, `(conversation, positions)`, each as an item with its raw line and those around it.

    A message that was picked before is not kept twice. reading.NotRead, NoSuchConversation; items.CaseFull where not
    all of them find room: those before that are kept.
    """
    chosen = _read_picked(item, wanted[0], sorted(set(wanted[1]))).values()
    kept: list[Line] = []
    with items.holding(opened) as whole, suppress(items.CaseFull):
        for picked in chosen:
            kept.append(_keep(opened, whole, item, picked, by=by, at=at))  # what has found room stays
    if len(kept) < len(chosen):
        raise items.CaseFull
    return kept


def _file(item: ItemView) -> FileRef:
    return vault.ref(item.key, items.files_of(item)["original"])


def _read_picked(item: ItemView, number: int, positions: Sequence[int]) -> dict[int, Picked]:
    """The messages at these positions, read from the sealed export with those around them; in order."""
    about, file = conversation(item, number), _file(item)
    with vault.parts_of(file) as read_at:
        found = reading.read_messages(
            read_at, file.size, (number, positions), around=AROUND, date_order=date_order(item)
        )
    there = {message.position: message for message in found.messages}
    return {position: _picked(item, about, there, position) for position in positions if position in there}


def _picked(item: ItemView, about: dict[str, Any], there: dict[int, Message], position: int) -> Picked:
    def near(places: Iterable[int]) -> tuple[dict[str, Any], ...]:
        return tuple(there[place].model_dump(mode="json", exclude={"raw"}) for place in places if place in there)

    return Picked(
        export=str(item.line.id),
        export_sha256=item.observed["sha256"],
        app=app(item),
        conversation=about["number"],
        title=about["title"] or ", ".join(about["people"][:4]) or f"Conversation {about['number']}",
        message=there[position].model_dump(mode="json"),
        before=near(range(position - AROUND, position)),
        after=near(range(position + 1, position + AROUND + 1)),
    )


def _keep(opened: Opened, whole: Index, item: ItemView, picked: Picked, *, by: Actor, at: datetime) -> Line:
    place = f"{picked.conversation}:{picked.message['position']}"
    item_id = items.once_id(opened, "message", f"{picked.export}:{place}")
    if there := whole.find(item_id):
        return there
    telling = _telling(picked)
    line = items.admit(whole, index.MESSAGE, telling, at=at, item_id=item_id)
    line = replace(line, of=str(item.line.id), mark=place)
    whole.put(line)
    claims = items.clean(index.MESSAGE, telling)
    items.store(opened, line, {"claims": claims, "observed": asdict(picked), "earlier": []}, key=keys.new_key())
    act = Act("message-picked", str(line.id), {"from": str(item.line.id), "position": place})
    custody.record(opened.case, act, by=by, at=at, secret=opened.secret)
    return line


def _telling(picked: Picked) -> Telling:
    """Title, time and people as the export has them; the person adds her own words later."""
    message = picked.message
    words = " ".join(message["text"].split())[:80] or ", ".join(message["attachments"])[:80]
    time = when(Message.model_validate(message))
    account = "" if message["system"] else message["sender"]  # what the app wrote, nobody said
    return Telling(words or message["sender"], time, {"where": picked.app, "account": account})


def when(message: Message) -> When:
    """A message's time in the site's zone with its offset; without a zone it stands as it was shown.

    As exact as the export has it, down to the second.
    """
    if not message.at:
        return When(basis="exported chat")
    moment = datetime.fromisoformat(message.at)
    if moment.tzinfo is not None:
        moment = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
    basis = f"exported chat, {message.zone}" if message.zone else "exported chat"
    precise = "seconds" if message.at[16:17] == ":" else "minutes"
    return When(moment.isoformat(timespec=precise), "exact" if message.exact else "about", basis)


def picked_from(whole: Index, item_id: uuid.UUID) -> dict[str, Line]:
    """The messages picked from one export, by "conversation:position"."""
    return {line.mark: line for line in whole.lines if line.kind == index.MESSAGE and line.of == str(item_id)}


def read_again(opened: Opened, item_id: uuid.UUID, order: str, *, by: Actor, at: datetime) -> None:
    """Read the export anew: after other files kept the readers busy, or with the order of its dates settled.

    Messages that were picked before get their times anew too, but for a time that the person changed herself.
    reading.NotRead where it still can't be read: then everything stays as it is.
    """
    if order and order not in ORDERS:
        raise ValueError("not an order of dates")
    item = export(opened, item_id)
    found = {**examining.read_chat(_file(item), date_order=order), "date_order": order}
    anew = dict(_picked_anew(opened, replace(item, observed={**item.observed, **found})))
    with transaction.atomic():
        items.observe_again(opened, item_id, found)
        told = {"retimed": str(count)} if (count := _put_anew(opened, anew)) else {}
        custody.record(opened.case, Act("chat-read-again", str(item_id), told), by=by, at=at, secret=opened.secret)


def _picked_anew(opened: Opened, item: ItemView) -> Iterator[tuple[uuid.UUID, Picked]]:
    """What was picked from an export, as it reads now, by the ids of the items."""
    lines = picked_from(index.read(opened), item.line.id)
    places = sorted(_place(line) for line in lines.values())
    for number, group in groupby(places, itemgetter(0)):
        positions = [position for _, position in group]
        for start in range(0, len(positions), reading.MOST_POSITIONS):
            few = positions[start : start + reading.MOST_POSITIONS]
            for position, picked in _read_picked(item, number, few).items():
                yield lines[f"{number}:{position}"].id, picked


def _place(line: Line) -> tuple[int, int]:
    """The conversation of a picked message and its position there."""
    number, _, position = line.mark.partition(":")
    return int(number), int(position)


def _put_anew(opened: Opened, anew: dict[uuid.UUID, Picked]) -> int:
    """Keep messages as they read now, and their times where nobody changed them; how many times are others now."""
    retimed = 0
    with items.holding(opened) as whole:
        for item_id, picked in anew.items():
            line = items.line_of(whole, item_id)
            before = when(Message.model_validate(items.view(opened, line).observed["message"]))
            now = when(Message.model_validate(picked.message))
            items.keep_fact(opened, item_id, "observed", asdict(picked))
            if before != now and _as_it_was(line.when, before):
                whole.put(replace(line, when=now))
                retimed += 1
    return retimed


def _as_it_was(time: When, read: When) -> bool:
    """Is this the time that was read, and nobody's own? Items of earlier versions have it to the minute."""
    return (time.at[:16], time.known, time.basis) == (read.at[:16], read.known, read.basis)
