"""Everybody who may press a form, every form that their pages show, and a good body for each."""

from __future__ import annotations

import random
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from typing import Any

from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.http import SimpleCookie
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from abuse_help.plain_forms import only_utf8
from evidence.helpline import invitations
from guidance import content
from tests.evidence import making_media
from tests.security import addresses, form_reading, people
from tests.security.form_reading import LINES, Control, Form
from tests.security.nasty import MARK
from tests.security.spoiling import File, Sent
from tests.security.test_access import TABLE

NEW_PASSWORD = "marble-antler-window-forty"
MAIL = b"From: max@example.org\r\nTo: alice@example.org\r\nSubject: hi\r\n\r\nPay or else\r\n"
MOST_PAGES = 7  # of one address, each with other parts
HALF_WAY = {
    "new": {"evidence:words", "evidence:confirm"},
    "deleted": {"evidence:bring-back"},
    "add-only": {"evidence:note", "evidence:begin"},
    "second factor": {"mfa_authenticate"},
}
WALKERS = ("stranger", "owner", "share", *HALF_WAY)
WALKED = {name for name, row in TABLE.items() if any(one.startswith("200") for one in row.values())} - {"exit"}
WALKED |= {"evidence:words", "evidence:confirm", "evidence:note", "mfa_authenticate", "guidance:step", "guidance:plan"}
DEEPER = {"evidence:item-add", "evidence:item", "evidence:item-edit", "evidence:conversation", "guidance:step"}
Made = str | Callable[[], str]


@dataclass
class Person:
    """One browser whose forms the site checks, and the good answers that only this person knows."""

    browser: Client
    knows: dict[str, Made] = field(default_factory=dict)

    def token(self) -> str:
        return self.browser.cookies[settings.CSRF_COOKIE_NAME].value


@dataclass
class Target:
    """Where a form is sent, and what its page offers; without a page a body that is known to be right."""

    name: str
    path: str
    form: Form | None = None


@dataclass
class Cast:
    """Everybody, what each may press, ids of others, and files that are what they say."""

    people: dict[str, Person]
    targets: dict[str, dict[str, list[Target]]]  # address -> kind of person -> forms
    others: list[str]
    files: list[bytes]
    alice: people.Owner
    mallory: people.Owner


def checked(browser: Client) -> Client:
    """The same browser, in front of a site that checks its forms, as it is served."""
    person = Client(enforce_csrf_checks=True, headers={"User-Agent": people.PHONE}, raise_request_exception=False)
    inner = person.handler
    person.handler = lambda environ: only_utf8(lambda given, _: inner(given))(environ, None)  # the door that is served
    person.cookies = SimpleCookie(browser.cookies.output(header="", sep=";"))
    person.get(reverse("guidance:help"))
    return person


def cast(monkeypatch: Any) -> Cast:
    """The world of the access test, and four more who stand half way: with new words, shut, deleted, signing in."""
    world = people.world(monkeypatch)
    files = [people.png(), people.CHAT, MAIL, making_media.made("mp4")]
    items = [
        people.keep_a_picture(world.alice, data, name) for data, name in zip(files[2:], ("m.eml", "f.mp4"), strict=True)
    ]
    who = {kind: Person(checked(browser)) for kind, browser in world.people.items()} | _half_way(world)
    who["owner"].knows |= {"x_1": " ".join(world.alice.words)}
    who["stranger"].knows |= {"x_1": " ".join(world.alice.words), "login": "noor"}
    for kind in ("no share", "share", "second factor"):
        name = {"no share": "noor", "share": "hana", "second factor": "hana"}[kind]
        who[kind].knows |= {"login": name, "code": _code_of(world.workers[name].secret)}
    who["signed out"].knows |= {"login": "omar", "x_code": _invited()}
    others = [*world.ids.values(), *world.nobody.values(), *items, world.mallory.ids["item_id"]]
    targets = _targets(who, world, items)
    return Cast(who, targets, others, files, world.alice, world.mallory)


