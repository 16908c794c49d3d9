"""Whatever fails, wherever it fails: what a person typed is in no log, no mail and no page about the failure."""

from __future__ import annotations

import io
import logging
import re

import pytest
from django.core import mail

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
    handlers = {handler for name in ("", "django") for handler in logging.getLogger(name).handlers}
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
