"""Builds exports of each app as the apps write them, with made-up people, and hostile ones."""

from __future__ import annotations

import html
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

LRM, NNBSP = "\u200e", "\u202f"
ALICE, OTHER = "Alice", "Max \u2728"
BEGAN = datetime(2026, 11, 20, 21, 34, 5, tzinfo=UTC)
TALK = [
    (ALICE, "hi"),
    (OTHER, "I have your pictures"),
    (OTHER, "send 300 \u00a3 or I share them \U0001f608"),
    (ALICE, "please don\u2019t"),
    (OTHER, "you have until tomorrow"),
]


def zipped(files: dict[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def times(count: int = len(TALK), *, minutes: int = 7) -> list[datetime]:
    return [BEGAN + timedelta(minutes=minutes * index, milliseconds=123 * index) for index in range(count)]


def iphone(talk=TALK, *, shape: str = "[%d/%m/%Y, %H:%M:%S]") -> str:
    start = f"[20/11/2026, 21:30:00] {OTHER}: {LRM}Messages and calls are end-to-end encrypted.\r\n"
    rows = zip(times(len(talk)), talk, strict=True)
    return start + "".join(f"{at.strftime(shape)} {who}: {text}\r\n" for at, (who, text) in rows)


def android(talk=TALK, *, shape: str = "%d/%m/%Y, %H:%M") -> str:
    start = f"{BEGAN.strftime(shape)} - Messages and calls are end-to-end encrypted. Tap to learn more.\n"
    rows = zip(times(len(talk)), talk, strict=True)
    return start + "".join(f"{at.strftime(shape)} - {who}: {text}\n" for at, (who, text) in rows)


def spoilt(text: str) -> str:
    """Text as Meta writes it: the bytes of its UTF-8, each as a character."""
    return text.encode().decode("latin-1")


def meta_json(talk=TALK, *, title: str = OTHER) -> str:
    messages = [
        {"sender_name": spoilt(who), "timestamp_ms": int(at.timestamp() * 1000), "content": spoilt(text)}
        for at, (who, text) in zip(times(len(talk)), talk, strict=True)
    ]
    people = [{"name": spoilt(name)} for name in dict.fromkeys(who for who, _ in talk)]
    return json.dumps({"participants": people, "messages": messages[::-1], "title": spoilt(title), "magic_words": []})


def instagram() -> dict[str, bytes | str]:
    inbox = "your_instagram_activity/messages/inbox/max_1234"
    return {
        f"{inbox}/message_1.json": meta_json(TALK[3:]),
        f"{inbox}/message_2.json": meta_json(TALK[:3]),
        "your_instagram_activity/messages/inbox/bea_99/message_1.json": meta_json([("Bea", "hello")], title="Bea"),
        f"{inbox}/photos/1.jpg": b"\xff\xd8\xff",
        "personal_information/account.json": "{}",
    }


def meta_page(talk=TALK, *, title: str = OTHER) -> str:
    def row(at: datetime, who: str, text: str) -> str:
        clock = at.strftime("%b %d, %Y %-I:%M:%S\u202f%p").replace("PM", "pm").replace("AM", "am")
        return (
            '<div class="pam _3-95 _2ph- _a6-g uiBoxWhite noborder">'
            f'<h2 class="_3-95 _2pim _a6-h _a6-i">{html.escape(who)}</h2>'
            f'<div class="_3-95 _a6-p"><div><div></div><div>{html.escape(text)}</div><div></div>'
            '<div><a href="your_instagram_activity/messages/photos/7.jpg"><img src="x/7.jpg"></a></div></div></div>'
            f'<div class="_3-94 _a6-o">{clock}</div></div>'
        )

    rows = [row(at, *said) for at, said in zip(times(len(talk)), talk, strict=True)]
    style = "<style>.a{color:red}</style>" * 200
    return (
        f"<html><head><title>{html.escape(title)}</title>{style}</head><body><div class='_a705'>"
        f'<div class="pam _a6-g">Group members</div>{"".join(rows[::-1])}</div></body></html>'
    )


def snapchat_json(talk=TALK) -> str:
    rows = [
        {
            "From": who,
            "Media Type": "TEXT",
            "Created": at.strftime("%Y-%m-%d %H:%M:%S UTC"),
            "Content": text,
            "Conversation Title": None,
            "IsSender": who == ALICE,
            "Created(microseconds)": int(at.timestamp() * 1000),
            "IsSaved": True,
            "Media IDs": "",
        }
        for at, (who, text) in zip(times(len(talk)), talk, strict=True)
    ]
    snap = {"From": "bea", "Media Type": "IMAGE", "Created": "2026-11-19 10:00:00 UTC", "Media IDs": "b~x1 | b~x2"}
    return json.dumps({"max_x": rows[::-1], "bea": [snap]})


def snapchat_old_json() -> str:
    first, second = "2021-03-01 10:00:00 UTC", "2021-03-01 10:05:00 UTC"
    return json.dumps(
        {
            "Received Saved Chat History": [
                {"From": "max_x", "Media Type": "TEXT", "Created": second, "Text": "don&#39;t tell"}
            ],
            "Sent Saved Chat History": [{"To": "max_x", "Media Type": "TEXT", "Created": first, "Text": "hi"}],
        }
    )


def snapchat_cards(talk=TALK) -> str:
    cards = [
        f"<div style='background: #f2f2f2;'><span><div><h4>{html.escape(who)}</h4></div><span>TEXT</span>"
        f"<p>{html.escape(text)}</p><h6>{at.strftime('%Y-%m-%d %H:%M:%S UTC')}</h6></span></div>"
        for at, (who, text) in zip(times(len(talk)), talk, strict=True)
    ]
    return f"<html><body><h1>Saved Chat History</h1><div class='rightpanel'>{''.join(cards[::-1])}</div></body></html>"


def snapchat_table() -> str:
    def row(who: str, when: str, text: str) -> str:
        return f"<tr><td>{who}</td><td>TEXT</td><td>{when}</td></tr><tr><td colspan=3>{text}</td></tr>"

    received = "<tr><th>From</th><th>Media Type</th><th>Created</th></tr>" + row(
        "max_x", "2021-03-01 10:05:00 UTC", "don&#39;t tell"
    )
    sent = "<tr><th>To</th><th>Media Type</th><th>Created</th></tr>" + row("max_x", "2021-03-01 10:00:00 UTC", "hi")
    return (
        f"<html><body><h3>Received Saved Chat History</h3><table>{received}</table><table>{sent}</table></body></html>"
    )


def telegram_messages(talk=TALK) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {"id": 1, "type": "service", "date": "2026-11-20T21:30:00", "actor": OTHER, "action": "create_chat", "text": ""}
    ]
    for index, (at, (who, text)) in enumerate(zip(times(len(talk)), talk, strict=True), 2):
        unix = str(int(at.timestamp()))
        said: object = text if index % 2 else ["see ", {"type": "bold", "text": text}]
        local = at.strftime("%Y-%m-%dT%H:%M:%S")
        rows.append(
            {"id": index, "type": "message", "date": local, "date_unixtime": unix, "from": who, "from_id": f"u{who}",
             "text": said}
        )  # fmt: skip
    return rows


def telegram_json(talk=TALK) -> str:
    return json.dumps({"name": OTHER, "type": "personal_chat", "id": 1, "messages": telegram_messages(talk)}, indent=1)


def telegram_all_json() -> str:
    chats = [{"name": name, "type": "personal_chat", "id": 1, "messages": telegram_messages()} for name in ("A", "B")]
    return json.dumps(
        {
            "about": "Here is the data you requested.",
            "personal_information": {"user_id": 1, "first_name": ALICE},
            "contacts": {"about": "x", "list": [{"first_name": "Bea"}]},
            "chats": {"about": "y", "list": chats},
            "left_chats": {"about": "z", "list": []},
        }
    )


def telegram_page(talk=TALK) -> str:
    rows, before = [], ""
    for index, (at, (who, text)) in enumerate(zip(times(len(talk)), talk, strict=True), 1):
        joined = " joined" if who == before else ""
        name = "" if joined else f'<div class="from_name">\n{who} \n</div>'
        rows.append(
            f'<div class="message default clearfix{joined}" id="message{index}">'
            f'<div class="pull_left userpic_wrap"><div class="userpic"><div class="initials">{who[0]}</div></div></div>'
            f'<div class="body"><div class="pull_right date details" title="{at:%d.%m.%Y %H:%M:%S} UTC+00:00">'
            f'{at:%H:%M}</div>{name}<div class="text">\n{html.escape(text)}\n</div></div></div>'
        )
        before = who
    service = '<div class="message service" id="message-1"><div class="body details">20 November 2026</div></div>'
    header = f'<div class="page_header"><div class="content"><div class="text bold">{OTHER}</div></div></div>'
    body = f'<div class="page_wrap">{header}{service}{"".join(rows)}</div>'
    return f"<html><head><title>Exported Data</title></head><body>{body}</body></html>"


EVERY_KIND: dict[str, bytes] = {
    "whatsapp iphone": iphone().encode(),
    "whatsapp android": android().encode(),
    "whatsapp zip": zipped({"_chat.txt": iphone(), "00000012-PHOTO.jpg": b"\xff\xd8"}),
    "instagram": zipped(instagram()),
    "instagram html": zipped(
        {"instagram-alice/your_instagram_activity/messages/inbox/m_1/message_1.html": meta_page()}
    ),
    "facebook": zipped({"your_activity_across_facebook/messages/inbox/m_1/message_1.json": meta_json()}),
    "meta alone": meta_json().encode(),
    "snapchat": zipped({"json/chat_history.json": snapchat_json(), "html/chat_history.html": snapchat_table()}),
    "snapchat old": snapchat_old_json().encode(),
    "snapchat cards": zipped({"html/chat_history/subpage_max_x.html": snapchat_cards()}),
    "snapchat table": zipped({"html/chat_history.html": snapchat_table()}),
    "telegram": telegram_json().encode(),
    "telegram all": zipped({"DataExport/result.json": telegram_all_json()}),
    "telegram html": zipped({"ChatExport/messages.html": telegram_page(), "ChatExport/css/style.css": "x"}),
}
