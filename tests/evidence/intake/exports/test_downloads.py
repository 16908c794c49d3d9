"""Instagram, Facebook, Snapchat and Telegram: what their downloads hold comes out whole and in order."""

from __future__ import annotations

import json

import pytest

from tests.evidence.intake.exports.asking import overview, page, refusal
from tests.evidence.intake.exports.building import (
    ALICE,
    OTHER,
    TALK,
    instagram,
    meta_json,
    meta_page,
    snapchat_cards,
    snapchat_json,
    snapchat_old_json,
    snapchat_table,
    telegram_all_json,
    telegram_json,
    telegram_page,
    zipped,
)

INBOX = "messages/inbox/max_1"
FULL = {
    "instagram": (zipped({f"{INBOX}/message_1.json": meta_json()}), "2026-11-20T21:34:05.000+00:00", "UTC"),
    "meta pages": (zipped({f"{INBOX}/message_1.html": meta_page()}), "2026-11-20T21:34:05", "as shown in the download"),
    "snapchat": (zipped({"json/chat_history.json": snapchat_json()}), "2026-11-20T21:34:05.000+00:00", "UTC"),
    "snapchat cards": (
        zipped({"html/chat_history/subpage_max_x.html": snapchat_cards()}), "2026-11-20T21:34:05+00:00", "UTC",
    ),
    "telegram": (zipped({"x/result.json": telegram_json()}), "2026-11-20T21:34:05+00:00", "UTC"),
    "telegram pages": (zipped({"x/messages.html": telegram_page()}), "2026-11-20T21:34:05+00:00", "UTC"),
}  # fmt: skip


@pytest.mark.parametrize("name", FULL)
def test_every_download_gives_the_same_talk_oldest_first(name):
    raw, at, zone = FULL[name]
    messages = [one for one in page(raw) if not one.system]
    assert [(one.sender, one.text.removeprefix("see ")) for one in messages] == TALK
    assert (messages[0].at, messages[0].zone, messages[0].exact) == (at, zone, True)
    assert [one.position for one in page(raw)] == list(range(1, len(page(raw)) + 1))
    assert all(one.raw for one in messages)


def one_of_meta(message: dict[str, object]):
    whole = {"participants": [], "messages": [{"timestamp_ms": 1_795_210_445_123, **message}], "title": "x"}
    (found,) = page(json.dumps(whole).encode())
    return found


def test_the_files_of_a_conversation_are_put_in_order():
    whole, (bea, talk) = overview(zipped(instagram()))
    assert (whole.kind, whole.skipped) == ("instagram", {"other": 2})
    assert (bea.title, talk.title, talk.messages) == ("Bea", OTHER, 5)
    # each file begins at the same made-up moment, so only the number of the file tells which is older
    assert [one.text for one in page(zipped(instagram()), 2)] == [text for _, text in TALK]


def test_the_spoilt_letters_of_meta_are_mended_and_its_raw_object_kept():
    message = page(meta_json().encode())[2]
    assert message.text == "send 300 \u00a3 or I share them \U0001f608"
    assert "\\u00c2\\u00a3" in message.raw
    assert json.loads(message.raw)["sender_name"] == OTHER.encode().decode("latin-1")


def test_a_download_with_a_byte_order_mark_is_read():
    assert [one.sender for one in page(b"\xef\xbb\xbf" + telegram_json().encode()) if not one.system][:2] == [
        ALICE,
        OTHER,
    ]
    assert len(page(zipped({f"{INBOX}/message_1.json": b"\xef\xbb\xbf" + meta_json().encode()}))) == len(TALK)


@pytest.mark.parametrize("text", ["caf\u00e9 \u20ac", "\u00e9t\u00e9", "\U0001f600 ok"])
def test_letters_that_were_never_spoilt_stay(text):
    assert one_of_meta({"sender_name": "x", "content": text}).text == text


def test_what_is_sent_beside_words_is_named():
    message = one_of_meta(
        {
            "sender_name": "x",
            "photos": [{"uri": "messages/inbox/a/photos/1.jpg"}, {"uri": 7}, 5],
            "sticker": {"uri": "s.png"},
            "share": {"link": "https://example.org", "share_text": "look"},
            "is_unsent": True,
        }
    )
    assert message.attachments == ("messages/inbox/a/photos/1.jpg", "s.png")
    assert (message.text, message.marks) == ("look\nhttps://example.org", ("deleted",))


