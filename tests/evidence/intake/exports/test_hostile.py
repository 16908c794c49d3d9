"""What a hostile export tries: names, bombs, depths, damage. Nothing leaves the text, nothing stops the reading."""

from __future__ import annotations

import io
import json
import struct
import zipfile

import pytest

from evidence.intake.exports import child
from evidence.intake.exports.bounds import Limits, Refused, Tally
from evidence.intake.exports.bundle import Bundle
from evidence.intake.said import Refusal
from tests.evidence.intake.exports.asking import overview, page, refusal, said
from tests.evidence.intake.exports.building import iphone, meta_json, meta_page, telegram_page, zipped

CHAT = iphone()
NAMES = {
    "up": "../../../../etc/cron.d/_chat.txt",
    "absolute": "/etc/passwd/_chat.txt",
    "drive": "C:\\Windows\\_chat.txt",
    "device": "CON/_chat.txt",
    "right to left": "\u202etxt.tahc_/_chat.txt",
    "long": "x" * 4_000 + "/_chat.txt",
    "emoji": "\U0001f608/_chat.txt",
    "lines": "a\r\nb\t/_chat.txt",
    "markup": "<script>alert(1)</script>/_chat.txt",
}


@pytest.mark.parametrize("name", NAMES)
def test_the_names_in_an_archive_are_nothing_but_text(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    whole, (chat,) = overview(zipped({NAMES[name]: CHAT}))
    assert whole.messages == 6
    assert len(chat.place) <= 200
    assert not set(chat.place) & {"\u202e", "\n", "\r", "\x00"}
    assert list(tmp_path.iterdir()) == []


def test_a_name_with_a_nul_is_cut_there_by_the_archive_reader():
    raw = zipped({"aXb_chat.txt": CHAT}).replace(b"aXb_chat.txt", b"a\x00b_chat.txt")
    assert refusal(raw) in ("unknown_kind", "damaged")


def test_thousands_of_entries_are_read_past():
    files = {f"media/{number}.jpg": b"" for number in range(5_000)}
    whole, _ = overview(zipped({**files, "_chat.txt": CHAT}, method=0))
    assert whole.skipped == {"other": 5_000}


def test_more_entries_than_the_limit_are_refused():
    raw = zipped({f"{number}.txt": "" for number in range(50)})
    assert refusal(raw, limits={"entries": 49}) == "too_many_entries"
    assert refusal(raw, limits={"directory_bytes": 1_000}) == "too_many_entries"


def test_a_bomb_is_refused_by_its_ratio_and_by_its_size():
    bomb = zipped({"_chat.txt": CHAT + "x" * 3_000_000})
    assert refusal(bomb, limits={"ratio": 50}) == "too_much"
    assert refusal(bomb, limits={"ratio": 10**6, "entry_bytes": 2_000_000}) == "too_much"
    assert refusal(bomb, limits={"ratio": 10**6, "all_bytes": 2_500_000}) == "too_much"
    assert overview(bomb, limits={"ratio": 10**6})[0].messages == 6


def test_an_entry_that_lies_about_its_size_is_damaged_and_nothing_more():
    raw = bytearray(zipped({"_chat.txt": CHAT}))
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<I", 10)
    assert refusal(bytes(raw)) == "damaged"


def test_a_wrong_checksum_is_said_and_the_messages_before_it_are_kept():
    raw = bytearray(zipped({"_chat.txt": CHAT * 1_000}))
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 16 : at + 20] = b"\0\0\0\0"
    first = raw.index(b"PK\x03\x04")
    raw[first + 14 : first + 18] = b"\0\0\0\0"
    whole, _ = overview(bytes(raw))
    assert "some_damaged" in whole.notes
    assert 4_000 < whole.messages <= 6_000


