"""The pages of an exported chat: find the messages, tick what matters, keep it; nothing of it in an address."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from evidence import index
from evidence.intake import reading
from guidance.words import for_every_page
from tests.evidence.intake.exports import building
from tests.security import people


@pytest.fixture
def alice(alice):
    """Alice, who has said that everyone was an adult."""
    people.open_the_gate(alice)
    return alice


@pytest.fixture
def chat(alice):
    """The id of a WhatsApp export of sixty messages in Alice's case."""
    talk = [(building.OTHER if number % 2 else building.ALICE, f"message {number} <b>x</b>") for number in range(60)]
    file = SimpleUploadedFile("_chat.txt", building.iphone(talk).encode())
    alice.browser.post(reverse("evidence:upload"), {"y": "on", "t1": "Our chat", "f": [file]})
    return next(line.id for line in index.read(people.opened(alice)).lines if line.kind == index.CHAT)


def post(alice, chat, **fields):
    return alice.browser.post(reverse("evidence:conversation", args=[chat, 1]), fields)


def positions(page):
    return [int(place) for place in re.findall(r'name="m" value="(\d+)"', page)]


def test_the_item_leads_to_its_conversations_and_on_to_the_messages(alice, read, chat):
    page = read(alice.browser.get(reverse("evidence:item", args=[chat])))
    assert reverse("evidence:chat", args=[chat]) in page
    page = read(alice.browser.get(reverse("evidence:chat", args=[chat])))
    assert "61 messages." in page
    assert reverse("evidence:conversation", args=[chat, 1]) in page
    page = alice.browser.get(reverse("evidence:conversation", args=[chat, 1])).content.decode()
    assert positions(page) == list(range(1, 26))
    assert "&lt;b&gt;x" in page


def test_the_foot_of_a_conversation_is_that_of_every_page(alice, chat):
    answer = alice.browser.get(reverse("evidence:conversation", args=[chat, 1]))
    every = for_every_page()
    assert {name: answer.context[name] for name in every} == every
    assert "&#x27;people&#x27;:" not in answer.content.decode()


def test_pages_go_forward_and_back_and_keep_what_is_looked_for(alice, chat):
    page = post(alice, chat, s=0, b="next").content.decode()
    assert positions(page) == list(range(26, 51))
    page = post(alice, chat, s=25, b="back").content.decode()
    assert positions(page) == list(range(1, 26))
    page = post(alice, chat, s=25, q="message 5", b="look").content.decode()
    assert positions(page) == [7, 17, 27, 37, 47, *range(52, 62)]  # both words stand in "message 15" too
    assert 'value="message 5"' in page
    page = post(alice, chat, w=building.OTHER, b="look").content.decode()
    assert len(positions(page)) == 25
    page = post(alice, chat, d="2026-11-19", b="look").content.decode()
    assert "No message fits." in page


def test_ticked_messages_are_kept_and_shown_as_kept(alice, read, chat):
    answer = post(alice, chat, s=0, b="pick", m=["3", "4"])
    assert "2 messages are in your case." in read(answer)
    kept = [line for line in index.read(people.opened(alice)).lines if line.kind == index.MESSAGE]
    assert [line.title for line in kept] == ["message 1 <b>x</b>", "message 2 <b>x</b>"]
    assert positions(answer.content.decode()) == [1, 2, *range(5, 26)]
    assert answer.content.decode().count("In your case: ") == 2
    page = read(alice.browser.get(reverse("evidence:item", args=[kept[0].id])))
    assert "message 0" in page
    assert "The line in the file" in page
    assert "You picked 2 so far." in read(alice.browser.get(reverse("evidence:chat", args=[chat])))


@pytest.mark.parametrize("ticked", [[], ["x", "-1", "٣", ""], ["999"], ["9" * 30, "9" * 5_000]])
def test_nothing_ticked_keeps_nothing(alice, chat, ticked):
    assert post(alice, chat, b="pick", m=ticked).status_code == 200
    assert len(index.read(people.opened(alice)).lines) == 1


def test_a_full_case_says_so(alice, read, chat, settings):
    settings.CASE_MAX_ITEMS = 1
    answer = post(alice, chat, b="pick", m=["3"])
    assert answer.status_code == 422
    assert "Your case can hold no more things." in read(answer)


def test_a_conversation_or_export_that_is_not_there_is_not_there(alice, chat):
    for address in (
        reverse("evidence:conversation", args=[chat, 9]),
        reverse("evidence:chat", args=[people.uuid.uuid4()]),
        reverse("evidence:conversation", args=[people.uuid.uuid4(), 1]),
    ):
        assert alice.browser.get(address).status_code == 404


def test_where_the_gate_is_shut_no_page_of_it_opens(alice, chat):
    alice.browser.post(reverse("evidence:pictures-lock"))
    for name, extra in (("chat", []), ("conversation", [1])):
        assert alice.browser.get(reverse(f"evidence:{name}", args=[chat, *extra])).status_code == 404
    assert alice.browser.post(reverse("evidence:chat-again", args=[chat])).status_code == 404
    page = alice.browser.get(reverse("evidence:item", args=[chat])).content.decode()
    assert reverse("evidence:chat", args=[chat]) not in page


def test_readers_that_are_busy_lose_nothing(alice, read, chat, monkeypatch):
    def busy(*_args, **_more):
        raise reading.NotRead("busy")

    for name in ("read_page", "read_export"):
        monkeypatch.setattr(reading, name, busy)
    for answer in (post(alice, chat), alice.browser.post(reverse("evidence:chat-again", args=[chat]))):
        assert answer.status_code == 422
        assert "Other files are being read now. Try again in a minute." in read(answer)


def test_the_order_of_dates_is_asked_where_the_file_does_not_say(alice, read):
    text = b"[05/04/2026, 21:30:00] Max: one\r\n[06/04/2026, 21:30:00] Max: two\r\n"
    file = SimpleUploadedFile("_chat.txt", text)
    alice.browser.post(reverse("evidence:upload"), {"y": "on", "t1": "", "f": [file]})
    chat = next(line.id for line in index.read(people.opened(alice)).lines if line.kind == index.CHAT)
    page = read(alice.browser.get(reverse("evidence:chat", args=[chat])))
    assert "Which comes first in the dates?" in page
    answer = alice.browser.post(reverse("evidence:chat-again", args=[chat]), {"a": "day-first"}, follow=True)
    assert "Which comes first in the dates?" not in read(answer)
    assert "5 April 2026" in read(answer)
