"""Messages between an owner and the worker who holds her case."""

from __future__ import annotations

from datetime import timedelta

import pytest

from evidence import custody, messages
from evidence.crypto.errors import SealBroken
from evidence.custody import OWNER, Actor
from evidence.models import Message
from tests.conftest import acts

pytestmark = pytest.mark.django_db
HANA = Actor("worker", "7", "Hana")


def write(opened, text, at, by=OWNER):
    return messages.write(opened, text=text, by=by, at=at)


def test_the_thread_is_in_the_order_of_writing_and_says_who(alice, at):
    write(alice.opened, "second", at + timedelta(minutes=1), by=HANA)
    write(alice.opened, "first", at)
    shown = messages.thread(alice.opened, by=OWNER, at=at)
    assert [(m.text, m.role, m.name, m.at) for m in shown] == [
        ("first", "owner", "", at),
        ("second", "worker", "Hana", at + timedelta(minutes=1)),
    ]


def test_reading_is_one_entry_in_ten_minutes_for_each_reader(alice, at):
    for by in (OWNER, OWNER, HANA, HANA):
        messages.thread(alice.opened, by=by, at=at)
    assert acts(alice.opened).count("messages-read") == 2


def test_a_message_swapped_for_another_does_not_open(alice, at):
    one, two = write(alice.opened, "one", at), write(alice.opened, "two", at)
    other = Message.objects.get(pk=two)
    Message.objects.filter(pk=one).update(body=other.body, key_wrap=other.key_wrap)
    with pytest.raises(SealBroken):
        messages.thread(alice.opened, by=OWNER, at=at)


def test_a_message_moved_to_another_case_does_not_open_there(alice, mallory, at):
    write(alice.opened, "one", at)
    Message.objects.update(case=mallory.case)
    with pytest.raises(SealBroken):
        messages.thread(mallory.opened, by=OWNER, at=at)


def test_the_text_stands_nowhere_in_the_clear_and_not_in_the_log(alice, at):
    write(alice.opened, "MARKER", at)
    row = Message.objects.get()
    assert b"MARKER" not in bytes(row.body) + bytes(row.key_wrap)
    assert not any("MARKER" in str(entry.body) for entry in custody.everything(alice.opened))
