"""Whatever fails, wherever it fails: what a person typed is in no log, no mail and no page about the failure."""

from __future__ import annotations

import io
import json
import logging
import re
from pathlib import Path

import pytest
from django.core import mail
from django.urls import reverse

from evidence import events
from evidence.helpline import limits
from evidence.models import CustodyBody
from tests.security import addresses, people

MARK = "zq-what-was-typed"
FAILS = "tests.security.test_logs.failing"


def failing(get_response):
    """Every view raises, with words that repeat what was typed, as libraries do."""

    def middleware(request):
        return get_response(request)

    def process_view(request, *_):
        raise RuntimeError(MARK, request.POST) from ValueError(f"invalid literal: {MARK} {request.POST.dict()}")

    middleware.process_view = process_view
    return middleware


@pytest.fixture
def written():
    """What the site's own handlers write, as they write it."""
    out = io.StringIO()
    handlers = {handler for name in ("", "django", "security") for handler in logging.getLogger(name).handlers}
    ours = [handler for handler in handlers if type(handler) is logging.StreamHandler]
    before = [handler.setStream(out) for handler in ours]
    yield out
    for handler, stream in zip(ours, before, strict=True):
        handler.setStream(stream)


def test_a_failure_in_any_view_writes_nothing_that_was_typed(world, settings, written):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, FAILS]
    owner, share = (people.copied(world.people[kind]) for kind in ("owner", "share"))  # they load their middleware anew
    typed = {name: f"{MARK} {name}" for name in ("t1", "t2", "x_1", "text", "h", "a")}
    for address in addresses.everywhere():
        person = share if address.name.startswith(("helpline", "mfa", "account")) else owner
        for ask in (person.get, person.post):
            answer = ask(address.path(world.ids), typed)
            assert answer.status_code == 500, address.name
            assert MARK not in answer.content.decode()

    told = written.getvalue()
    assert told.count("builtins.RuntimeError") > 150
    assert "builtins.ValueError" in told
    assert "test_logs.py" in told
    assert MARK not in told
    assert mail.outbox == []


def test_a_line_of_the_log_can_not_be_forged(written):
    logging.getLogger("django.request").warning("Not Found: %s", "/x\n2026-01-01 ERROR django forged\x1b[2J\u2028more")

    lines = written.getvalue().splitlines()
    assert len(lines) == 1
    assert re.match(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z WARNING ", lines[0])
    assert lines[0].endswith("/x\\x0a2026-01-01 ERROR django forged\\x1b[2J\\x2028more")


def test_a_failure_that_is_its_own_cause_is_told_once(written):
    error = ValueError(MARK)
    error.__cause__ = KeyError(MARK)
    error.__cause__.__cause__ = error
    logging.getLogger("django.request").error("Failed", exc_info=error)

    assert written.getvalue().count("ValueError") == 1
    assert MARK not in written.getvalue()


# --- events of security -------------------------------------------------------------------------------------


def noted(written):
    """The events in the log, as a machine reads them."""
    told = [line.partition(" security ")[2] for line in written.getvalue().splitlines() if " security " in line]
    return [json.loads(line) for line in told]


def test_what_a_worker_does_to_sign_in_and_out_is_noted_by_a_random_id_alone(
    db, written, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        hana = people.worker("hana")
    again = people.browser()
    again.post(reverse("account_login"), {"login": "hana", "x_password": "not-" + people.PASSWORD})
    again.post(reverse("account_login"), {"login": "hana", "x_password": people.PASSWORD})
    again.post(reverse("mfa_authenticate"), {"code": "000000"})
    hana.browser.post(reverse("helpline:desk"), {"x_password": "not-" + people.PASSWORD})
    hana.browser.post(reverse("helpline:desk-close"))
    hana.browser.post(reverse("helpline:sign-out"))

    who = {event.get("worker") for event in noted(written)}
    assert who == {str(hana.worker.pk)}
    assert [event["event"] for event in noted(written)] == [
        "worker-invited",
        "invitation-used",
        "signed-in",
        "desk-opened",
        "factor-added",
        "codes-made",
        "sign-in-failed",
        "second-factor-failed",
        "desk-refused",
        "desk-closed",
        "signed-out",
    ]
    for readable in ("hana", "Hana", people.PASSWORD, "000000", "127.0.0.1", "Chrome"):
        assert readable not in written.getvalue()


def test_a_name_that_nobody_has_is_not_repeated(db, written):
    people.browser().post(reverse("account_login"), {"login": "mallory.was.here", "x_password": MARK})
    assert noted(written) == [{"event": "sign-in-failed"}]
    assert "mallory" not in written.getvalue()


def test_a_limit_that_is_reached_is_noted_once_and_names_nobody(db, written):
    alice = people.owner()
    for _ in range(20):
        people.browser().post(reverse("evidence:open"), {"x_1": " ".join([*alice.words[:6], "zoom"])})
    for _ in range(limits.NAME.tries + 5):
        people.browser().post(reverse("account_login"), {"login": "hana", "x_password": MARK})
    reached = [event for event in noted(written) if event["event"] == "limit-reached"]
    assert reached == [{"event": "limit-reached", "of": "words"}, {"event": "limit-reached", "of": "name"}]


def test_a_broken_chain_is_noted_by_the_id_of_its_case(db, written):
    alice = people.owner()
    CustodyBody.objects.filter(case=alice.case).first().delete()
    alice.browser.get(reverse("evidence:log"))
    assert noted(written) == [{"event": "chain-broken", "case": str(alice.case.pk)}]


def test_who_is_refused_a_page_is_noted_with_its_opaque_route_and_no_id_of_a_case(world, written):
    world.people["no share"].get(reverse("helpline:case", args=[world.ids["grant"]]))
    world.people["other owner"].get(reverse("evidence:item", args=[world.ids["item_id"]]))
    world.people["stranger"].get("/help/nothing-here/")
    assert noted(written) == [
        {
            "event": "refused",
            "worker": str(world.workers["noor"].worker.pk),
            "of": "404:helpline/cases/<uuid:grant>/",
        },
        {"event": "refused", "of": "404:case/t6zx/<uuid:item_id>/"},
    ]


def test_every_event_is_said_somewhere_in_the_code():
    room = addresses.__file__.rpartition("/tests/")[0] + "/evidence"
    code = "".join(path.read_text() for path in Path(room).rglob("*.py"))
    assert [event for event in events.EVENTS if code.count(f'"{event}"') < 2 and event != "refused"] == []
