from __future__ import annotations

import pytest

from tests.evidence.intake.exports.asking import overview, page, refusal, spoken
from tests.evidence.intake.exports.building import ALICE, LRM, NNBSP, OTHER, TALK, android, iphone, zipped

START = "[20/11/2026, 21:34:05] Max: "


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("[20/11/2026, 21:34:05] Max: hi", "2026-11-20T21:34:05"),
        ("[20/11/26, 21:34:05] Max: hi", "2026-11-20T21:34:05"),
        ("[20.11.26, 21:34:05] Max: hi", "2026-11-20T21:34:05"),
        ("[2026-11-20, 21:34:05] Max: hi", "2026-11-20T21:34:05"),
        ("[2026/11/20, 21:34:05] Max: hi", "2026-11-20T21:34:05"),
        (f"[11/20/26, 9:34:05{NNBSP}PM] Max: hi", "2026-11-20T21:34:05"),
        (f"{LRM}[20/11/2026, 9:34:05 p.\u00a0m.] Max: hi", "2026-11-20T21:34:05"),
        ("[20/11/2026 21.34.05] Max: hi", "2026-11-20T21:34:05"),
        ("20/11/2026, 21:34 - Max: hi", "2026-11-20T21:34"),
        (f"20/11/2026, 9:34{NNBSP}pm - Max: hi", "2026-11-20T21:34"),
        ("20/11/2026, 9:34 a.m. - Max: hi", "2026-11-20T09:34"),
        ("20/11/2026, 12:05 AM - Max: hi", "2026-11-20T00:05"),
        ("20/11/2026, 12:05 PM - Max: hi", "2026-11-20T12:05"),
        ("11/20/26, 21:34 - Max: hi", "2026-11-20T21:34"),
        ("20.11.26, 21:34 - Max: hi", "2026-11-20T21:34"),
        ("20-11-2026 21:34 - Max: hi", "2026-11-20T21:34"),
        ("20/11/2026 \u00e0 21:34 - Max: hi", "2026-11-20T21:34"),
        ("20/11/2026 \u00e0s 21:34 - Max: hi", "2026-11-20T21:34"),
        ("20.11.2026 klo 21.34 - Max: hi", "2026-11-20T21:34"),
        ("2026. 11. 20. 21:34 - Max: hi", "2026-11-20T21:34"),
        ("2026/11/20 \u4e0b\u53489:34 - Max: hi", "2026-11-20T21:34"),
        ("2026\ub144 11\uc6d4 20\uc77c \uc624\ud6c4 9:34, Max: hi", "2026-11-20T21:34"),
        ("\u0662\u0660\u200f/\u0661\u0661\u200f/\u0662\u0660\u0662\u0666\u060c \u0669:\u0663\u0664 \u0645 - Max: hi",
         "2026-11-20T21:34"),
    ],
)  # fmt: skip
def test_the_times_of_all_phones_are_read(line, at):
    message = spoken(line + "\n")
    assert (message.at, message.exact, message.sender, message.text) == (at, True, "Max", "hi")
    assert message.zone == "as shown on the phone"


@pytest.mark.parametrize("line", ["[31/02/2026, 21:34:05] Max: hi", "[20/11/2026, 25:99:05] Max: hi"])
def test_a_time_that_no_calendar_has_is_not_made_up(line):
    message = spoken(line)
    assert (message.at, message.exact) == ("", False)
    assert line in message.raw


def test_a_half_of_the_day_in_an_unknown_word_leaves_the_time_inexact():
    assert not spoken("20/11/2026, 9:34 xyz - Max: hi").exact
    assert spoken("20/11/2026, 21:34 xyz - Max: hi").exact


@pytest.mark.parametrize(
    ("dates", "order", "notes"),
    [
        (["05/06/2026", "06/06/2026"], "day-first", ()),
        (["05/06/2026", "05/13/2026"], "month-first", ()),
        (["05/06/2026", "13/06/2026"], "day-first", ()),
        (["2026/06/05", "2026/06/13"], "year-first", ()),
        (["01/11/2026", "02/11/2026", "01/12/2026"], "day-first", ()),
        (["11/01/2026", "11/02/2026", "12/01/2026"], "month-first", ()),
        (["05/06/2026", "05/06/2026"], "unsure", ("dates_unsure",)),
        (["05/06/2026", "06/07/2026"], "unsure", ("dates_unsure",)),
        (["05/06/2026", "04/05/2026"], "unsure", ("dates_unsure",)),
    ],
)
def test_the_order_of_day_and_month_is_read_from_the_file_or_said_to_be_unsure(dates, order, notes):
    if dates == ["05/06/2026", "06/06/2026"]:
        dates = [*dates, "07/06/2026", "01/07/2026"]
    whole, _ = overview("".join(f"[{date}, 21:30:00] Max: hi\n" for date in dates).encode())
    assert (whole.date_order, whole.notes) == (order, notes)


def test_an_unsure_time_is_given_day_first_and_never_as_exact():
    message = spoken("[05/06/2026, 21:30:00] Max: hi\n")
    assert (message.at, message.exact) == ("2026-06-05T21:30:00", False)
    assert spoken("[05/05/2026, 21:30:00] Max: hi\n").exact


def test_a_message_goes_on_until_the_next_begins():
    first, second = page(f"{START}one\ntwo\n\n20/11 is not a date\nthree\n{START}four\n".encode())
    assert first.text == "one\ntwo\n\n20/11 is not a date\nthree"
    assert first.raw == f"{START}one\ntwo\n\n20/11 is not a date\nthree"
    assert second.text == "four"


