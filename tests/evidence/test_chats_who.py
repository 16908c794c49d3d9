"""Whose account is asked about: never the person's own, and nobody's while it is not known who is who."""

from __future__ import annotations

import pytest

from evidence import chats, index, items
from evidence.arriving import Arriving
from evidence.custody import OWNER
from evidence.freezing import freeze
from evidence.freezing_items import Choices
from evidence.items import NoSuchItem, Telling
from tests.conftest import acts, note
from tests.evidence.intake.exports import building
from tests.evidence.intake.exports.building import ALICE, OTHER

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
    """Her export, from which one message of each of them is picked, and what the app wrote."""
    found = arrive(alice, at, building.iphone().encode())
    chats.pick(alice.opened, found, (1, [1, 2, 3]), by=OWNER, at=at)
    return found


def asked_about(alice, chat, at):
    return {
        (one.platform, one.shown_name): one.items
        for one in freeze(alice.opened, chat.line.id, Choices(), at=at).accounts
    }


def test_the_persons_own_account_is_on_no_list_and_the_other_one_is(alice, at, chat):
    chats.say_own(alice.opened, chat.line.id, ALICE, by=OWNER, at=at)
    assert asked_about(alice, chat, at) == {("WhatsApp", OTHER): (4,)}


def test_while_nobody_said_who_is_who_no_sender_is_on_the_list(alice, at, chat):
    assert asked_about(alice, chat, at) == {}
    chats.say_own(alice.opened, chat.line.id, OTHER, by=OWNER, at=at)
    chats.say_own(alice.opened, chat.line.id, "", by=OWNER, at=at)
    assert asked_about(alice, chat, at) == {}


def test_an_account_that_was_typed_is_on_the_list_with_its_messages(alice, at, chat):
    items.add(
        alice.opened, index.ACCOUNT, Telling("x", claims={"where": "whatsapp", "account": OTHER}), by=OWNER, at=at
    )
    assert asked_about(alice, chat, at) == {("WhatsApp", OTHER): (4, 5)}


def test_an_account_that_was_typed_at_a_message_is_on_the_list(alice, at, chat):
    line = chats.picked_from(index.read(alice.opened), chat.line.id)["1:2"]
    items.edit(alice.opened, line.id, Telling("x", claims={"where": "WhatsApp", "account": "evil"}), by=OWNER, at=at)
    assert asked_about(alice, chat, at) == {("WhatsApp", "evil"): (line.number,)}


def test_somebody_who_took_her_name_stays_on_the_list_and_her_messages_do_not(alice, at, chat):
    chats.say_own(alice.opened, chat.line.id, ALICE, by=OWNER, at=at)
    line = items.add(
        alice.opened, index.ACCOUNT, Telling("x", claims={"where": "WhatsApp", "account": ALICE}), by=OWNER, at=at
    )
    assert asked_about(alice, chat, at)["WhatsApp", ALICE] == (line.number,)


def test_the_side_that_a_download_calls_its_own_is_never_asked_about(alice, at):
    chat = arrive(alice, at, building.snapchat_old_json().encode())
    chats.pick(alice.opened, chat, (1, [1, 2]), by=OWNER, at=at)
    chats.say_own(alice.opened, chat.line.id, "max_x", by=OWNER, at=at)
    assert asked_about(alice, chat, at) == {}


def test_what_is_said_is_sealed_with_the_export_outlives_it_and_is_one_entry(alice, at, chat):
    for _ in range(2):
        chats.say_own(alice.opened, chat.line.id, ALICE, by=OWNER, at=at)
    assert acts(alice.opened).count("chat-own-said") == 1
    assert chats.own(chats.export(alice.opened, chat.line.id)) == ALICE
    chats.read_again(alice.opened, chat.line.id, "", by=OWNER, at=at)
    assert chats.own(chats.export(alice.opened, chat.line.id)) == ALICE
    items.remove(alice.opened, chat.line.id, by=OWNER, at=at)
    assert asked_about(alice, chat, at) == {("WhatsApp", OTHER): (4,)}


def test_only_a_name_of_the_export_can_be_said(alice, at, chat):
    with pytest.raises(ValueError, match="name"):
        chats.say_own(alice.opened, chat.line.id, "Mallory", by=OWNER, at=at)
    with pytest.raises(NoSuchItem):
        chats.say_own(alice.opened, note(alice.opened, at).id, "", by=OWNER, at=at)


def test_what_the_app_wrote_has_no_account_and_is_told_as_its_own(alice, at, chat):
    line = chats.picked_from(index.read(alice.opened), chat.line.id)["1:1"]
    assert line.account == ""
    snapshot = freeze(alice.opened, line.id, Choices(), at=at)
    by_app, mine, _ = (dict(one.claims.more) for one in snapshot.items if one.kind == "message")
    assert by_app["Marks"] == "Written by the app, by no person"
    assert "[Written by the app, by no person]" in mine["Before it"]
    assert "Marks" not in mine


def test_the_pack_says_that_a_plain_text_can_pretend(alice, at, chat):
    snapshot = freeze(alice.opened, chat.line.id, Choices(), at=at)
    said = [dict(one.claims.more).get("About the file", "") for one in snapshot.items]
    assert all("lines that look like other messages" in one for one in said)
    other = arrive(alice, at, building.telegram_json().encode())
    chats.pick(alice.opened, other, (1, [2]), by=OWNER, at=at)
    snapshot = freeze(alice.opened, chat.line.id, Choices(), at=at)
    assert [dict(one.claims.more).get("About the file", "") for one in snapshot.items][-2:] == ["", ""]


def test_marks_of_a_message_are_told(alice, at):
    words = ["pay me \u200e<This message was edited>", "\u200eimage omitted"]
    chat = arrive(alice, at, "".join(f"[20/11/2026, 21:34:05] Max: {one}\n" for one in words).encode())
    chats.pick(alice.opened, chat, (1, [1, 2]), by=OWNER, at=at)
    snapshot = freeze(alice.opened, chat.line.id, Choices(), at=at)
    edited, without = (dict(one.claims.more)["Marks"] for one in snapshot.items if one.kind == "message")
    assert edited.startswith("Edited later")
    assert "not in the export" in without
