"""Everybody who may stand before an address, each brought there through the site's own pages."""

from __future__ import annotations

import io
import json
import re
import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.mfa.totp.internal import auth as totp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import SimpleCookie
from django.test import Client, RequestFactory, TestCase
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from evidence import packs, unlocking
from evidence.helpline import invitations
from evidence.helpline.models import SignIn, Worker
from evidence.models import Case, Grant, Item, Pack
from evidence.pack import build
from guidance import content

PASSWORD = "ladder-orbit-velvet-nine"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile"


def browser(**options: Any) -> Client:
    return Client(headers={"User-Agent": PHONE}, raise_request_exception=False, **options)


def copied(person: Client) -> Client:
    """Another browser with the same cookies: somebody copied them."""
    other = browser()
    other.cookies = SimpleCookie(person.cookies.output(header="", sep=";"))
    return other


def png(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 480), colour).save(out, "PNG")
    return out.getvalue()


def png_with_place() -> bytes:
    """A picture whose metadata says that it was made at 51.507222 north, 0.127500 west."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "Fone"  # without a maker nothing of it is written
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0), 31: 12.5})
    Image.new("RGB", (320, 480), "teal").save(out, "PNG", exif=exif)
    return out.getvalue()


@dataclass
class Owner:
    """Somebody with a case that is open in `browser`."""

    browser: Client
    words: list[str] = field(default_factory=list)
    code: str = ""
    case: Any = None
    ids: dict[str, str] = field(default_factory=dict)

    def post(self, name: str, data: dict[str, Any] | None = None, *args: Any) -> Any:
        return self.browser.post(reverse(f"evidence:{name}", args=args), data or {})

    def open_elsewhere(self) -> Client:
        """The same case, open in a browser of its own."""
        other = browser()
        other.post(reverse("evidence:open"), {"x_1": " ".join(self.words)})
        return other


def opened(person: Owner) -> Any:
    """The case as the acts take it, through the browser's own cookie."""
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in person.browser.cookies.items()}
    session = unlocking.current(request, at=timezone.now())
    assert session
    return session.opened


def owner() -> Owner:
    """From the first page to an open case."""
    person, known = Owner(browser()), set(Case.objects.values_list("pk", flat=True))
    person.post("make")
    page = person.browser.get(reverse("evidence:words")).content.decode()
    person.words = re.findall(r"<li>([a-z-]+)</li>", page)[:7]
    person.code = re.search(r'class="copy">([^<]+)', page)[1]  # type: ignore[index]
    asked = re.findall(r"Word (\d)", person.browser.get(reverse("evidence:confirm")).content.decode())[:2]
    typed = {f"x_{place}": person.words[int(word) - 1] for place, word in enumerate(asked, 1)}
    person.post("confirm", {**typed, "x_3": person.code[-4:]})
    person.case = Case.objects.exclude(pk__in=known).get()
    return person


def keep_an_address(person: Owner, address: str) -> str:
    known = set(Item.objects.values_list("pk", flat=True))
    person.post("item-add", {"t5": address, "d3": "unknown"}, "c4dk")
    return str(Item.objects.exclude(pk__in=known).get().pk)


def open_the_gate(person: Owner) -> None:
    person.post("gate", {"a": "adults", "b": "adult", "c": "mine"})


def keep_a_picture(person: Owner, data: bytes, name: str = "a.png", title: str = "") -> str:
    known = set(Item.objects.values_list("pk", flat=True))
    person.post("upload", {"y": "on", "t1": title, "f": [SimpleUploadedFile(name, data)]})
    return str(Item.objects.exclude(pk__in=known).get().pk)


CHAT = b"[20/11/2026, 21:34:05] Max: one\r\n[20/11/2026, 21:35:05] Alice: two\r\n"


def begin_an_upload(person: Owner) -> str:
    """A large file that is on its way, with nothing of it here yet."""
    about = {"y": "on", "k": "0", "u": "a.mp4", "z": 99_000_000, "v": 1}
    return str(person.post("upload-begin", about).json()["id"])


def share(person: Owner, why: str = "Please read it.") -> str:
    until = timezone.localdate() + timedelta(days=20)
    person.post("share", {"t1": why, "d1": until.isoformat()})
    return str(Grant.objects.get(case=person.case, status="offered").pk)


def ready_pack(person: Owner, monkeypatch: Any) -> str:
    """A pack as the process that makes one leaves it, of two small files instead of a laid-out report."""
    orders: list[bytes] = []
    with monkeypatch.context() as patch:
        patch.setattr(packs.subprocess, "Popen", _popen(orders))
        with TestCase.captureOnCommitCallbacks(execute=True):
            person.post("packs")
    pack = Pack.objects.get(case=person.case)
    work = json.loads(orders[0])
    key, files = bytes.fromhex(work["key"]), [("report", "pdf"), ("bundle", "zip")]
    rows = [build._seal(pack, key, role, f"A.{kind}", f"application/{kind}", iter([b"x"])) for role, kind in files]
    build._finish(pack, rows)
    return str(pack.pk)


