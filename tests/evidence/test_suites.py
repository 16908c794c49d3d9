"""The suite that public keys are made in is a setting: a case changes at its next opening, and nothing is lost."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from evidence import adding_only, cases, holds, items, messages, progress, rotation, sharing, vault
from evidence.crypto import envelopes
from evidence.crypto.errors import SealBroken
from evidence.custody import OWNER
from evidence.helpline import keys
from evidence.items import Telling
from evidence.models import Case, Item
from evidence.worker_keys import signed_public
from guidance.answers import Answers
from tests.conftest import PASSWORD, acts, new_owner, note, share

pytestmark = pytest.mark.django_db
LENGTHS = {"hybrid": 1_216, "classic": 32}
OTHER = {"hybrid": "classic", "classic": "hybrid"}
LIST = Answers({"what": "money"})
either = pytest.mark.parametrize("suite", LENGTHS)


def lengths(case):
    case.refresh_from_db()
    return {len(bytes(case.owner_public)), len(bytes(case.case_public))}


def opens(owner, at):
    """Opens as the page does: with a new secret where one is due."""
    session = cases.open_with(owner.words, device="x", at=at)
    return rotation.rotate(session, at=at) if session.opened.case.rotate_due else session


def test_hybrid_is_what_a_site_seals_in_unless_it_says_otherwise(settings, alice):
    assert settings.WRAP_SUITE == "hybrid"
    assert lengths(alice.case) == {1_216}


@either
def test_a_whole_life_of_a_case_in_one_suite(settings, at, suite):
    settings.WRAP_SUITE = suite
    owner = new_owner(at)
    assert lengths(owner.case) == {LENGTHS[suite]}
    waiting = left_note(owner, at)
    line = note(owner.opened, at)
    progress.keep(owner.opened, LIST, by=OWNER, at=at)
    session = opens(owner, at)
    assert "keys-changed" not in acts(session.opened)
    adding_only.take_in(session.opened)
    session = rotation.rotate(session, at=at)
    assert {kept.id for kept in items.listed(session.opened)} == {line.id, waiting}
    assert progress.bring_back(session.opened, by=OWNER, at=at) == LIST
    assert lengths(owner.case) == {LENGTHS[suite]}


def left_note(owner, at):
    response = HttpResponse()
    adding_only.allow(owner.opened, response, by=OWNER, at=at)
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in response.cookies.items()}
    mine = adding_only.current(request, at=at)
    return adding_only.add(mine, Telling("", claims={"what": "Left"}), at=at)


@either
def test_a_case_changes_suite_at_its_next_opening_and_keeps_everything(settings, hana, at, suite):
    settings.WRAP_SUITE = OTHER[suite]
    owner = new_owner(at)
    line, left = note(owner.opened, at), left_note(owner, at)
    progress.keep(owner.opened, LIST, by=OWNER, at=at)
    messages.write(owner.opened, text="Are you there?", by=OWNER, at=at)
    holds.place(owner.case, holds.Order("A court", "1", "2026-03-01"), at=at)
    settings.WRAP_SUITE = suite
    session = opens(owner, at)
    assert lengths(owner.case) == {LENGTHS[suite]}
    assert not session.opened.case.rotate_due
    adding_only.take_in(session.opened)
    assert {kept.id for kept in items.listed(session.opened)} == {line.id, left}
    assert progress.bring_back(session.opened, by=OWNER, at=at) == LIST
    assert [m.text for m in messages.thread(session.opened, by=OWNER, at=at)] == ["Are you there?"]
    assert holds.shown(session.opened)[0].order.authority == "A court"
    assert acts(session.opened).count("keys-changed") == 1
    assert "keys-changed" not in acts(opens(owner, at).opened)[acts(session.opened).index("keys-changed") + 1 :]


@either
def test_both_ways_in_open_a_case_after_it_changed(settings, at, suite):
    settings.WRAP_SUITE = OTHER[suite]
    owner = new_owner(at)
    settings.WRAP_SUITE = suite
    opens(owner, at)
    for text in (owner.words, owner.code):
        assert cases.open_with(text, device="x", at=at).opened.owner_seed == owner.opened.owner_seed


@either
def test_a_case_in_the_suite_of_the_site_is_given_no_new_keys(settings, at, suite):
    settings.WRAP_SUITE = suite
    owner = new_owner(at)
    assert not cases.open_with(owner.words, device="x", at=at).opened.case.rotate_due


@either
def test_a_thief_with_the_old_secret_opens_nothing_after_the_change(settings, at, suite):
    settings.WRAP_SUITE = OTHER[suite]
    owner = new_owner(at)
    line = note(owner.opened, at)
    settings.WRAP_SUITE = suite
    opens(owner, at)
    stale = vault.Opened(Case.objects.get(pk=owner.case.pk), owner.opened.secret)
    with pytest.raises((SealBroken, vault.Shut)):
        vault.key_of(stale, Item.objects.get(pk=line.id), line.id)


# --- workers ------------------------------------------------------------------------------------------------


@either
def test_a_worker_keeps_reading_a_case_that_changed(settings, hana, at, suite):
    settings.WRAP_SUITE = OTHER[suite]
    owner = new_owner(at)
    line = note(owner.opened, at)
    grant = share(owner.opened, at)
    sharing.accept(worker=hana.worker, offer_id=grant.pk, seed=hana.seed, at=at)
    settings.WRAP_SUITE = suite
    opens(owner, at)
    theirs = sharing.open_case(worker=hana.worker, grant_id=grant.pk, seed=hana.seed, at=at)
    assert [kept.id for kept in items.listed(theirs)] == [line.id]


@either
def test_a_workers_key_changes_when_the_desk_is_opened_and_old_shares_stay_readable(settings, hana, at, suite):
    settings.WRAP_SUITE = OTHER[suite]
    keys.renew(worker=hana.worker, seed=hana.seed, password=PASSWORD)
    owner = new_owner(at)
    grant = share(owner.opened, at)
    sharing.accept(worker=hana.worker, offer_id=grant.pk, seed=hana.seed, at=at)
    settings.WRAP_SUITE = suite
    assert keys.seed_of(worker=hana.worker, password=PASSWORD) == hana.seed  # the old public key still vouches
    assert not keys.renew(worker=hana.worker, seed=hana.seed, password=PASSWORD)  # the password stays as it was hashed
    hana.worker.refresh_from_db()
    assert len(signed_public(hana.worker)) == LENGTHS[suite]
    assert keys.seed_of(worker=hana.worker, password=PASSWORD) == hana.seed
    assert sharing.open_case(worker=hana.worker, grant_id=grant.pk, seed=hana.seed, at=at)


# --- through the pages --------------------------------------------------------------------------------------


def test_opening_by_the_page_changes_the_suite_before_anything_is_shown(alice, settings):
    settings.WRAP_SUITE = "classic"
    browser = Client()
    assert browser.post(reverse("evidence:open"), {"x_1": alice.words}).status_code == 302
    assert lengths(alice.case) == {32}
    assert browser.get(reverse("evidence:home")).status_code == 200
    assert envelopes.suite_of(bytes(alice.case.owner_public)) is envelopes.CLASSIC
