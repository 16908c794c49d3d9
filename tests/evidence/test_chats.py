"""An exported chat stays sealed as a whole; what a person picks from it is kept with its place and its raw line."""

from __future__ import annotations

import pytest

from evidence import chats, gate, index, items
from evidence.arriving import Arriving
from evidence.chats import NoSuchConversation
from evidence.custody import OWNER
from evidence.freezing import freeze
from evidence.freezing_items import Choices
from evidence.intake import reading
from evidence.intake.reading import Asked
from evidence.intake.said import Message
from evidence.items import NoSuchItem, Telling
from evidence.models import Item
from tests.conftest import acts, note
from tests.evidence.intake.exports import building

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_gate")]


def arrive(alice, at, data):
    arriving = Arriving(alice.opened, "chat")
    try:
        arriving.write(data)
        return chats.export(alice.opened, arriving.keep(Telling("Our chat"), by=OWNER, at=at).id)
    finally:
        arriving.drop()


@pytest.fixture
def chat(alice, at):
    return arrive(alice, at, building.iphone().encode())


def pick(alice, chat, at, *positions, number=1):
    return chats.pick(alice.opened, chat, (number, positions), by=OWNER, at=at)


def test_its_conversations_are_known_without_any_message(chat):
    about = chats.conversation(chat, 1)
    assert about["messages"] == 6
    assert chats.app(chat) == "WhatsApp"
    assert "I have your pictures" not in str(chat.observed)
    with pytest.raises(NoSuchConversation):
        chats.conversation(chat, 2)


def test_a_page_is_read_from_the_sealed_file_and_reading_is_one_entry(alice, at, chat):
    for _ in range(2):
        page = chats.page(alice.opened, chat, Asked(conversation=1, words="pictures"), by=OWNER, at=at)
    assert [message.text for message in page.messages] == ["I have your pictures"]
    assert acts(alice.opened).count("chat-read") == 1


def test_a_picked_message_has_its_time_its_place_those_around_it_and_its_raw_line(alice, at, chat):
    (line,) = pick(alice, chat, at, 4)
    item = items.peek(alice.opened, line.id)
    assert (line.kind, line.where, line.account, line.of) == ("message", "WhatsApp", building.OTHER, str(chat.line.id))
    assert line.title.startswith("send 300")
    assert (line.when.at, line.when.known) == ("2026-11-20T21:48:05", "exact")
    seen = item.observed
    assert seen["message"]["raw"] in building.iphone()
    assert [one["position"] for one in seen["before"]] == [1, 2, 3]
    assert [one["position"] for one in seen["after"]] == [5, 6]
    assert seen["export_sha256"] == chat.observed["sha256"]
    assert acts(alice.opened)[-1] == "message-picked"


def test_the_same_message_is_kept_once_and_one_that_is_not_there_not_at_all(alice, at, chat):
    first = pick(alice, chat, at, 2, 4)
    assert pick(alice, chat, at, 4, 2, 2) == first
    assert pick(alice, chat, at, 99) == []
    assert len(chats.picked_from(index.read(alice.opened), chat.line.id)) == 2
    assert Item.objects.count() == 3


def test_the_index_is_read_and_written_once_for_all_that_are_picked(alice, at, chat, monkeypatch):
    calls = []
    for name in ("read", "write"):
        real = getattr(index, name)
        monkeypatch.setattr(index, name, lambda *a, real=real, name=name: calls.append(name) or real(*a))
    assert len(pick(alice, chat, at, 1, 2, 3, 4, 5)) == 5
    assert calls == ["read", "write"]
    assert acts(alice.opened).count("message-picked") == 5


def test_of_more_messages_than_find_room_the_first_are_kept_and_that_is_said(alice, at, chat, settings):
    settings.CASE_MAX_ITEMS = 3
    with pytest.raises(items.CaseFull):
        pick(alice, chat, at, 1, 2, 3, 4)
    picked = chats.picked_from(index.read(alice.opened), chat.line.id)
    assert sorted(picked) == ["1:1", "1:2"]
    assert len(pick(alice, chat, at, 1, 2)) == 2
    assert Item.objects.count() == 3


