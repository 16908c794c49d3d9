"""The key between two requests: half in a cookie, half in a row, and neither opens anything alone."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

from evidence import cases, unlocking, ways
from evidence.crypto.errors import SealBroken
from evidence.models import OpenSession
from tests.conftest import new_owner

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def browser(session=None, *, raw=None):
    """A request from a browser that was given this session's cookie, or some other text."""
    request = RequestFactory().get("/case/")
    if session is not None:
        response = HttpResponse()
        unlocking.give(response, session)
        raw = response.cookies[unlocking.cookie_name()].value
    if raw is not None:
        request.COOKIES[unlocking.cookie_name()] = raw
    return request


def comes_back(alice, at, **more):
    return unlocking.current(browser(alice.session), at=at, **more)


def test_the_same_browser_finds_the_case_open_again(alice, at):
    session = comes_back(alice, at)
    assert session.opened.secret == alice.opened.secret
    assert session.opened.owner_seed == alice.opened.owner_seed
    assert session.row_id == alice.session.row_id


def test_the_cookie_has_no_lifetime_and_is_kept_from_scripts_and_other_sites(alice, settings):
    settings.LOCAL, settings.COOKIE_PREFIX = False, "__Host-"
    response = HttpResponse()
    unlocking.give(response, alice.session)
    cookie = response.cookies["__Host-k"]
    assert (cookie["max-age"], cookie["expires"], cookie["domain"]) == ("", "", "")
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, True, "Strict", "/")


def test_neither_half_holds_a_key_that_can_be_read(alice):
    row = OpenSession.objects.get()
    for stored in (bytes(row.row_id), bytes(row.half)):
        for key in (alice.opened.secret, alice.opened.owner_seed, alice.session.cookie):
            assert key not in stored


@pytest.mark.parametrize("raw", [None, "", "x", "é" * 43, "!" * 43, "QUJD", "Ab3-" * 10 + "Ab3", "A" * 44])
def test_a_cookie_without_its_row_opens_nothing(alice, at, raw):
    assert unlocking.current(browser(raw=raw), at=at) is None
    assert OpenSession.objects.count() == 1


def test_a_row_without_its_cookie_opens_nothing(alice, at):
    row = OpenSession.objects.get()
    guess = base64.urlsafe_b64encode(bytes(row.row_id)).decode().rstrip("=")
    assert unlocking.current(browser(raw=guess), at=at) is None


# --- how long ---------------------------------------------------------------------------------------


def test_the_idle_limit_ends_it_and_the_expired_half_is_deleted(alice, at):
    assert comes_back(alice, at + settings.CASE_IDLE - SECOND, slide=False)
    assert comes_back(alice, at + settings.CASE_IDLE) is None
    assert not OpenSession.objects.exists()


def test_the_absolute_limit_ends_it_however_often_it_is_used(alice, at):
    now, step = at, timedelta(minutes=10)
    while now + step < at + settings.CASE_ABSOLUTE:
        now += step
        assert comes_back(alice, now)
    assert comes_back(alice, at + settings.CASE_ABSOLUTE - SECOND)
    assert comes_back(alice, at + settings.CASE_ABSOLUTE) is None
    assert not OpenSession.objects.exists()


def test_a_visit_prolongs_it_and_a_poll_never_does(alice, at):
    half = settings.CASE_IDLE / 2
    assert comes_back(alice, at + half, slide=False)
    assert OpenSession.objects.get().seen_at == at
    assert comes_back(alice, at + half)
    assert comes_back(alice, at + settings.CASE_IDLE + SECOND)


def test_polls_alone_let_it_end(alice, at):
    for minute in range(1, 15):
        assert comes_back(alice, at + timedelta(minutes=minute), slide=False)
    assert comes_back(alice, at + settings.CASE_IDLE, slide=False) is None


def test_pruning_deletes_the_expired_halves_and_no_others(alice, mallory, at):
    later = at + timedelta(minutes=10)
    comes_back(mallory, later)
    assert unlocking.prune(at=at + settings.CASE_IDLE) == 1
    assert [bytes(row.row_id) for row in OpenSession.objects.all()] == [mallory.session.row_id]
    OpenSession.objects.update(seen_at=at + settings.CASE_ABSOLUTE)
    assert unlocking.prune(at=at + settings.CASE_ABSOLUTE) == 1


# --- what a thief of the table may try ----------------------------------------------------------------


def test_the_half_of_another_session_does_not_open_in_its_place(alice, mallory, at):
    hers = OpenSession.objects.get(case=mallory.case)
    OpenSession.objects.filter(case=alice.case).update(half=hers.half)
    assert comes_back(alice, at) is None
    assert not OpenSession.objects.filter(case=alice.case).exists()


def test_a_half_pointed_at_another_case_does_not_open_it(alice, mallory, at):
    OpenSession.objects.filter(case=mallory.case).update(case=alice.case)
    assert unlocking.current(browser(mallory.session), at=at) is None


def test_an_older_half_of_the_same_case_does_not_open_in_another_session(alice, at):
    second = cases.open_with(alice.words, device="", at=at)
    old = OpenSession.objects.get(row_id=alice.session.row_id)
    OpenSession.objects.filter(row_id=second.row_id).update(half=old.half)
    assert unlocking.current(browser(second), at=at) is None


def test_words_that_wait_do_not_open_in_another_session(alice, mallory):
    ways.change(alice.session)
    row = OpenSession.objects.get(case=alice.case)
    OpenSession.objects.filter(case=mallory.case).update(shown=row.shown)
    with pytest.raises(SealBroken):
        unlocking.shown(mallory.session)
    assert json.dumps(unlocking.shown(alice.session)).encode() not in bytes(row.shown)


# --- how it ends ------------------------------------------------------------------------------------


def test_the_cookie_is_worth_nothing_after_locking(alice, at):
    request = browser(alice.session)
    cases.lock(alice.session, at=at)
    assert unlocking.current(request, at=at) is None


def test_leaving_forgets_this_browser_alone(alice, at):
    second = cases.open_with(alice.words, device="", at=at)
    unlocking.leave(browser(second))
    unlocking.leave(browser(raw="rubbish"))
    assert unlocking.current(browser(second), at=at) is None
    assert comes_back(alice, at)


def test_a_half_of_a_hidden_case_is_deleted_when_it_is_shown(alice, at):
    alice.case.status, alice.case.hidden_at = "hidden", at
    alice.case.save()
    assert comes_back(alice, at) is None
    assert not OpenSession.objects.exists()


def test_the_others_end_and_sessions_of_other_cases_stay(alice, at):
    second, stranger = cases.open_with(alice.words, device="", at=at), new_owner(at)
    assert unlocking.end_others(alice.session) == 1
    assert unlocking.current(browser(second), at=at) is None
    assert comes_back(alice, at)
    assert unlocking.current(browser(stranger.session), at=at)


def test_words_shown_after_the_session_ended_are_gone(alice):
    ways.change(alice.session)
    unlocking.end(alice.session)
    assert unlocking.shown(alice.session) is None


def test_what_is_printed_of_a_session_or_its_words_tells_no_secret(alice):
    ways.change(alice.session)
    made, _ = ways.waiting(alice.session)
    printed = repr((alice.session, alice.opened, made, ways.TypedAgain("first", "second", made.code)))
    for secret in (alice.opened.secret, alice.opened.owner_seed, alice.session.cookie, made.words, made.code, "second"):
        assert repr(secret)[2:-1] not in printed
