"""What phones of other places write, other calendars and letters, and lines that look like what they are not."""

from __future__ import annotations

import json

import pytest

from tests.evidence.intake.exports.asking import overview, page, spoken
from tests.evidence.intake.exports.building import OTHER, android, iphone, meta_json, zipped

PERSIAN = str.maketrans("0123456789", "".join(chr(0x6F0 + figure) for figure in range(10)))


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("21:34, 20/11/2026 - Max: hi", "2026-11-20T21:34"),
        ("[21:34:05, 20/11/2026] Max: hi", "2026-11-20T21:34:05"),
        ("2026/11/20\u060c\u200f 21:34 - Max: hi".translate(PERSIAN), "2026-11-20T21:34"),
        ("[2026/11/20\u060c\u200f 21:34:05] Max: hi".translate(PERSIAN), "2026-11-20T21:34:05"),
    ],
    ids=["vietnamese", "vietnamese iphone", "persian", "persian iphone"],
)
def test_the_time_may_stand_first_and_the_figures_may_be_others(line, at):
    message = spoken(line + "\n")
    assert (message.at, message.exact, message.sender, message.text) == (at, True, "Max", "hi")


def test_a_year_of_the_buddhist_era_is_told_as_ours_and_never_as_exact():
    message = spoken("20/11/2569, 21:34 - Max: hi\n")
    assert (message.at, message.exact) == ("2026-11-20T21:34", False)
    assert "2569" in message.raw


@pytest.mark.parametrize("year", ["1404", "1447", "1999", "2061", "2999", "9999"])
def test_a_year_that_no_chat_can_have_is_no_time(year):
    message = spoken(f"20/11/{year}, 21:34 - Max: hi\n")
    assert (message.at, message.exact, message.text) == ("", False, "hi")
    whole, (chat,) = overview(f"20/11/{year}, 21:34 - Max: hi\n21/11/2026, 21:34 - Max: ho\n".encode())
    assert (chat.undated, chat.first, chat.last) == (1, "2026-11-21T21:34", "2026-11-21T21:34")
    assert "some_undated" in whole.notes


def test_a_broken_figure_in_a_download_is_no_time():
    raw = json.loads(meta_json())
    raw["messages"][0]["timestamp_ms"] = 32_503_680_000_000  # the year 3000
    assert [one.at != "" for one in page(json.dumps(raw).encode())].count(False) == 1


@pytest.mark.parametrize(
    "words",
    [
        'Max changed the subject from "a: b" to "c"',
        "Max changed the subject from \u201ca: b\u201d to \u201cc\u201d",
        "Max hat den Betreff von \u201ea: b\u201c zu \u201ec\u201c ge\u00e4ndert",
        "Max a chang\u00e9 le sujet de \u00ab a: b \u00bb en \u00ab c \u00bb",
    ],
)
def test_a_colon_in_the_name_of_a_group_makes_no_sender(words):
    message = spoken(f"20/11/2026, 21:34 - {words}\n")
    assert (message.sender, message.system, message.text) == ("", True, words)


@pytest.mark.parametrize("name", ['Jo "x', 'The one with " in it', "\u201eMax\u201c"])
def test_a_quotation_mark_in_a_name_hides_no_sender(name):
    message = spoken(f"20/11/2026, 21:34 - {name}: pay me\n")
    assert (message.sender, message.system) == (name, False)


@pytest.mark.parametrize("text", ["send 300 \u00a3", "caf\u00e9 \u20ac"])
def test_letters_of_windows_are_guessed_and_that_is_said(text):
    raw = f"20/11/2026, 21:34 - Max: {text}\n".encode("cp1252")
    assert page(raw)[0].text == text
    assert "letters_guessed" in overview(raw)[0].notes
    assert "letters_guessed" in overview(zipped({"_chat.txt": raw}))[0].notes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_where_nothing_is_guessed_nothing_is_said(encoding):
    assert overview(iphone().encode(encoding))[0].notes == ()


@pytest.mark.parametrize("ending", ["json", "html"])
def test_two_people_whose_files_stand_in_one_folder_are_two_conversations(ending):
    anna = zipped({"messages/Anna Smith_1.json": meta_json(title="Anna"), "messages/Ben Jones_2.json": meta_json()})
    whole, chats = overview(anna)
    assert [(one.title, one.messages) for one in chats] == [("Anna", 5), (OTHER, 5)]
    assert whole.messages == 10


def test_parts_of_one_conversation_are_one():
    parts = {"inbox/max/message_1.json": meta_json([("B", "new")]), "inbox/max/message_2.json": meta_json()}
    _, (chat,) = overview(zipped(parts))
    assert chat.messages == 6
    assert page(zipped(parts))[-1].text == "new"


SPLIT = {
    "zero width": "pic\u200btures",
    "soft hyphen": "pic\u00adtures",
    "capitals": "PICTURES",
    "at the end": "x\ny pictures",
}


@pytest.mark.parametrize("text", SPLIT.values(), ids=SPLIT)
@pytest.mark.parametrize("make", [iphone, android])
def test_a_word_is_found_however_it_is_hidden(make, text):
    raw = make([("Max", "hello"), ("Max", text), ("Max", "attached")]).encode()
    assert [one.position for one in page(raw, words="pictures")] == [3]
    assert page(raw, words="2026") == []  # it stands in the time alone