def test_the_raw_line_shows_what_can_not_be_seen():
    message = spoken(f"{LRM}[20/11/2026, 21:34:05] Max: go\u202egnp.exe\u202c\x00\n")
    assert message.raw == "\\u200e[20/11/2026, 21:34:05] Max: go\\u202egnp.exe\\u202c\\u0000"
    assert message.text == "gognp.exe"


@pytest.mark.parametrize(
    ("text", "names", "marks"),
    [
        (f"{LRM}<attached: 00000012-PHOTO-2026-11-20.jpg>", ["00000012-PHOTO-2026-11-20.jpg"], []),
        (f"look {LRM}<adjunto: 00000013-VIDEO.mp4>", ["00000013-VIDEO.mp4"], []),
        ("IMG-20261120-WA0001.jpg (file attached)", ["IMG-20261120-WA0001.jpg"], []),
        (f"{LRM}PTT-20261120-WA0002.opus (Datei angeh\u00e4ngt)", ["PTT-20261120-WA0002.opus"], []),
        ("my list.pdf (file attached)\nhere", ["my list.pdf"], []),
        ("<Media omitted>", [], ["media-left-out"]),
        ("<Medien ausgeschlossen>", [], ["media-left-out"]),
        (f"{LRM}image omitted", [], ["media-left-out"]),
        (f"{LRM}report.pdf \u2022 3 pages {LRM}document omitted", [], []),
        ("pay me <This message was edited>", [], ["edited"]),
        (f"{LRM}This message was deleted.", [], ["deleted"]),
        ("You deleted this message", [], ["deleted"]),
        ("image omitted", [], []),
        ("<hello>", [], []),
        ("<attached: 00000012-PHOTO.jpg>", ["00000012-PHOTO.jpg"], []),
        ("this message was deleted by him", [], []),
    ],
)
def test_files_and_marks_are_told_apart_from_words(text, names, marks):
    message = spoken(START + text + "\n")
    assert (list(message.attachments), list(message.marks)) == (names, marks)


def test_the_mark_of_an_edit_is_not_part_of_what_was_said():
    assert spoken(f"{START}pay me {LRM}<This message was edited>\n").text == "pay me"


@pytest.mark.parametrize(
    ("line", "system", "sender"),
    [
        ("20/11/2026, 21:34 - Max created group", True, ""),
        ("20/11/2026, 21:34 - Max:", False, "Max"),
        ("20/11/2026, 21:34 - Max: see: this", False, "Max"),
        (f"[20/11/2026, 21:34:05] Max: {LRM}You blocked this contact", True, "Max"),
        (f"[20/11/2026, 21:34:05] Max: {LRM}image omitted", False, "Max"),
        ("20/11/2026, 21:34 - ~\u202fMax: hi", False, "~ Max"),
        ("20/11/2026, 21:34 - " + "x" * 300 + ": hi", True, ""),
    ],
)
def test_what_the_app_wrote_is_told_apart(line, system, sender):
    message = spoken(line + "\n")
    assert (message.system, message.sender) == (system, sender)


def test_both_phones_give_the_same_talk():
    for text in (iphone(), android()):
        said = [(one.sender, one.text) for one in page(text.encode()) if not one.system]
        assert said == TALK


def test_the_title_of_an_archive_is_the_name_of_its_text():
    whole, (chat,) = overview(zipped({f"WhatsApp Chat with {OTHER}.txt": android(), "IMG-20261120-WA0001.jpg": b"x"}))
    assert (whole.title, chat.people) == (f"WhatsApp Chat with {OTHER}", (ALICE, OTHER))
    assert whole.skipped == {"other": 1}


def test_several_chats_in_one_archive_are_several_conversations():
    whole, chats = overview(zipped({"b/_chat.txt": iphone(), "a/_chat.txt": "[05/06/2026, 21:30:00] Bea: hi\n"}))
    assert [(one.place, one.messages) for one in chats] == [("a/_chat.txt", 1), ("b/_chat.txt", 6)]
    assert whole.date_order == "unsure"
    assert page(zipped({"b/_chat.txt": iphone(), "a/_chat.txt": "[05/06/2026, 21:30:00] Bea: hi\n"}), 2)[1].exact


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_texts_of_any_usual_encoding_are_read(encoding):
    assert [one.text for one in page(iphone().encode(encoding))][3] == TALK[2][1]


def test_an_endless_message_and_an_endless_line_are_cut():
    for text in ("x" * 3_000_000, "x\n" * 1_000_000, "[" * 3_000_000):
        first, second = page((START + text + "\n" + START + "next\n").encode())
        assert first.cut
        assert len(first.text) <= 20_000
        assert len(first.raw) <= 80_000
        assert second.text == "next"
        assert not second.cut


def test_a_line_that_looks_like_a_start_far_into_a_long_line_begins_no_message():
    filler = "x" * (65_536 - len(START))
    (message,) = page(f"{START}{filler}{START}gotcha\n".encode())
    assert "gotcha" not in message.text


def test_bytes_that_are_no_text_do_not_stop_the_reading():
    messages = page(START.encode() + b"\xff\xfe\x80 hi\n" + START.encode() + b"next\n")
    assert [one.text[-2:] for one in messages] == ["hi", "xt"]


@pytest.mark.parametrize("raw", [b"dear diary\nnothing\n", b"20/11/2026 I went home\n", b"1/2/3\n" * 50])
def test_a_text_without_messages_is_no_chat(raw):
    assert refusal(raw) == "unknown_kind"


def test_too_many_lines_are_refused():
    assert refusal((START + "x\n" * 200).encode(), limits={"steps": 150}) == "too_much"
