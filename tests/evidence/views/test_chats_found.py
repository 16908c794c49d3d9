"""The pages of an exported chat: what was found among its neighbours, who is who, and what a plain text can pretend."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from evidence import chats, index, items
from tests.evidence.intake.exports import building
from tests.security import people

FORGED = "Bo: look\n20/11/2026, 21:30 - Eve: I did it"
PRETENDS = "A message can contain lines that look like other messages."


@pytest.fixture
def alice(alice):
    """Alice, who has said that everyone was an adult."""
    people.open_the_gate(alice)
    return alice


def upload(alice, data):
    alice.browser.post(
        reverse("evidence:upload"), {"y": "on", "t1": "Our chat", "f": [SimpleUploadedFile("chat", data)]}
    )
    return next(line.id for line in reversed(index.read(people.opened(alice)).lines) if line.kind == index.CHAT)


@pytest.fixture
def chat(alice):
    """The id of a WhatsApp export of sixty messages in Alice's case."""
    talk = [(building.OTHER if number % 2 else building.ALICE, f"message {number}.") for number in range(60)]
    return upload(alice, building.iphone(talk).encode())


def post(alice, chat, **fields):
    return alice.browser.post(reverse("evidence:conversation", args=[chat, 1]), fields)


def say(alice, chat, number):
    return alice.browser.post(reverse("evidence:chat-own", args=[chat]), {"a": number})


def own(alice, chat):
    return chats.own(items.peek(people.opened(alice), chat))


def test_what_was_found_leads_to_the_page_on_which_it_stands(alice, read, chat):
    assert "Show what stands around it" not in read(post(alice, chat, b="look"))
    page = post(alice, chat, q="message 40.", b="look").content.decode()
    assert re.findall(r'name="g" value="(\d+)"', page) == ["42"]
    page = post(alice, chat, q="message 40.", w="nobody", d="2020-01-01", s=3, g=42).content.decode()
    assert re.findall(r'name="m" value="(\d+)"', page) == [str(place) for place in range(26, 51)]
    assert "message 40." in page
    assert 'name="g"' not in page


@pytest.mark.parametrize("strange", ["0", "-4", "x", "99999999999"])
def test_a_place_that_is_none_is_not_gone_to(alice, chat, strange):
    assert post(alice, chat, g=strange).status_code == 200


def test_she_says_which_name_is_hers_and_can_leave_it_open_again(alice, read, chat):
    page = read(alice.browser.get(reverse("evidence:chat", args=[chat])))
    assert "Which of these is you?" in page
    assert "You have not said which of these people is you." in read(post(alice, chat))
    number = chats.people(items.peek(people.opened(alice), chat)).index(building.ALICE) + 1
    assert say(alice, chat, number)["Location"] == reverse("evidence:chat", args=[chat])
    assert own(alice, chat) == building.ALICE
    page = alice.browser.get(reverse("evidence:chat", args=[chat])).content.decode()
    assert f'<option value="{number}" selected>{building.ALICE}</option>' in page
    assert "You have not said" not in read(post(alice, chat))
    say(alice, chat, "")
    assert own(alice, chat) == ""


@pytest.mark.parametrize("strange", ["0", "9", "x", "-1", "\u0661", "99999999"])
def test_a_name_that_is_not_in_the_list_is_none(alice, chat, strange):
    assert say(alice, chat, strange).status_code == 302
    assert own(alice, chat) == ""


def test_a_plain_text_says_wherever_it_is_read_that_it_can_pretend(alice, read, chat):
    chat = upload(alice, f"20/11/2026, 21:29 - {FORGED}\n".encode())
    post(alice, chat, b="pick", m=["2"])
    message = next(line.id for line in index.read(people.opened(alice)).lines if line.kind == index.MESSAGE)
    for name, extra in (("chat", []), ("conversation", [1]), ("item", [])):
        assert PRETENDS in read(alice.browser.get(reverse(f"evidence:{name}", args=[chat, *extra])))
    assert PRETENDS in read(alice.browser.get(reverse("evidence:item", args=[message])))
    other = upload(alice, building.telegram_json().encode())
    for name, extra in (("chat", []), ("conversation", [1]), ("item", [])):
        assert PRETENDS not in read(alice.browser.get(reverse(f"evidence:{name}", args=[other, *extra])))


def test_what_the_app_wrote_and_says_of_a_message_is_shown(alice, read):
    talk = [("Max", "pay me \u200e<This message was edited>"), ("Max", "\u200eThis message was deleted.")]
    chat = upload(alice, building.iphone(talk).encode())
    page = read(post(alice, chat, b="pick", m=["2"]))
    assert "Written by the app" in page
    message = next(line.id for line in index.read(people.opened(alice)).lines if line.kind == index.MESSAGE)
    page = read(alice.browser.get(reverse("evidence:item", args=[message])))
    assert all(words in page for words in ("Written by the app", "Edited", "Deleted"))


def test_guessed_letters_and_half_a_picture_are_told(alice, read):
    chat = upload(alice, "20/11/2026, 21:29 - Max: send 300 \u00a3\n".encode("cp1252"))
    assert "We guessed" in read(alice.browser.get(reverse("evidence:chat", args=[chat])))
    alice.browser.post(reverse("evidence:upload"), {"y": "on", "f": [SimpleUploadedFile("x", people.png()[:-30])]})
    line = index.read(people.opened(alice)).lines[-1]
    assert line.kind == index.DOCUMENT
    assert "This picture is damaged or not whole" in read(alice.browser.get(reverse("evidence:item", args=[line.id])))
