"""A session is made when a case or a desk opens, ends when it is ended, and is worth nothing to anybody after that."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from evidence.helpline.models import Desk
from evidence.models import OpenSession
from tests.security import people

pytestmark = pytest.mark.django_db
PLANTED = "A" * 43  # 32 bytes that somebody else has chosen


@pytest.fixture
def alice():
    return people.owner()


def is_in(browser):
    return browser.get(reverse("evidence:home")).status_code == 200


# --- owners -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["open", "bring-back", "make"])
def test_a_cookie_that_was_planted_before_is_replaced_and_opens_nothing(alice, way):
    if way == "bring-back":
        alice.post("delete")
    victim, attacker = people.browser(), people.browser()
    for browser in (victim, attacker):
        browser.cookies["k"] = PLANTED
    typed = {"x_1": " ".join(alice.words), "c": "back"}
    assert victim.post(reverse(f"evidence:{way}"), typed).status_code == 302

    assert victim.cookies["k"].value != PLANTED
    assert attacker.get(reverse("evidence:home")).status_code == 302
    assert attacker.get(reverse("evidence:words")).status_code == 302


def test_each_opening_has_a_cookie_of_its_own(alice):
    values = {alice.open_elsewhere().cookies["k"].value for _ in range(5)} | {alice.browser.cookies["k"].value}
    assert len(values) == 6


@pytest.mark.parametrize("then", ["the same case", "another case", "a new case"])
def test_opening_again_ends_what_this_browser_had_open(alice, then):
    thief, other = people.copied(alice.browser), people.owner()
    assert is_in(thief)
    if then == "a new case":
        alice.post("make")
    else:
        words = alice.words if then == "the same case" else other.words
        alice.post("open", {"x_1": " ".join(words)})

    assert not is_in(thief)


def later(**how):
    moved = OpenSession.objects.get()
    moved.seen_at -= timedelta(**how)
    moved.born_at -= timedelta(**how)
    moved.save()


def used_for_long(alice):
    OpenSession.objects.update(born_at=timezone.now() - settings.CASE_ABSOLUTE)


def new_words(alice):
    elsewhere = alice.open_elsewhere()
    person = people.Owner(elsewhere, alice.words, alice.code, alice.case)
    person.post("words-change", {"c": "lost"})
    page = elsewhere.get(reverse("evidence:words")).content.decode()
    words = re.findall(r"<li>([a-z-]+)</li>", page)[:7]
    code = re.search(r'class="copy">([^<]+)', page)[1]
    asked = re.findall(r"Word (\d)", elsewhere.get(reverse("evidence:confirm")).content.decode())[:2]
    typed = {f"x_{place}": words[int(word) - 1] for place, word in enumerate(asked, 1)}
    assert person.post("confirm", {**typed, "x_3": code[-4:]}).status_code == 302


ENDS = {
    "locking": lambda alice: alice.post("lock"),
    "leaving": lambda alice: alice.browser.get("/exit/"),
    "deleting the case": lambda alice: alice.post("delete"),
    "ending it from another device": lambda alice: alice.open_elsewhere().post(reverse("evidence:sessions-end")),
    "new words": new_words,
    "a quarter of an hour without use": lambda _: later(minutes=15),
    "four hours of use": used_for_long,
}


@pytest.mark.parametrize("end", ENDS)
def test_a_copied_cookie_is_worth_nothing_after(alice, end):
    item = people.keep_an_address(alice, "https://social.example/p/1")
    thief = people.copied(alice.browser)
    assert is_in(thief)
    ENDS[end](alice)

    assert not is_in(thief)
    for name, args in (("item", [item]), ("log", []), ("timeline", []), ("talk", [])):
        answer = thief.get(reverse(f"evidence:{name}", args=args))
        assert (answer.status_code, answer["Location"]) == (302, reverse("evidence:open"))
    assert thief.post(reverse("evidence:item-remove", args=[item])).status_code == 403


# --- workers ------------------------------------------------------------------------------------------------


def test_a_session_that_was_planted_before_sign_in_is_not_the_one_after():
    hana, planted = people.worker("hana"), people.browser()
    planted.post(reverse("account_login"), {"login": "nobody", "x_password": "wrong-wrong-wrong"})
    victim = people.browser()
    victim.cookies["s"] = "planted0planted0planted0planted0"
    victim.post(reverse("account_login"), {"login": "hana", "x_password": people.PASSWORD})

    assert victim.cookies["s"].value not in {"planted0planted0planted0planted0", hana.browser.cookies["s"].value}


def test_signing_in_and_the_second_factor_each_change_the_session():
    hana = people.worker("hana")
    seen = {hana.browser.cookies["s"].value}
    hana.browser.post(reverse("helpline:sign-out"))
    hana.browser.post(reverse("account_login"), {"login": "hana", "x_password": people.PASSWORD})
    seen.add(hana.browser.cookies["s"].value)
    assert len(seen) == 2


def desks_from(ago):
    then = timezone.now() - ago
    Desk.objects.update(seen_at=then, born_at=then)


WORKER_ENDS = {
    "signing out": lambda hana: hana.browser.post(reverse("helpline:sign-out")),
    "leaving": lambda hana: hana.browser.get("/exit/"),
    "closing the desk": lambda hana: hana.browser.post(reverse("helpline:desk-close")),
    "half an hour without use": lambda _: desks_from(settings.DESK_IDLE),
    "a whole shift": lambda _: Desk.objects.update(born_at=timezone.now() - settings.DESK_ABSOLUTE),
}


@pytest.mark.parametrize("end", WORKER_ENDS)
def test_a_workers_copied_cookies_are_worth_nothing_after(alice, end):
    hana = people.worker("hana")
    grant = people.share(alice)
    hana.accept(grant)
    thief = people.copied(hana.browser)
    case = reverse("helpline:case", args=[grant])
    assert thief.get(case).status_code == 200
    WORKER_ENDS[end](hana)

    answer = thief.get(case)
    assert answer.status_code == 302
    assert answer["Location"].startswith(("/helpline/sign-in/", "/helpline/desk/"))


def test_a_worker_signed_in_anywhere_has_one_desk_for_each_browser_and_no_other_opens_with_it(alice):
    hana, noor = people.worker("hana"), people.worker("noor")
    grant = people.share(alice)
    hana.accept(grant)
    mixed = people.copied(noor.browser)
    mixed.cookies["w"] = hana.browser.cookies["w"].value

    assert mixed.get(reverse("helpline:case", args=[grant])).status_code in {302, 404}