def test_what_can_not_be_logged_for_one_message_is_kept_of_none(alice, at, chat, monkeypatch):
    real = chats.custody.record

    def fails_at_the_third(case, act, **more):
        if act.detail.get("position") == "1:3":
            raise ConnectionError
        return real(case, act, **more)

    monkeypatch.setattr(chats.custody, "record", fails_at_the_third)
    with pytest.raises(ConnectionError):
        pick(alice, chat, at, 1, 2, 3)
    assert chats.picked_from(index.read(alice.opened), chat.line.id) == {}
    assert Item.objects.count() == 1


def message(**more):
    row = {"position": 1, "sender": "Max", "text": "x", "raw": "x", "cut": False, "system": False}
    return Message.model_validate({**row, "attachments": (), "marks": (), "exact": True, **more})


@pytest.mark.parametrize(
    ("moment", "zone", "exact", "shown"),
    [
        ("2026-06-20T21:34:05+00:00", "UTC", True, "2026-06-20T22:34:05+01:00"),
        ("2026-12-20T21:34:05.123+00:00", "UTC", True, "2026-12-20T21:34:05+00:00"),
        ("2026-06-20T21:34:05", "as shown on the phone", True, "2026-06-20T21:34:05"),
        ("2026-06-20T21:34", "as shown on the phone", False, "2026-06-20T21:34"),
        ("", "", False, ""),
    ],
)
def test_times_with_a_zone_stand_as_local_time_and_others_as_they_were_shown(moment, zone, exact, shown):
    when = chats.when(message(at=moment, zone=zone, exact=exact))
    assert (when.at, when.known) == (shown, ("exact" if exact else "about") if moment else "unknown")
    assert zone in when.basis


def test_a_shut_gate_shuts_the_export_and_leaves_the_words_that_were_picked(alice, at, chat):
    (line,) = pick(alice, chat, at, 3)
    gate.lock(alice.opened, by=OWNER, at=at)
    with pytest.raises(gate.NoPictures):
        chats.export(alice.opened, chat.line.id)
    assert items.peek(alice.opened, line.id).observed["message"]["text"] == "I have your pictures"


def test_only_an_export_is_read_as_one(alice, at):
    with pytest.raises(NoSuchItem):
        chats.export(alice.opened, note(alice.opened, at).id)


def test_dates_that_the_file_leaves_open_are_settled_by_the_person(alice, at):
    early = "[05/04/2026, 21:30:00] Max: one\r\n[06/04/2026, 21:30:00] Max: two\r\n"
    chat = arrive(alice, at, early.encode())
    assert chat.observed["chat"]["date_order"] == "unsure"
    (rough,) = pick(alice, chat, at, 1)
    assert rough.when.known == "about"
    chats.read_again(alice.opened, chat.line.id, "month-first", by=OWNER, at=at)
    chat = chats.export(alice.opened, chat.line.id)
    assert chats.date_order(chat) == "month-first"
    (sure,) = pick(alice, chat, at, 2)
    assert (sure.when.at, sure.when.known) == ("2026-06-04T21:30:00", "exact")
    with pytest.raises(ValueError, match="order"):
        chats.read_again(alice.opened, chat.line.id, "year-first", by=OWNER, at=at)


def test_a_chat_that_was_kept_unread_can_be_read_later(alice, at, monkeypatch):
    real = reading.read_export

    def busy(*_args, **_more):
        raise reading.NotRead("busy")

    monkeypatch.setattr(reading, "read_export", busy)
    chat = arrive(alice, at, building.iphone().encode())
    assert chats.app(chat) == ""
    with pytest.raises(NoSuchConversation):
        chats.conversation(chat, 1)
    monkeypatch.setattr(reading, "read_export", real)
    chats.read_again(alice.opened, chat.line.id, "", by=OWNER, at=at)
    assert chats.app(chats.export(alice.opened, chat.line.id)) == "WhatsApp"


def test_a_pack_prints_where_a_picked_message_stands(alice, at, chat):
    (line,) = pick(alice, chat, at, 4)
    snapshot = freeze(alice.opened, line.id, Choices(), at=at)
    item = next(one for one in snapshot.items if one.kind == "message")
    said = dict(item.claims.more)
    assert said["Line in the file"] in building.iphone()
    assert said["In the export"].startswith("Message 4 of the conversation")
    assert "I have your pictures" in said["Before it"]
    assert item.claims.words_shown.startswith("send 300")