def test_the_encrypted_chats_of_messenger_are_read_too():
    raw = json.dumps(
        {
            "participants": ["Alice", "Max"],
            "threadName": "Max_7",
            "messages": [
                {
                    "isUnsent": True, "media": [{"uri": "m.jpg"}], "senderName": "Max", "text": "hi",
                    "timestamp": 1_795_210_445_123,
                }
            ],
        }
    )  # fmt: skip
    whole, (chat,) = overview(zipped({"Max_7.json": raw}))
    assert (whole.kind, chat.title) == ("instagram-or-facebook", "Max_7")
    (message,) = page(zipped({"Max_7.json": raw}))
    assert (message.at, message.attachments, message.marks) == (
        "2026-11-20T21:34:05.123+00:00",
        ("m.jpg",),
        ("deleted",),
    )


@pytest.mark.parametrize("wrong", [None, "soon", [], {}, True, 10**30, -(10**17), 1e400])
def test_a_time_that_is_none_is_not_made_up(wrong):
    message = one_of_meta({"sender_name": "x", "timestamp_ms": wrong})
    assert (message.at, message.exact) == ("", False)


@pytest.mark.parametrize("wrong", [None, 5, [], {}, True])
def test_fields_of_the_wrong_type_harm_nothing(wrong):
    message = one_of_meta(dict.fromkeys(("sender_name", "content", "photos", "share", "sticker", "is_unsent"), wrong))
    assert (message.sender, message.text, message.attachments) == ("", "", ())


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("your_instagram_activity/messages/inbox/a_1", "instagram"),
        ("instagram-alice-2026/messages/inbox/a_1", "instagram"),
        ("your_activity_across_facebook/messages/inbox/a_1", "facebook"),
        ("facebook-alice/your_facebook_activity/messages/e2ee_cutover/a_1", "facebook"),
        ("messages/inbox/a_1", "instagram-or-facebook"),
    ],
)
def test_which_of_the_two_it_is_stands_in_the_folders(folder, kind):
    assert overview(zipped({f"{folder}/message_1.json": meta_json()}))[0].kind == kind


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("Nov 20, 2026 9:34 pm", "2026-11-20T21:34"),
        ("Nov 20, 2026 9:34pm", "2026-11-20T21:34"),
        ("Nov 20, 2026 9:34:05 PM", "2026-11-20T21:34:05"),
        ("Nov 20, 2026, 9:34\u202fPM", "2026-11-20T21:34"),
        ("20 Nov 2026, 21:34", "2026-11-20T21:34"),
        ("20. November 2026 21:34", ""),
        ("Feb 31, 2026 9:34 pm", ""),
    ],
)
def test_the_times_of_meta_pages_are_read_in_english_alone(written, at):
    source = meta_page(TALK[:1]).replace("Nov 20, 2026 9:34:05\u202fpm", written)
    (message,) = page(zipped({f"{INBOX}/message_1.html": source}))
    assert (message.at, message.exact) == (at, bool(at))
    assert written in message.raw


def test_the_links_of_a_page_are_names_and_never_addresses():
    source = meta_page(TALK[:1]).replace(
        "</h2>", '</h2><a href="https://x.example">a</a><a href="//y">b</a><a href="#z">c</a>'
    )
    (message,) = page(zipped({f"{INBOX}/message_1.html": source}))
    assert message.attachments == ("your_instagram_activity/messages/photos/7.jpg", "x/7.jpg")


def test_the_title_of_a_page_is_that_of_the_conversation():
    assert overview(zipped({f"{INBOX}/message_1.html": meta_page()}))[0].title == OTHER
    assert overview(zipped({"x/messages.html": telegram_page()}))[0].title == OTHER


def test_scripts_in_a_page_are_no_words():
    evil = "<script>alert(1)</script><style>x{}</style>"
    source = meta_page(TALK[:1]).replace("<div>hi</div>", f"<div>hi{evil}</div>")
    (message,) = page(zipped({f"{INBOX}/message_1.html": source}))
    assert message.text == "hi"


def test_a_snap_without_words_says_what_it_was():
    message = page(zipped({"json/chat_history.json": snapchat_json()}), 2)[0]
    assert (message.text, message.attachments) == ("[IMAGE]", ("b~x1", "b~x2"))


@pytest.mark.parametrize("source", [snapchat_old_json(), snapchat_table()])
def test_the_older_downloads_of_snapchat_are_one_talk(source):
    name = "html/chat_history.html" if source.startswith("<") else "json/chat_history.json"
    whole, (chat,) = overview(zipped({name: source}))
    assert (whole.kind, chat.title) == ("snapchat", "max_x")
    assert [(one.sender, one.text) for one in page(zipped({name: source}))] == [
        ("(this account)", "hi"), ("max_x", "don't tell"),
    ]  # fmt: skip
    assert all("hi" in one.raw or "tell" in one.raw for one in page(zipped({name: source})))


