"""A fictional case with generated pictures, for the tests of the pack and for looking at its report."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from evidence.pack import verify
from evidence.pack.decoding import decode
from evidence.pack.snapshot import Snapshot

_FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def phone(title: str, lines: list[str], size: tuple[int, int] = (1080, 2340)) -> Image.Image:
    """A drawn screenshot of a conversation: every second line is the person's own."""
    image = Image.new("RGB", size, "#ffffff")
    draw = ImageDraw.Draw(image)
    big, small = (ImageFont.truetype(_FONT, max(12, size[0] // part)) for part in (24, 30))
    draw.text((40, 30), "21:14", font=small, fill="#111827")
    draw.ellipse((40, 110, 130, 200), fill="#be185d")
    draw.text((160, 125), title, font=big, fill="#111827")
    draw.line((0, 230, size[0], 230), fill="#e5e7eb", width=3)
    top = 290
    for number, line in enumerate(lines):
        mine = number % 2 == 1
        width = int(draw.textlength(line, font=small)) + 60
        left = size[0] - width - 40 if mine else 40
        draw.rounded_rectangle((left, top, left + width, top + 86), 36, fill="#2563eb" if mine else "#e5e7eb")
        draw.text((left + 30, top + 22), line, font=small, fill="#ffffff" if mine else "#111827")
        top += 130
    return image


def png(image: Image.Image) -> bytes:
    """The picture as it would be uploaded."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def view(image: Image.Image) -> bytes:
    """The re-encoded copy that the service shows: JPEG without metadata."""
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=85, subsampling=0)
    return out.getvalue()


class Case:
    """A case in the making: pictures with their originals and copies, typed items, a log."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []
        self.originals: dict[str, bytes] = {}
        self.copies: dict[str, bytes] = {}

    def picture(self, title: str, image: Image.Image, claims: dict[str, Any], **more: Any) -> None:
        """Add a picture; `more` sets the item's other values."""
        number = len(self.items) + 1
        name = f"item-{number}"
        data = png(image)
        self.originals[name], self.copies[name] = data, view(image)
        observed = {
            "received_at": f"2026-11-20T13:{40 + number % 20:02d}:09+00:00",
            "size": len(data),
            "type": "image/png",
            "sha256": hashlib.sha256(data).hexdigest(),
            "width": image.width,
            "height": image.height,
            "original_name": f"Screenshot_20261114_2114{number:02d}.png",
            "taken": "2026:11:14 21:14:09",
            "device": "Example Phone 8",
        } | more.pop("observed", {})
        self._add(number, "picture", title, claims, {"observed": observed} | more)

    def file(self, kind: str, title: str, data: bytes, media_type: str, claims: dict[str, Any], **more: Any) -> None:
        """Add a file that is no picture."""
        number = len(self.items) + 1
        name = f"item-{number}"
        self.originals[name] = data
        observed = {
            "received_at": f"2026-11-20T13:{40 + number % 20:02d}:09+00:00",
            "size": len(data),
            "type": media_type,
            "sha256": hashlib.sha256(data).hexdigest(),
            "original_name": "export.bin",
        } | more.pop("observed", {})
        self._add(number, kind, title, claims, {"observed": observed, "include_original": True} | more)

    def typed(self, kind: str, title: str, claims: dict[str, Any], **more: Any) -> None:
        """Add something that was typed."""
        number = len(self.items) + 1
        self._add(number, kind, title, claims, {"recorded_at": f"2026-11-20T14:{number:02d}:00+00:00"} | more)

    def _add(self, number: int, kind: str, title: str, claims: dict[str, Any], more: dict[str, Any]) -> None:
        self.items.append(
            {"id": f"item-{number}", "number": number, "kind": kind, "title": title, "claims": claims} | more
        )

    def snapshot(self, **more: Any) -> Snapshot:
        """The frozen snapshot of the case; `more` replaces whole values."""
        return decode(Snapshot, HEAD | {"items": self.items, "custody": custody()} | more)


HEAD: dict[str, Any] = {
    "pack_id": "3f0b0a52-2f1d-4f0c-8b53-6f7a2f5f0c11",
    "reference": "AH-7K2M-91QD",
    "made_at": "2026-11-20T14:05:00+00:00",
    "organisation": "Example Helpline",
    "compiled_by": "The person, with the service",
    "software": "abuse-help 0.1.0",
    "prepared_for": "Example Police, 101 report 20/412233/26",
}


def at(moment: str, basis: str = "Clock on the screen", exactness: str = "exact", **more: Any) -> dict[str, Any]:
    """A moment as the snapshot holds it."""
    return {"at": moment, "basis": basis, "exactness": exactness} | more


def custody(count: int = 14, closed: tuple[int, ...] = (5, 6, 9)) -> dict[str, Any]:
    """A log that adds up: `closed` entries leave only their commitment."""
    acts = ("create", "add", "add", "view", "share")
    entries, head = [], bytes(32)
    for seq in range(1, count + 1):
        act = acts[seq % len(acts)]
        when = f"2026-11-20T13:{30 + seq:02d}:00+00:00"
        body = {"seq": seq, "time": when, "who": "owner", "act": act, "detail": f"item {seq}"}
        salt = hashlib.sha256(b"salt%d" % seq).digest()
        committed = verify.commitment(salt, body)
        head = verify.link(seq, head, committed)
        entry: dict[str, Any] = {"seq": seq, "commitment": committed.hex()}
        if seq not in closed:
            shown = {
                "at": when,
                "who": "The person",
                "act": act.capitalize(),
                "words": f"ABC/{seq} was handled",
            }
            entry |= {"salt": salt.hex(), "body": body} | shown
        entries.append(entry)
    return {"entries": entries, "head": head.hex()}


def demonstration() -> Case:
    """Twelve items: six pictures (four chosen), an address, accounts, a note and events that were typed."""
    case = Case()
    chat = [
        "I have the video.",
        "Please delete it",
        "£450. You have 2 hours",
        "I do not have that",
        "Tick tock",
    ]
    shown = {"intimate": False, "include_picture": True, "include_original": True}
    how = "Screenshot by the person on their own phone, in the app"
    insta = {"where": "Instagram, direct messages", "account": "@sofia.marlow_77", "how_captured": how}
    case.picture(
        "Profile of @sofia.marlow_77",
        phone("sofia.marlow_77", ["142 posts, 3,911 followers"]),
        insta | {"when": at("2026-11-14T14:02"), "address": "https://www.instagram.example/sofia.marlow_77/"},
        **shown,
    )
    case.picture(
        "Messages: demand for £450 and a threat to tell family",
        phone("sofia.marlow_77", chat),
        insta
        | {
            "when": at("2026-11-14T21:14"),
            "what": "The first demand, with a deadline.",
            "words_shown": "£450. You have 2 hours. I have your followers: your mum, your manager.",
            "address": "https://www.instagram.example/direct/t/340282366734192837",
        },
        **shown,
    )
    case.picture(
        "Still from the recording",
        phone("PRIVATE", ["withheld"]),
        {
            "what": "A still from the video call. It shows the person.",
            "when": at("2026-11-14T21:55"),
            "where": "Telegram",
        },
        description="Sent by @sm_collect as a threat. The face can be seen.",
    )
    case.typed(
        "address",
        "Post with the link",
        {
            "address": "https://cdn-files.example/v/9f83jd0sk2a/preview?ref=share&utm_source=ig",
            "where": "A public reply",
            "when": at("2026-11-17T20:41", "Printed on the page"),
            "what": "A page that shows a preview of the recording.",
        },
    )
    case.picture(
        "The page with the preview, picture covered by the person",
        phone("File preview", ["Uploaded 17 Nov 2026, 1 view"], (1920, 1080)),
        {
            "where": "Web page",
            "address": "https://cdn-files.example/v/9f83jd0sk2a/preview?ref=share&utm_source=ig",
            "when": at("2026-11-17T21:47", "The file's own time"),
            "how_captured": "Screenshot on a computer; the person covered the picture on the page first",
        },
        **(shown | {"observed": {"has_location": True}}),
    )
    case.picture(
        "Second picture that was sent as a threat",
        phone("PRIVATE TOO", ["withheld"]),
        {"when": None, "where": "Telegram"},
    )
    case.typed("account", "Instagram account", {"account": "@sofia.marlow_77", "where": "Instagram"})
    case.typed("account", "Telegram account", {"account": "@sm_collect", "where": "Telegram"})
    case.typed(
        "event",
        "The person accepted a follow request",
        {"when": at("2026-11-13", "Remembered", "about"), "where": "Instagram"},
    )
    case.typed(
        "note",
        "Words of a voice message",
        {
            "words_shown": "أرسل المال قبل الليلة وإلا سأنشر الفيديو",
            "where": "Telegram",
            "when": at("2026-11-15T09:25", "Clock on the screen"),
            "account": "@sm_collect",
        },
    )
    case.picture(
        "Payment request with an account number",
        phone("sm_collect", ["Send to 6222 0000 0917", "Who is this?", "\u23f3 1 hour"]),
        {"where": "Telegram", "account": "@sm_collect", "when": at("2026-11-15T22:11"), "how_captured": how},
        **shown,
    )
    case.typed("event", "A missed call from a withheld number", {"when": at("2026-11-18T19:50", "Call list")})
    return case


def full(case: Case) -> Snapshot:
    """The demonstration with every part filled in."""
    return case.snapshot(
        person="Alex B. Carter",
        contact="Text first, after 18:00. No voicemail, no letters, no email. A flatmate may see the phone.",
        summary={
            "happened": "On 14 November 2026 an Instagram account asked Alex for intimate pictures on a "
            "video call and recorded it. The same evening it demanded £450 in gift cards and "
            "threatened to send it to family, named from Alex's followers.\nOn 17 November a link to the "
            "recording was posted in a reply. It was reported within the hour and was gone the next day.",
            "first": at("2026-11-13", "Remembered", "about"),
            "last": at("2026-11-18T19:50", "Call list"),
            "place": "Leeds, England",
            "other_place": "",
            "paid": "No",
            "wants": "To report it, and for the accounts to be found",
            "risks": [
                "The other person says they know where Alex works",
                "Deadline named: 20 November, 22:00",
            ],
        },
        gate={
            "ages": "Everyone is 18 or over",
            "whose": "The pictures are of me",
            "answered_at": "2026-11-20T13:31:00+00:00",
        },
        accounts=[
            {
                "platform": "Instagram",
                "shown_name": "@sofia.marlow_77",
                "identifier": "58213340917",
                "how_known": "Shown on the profile page",
                "first": at("2026-11-13", exactness="about"),
                "last": at("2026-11-18"),
                "items": [1, 2, 7],
            },
            {"platform": "Telegram", "shown_name": "@sm_collect", "identifier": "", "items": [8, 10, 11]},
        ],
        addresses=[
            {
                "address": "https://cdn-files.example/v/9f83jd0sk2a/preview?ref=share&utm_source=ig",
                "platform": "cdn-files.example",
                "state": "Gone",
                "when": at("2026-11-18T09:10"),
                "items": [4, 5],
            }
        ],
        reports=[
            {
                "to": "Example Police (101)",
                "when": at("2026-11-18T11:30"),
                "reference": "20/412233/26",
                "answer": "",
            },
            {
                "to": "Instagram",
                "when": at("2026-11-17T21:52"),
                "reference": "",
                "answer": "Removed the reply",
            },
        ],
        keeps=[
            {"platform": "Instagram", "evidence": "keep", "note": "Kept while the account is there"},
            {
                "platform": "Telegram",
                "evidence": "lose",
                "note": "Either side can delete it for both at any time",
            },
        ],
    )
