"""What an officer reads of a mail and of a chat without opening the file."""

from __future__ import annotations

import pytest

from evidence import items
from evidence.freezing_inside import inside
from evidence.freezing_items import Choices, frozen_item
from evidence.index import Gate
from evidence.intake import families
from tests.evidence.intake.exports import building
from tests.evidence.test_arriving import MAIL, arrive

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_gate")]


@pytest.fixture
def frozen(alice, at):
    """`frozen(data)` keeps a file and freezes it; with `whole`, its original leaves with the pack."""

    def freeze(data, *, whole=True):
        view = items.peek(alice.opened, arrive(alice, at, data).id)
        chosen = frozenset([view.line.id] if whole else [])
        return frozen_item(view, Choices(originals=chosen), Gate("adults", "adult", "mine")).observed

    return freeze


def test_a_mail_says_who_sent_it_by_which_way_and_what_it_says(frozen):
    read = dict(frozen(MAIL).inside)
    assert read["From"] == "Max <max@scam.example>"
    assert read["To"] == "alice@mail.example"
    assert read["Subject"] == "I have your pictures"
    assert read["Number of the message (Message-ID)"] == "<1@scam.example>"
    assert "192.0.2.7" in read["Its way (Received), the newest line first"]
    assert "Pay 300" in read["Words"]
    assert "https://" not in read["Links in it, made so that they can't be pressed"]


def test_a_chat_says_its_app_and_each_conversation(frozen):
    read = dict(frozen(building.zipped(building.instagram())).inside)
    assert read["App"] == "Instagram"
    assert read["Conversations in it"].splitlines() == [
        "Bea: 1 message, 2026-11-20",
        "Max ✨: 5 messages, 2026-11-20",
    ]


@pytest.mark.parametrize("data", [MAIL, building.iphone().encode()])
def test_of_a_file_that_stays_nothing_is_told_but_what_any_file_tells(frozen, data):
    assert frozen(data, whole=False).inside == ()


def test_long_mails_and_many_lines_are_cut_and_say_so():
    hop, one = {"raw": "from a by b"}, {"name": "Max", "address": "max@scam.example"}
    lists = {"reply_to": [], "authentication": [], "links": [], "attachments": []}
    words = dict.fromkeys(("date", "subject", "message_id", "originating_ip"), "")
    mail = {"sender": [one], "to": [one] * 30, "hops": [hop] * 30, "text": "a" * 9000, **lists, **words}
    read = dict(inside({"mail": mail}))
    assert read["To"].splitlines()[-1] == "and 18 more, in the file"
    assert len(read["Words"]) < 1600
    assert set(read) == {"From", "To", "Its way (Received), the newest line first", "Words"}


def test_a_file_that_was_not_read_has_nothing_inside():
    assert inside({"type": str(families.Family.DOCUMENT), "problem": "damaged"}) == ()