def test_the_name_of_a_snapchat_group_is_its_title():
    row = {"From": "a", "Media Type": "TEXT", "Content": "x", "Created": "2026-11-20 10:00:00 UTC"}
    row |= {"Conversation Title": "the gang"}
    assert overview(json.dumps({"uuid-1": [row, 5]}).encode())[0].title == "the gang"


def test_a_written_time_of_snapchat_counts_where_the_figures_differ():
    row = {"From": "a", "Media Type": "TEXT", "Content": "x", "Created": "2026-11-20 10:00:00 UTC"}
    (message,) = page(json.dumps({"a": [row | {"Created(microseconds)": 5}]}).encode())
    assert message.at == "2026-11-20T10:00:00+00:00"
    (message,) = page(json.dumps({"a": [row | {"Created": "yesterday"}]}).encode())
    assert message.at == ""


def test_all_chats_of_a_telegram_export_are_read():
    whole, chats = overview(telegram_all_json().encode())
    assert [(one.number, one.title, one.messages) for one in chats] == [(1, "A", 6), (2, "B", 6)]
    assert (whole.title, whole.people) == ("", (OTHER, ALICE))
    assert page(telegram_all_json().encode(), 2)[1].text == "see hi"


def one_of_telegram(**message):
    whole = {"name": "x", "type": "personal_chat", "messages": [{"type": "message", "from": "Max", **message}]}
    (found,) = page(json.dumps(whole).encode())
    return found


def test_what_telegram_says_about_a_message_is_said():
    found = one_of_telegram(
        date="2026-11-20T21:34:05", edited="2026-11-20T21:35:00", forwarded_from="Bea",
        photo="photos/1.jpg", file="(File not included. Change data exporting settings to download.)",
        text=["see ", {"type": "link", "text": "https://example.org"}, 5, {"text": 7}],
    )  # fmt: skip
    assert found.text == "[forwarded from Bea]\nsee https://example.org"
    assert found.attachments == ("photos/1.jpg",)
    assert found.marks == ("edited", "media-left-out")
    assert (found.at, found.zone, found.exact) == ("2026-11-20T21:34:05", "as shown in the download", True)


def test_a_telegram_message_with_nothing_right_harms_nothing():
    found = one_of_telegram(date=5, text=7, edited=None, photo=[], **{"from": {}})
    assert (found.sender, found.at, found.text) == ("", "", "")


def test_the_pages_of_a_telegram_chat_are_put_in_order():
    files = {f"x/messages{n}.html": telegram_page([("A", f"part {n}")]) for n in (2, 10)}
    raw = zipped({**files, "x/messages.html": telegram_page([("A", "part 1")])})
    assert [one.text for one in page(raw) if not one.system] == ["part 1", "part 2", "part 10"]


def test_a_page_of_telegram_keeps_whose_words_were_forwarded_and_who_went_on():
    forwarded = '<div class="forwarded body"><div class="from_name">Bea</div><div class="text">secret</div></div>'
    source = telegram_page([("A", "one"), ("A", "two")]).replace('<div class="text">\ntwo\n</div>', forwarded)
    _, first, second = page(zipped({"x/messages.html": source}))
    assert (first.sender, second.sender, second.text) == ("A", "A", "[forwarded from Bea]\nsecret")


@pytest.mark.parametrize(
    ("title", "at", "zone"),
    [
        ("20.11.2026 21:34:05 UTC+02:00", "2026-11-20T21:34:05+02:00", "UTC+02:00"),
        ("20.11.2026 21:34:05", "2026-11-20T21:34:05", "as shown in the download"),
        ("yesterday", "", "as shown in the download"),
    ],
)
def test_the_zone_of_a_telegram_page_is_kept(title, at, zone):
    source = telegram_page(TALK[:1]).replace("20.11.2026 21:34:05 UTC+00:00", title)
    message = page(zipped({"x/messages.html": source}))[1]
    assert (message.at, message.zone) == (at, zone)


@pytest.mark.parametrize(
    "source", ['{"a": 1}', '{"people": [{"name": "x"}]}', "<html><p>hi</p></html>", '{"messages": "none"}', "{", "<"]
)
def test_other_files_are_no_download(source):
    assert refusal(source.encode()) in ("unknown_kind", "damaged")
