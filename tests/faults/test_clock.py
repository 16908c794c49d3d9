"""The clock is put back: nothing stays open longer, nothing is erased early, nobody is shut out, the log holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from evidence import cases, custody, items, limits, pictures, playing, retention, sharing, unlocking
from evidence.custody import OWNER, Act
from evidence.helpline import desk
from evidence.helpline import limits as sign_in_limits
from evidence.helpline.models import Desk
from evidence.management.commands import housekeeping
from evidence.models import Case, OpenSession
from evidence.sharing import NotShared
from tests.conftest import acts, note, share

pytestmark = pytest.mark.django_db
BACK = [timedelta(minutes=2), timedelta(hours=3), timedelta(days=400)]
SECONDS = timedelta(seconds=20)  # what a clock is corrected by in everyday life


def holding(response):
    """A request of the browser that got this answer."""
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in response.cookies.items()}
    return request


@pytest.fixture
def browser(alice):
    response = HttpResponse()
    unlocking.give(response, alice.session)
    return holding(response)


@pytest.fixture
def at_desk(hana, at):
    response = HttpResponse()
    desk.open_desk(response, worker=hana.worker, seed=hana.seed, at=at)
    return holding(response)


@pytest.mark.parametrize("back", BACK)
def test_an_open_case_is_shut(browser, at, back):
    assert unlocking.current(browser, at=at)
    assert unlocking.current(browser, at=at - back) is None
    assert unlocking.current(browser, at=at) is None


@pytest.mark.parametrize("back", BACK)
def test_an_open_case_that_nobody_looks_at_is_forgotten(browser, at, back):
    assert unlocking.prune(at=at - back) == OpenSession.objects.count() + 1 == 1


def test_a_correction_by_seconds_shuts_nothing(browser, at_desk, hana, at):
    assert unlocking.prune(at=at - SECONDS) == desk.prune(at=at - SECONDS) == 0
    assert unlocking.current(browser, at=at - SECONDS)
    assert desk.seed_of(at_desk, worker=hana.worker, at=at - SECONDS)


@pytest.mark.parametrize("back", BACK)
def test_an_open_desk_is_shut(at_desk, hana, at, back):
    assert desk.seed_of(at_desk, worker=hana.worker, at=at - back) is None
    assert desk.seed_of(at_desk, worker=hana.worker, at=at) is None


def test_a_desk_that_nobody_sits_at_is_forgotten(at_desk, at):
    assert desk.prune(at=at - BACK[0]) == 1
    assert not Desk.objects.exists()


def test_a_picture_is_covered_again_and_a_look_is_written_down_again(alice, open_gate, keep_picture, at):
    line = keep_picture(alice.opened)
    pictures.reveal(alice.opened, line.id, by=OWNER, at=at)
    assert pictures.is_revealed(alice.opened, line.id, by=OWNER, at=at + SECONDS)
    earlier = at - timedelta(hours=1)
    assert not pictures.is_revealed(alice.opened, line.id, by=OWNER, at=earlier)
    pictures.reveal(alice.opened, line.id, by=OWNER, at=earlier)
    assert acts(alice.opened).count("picture-viewed") == 2


def test_a_recording_does_not_play_on(alice, open_gate, keep_picture, at, monkeypatch):
    item = items.peek(alice.opened, keep_picture(alice.opened).id)
    custody.record(alice.case, Act(playing._PRESSED, str(item.line.id)), by=OWNER, at=at, secret=alice.opened.secret)
    assert playing.is_open(alice.opened, item, by=OWNER, at=at)
    assert not playing.is_open(alice.opened, item, by=OWNER, at=at - timedelta(hours=1))


def test_nobody_is_shut_out_for_longer_than_a_quarter_of_an_hour(at):
    for _ in range(limits.TRIES):
        limits.spend("words", b"abacus abdomen", at=at)
    with pytest.raises(limits.ShutForNow):
        limits.spend("words", b"abacus abdomen", at=at - SECONDS + limits.WINDOW)
    limits.spend("words", b"abacus abdomen", at=at - timedelta(days=400))


def test_no_worker_is_shut_out_for_longer_either(at):
    for _ in range(sign_in_limits.DESK.tries):
        sign_in_limits.spend(sign_in_limits.DESK, b"7", at=at)
    assert sign_in_limits.is_spent(sign_in_limits.DESK, b"7", at=at)
    with pytest.raises(sign_in_limits.TooManyTries):
        sign_in_limits.spend(sign_in_limits.DESK, b"7", at=at)
    assert not sign_in_limits.is_spent(sign_in_limits.DESK, b"7", at=at - timedelta(days=400))
    sign_in_limits.spend(sign_in_limits.DESK, b"7", at=at - timedelta(days=400))


def test_a_new_window_gives_no_more_tries_than_any_other(at):
    for _ in range(limits.TRIES):
        limits.spend("words", b"abacus abdomen", at=at)
    earlier = at - timedelta(days=1)
    for _ in range(limits.TRIES):
        limits.spend("words", b"abacus abdomen", at=earlier)
    with pytest.raises(limits.ShutForNow):
        limits.spend("words", b"abacus abdomen", at=earlier)


@pytest.mark.parametrize("back", BACK)
def test_nothing_is_erased_early(alice, mallory, at, back):
    note(mallory.opened, at)
    cases.hide(alice.session, at=at)
    housekeeping.once(at=at - back)
    assert Case.objects.get(pk=alice.case.pk).status == Case.Status.HIDDEN
    assert Case.objects.get(pk=mallory.case.pk).status == Case.Status.OPEN
    assert not cases.due_for_erasure(at=at - back).exists()
    assert not retention.due(at=at - back).exists()
    session = cases.bring_back(alice.words, device="Firefox on Android", at=at - back)
    assert items.listed(session.opened) == []


def test_a_share_that_has_ended_does_not_come_back(alice, hana, at):
    grant = share(alice.opened, at, days=3).pk
    sharing.accept(worker=hana.worker, offer_id=grant, seed=hana.seed, at=at)
    housekeeping.once(at=at + timedelta(days=5))
    with pytest.raises(NotShared):
        sharing.open_case(worker=hana.worker, grant_id=grant, seed=hana.seed, at=at)


def test_the_log_keeps_the_order_of_what_happened_and_holds(alice, at):
    for title, moment in (("first", at), ("second", at - BACK[2]), ("third", at + SECONDS)):
        note(alice.opened, moment, title=title)
    entries = custody.everything(alice.opened)
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry.at for entry in entries[-3:]] == [at, at - BACK[2], at + SECONDS]
    assert [(line.number, line.title) for line in items.listed(alice.opened)] == [
        (1, "first"),
        (2, "second"),
        (3, "third"),
    ]


# --- put forward, and back again ------------------------------------------------------------------

AHEAD = [timedelta(hours=3), timedelta(days=2), timedelta(days=400)]


def forward_and_back(at, ahead):
    """Housekeeping while the clock is wrong, and when it is right again."""
    return housekeeping.once(at=at + ahead), housekeeping.once(at=at + SECONDS)


@pytest.mark.parametrize("ahead", AHEAD)
def test_a_clock_that_was_ahead_erases_nothing_that_nobody_deleted(alice, open_gate, keep_picture, at, ahead):
    kept = keep_picture(alice.opened)
    wrong, right = forward_and_back(at, ahead)
    assert wrong["cases erased"] == right["cases erased"] == wrong["orphans reaped"] == right["orphans reaped"] == 0
    opens = cases.bring_back if wrong["cases timed out"] else cases.open_with
    opened = opens(alice.words, device="Firefox on Android", at=at + SECONDS).opened
    assert pictures.cover(opened, kept.id)
    assert custody.everything(opened)


def test_a_case_that_was_hidden_by_a_wrong_clock_gets_its_usual_time_again(alice, at):
    assert forward_and_back(at, AHEAD[-1])[0]["cases timed out"] == 1
    back = cases.bring_back(alice.words, device="Firefox on Android", at=at + SECONDS)
    assert back.opened.case.erase_on == retention.due_day(retention.Choice(), at=at)
    assert housekeeping.once(at=at + timedelta(days=300))["cases timed out"] == 0
    cases.hide(back, at=at + timedelta(minutes=2))
    assert housekeeping.once(at=at + timedelta(hours=71))["cases erased"] == 0
    assert housekeeping.once(at=at + timedelta(hours=73))["cases erased"] == 1


def test_what_was_deleted_before_the_clock_went_ahead_is_erased_then_as_its_owner_wished(alice, mallory, at):
    cases.hide(alice.session, at=at)
    assert forward_and_back(at, timedelta(days=4))[0]["cases erased"] == 1
    assert Case.objects.get(pk=mallory.case.pk).status == Case.Status.OPEN


@pytest.mark.parametrize("ahead", AHEAD)
def test_an_open_case_is_shut_by_a_clock_that_was_ahead_and_words_open_it(alice, browser, at, ahead):
    assert unlocking.current(browser, at=at + ahead) is None
    assert unlocking.current(browser, at=at) is None
    assert cases.open_with(alice.words, device="Firefox on Android", at=at).opened.secret


@pytest.mark.parametrize("ahead", AHEAD)
def test_tries_while_the_clock_was_ahead_shut_nobody_out_once_it_is_right(at, ahead):
    for _ in range(limits.TRIES):
        limits.spend("words", b"abacus abdomen", at=at + ahead)
    limits.spend("words", b"abacus abdomen", at=at)


def test_what_was_written_while_the_clock_was_ahead_keeps_its_place_and_its_time(alice, at):
    moments = (at, at + AHEAD[-1], at + SECONDS)
    for title, moment in zip(("first", "ahead", "right again"), moments, strict=True):
        note(alice.opened, moment, title=title)
    entries = custody.everything(alice.opened)
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry.at for entry in entries[-3:]] == list(moments)
    assert [line.title for line in items.listed(alice.opened)] == ["first", "ahead", "right again"]