def _invited() -> str:
    return invitations.create(username="zoe", display_name="Zoe", is_supervisor=False, at=timezone.now())


def _code_of(secret: str) -> Callable[[], str]:
    return lambda: str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30)))


def _half_way(world: people.World) -> dict[str, Person]:
    fresh = people.Owner(people.browser())
    fresh.post("make")
    page = fresh.browser.get(reverse("evidence:words")).content.decode()
    words = re.findall(r"<li>([a-z-]+)</li>", page)[:7]
    code = re.search(r'class="copy">([^<]+)', page)[1]  # type: ignore[index]
    asked = re.findall(r"Word (\d)", fresh.browser.get(reverse("evidence:confirm")).content.decode())[:2]
    again = {f"x_{place}": words[int(word) - 1] for place, word in enumerate(asked, 1)} | {"x_3": code[-4:]}
    gone = people.owner()
    gone.post("delete")
    adding = world.alice.open_elsewhere()
    adding.post(reverse("evidence:lock"), {"a": "add"})
    signing = people.browser()
    signing.post(reverse("account_login"), {"login": "hana", "x_password": people.PASSWORD})
    return {
        "new": Person(checked(fresh.browser), dict(again)),
        "deleted": Person(checked(gone.browser), {"x_1": " ".join(gone.words)}),
        "add-only": Person(checked(adding)),
        "second factor": Person(checked(signing)),
    }


# --- which forms there are --------------------------------------------------------------------------------------


def _targets(who: dict[str, Person], world: people.World, items: list[str]) -> dict[str, dict[str, list[Target]]]:
    found: dict[str, dict[str, list[Target]]] = {}
    ids = [world.ids, *({**world.ids, "item_id": item} for item in items)]
    starts = list(dict.fromkeys(address.path(one) for one in ids for address in addresses.everywhere()))
    for kind in WALKERS:
        for target in _walked(who[kind].browser, [path for path in starts if _may_look(kind, path)]):
            found.setdefault(target.name, {}).setdefault(kind, []).append(target)
    for address in addresses.everywhere():  # by their address alone
        found.setdefault(address.name, {}).setdefault("anybody", []).append(
            Target(address.name, address.path(world.ids))
        )
    return found


def _may_look(kind: str, path: str) -> bool:
    name = _name_of(path)
    if kind in HALF_WAY:
        return name in HALF_WAY[kind]
    if kind != "stranger" and name.startswith(("guidance:", "language")):
        return False  # everybody has these forms
    return TABLE[name][kind].startswith("200")


def _walked(browser: Client, starts: list[str]) -> Iterator[Target]:
    """The forms of every page that this person can reach, each form once."""
    waiting, seen, of, forms = list(starts), set(), Counter(), set()
    while waiting:
        path = waiting.pop(0)
        name = _name_of(path)
        if path in seen or name not in WALKED or of[name] >= MOST_PAGES:
            continue
        seen.add(path)
        answer = browser.get(path)
        if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
            list(answer.streaming_content if answer.streaming else ())  # to its end, so that the client closes it
            continue
        of[name] += 1
        page = form_reading.read(answer.content.decode())
        waiting += [link for link in page.links if _name_of(link) in DEEPER]
        for form in page.forms:
            to = form.to or path
            about = (to, tuple(control.name for control in form.controls))
            if about not in forms and _name_of(to):
                forms.add(about)
                yield Target(_name_of(to), to, form)


@cache
def _name_of(path: str) -> str:
    try:
        return resolve(path.partition("?")[0]).view_name
    except Resolver404:
        return ""


# --- a good body -----------------------------------------------------------------------------------------------


def _large_file() -> dict[str, str]:
    return {"y": "on", "k": secrets.token_hex(8), "n": "1", "t1": MARK, "u": "a.mp4", "z": "9000", "v": "1"}