@pytest.mark.parametrize("part", range(1, 10))
def test_a_cut_archive_is_damaged(part):
    raw = zipped({"_chat.txt": CHAT, "a.jpg": b"x" * 500})
    assert refusal(raw[: len(raw) * part // 10]) == "damaged"


def test_encrypted_nested_and_linked_entries_are_left_aside():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("_chat.txt", CHAT)
        archive.writestr("more.zip", zipped({"_chat.txt": CHAT * 3}))
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("secret.txt", CHAT)
        archive.writestr("packed.txt", CHAT, compress_type=zipfile.ZIP_LZMA)
        archive.writestr("folder/", "")
    raw = bytearray(out.getvalue())
    local, central = raw.index(b"secret.txt") - 30, raw.rindex(b"secret.txt") - 46
    raw[local + 6] |= 1
    raw[central + 8] |= 1
    whole, chats = overview(bytes(raw))
    assert len(chats) == 1
    assert whole.skipped == {"archives": 1, "links": 1, "encrypted": 1, "other": 1}


def test_an_archive_that_is_all_encrypted_is_no_export():
    raw = bytearray(zipped({"_chat.txt": CHAT}))
    raw[6] |= 1
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(raw)) == "unknown_kind"


def test_an_archive_under_other_names_is_known_by_its_content():
    whole, _ = overview(zipped({"renamed/one.json": meta_json(), "renamed/two.txt": "hello"}))
    assert (whole.kind, whole.skipped) == ("instagram-or-facebook", {"other": 1})


def test_a_usual_name_over_something_else_does_not_hide_the_chat():
    whole, _ = overview(zipped({"message_1.json": "{}", "talk.txt": CHAT}))
    assert whole.kind == "whatsapp"


def test_of_thousands_of_conversations_only_some_are_looked_into_before_they_are_read(monkeypatch):
    looks, kept = [], Bundle.head
    monkeypatch.setattr(Bundle, "head", lambda self, entry, length: looks.append(entry) or kept(self, entry, length))
    files = {f"messages/inbox/{n}/message_1.json": meta_json([("x", "y")]) for n in range(300)}
    whole, chats = overview(zipped({**files, "messages/inbox/odd/message_1.json": "{}"}))
    assert (whole.messages, len(chats), len(looks)) == (300, 300, 50)


@pytest.mark.parametrize(
    "deep",
    ["[" * 100_000, '{"a":' * 100_000, '{"messages": [' + "[" * 500 + "]" * 500 + "]}", '{"messages":' + "[" * 60],
    ids=["lists", "objects", "in a message", "unwanted"],
)
def test_depths_end_the_reading_of_that_file_alone(deep):
    inbox = "messages/inbox/{}/message_1.json"
    head = '{"participants": [], "x": '
    whole, _ = overview(zipped({inbox.format("a"): head + deep, inbox.format("b"): meta_json()}))
    assert (whole.messages, whole.notes) == (5, ("some_damaged",))


def test_a_message_of_no_usual_depth_is_damage():
    raw = json.dumps({"participants": [], "messages": [{"x": json.loads("[" * 100 + "]" * 100)}]}).encode()
    assert refusal(raw) == "damaged"


def test_a_value_without_end_is_damage():
    raw = ('{"participants": [], "messages": ["' + "x" * 200_000).encode()
    assert refusal(raw, limits={"value": 100_000}) == "damaged"


def test_more_values_than_the_limit_are_refused():
    raw = ('{"participants": [], "messages": [' + "1," * 5_000 + "1]}").encode()
    assert refusal(raw, limits={"steps": 2_000}) == "too_much"


def test_more_messages_than_the_limit_are_refused():
    assert refusal(CHAT.encode(), limits={"messages": 5}) == "too_much"


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\ud83d\ude08", "\x00\x01\x02", "\u202eabc", "\ufeff"])
def test_text_that_can_not_be_written_or_seen_is_made_fit(text):
    raw = json.dumps({"participants": [], "messages": [{"sender_name": text, "content": text, "timestamp_ms": 1}]})
    (message,) = page(raw.encode())
    for words in (message.text, message.sender, message.raw):
        words.encode()  # raises for a lone surrogate
        assert not set(words) & {"\x00", "\u202e", "\ufeff"}


def test_whole_surrogate_pairs_are_kept():
    raw = '{"participants": [], "messages": [{"sender_name": "x", "content": "\\ud83d\\ude08", "timestamp_ms": 1}]}'
    assert page(raw.encode())[0].text == "\U0001f608"


@pytest.mark.parametrize("source", [meta_page(), telegram_page()], ids=["meta", "telegram"])
@pytest.mark.parametrize(
    "evil",
    [
        "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>&b;",
        "<div>" * 50_000,
        "</div>" * 50_000,
        "<![CDATA[ x",
        "<!--" * 1_000,
        "<div class='" + "x" * 200_000,
        "&#xD800;&#0;&#x202e;&notanentity;&" * 10,
        "<a href='javascript:alert(1)'>x</a>" * 500,
    ],
    ids=["entities", "open", "closed", "cdata", "comments", "attribute", "references", "links"],
)
def test_a_hostile_page_gives_its_messages_or_is_damaged(source, evil):
    name = "x/messages.html" if "page_wrap" in source else "messages/inbox/a/message_1.html"
    before = source.index('<div class="message' if "page_wrap" in source else '<div class="pam')
    for place in (before, len(source) - 40):
        raw = zipped({name: source[:place] + evil + source[place:]})
        *messages, end = said(raw, what="page", conversation=1, start=0, count=200)
        assert not isinstance(end, Refusal) or end.refused in ("damaged", "unknown_kind", "no_conversation")
        assert all("javascript:" not in name for one in messages for name in one.attachments)
        assert all("aaaa" not in one.text for one in messages)


def test_a_page_with_too_many_elements_is_refused():
    raw = zipped({"messages/inbox/a/message_1.html": meta_page() + "<p>" * 5_000})
    assert refusal(raw, limits={"steps": 3_000, "ratio": 10_000}) == "too_much"


def test_a_message_with_too_many_files_is_cut():
    photos = [{"uri": f"{number}.jpg"} for number in range(500)]
    raw = {"participants": [], "messages": [{"sender_name": "x", "photos": photos, "timestamp_ms": 1}]}
    (message,) = page(json.dumps(raw).encode())
    assert (len(message.attachments), message.cut) == (50, True)


def test_conversations_and_people_beyond_the_limit_are_said():
    files = {f"messages/inbox/{n}/message_1.json": meta_json([(f"p{n}", "x")]) for n in range(10)}
    whole, chats = overview(zipped(files), limits={"conversations": 4, "people": 6})
    assert (len(chats), len(whole.people), whole.messages) == (4, 6, 10)
    assert set(whole.notes) == {"more_conversations", "more_people"}


def test_the_tally_stops_exactly_at_its_limits():
    tally = Tally(Limits(steps=2, all_bytes=10))
    tally.step()
    tally.step()
    with pytest.raises(Refused):
        tally.step()
    tally.unpack(10, entry=10, packed=1)
    with pytest.raises(Refused):
        tally.unpack(1, entry=11, packed=1)
    tally.skip("other", 0)
    assert tally.skipped == {}


@pytest.mark.parametrize(
    ("broken", "code"), [(MemoryError, "too_much_memory"), (KeyError, "damaged"), (TypeError, "damaged")]
)
def test_whatever_a_reader_raises_is_one_refusal(monkeypatch, broken, code):
    def stumble(*_args):
        raise broken

    monkeypatch.setattr(child, "recognise", stumble)
    assert refusal(CHAT.encode()) == code


def test_the_child_answers_one_request(monkeypatch):
    told = []
    monkeypatch.setattr(child, "serve", told.append)
    child.main()
    assert told == [child.answer]


def test_endless_white_space_costs_nothing():
    raw = '{"participants": [], "messages": [' + " " * 5_000_000 + '{"sender_name": "x", "timestamp_ms": 1}]}'
    assert len(page(raw.encode())) == 1


def test_a_json_of_something_else_inside_is_passed_over():
    raw = '{"participants": [], 5: 1}'
    assert refusal(raw.encode()) == "damaged"
