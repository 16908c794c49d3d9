"""A device that may add notes to a shut case, and can read nothing of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from evidence import adding_only, cases, custody, index, items, leaving, rotation
from evidence.adding_only import NoPass
from evidence.custody import OWNER
from evidence.items import Telling
from evidence.models import AddPass, Item

pytestmark = pytest.mark.django_db
WORDS = Telling("", claims={"what": "They wrote again\nand said marker-4711"})


@pytest.fixture
def device(alice, at):
    """A request from the browser that alice lets add notes."""
    response = HttpResponse()
    adding_only.allow(alice.opened, response, by=OWNER, at=at)
    request = RequestFactory().get("/")
    morsel = response.cookies[adding_only.cookie_name()]
    assert (morsel["max-age"], morsel["expires"], morsel["httponly"], morsel["samesite"]) == ("", "", True, "Strict")
    request.COOKIES[adding_only.cookie_name()] = morsel.value
    return request


def test_a_note_from_a_shut_case_takes_its_number_when_the_case_is_opened(alice, device, at):
    cases.lock(alice.session, at=at)
    mine = adding_only.current(device, at=at)
    item_id = adding_only.add(mine, WORDS, at=at + timedelta(minutes=1))
    session = cases.open_with(alice.words, device="x", at=at + timedelta(minutes=2))
    assert items.listed(session.opened) == []
    assert adding_only.take_in(session.opened) == 1
    assert adding_only.take_in(session.opened) == 0
    view = items.peek(session.opened, item_id)
    assert (view.line.number, view.line.kind, view.claims["what"]) == (1, index.NOTE, WORDS.claims["what"])
    assert view.line.title == "They wrote again"
    assert view.line.received_at == (at + timedelta(minutes=1)).isoformat(timespec="seconds")
    assert "note-left" in {entry.act.what for entry in custody.everything(session.opened)}


def test_a_note_can_be_taken_in_after_the_keys_have_changed(alice, device, at):
    item_id = adding_only.add(adding_only.current(device, at=at), WORDS, at=at)
    session = rotation.rotate(alice.session, at=at)
    adding_only.take_in(session.opened)
    assert items.peek(session.opened, item_id).claims["what"] == WORDS.claims["what"]


def test_the_row_and_the_cookie_open_nothing(alice, device, at):
    item_id = adding_only.add(adding_only.current(device, at=at), WORDS, at=at)
    row = Item.objects.get(pk=item_id)
    assert b"marker-4711" not in bytes(row.facts) + bytes(row.key_wrap)
    assert bytes(row.key_wrap)[:1] == b"P"
    kept = AddPass.objects.get()
    assert device.COOKIES[adding_only.cookie_name()].encode() not in bytes(kept.row_id)


def test_twenty_notes_and_no_more(alice, device, at):
    mine = adding_only.current(device, at=at)
    for _ in range(adding_only.QUOTA):
        adding_only.add(mine, WORDS, at=at)
    assert adding_only.current(device, at=at) is None
    with pytest.raises(NoPass):
        adding_only.add(mine, WORDS, at=at)
    assert Item.objects.count() == adding_only.QUOTA


@pytest.mark.parametrize("end", ["a week", "leaving", "the owner", "deletion"])
def test_it_ends_by_itself_by_exit_by_its_owner_and_with_the_case(alice, device, at, end):
    mine, late = adding_only.current(device, at=at), at
    if end == "a week":
        late = at + adding_only.LASTS
        adding_only.prune(at=late)
    elif end == "leaving":
        leaving.leave(device)
    elif end == "the owner":
        assert adding_only.end_all(alice.opened, by=OWNER, at=at) == 1
    else:
        cases.hide(alice.session, at=at)
    assert adding_only.current(device, at=late) is None
    assert not AddPass.objects.exists()
    with pytest.raises(NoPass):
        adding_only.add(mine, WORDS, at=late)
    assert not Item.objects.exists()


@pytest.mark.parametrize("value", ["", "x", "é", "A" * 43])
def test_a_made_up_cookie_may_add_nothing(alice, at, value):
    request = RequestFactory().get("/")
    request.COOKIES[adding_only.cookie_name()] = value
    assert adding_only.current(request, at=at) is None
    adding_only.leave(request)


def test_a_full_case_leaves_notes_waiting(alice, device, at, settings):
    settings.CASE_MAX_ITEMS = 0
    adding_only.add(adding_only.current(device, at=at), WORDS, at=at)
    assert adding_only.take_in(alice.opened) == 0
    settings.CASE_MAX_ITEMS = 1
    assert adding_only.take_in(alice.opened) == 1


def test_the_page_adds_and_shows_nothing_of_the_case(alice, device, at, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    items.add(alice.opened, index.NOTE, Telling("Secret title", claims={"what": "Secret"}), by=OWNER, at=at)
    browser = Client()
    address = reverse("evidence:note")
    assert browser.get(address).status_code == 302
    browser.cookies[adding_only.cookie_name()] = device.COOKIES[adding_only.cookie_name()]
    assert b"Add a note" in browser.get(reverse("evidence:begin")).content
    assert b"Write something" in browser.post(address, {"t2": ""}).content
    shown = browser.post(address, {"t2": "Heard from them again"})
    assert b"It is kept" in shown.content
    assert b"Secret" not in shown.content
    assert browser.get(reverse("evidence:home")).status_code == 302
    AddPass.objects.update(left=0)
    assert browser.get(address).status_code == 302


def test_locking_can_leave_the_device_able_to_add(alice, at, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    from evidence import unlocking

    response = HttpResponse()
    unlocking.give(response, alice.session)
    browser = Client()
    browser.cookies[unlocking.cookie_name()] = response.cookies[unlocking.cookie_name()].value
    assert b"Add a note" in browser.post(reverse("evidence:lock"), {"a": "add"}).content
    assert browser.get(reverse("evidence:note")).status_code == 200
    assert browser.get(reverse("evidence:home")).status_code == 302


@pytest.mark.parametrize("ended", ["used up", "over", "taken back", "never there"])
def test_a_note_typed_on_a_device_that_may_add_no_more_comes_back_with_its_text(alice, device, at, monkeypatch, ended):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at + timedelta(hours=1))
    browser = Client()
    if ended != "never there":
        browser.cookies[adding_only.cookie_name()] = device.COOKIES[adding_only.cookie_name()]
    if ended == "taken back":
        AddPass.objects.all().delete()
    AddPass.objects.update(**{"used up": {"left": 0}, "over": {"ends_at": at}}.get(ended, {}))
    answer = browser.post(reverse("evidence:note"), {"t2": "They wrote <again>"})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "They wrote &lt;again&gt;" in page  # to be copied
    assert not Item.objects.exists()
    waiting = re.search(r'name="h" value="([^"]+)"', page)[1]
    back = browser.post(reverse("evidence:open"), {"x_1": alice.words, "h": waiting})
    assert back.status_code == 200
    assert "They wrote &lt;again&gt;</textarea>" in back.content.decode()
    kept = browser.post(reverse("evidence:item-add", args=["j7rp"]), {"t2": "They wrote <again>", "d3": "unknown"})
    assert kept.status_code == 302


def test_a_pass_that_ends_between_the_page_and_the_press_loses_no_text(alice, device, at, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    browser = Client()
    browser.cookies[adding_only.cookie_name()] = device.COOKIES[adding_only.cookie_name()]
    real = adding_only.current

    def just_then(request, *, at):
        mine = real(request, at=at)
        AddPass.objects.all().delete()
        return mine

    monkeypatch.setattr(adding_only, "current", just_then)
    answer = browser.post(reverse("evidence:note"), {"t2": "Heard from them again"})
    assert answer.status_code == 403
    assert b"Heard from them again" in answer.content


def test_opening_seals_the_index_again_only_where_a_note_waits(alice, device, at, monkeypatch, settings):
    sealed = []
    real = index.write
    monkeypatch.setattr(index, "write", lambda *given: sealed.append(1) or real(*given))
    assert adding_only.take_in(alice.opened) == 0
    assert sealed == []
    adding_only.add(adding_only.current(device, at=at), WORDS, at=at)
    settings.CASE_MAX_ITEMS = 0
    assert adding_only.take_in(alice.opened) == 0
    assert sealed == []
    settings.CASE_MAX_ITEMS = 10
    assert adding_only.take_in(alice.opened) == 1
    assert sealed == [1]