def _popen(orders: list[bytes]) -> Any:
    class Started:
        """Takes the order and does nothing."""

        def __init__(self, *_: Any, **__: Any) -> None:
            self.stdin = self

        def poll(self) -> int:
            return 0

        def write(self, order: bytes) -> None:
            orders.append(order)

        def __enter__(self) -> Any:
            return self

        def __exit__(self, *_: object) -> None:
            return None

    return Started


@dataclass
class AtDesk:
    """A helpline worker at an open desk."""

    browser: Client
    worker: Worker
    secret: str = ""

    def accept(self, offer: str) -> None:
        answer = self.browser.post(reverse("helpline:offer-accept", args=[offer]))
        assert answer.status_code == 302


def worker(name: str) -> AtDesk:
    """Invited, with a password and an app, signed in, the desk open."""
    at_desk = browser()
    code = invitations.create(username=name, display_name=name.title(), is_supervisor=False, at=timezone.now())
    at_desk.post(reverse("helpline:first-time"), {"x_code": code, "x_new": PASSWORD, "x_again": PASSWORD})
    at_desk.get(reverse("mfa_activate_totp"))
    secret = at_desk.session[totp.SECRET_SESSION_KEY]
    shown = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
    at_desk.post(reverse("mfa_activate_totp"), {"code": shown})
    answer = at_desk.post(reverse("helpline:desk"), {"x_password": PASSWORD})
    assert answer.status_code == 302
    return AtDesk(at_desk, Worker.objects.get(username=name), secret)


@dataclass
class World:
    """Eight people, and the ids that stand in addresses: alice's, and ones that nobody has."""

    people: dict[str, Client]
    ids: dict[str, str]
    nobody: dict[str, str]
    alice: Owner
    mallory: Owner
    workers: dict[str, AtDesk]


def world(monkeypatch: Any) -> World:
    """Alice's case holds an address and a picture; it was shared with elin, then with hana; a pack is ready."""
    workers = {name: worker(name) for name in ("hana", "elin", "noor")}
    alice, mallory = owner(), owner()
    for person in (alice, mallory):
        keep_an_address(person, "https://social.example/p/1")
        open_the_gate(person)
        person.ids["item_id"] = keep_a_picture(person, png_with_place())
    chat = keep_a_picture(alice, CHAT, "chat.txt")
    alice.ids |= {f"evidence:{name} item_id": chat for name in ("chat", "chat-again", "chat-own", "conversation")}
    alice.ids["upload_id"] = begin_an_upload(alice)
    old = share(alice)
    workers["elin"].accept(old)
    alice.post("share-end", {}, old)
    live = share(alice)
    workers["hana"].accept(live)
    alice.ids |= {"grant_id": live, "grant": live, "pack_id": ready_pack(alice, monkeypatch)}
    people = {
        "stranger": browser(),
        "locked": _left(alice.open_elsewhere(), "evidence:lock"),
        "owner": alice.browser,
        "other owner": mallory.browser,
        "signed out": _left(worker("omar").browser, "helpline:sign-out"),
        "no share": workers["noor"].browser,
        "share": workers["hana"].browser,
        "share ended": workers["elin"].browser,
    }
    hers = SignIn.objects.get(worker=workers["hana"].worker)
    ids = {**alice.ids, "offer": share(mallory), "sign_in": str(hers.pk), **_codes()}
    return World(people, ids, _of_nobody(ids), alice, mallory, workers)


def _left(person: Client, by: str) -> Client:
    """Locked, or signed out; the browser still holds its old cookies."""
    cookies = person.cookies.output(header="", sep=";")
    answer = person.post(reverse(by))
    assert answer.status_code in {200, 302}
    person.cookies = SimpleCookie(cookies)
    return person


def _codes() -> dict[str, str]:
    loaded = content.load()
    platform = next(iter(loaded.platform_by_code))
    step = loaded.steps["danger"].head.code
    return {"evidence:item-add code": "c4dk", "guidance:step code": step, "guidance:platform code": platform, "pk": "1"}


def _of_nobody(ids: dict[str, str]) -> dict[str, str]:
    """The same, with ids that belong to nothing."""
    made_up = {name: str(uuid.uuid4()) for name, value in ids.items() if len(value) == 36}
    codes = {name: "zz99" for name, value in ids.items() if len(value) == 4}
    return {**ids, **codes, **made_up}
