"""Who may do what: every address, every kind of person, every method."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from evidence.helpline.models import Desk
from evidence.models import OpenSession
from tests.security import addresses, people, rows

METHODS = ("get", "head", "post")
OUTSIDE = ("stranger", "locked", "signed out", "no share", "share", "share ended")
NOT_STAFF = ("stranger", "locked", "owner", "other owner", "signed out")
TOKENS = re.compile(r' value="[^"]*"')


def everybody(answers):
    return dict.fromkeys((*OUTSIDE, "owner", "other owner"), answers)


def case(outside, owner, other):
    """Answers (GET HEAD POST) to people without an open case, to the owner of what is asked for, to another owner."""
    return {**dict.fromkeys(OUTSIDE, outside), "owner": owner, "other owner": other}


def staff(outside, without, share):
    """Answers to people who are not signed in, to workers without a live share of the case, to the one who has it."""
    return {**dict.fromkeys(NOT_STAFF, outside), "no share": without, "share ended": without, "share": share}


# What each address answers to GET, HEAD and POST when it is asked for with the ids of alice's case.
TABLE = {
    "account_login": staff("200 405 200", "302 405 302", "302 405 302"),
    "account_reauthenticate": staff("302 405 302", "200 405 200", "200 405 200"),
    "evidence:add": case("302 405 405", "200 405 405", "200 405 405"),
    "evidence:before": everybody("200 405 200"),
    "evidence:begin": case("200 405 405", "302 405 405", "302 405 405"),
    "evidence:bring-back": everybody("200 405 200"),
    "evidence:capture": case("302 405 405", "200 405 405", "200 405 405"),
    "evidence:chat": case("302 405 405", "200 405 405", "404 405 405"),
    "evidence:chat-again": case("405 405 403", "405 405 302", "405 405 404"),
    "evidence:chat-own": case("405 405 403", "405 405 302", "405 405 404"),
    "evidence:confirm": everybody("302 405 302"),
    "evidence:conversation": case("302 405 403", "200 405 200", "404 405 404"),
    "evidence:copy": case("302 405 403", "200 405 200", "200 405 200"),
    "evidence:delete": case("302 405 403", "200 405 200", "200 405 200"),
    "evidence:details": case("302 405 403", "200 405 302", "200 405 302"),
    "evidence:gate": case("302 405 403", "200 405 200", "200 405 200"),
    "evidence:home": case("302 405 405", "200 405 405", "200 405 405"),
    "evidence:item": case("302 405 405", "200 405 405", "404 405 405"),
    "evidence:item-add": case("302 405 403", "200 405 200", "200 405 200"),
    "evidence:item-bring-back": case("405 405 403", "405 405 302", "405 405 404"),
    "evidence:item-edit": case("302 405 403", "200 405 200", "404 405 404"),
    "evidence:item-remove": case("405 405 403", "405 405 302", "405 405 404"),
    "evidence:item-undo": case("405 405 403", "405 405 302", "405 405 404"),
    "evidence:keeping": case("302 405 403", "200 405 200", "200 405 200"),
    "evidence:keeping-calendar": case("405 405 403", "405 405 422", "405 405 422"),
    "evidence:keeping-longer": case("302 405 403", "200 405 200", "200 405 200"),
    "evidence:list-bring-back": case("405 405 403", "405 405 302", "405 405 302"),
    "evidence:list-keep": case("405 405 403", "405 405 302", "405 405 302"),
    "evidence:list-remove": case("405 405 403", "405 405 302", "405 405 302"),
    "evidence:lock": everybody("405 405 200"),
    "evidence:log": case("302 405 405", "200 405 405", "200 405 405"),
    "evidence:make": everybody("405 405 302"),
    "evidence:note": everybody("302 405 302"),
    "evidence:adding-end": case("405 405 403", "405 405 302", "405 405 302"),
    "evidence:open": everybody("200 405 200"),
    "evidence:orders": case("302 405 405", "200 405 405", "200 405 405"),
    "evidence:pack-bundle": case("405 405 403", "405 405 200", "405 405 404"),
    "evidence:pack-report": case("405 405 403", "405 405 200", "405 405 404"),
    "evidence:pack-state": case("286 405 405", "286 405 405", "404 405 405"),
    "evidence:packs": case("302 405 403", "200 405 302", "200 405 302"),
    "evidence:picture-cover": case("302 405 405", "200 405 405", "404 405 405"),
    "evidence:picture-covering": case("302 405 403", "200 405 200", "404 405 404"),
    "evidence:picture-intimate": case("405 405 403", "405 405 302", "405 405 404"),
    "evidence:picture-original": case("405 405 403", "405 405 200", "405 405 404"),
    "evidence:picture-reveal": case("405 405 403", "405 405 200", "405 405 404"),
    "evidence:recording-play": case("302 302 405", "404 404 405", "404 404 405"),
    "evidence:recording-reveal": case("405 405 403", "405 405 404", "405 405 404"),
    "evidence:picture-view": case("302 405 405", "404 405 405", "404 405 405"),
    "evidence:picture-whole": case("302 405 405", "404 405 405", "404 405 405"),
    "evidence:pictures": case("302 405 405", "200 405 405", "200 405 405"),
    "evidence:pictures-lock": case("405 405 403", "405 405 200", "405 405 200"),
    "evidence:place": case("302 405 403", "200 405 200", "404 405 404"),
    "evidence:removed": case("302 405 405", "200 405 405", "200 405 405"),
    "evidence:safety": case("302 405 405", "200 405 405", "200 405 405"),
    "evidence:sessions-end": case("405 405 403", "405 405 302", "405 405 302"),
    "evidence:share": case("302 405 403", "200 405 200", "200 405 200"),
    "evidence:share-end": case("405 405 403", "405 405 302", "405 405 404"),
    "evidence:talk": case("302 405 403", "200 405 200", "200 405 200"),
    "evidence:timeline": case("302 405 405", "200 405 405", "200 405 405"),
    "evidence:upload": case("405 405 403", "405 405 422", "405 405 422"),
    "evidence:upload-begin": case("405 405 403", "405 405 422", "405 405 422"),
    "evidence:upload-forget": case("405 405 403", "405 405 302", "405 405 404"),
    "evidence:upload-piece": case("405 405 403", "405 405 400", "405 405 404"),
    "evidence:words": everybody("302 405 405"),
    "evidence:words-change": case("302 405 403", "200 405 200", "200 405 200"),
    "evidence:words-undo": case("405 405 403", "405 405 404", "405 405 404"),
    "exit": everybody("302 302 405"),
    "guidance:accessibility": everybody("200 200 405"),
    "guidance:forget": everybody("405 405 302"),
    "guidance:help": everybody("200 200 302"),
    "guidance:mark": everybody("405 405 302"),
    "guidance:plan": everybody("302 302 405"),
    "guidance:platform": everybody("200 200 405"),
    "guidance:platforms": everybody("200 200 405"),
    "guidance:print": everybody("302 302 405"),
    "guidance:privacy": everybody("200 200 405"),
    "guidance:questions": everybody("200 200 302"),
    "guidance:reminders": everybody("200 200 422"),
    "guidance:safety": everybody("200 200 405"),
    "guidance:start": everybody("200 200 405"),
    "guidance:step": everybody("302 302 405"),
    "guidance:ten": everybody("200 200 405"),
    "language": everybody("200 200 200"),
    "healthz": everybody("200 200 405"),
    "helpline:app-picture": staff("302 405 405", "404 405 405", "404 405 405"),
    "helpline:case": staff("302 405 405", "404 405 405", "200 405 405"),
    "helpline:desk": staff("302 405 302", "200 405 200", "200 405 200"),
    "helpline:desk-close": everybody("405 405 302"),
    "helpline:first-time": everybody("200 405 200"),
    "helpline:guidance": staff("302 405 302", "200 405 200", "200 405 200"),
    "helpline:hand-back": staff("302 405 302", "404 405 404", "200 405 302"),
    "helpline:item": staff("302 405 405", "404 405 405", "200 405 405"),
    "helpline:item-picture": staff("302 405 405", "404 405 405", "404 405 405"),
    "helpline:item-reveal": staff("405 405 302", "405 405 404", "405 405 302"),
    "helpline:messages": staff("302 405 302", "404 405 404", "200 405 200"),
    "helpline:offer-accept": everybody("405 405 302"),
    "helpline:password": staff("302 405 302", "200 405 200", "200 405 200"),
    "helpline:queue": staff("302 405 405", "200 405 405", "200 405 405"),
    "helpline:session-end": staff("405 405 302", "405 405 404", "405 405 302"),
    "helpline:sessions": staff("302 405 405", "200 405 405", "200 405 405"),
    "helpline:sessions-end": everybody("405 405 302"),
    "helpline:sign-out": everybody("405 405 302"),
    "mfa_activate_totp": staff("302 302 302", "302 405 302", "302 405 302"),
    "mfa_add_webauthn": staff("302 302 302", "200 405 200", "200 405 200"),
    "mfa_authenticate": everybody("302 405 302"),
    "mfa_deactivate_totp": staff("302 302 302", "200 405 200", "200 405 200"),
    "mfa_generate_recovery_codes": staff("302 302 302", "200 405 302", "200 405 302"),
    "mfa_index": staff("302 302 302", "200 405 405", "200 405 405"),
    "mfa_list_webauthn": staff("302 302 302", "200 405 405", "200 405 405"),
    "mfa_reauthenticate": staff("302 405 302", "200 405 200", "200 405 200"),
    "mfa_reauthenticate_webauthn": everybody("302 405 302"),
    "mfa_remove_webauthn": staff("302 302 302", "404 405 404", "404 405 404"),
    "mfa_view_recovery_codes": staff("302 302 302", "200 405 405", "200 405 405"),
}


def answer(person, method, path, **more):
    """One request, undone afterwards with everything that it did."""
    cookies = person.cookies.copy()
    with transaction.atomic():
        response = getattr(person, method)(path, **more)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    person.cookies = cookies
    return response, body


def test_every_address_has_a_row():
    assert {address.name for address in addresses.everywhere()} == set(TABLE)


def test_everybody_gets_what_the_table_says(world):
    wrong = []
    for address in addresses.everywhere():
        for kind, person in world.people.items():
            for method, expected in zip(METHODS, TABLE[address.name][kind].split(), strict=True):
                response, body = answer(person, method, address.path(world.ids))
                if response.status_code != int(expected) or (method == "head" and body):
                    wrong.append(f"{method} {address.name} by {kind}: {response.status_code}, not {expected}")
    assert wrong == []


# A code of guidance is no secret; an offer is made to every worker who takes cases.
OPEN_TO_ALL = {"guidance:step", "guidance:platform", "evidence:item-add", "helpline:offer-accept"}
A_NEW_CHALLENGE = {"mfa_add_webauthn"}  # differs each time


def test_what_is_not_ones_own_is_answered_like_what_does_not_exist(world):
    told = []
    with_ids = [one for one in addresses.everywhere() if one.path(world.ids) != one.path(world.nobody)]
    assert len(with_ids) > 10
    for address in with_ids:
        for kind in ("stranger", "locked", "other owner", "signed out", "no share", "share ended"):
            for method in ("get", "post"):
                theirs = answer(world.people[kind], method, address.path(world.ids))
                nobodys = answer(world.people[kind], method, address.path(world.nobody))
                if said(*theirs) != said(*nobodys) and address.name not in OPEN_TO_ALL | A_NEW_CHALLENGE:
                    told.append(f"{method} {address.name} by {kind}")
    assert told == []


def said(response, body):
    """What a stranger can tell answers apart by: status, headers, and the page without its tokens."""
    headers = {name: value for name, value in response.items() if name not in {"Location", "Content-Length"}}
    where = re.sub(r"[0-9a-f-]{36}", "", response.get("Location", ""))
    return response.status_code, headers, where, TOKENS.sub("", body.decode())


def test_a_worker_to_whom_a_case_was_not_offered_can_not_take_it(world):
    late = people.worker("zoe")
    path = addresses.Address("helpline:offer-accept", ("offer",)).path

    offered, made_up = (answer(late.browser, "post", path(ids)) for ids in (world.ids, world.nobody))

    assert offered[0].status_code == 404
    assert said(*offered) == said(*made_up)


# --- looking changes nothing ------------------------------------------------------------------------------

EXIT = "exit"  # the one GET that changes something: it forgets
SET_UP = {
    "mfa_add_webauthn": {"django_session"},  # a worker's session holds the challenge that her key will answer
    "mfa_view_recovery_codes": {"mfa_authenticator"},  # a worker's codes are made when she first asks for them
}
AHEAD = [{"HTTP_SEC_PURPOSE": "prefetch;prerender"}, {"HTTP_PURPOSE": "prefetch"}]
LOOKING = ("stranger", "locked", "owner", "no share", "share")


@pytest.fixture
def a_while_ago(world):
    """Everybody was last seen five minutes ago, so that a clock that moves shows."""
    then = timezone.now() - timedelta(minutes=5)
    OpenSession.objects.update(seen_at=then, born_at=then)
    Desk.objects.update(seen_at=then, born_at=then)
    return world


def what_changes(world, method, *, clocks, log, **more):
    """Which tables one request of each kind changes; every request is undone, so that all begin at the same rows."""
    found, before = {}, rows.stored(clocks=clocks, read=False)
    for address in addresses.everywhere():
        for kind in LOOKING:
            after = _after(world.people[kind], method, address.path(world.ids), clocks, more)
            if tables := rows.changed(before, after, log=log):
                found.setdefault(address.name, set()).update(tables)
    assert rows.stored(clocks=clocks, read=False) == before
    return found


def _after(person, method, path, clocks, more):
    cookies = person.cookies.copy()
    with transaction.atomic():
        got = getattr(person, method)(path, **more)
        b"".join(got)  # to its end, where the test client closes it; by hand the database would be closed too
        stored = rows.stored(clocks=clocks, read=False)
        transaction.set_rollback(True)
    person.cookies = cookies
    return stored


def test_looking_adds_to_the_log_and_moves_the_idle_clock_and_nothing_else(a_while_ago):
    found = what_changes(a_while_ago, "get", clocks=False, log=True)

    assert found.pop(EXIT) == {"evidence_opensession", "helpline_desk", "helpline_signin", "django_session"}
    assert found == SET_UP


def test_asking_for_the_headers_alone_changes_nothing_at_all(a_while_ago):
    assert what_changes(a_while_ago, "head", clocks=True, log=False) == {}


@pytest.mark.parametrize("headers", AHEAD, ids="-".join)
def test_a_browser_that_fetches_ahead_changes_nothing_at_all(a_while_ago, headers):
    assert what_changes(a_while_ago, "get", clocks=True, log=False, **headers) == {}
