"""Handing on, where it can't be: the reason is told, what was typed comes back, nothing is started."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from evidence import details, packs
from evidence.custody import OWNER
from evidence.freezing_items import Choices
from evidence.models import Grant, Message, Pack
from tests.conftest import new_owner
from tests.security import people

pytestmark = pytest.mark.django_db
WHY = "Please help me take <it> down & call me Tuesday."


def share(person, days=20, **more):
    until = (timezone.localdate() + timedelta(days=days)).isoformat()
    return person.post("share", {"t1": WHY, "d1": until, **more})


# --- sharing ----------------------------------------------------------------------------------------------


def test_where_nobody_takes_cases_sharing_is_refused_with_its_reason(alice, read):
    page = read(share(alice))
    assert "No helpline worker takes new cases here at the moment. Your case stays as it is." in page
    assert WHY in page
    assert not Grant.objects.exists()


def test_a_worker_who_takes_no_new_cases_is_nobody_to_share_with(alice, hana, read):
    hana.worker.takes_new_cases = False
    hana.worker.save()
    assert "No helpline worker takes new cases" in read(share(alice))
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"d1": ""}, "Choose a day."),
        ({"d1": "next week"}, "Write the day like 2026-11-20."),
        ({"days": -1}, "Choose a day from today to one year from now."),
        ({"days": 366}, "Choose a day from today to one year from now."),
    ],
)
def test_a_day_that_can_not_be_is_asked_for_again_and_the_reason_stays(alice, hana, read, typed, said):
    page = read(share(alice, **typed))
    assert said in page
    assert WHY in page
    assert not Grant.objects.exists()


@pytest.mark.parametrize("days", [0, 365])
def test_the_first_and_the_last_day_can_be_chosen(alice, hana, days):
    assert share(alice, days).status_code == 302
    assert Grant.objects.get().until_on == timezone.localdate() + timedelta(days=days)


def test_a_second_share_does_not_begin_beside_the_first(alice, hana, read):
    share(alice)
    page = share(alice)
    assert page.status_code == 200
    assert "Waiting for a helpline worker" in read(page)
    assert "You have shared your case, as you see here." in read(page)
    assert "This new text was not sent." not in read(page)
    assert Grant.objects.count() == 1


def test_what_was_typed_anew_into_a_second_share_comes_back(alice, hana, read):
    share(alice)
    page = read(share(alice, t1="Please ring me instead."))
    assert "This new text was not sent." in page
    assert "Please ring me instead." in page
    assert 'role="alert"' not in page


def test_a_share_of_someone_else_can_not_be_ended(alice, hana):
    bob = people.owner()
    grant = people.share(bob)
    for made_up in (grant, str(uuid.uuid4())):
        assert alice.post("share-end", {}, made_up).status_code == 404
    assert Grant.objects.get().status == Grant.Status.OFFERED


# --- messages ---------------------------------------------------------------------------------------------


def test_a_message_that_nobody_would_read_comes_back(alice, read):
    page = read(alice.post("talk", {"t1": WHY}))
    assert "Nobody at the helpline holds your case now, so nobody would read this." in page
    assert WHY in page
    assert not Message.objects.exists()


def test_an_offer_is_not_yet_somebody_who_reads(alice, hana, read):
    share(alice)
    assert "nobody would read this" in read(alice.post("talk", {"t1": WHY}))
    assert not Message.objects.exists()


# --- what an officer needs --------------------------------------------------------------------------------


@pytest.mark.parametrize("initials", ["A", "A1", "Ä B", "é"])
def test_initials_that_no_label_can_carry_lose_nothing_else(alice, read, initials):
    page = read(alice.post("details", {"t1": WHY, "t4": "They know where I live.", "t10": initials, "t11": "wales"}))
    assert "Use two or three letters from A to Z." in page
    assert WHY in page
    assert "They know where I live." in page
    assert re.search(r'value="wales"[^>]* checked', page)
    assert not details.read(people.opened(alice))


def test_details_come_back_as_they_were_given(alice, read):
    assert alice.post("details", {"t1": WHY, "t10": " abc ", "t11": "wales"}).status_code == 302
    given = details.read(people.opened(alice))
    assert (given["happened"], given["initials"], given["nation"]) == (WHY, "ABC", "wales")
    assert WHY in read(alice.browser.get(reverse("evidence:details")))


# --- the pack ---------------------------------------------------------------------------------------------


def test_a_second_pack_waits_for_the_first(alice, read):
    alice.post("packs")
    page = alice.post("packs")
    assert page.status_code == 200
    assert "Your pack is being made. When it is ready, you can make another one." in read(page)
    assert 'role="alert"' not in read(page)
    assert Pack.objects.count() == 1


def test_a_pack_waits_where_too_many_are_being_made(alice):
    now = timezone.now()
    for _ in range(packs.AT_ONCE):
        packs.ask(new_owner(now).opened, Choices(), by=OWNER, at=now)
    answer = alice.post("packs")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert not Pack.objects.filter(case=alice.case).exists()


def test_only_what_was_ticked_goes_into_a_pack(alice, keep_picture, monkeypatch):
    people.open_the_gate(alice)
    opened, asked = people.opened(alice), []
    shown, hidden = (str(keep_picture(opened, title=title).id) for title in ("one", "two"))
    note = people.keep_an_address(alice, "https://social.example/p/1")
    monkeypatch.setattr(packs, "ask", lambda _opened, choices, **_: asked.append(choices))
    alice.post("packs", {"a": [shown, note, str(uuid.uuid4()), "x"], "b": [shown, hidden], "c": [hidden]})
    alice.post("packs")
    one = frozenset({uuid.UUID(shown)})
    assert asked == [Choices(pictures=one, originals=one, locations=frozenset()), Choices()]


def test_a_page_that_asks_how_far_a_pack_is_stops_once_it_is_known(alice):
    alice.post("packs")
    pack = Pack.objects.get()
    state = reverse("evidence:pack-state", args=[pack.pk])
    assert alice.browser.get(state).status_code == 200
    Pack.objects.update(beat_at=timezone.now() - packs.DEAD_AFTER)
    answer = alice.browser.get(state)
    assert answer.status_code == 286
    assert "Stopped" in answer.content.decode()
    assert people.browser().get(state).status_code == 286
    assert alice.browser.get(reverse("evidence:pack-state", args=[uuid.uuid4()])).status_code == 404


def test_a_pack_that_is_not_there_is_not_given_out(alice):
    alice.post("packs")
    for pack in (Pack.objects.get().pk, uuid.uuid4()):
        for role in ("report", "bundle"):
            assert alice.post(f"pack-{role}", {}, pack).status_code == 404