def _a_share() -> dict[str, str]:
    return {"t1": MARK, "d1": (timezone.localdate() + timedelta(days=9)).isoformat()}


# What is sent where no page of this cast shows a form: presses without a field, most of them.
BARE: dict[str, Callable[[], dict[str, str]]] = {
    "evidence:chat-again": lambda: {"a": "day-first"},
    "evidence:item-bring-back": dict,
    "evidence:item-undo": lambda: {"n": "1"},
    "evidence:list-bring-back": dict,
    "evidence:list-keep": dict,
    "evidence:list-remove": dict,
    "evidence:make": dict,
    "evidence:sessions-end": dict,
    "evidence:share": _a_share,
    "evidence:upload-begin": _large_file,
    "evidence:upload-piece": dict,
    "evidence:words-undo": dict,
    "guidance:forget": dict,
    "guidance:mark": lambda: {"t": next(iter(content.load().by_code)), "m": "1"},
    "helpline:session-end": dict,
    "helpline:sessions-end": dict,
    "mfa_activate_totp": lambda: {"code": "123456"},
    "mfa_deactivate_totp": dict,
    "mfa_index": dict,
    "mfa_list_webauthn": dict,
    "mfa_reauthenticate_webauthn": lambda: {"credential": "{}"},
    "mfa_remove_webauthn": dict,
    "mfa_view_recovery_codes": dict,
}

PASSWORDS = {"x_new": NEW_PASSWORD, "x_again": NEW_PASSWORD}
KNOWN: dict[str, dict[str, str]] = {
    "evidence:picture-covering": {"l": "10", "t": "10", "w": "20", "h": "20.5"},
    "evidence:conversation": {"m": "0", "s": "0", "d": ""},
    "evidence:picture-intimate": {"a": "no"},
    "evidence:list-keep": {},
}


def good(rng: random.Random, person: Person, target: Target, files: list[bytes]) -> Sent:
    """What somebody would send who fills in this form."""
    if target.name == "evidence:upload-piece":
        headers = {"HTTP_UPLOAD_OFFSET": "0"}
        return Sent([], body=files[3][:9_000], content_type="application/octet-stream", headers=headers)
    if target.form is None and target.name in BARE:
        return Sent(list(BARE[target.name]().items()))
    if target.form is None:
        return Sent([(name, _made(value)) for name, value in person.knows.items()])
    sent = Sent([])
    for control in target.form.controls:
        sent.fields += [(control.name, value) for value in _filled(rng, person, target, control, files)]
    return replace(sent, multipart=any(control.kind == "file" for control in target.form.controls))


def _made(value: Made) -> str:
    return value if isinstance(value, str) else value()


def _filled(
    rng: random.Random, person: Person, target: Target, control: Control, files: list[bytes]
) -> list[str | File]:
    name = control.name
    if name == "csrfmiddlewaretoken":
        return []  # a header carries it, so that no spoiled body is refused for that alone
    if name in person.knows:
        return [_made(person.knows[name])]
    if name in KNOWN.get(target.name, {}):
        return [KNOWN[target.name][name]]
    if control.kind == "password":
        return [PASSWORDS.get(name, people.PASSWORD)]
    if control.kind == "file":
        return [File("a.bin", rng.choice(files))]
    return list(_chosen(rng, control))


def _chosen(rng: random.Random, control: Control) -> list[str]:
    if control.kind in {"radio", "select", "submit"}:
        return [rng.choice(control.options)] if control.options else []
    if control.kind == "checkbox":
        return [one for one in control.options if rng.random() < 0.8]
    if control.kind in LINES:
        return [rng.choice(["AB", control.value or MARK, f"{MARK} {rng.randrange(10**6)}"])]
    days = timezone.localdate() + timedelta(days=rng.randrange(1, 60))
    return [{"date": days.isoformat(), "time": "21:30", "number": "1"}.get(control.kind, control.value)]
