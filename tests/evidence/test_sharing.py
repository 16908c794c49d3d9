"""Sharing with the helpline: who is offered a case, who gets it, and how at once it ends."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from evidence import cases, custody, items, messages, sharing
from evidence.crypto import envelopes, keys
from evidence.custody import OWNER, SYSTEM
from evidence.models import Case, Grant, OfferWrap
from evidence.sharing import NobodyToShareWith, NotShared, SharedAlready
from tests.conftest import acts, new_owner, new_staff, note, share

pytestmark = pytest.mark.django_db
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def accept(staff, grant, at):
    return sharing.accept(worker=staff.worker, offer_id=grant.pk, seed=staff.seed, at=at)


def opens(staff, grant, at):
    return sharing.open_case(worker=staff.worker, grant_id=grant.pk, seed=staff.seed, at=at)


@pytest.fixture
def offer(alice, hana, sam, at):
    return share(alice.opened, at)


@pytest.fixture
def grant(alice, hana, sam, offer, at):
    return accept(hana, offer, at)


# --- offering -------------------------------------------------------------------------------------------


def test_without_an_enrolled_worker_sharing_is_refused(alice, at):
    with pytest.raises(NobodyToShareWith):
        share(alice.opened, at)
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"takes_new_cases": False},
        {"public_key": envelopes.public_of(keys.new_key())},
        {"key_signature": bytes(64)},
        {"key_version": 2},
    ],
    ids=["disabled", "takes none", "another key", "no signature", "another number"],
)
def test_a_case_is_offered_only_to_takers_whose_key_this_site_signed(alice, hana, sam, at, change):
    type(hana.worker).objects.filter(pk=hana.worker.pk).update(**change)
    grant = share(alice.opened, at)
    assert [wrap.worker_id for wrap in OfferWrap.objects.all()] == [sam.worker.pk]
    hana.worker.refresh_from_db()
    with pytest.raises(NotShared):
        accept(hana, grant, at)


def test_the_key_of_one_worker_is_not_taken_for_another(alice, hana, sam, at):
    signed = {name: getattr(sam.worker, name) for name in ("public_key", "key_signature", "key_version")}
    type(hana.worker).objects.filter(pk=hana.worker.pk).update(**signed)
    share(alice.opened, at)
    assert [wrap.worker_id for wrap in OfferWrap.objects.all()] == [sam.worker.pk]


def test_a_case_is_offered_to_so_many_at_most(alice, hana, sam, at, settings):
    settings.OFFERED_TO_AT_MOST = 1
    share(alice.opened, at)
    assert OfferWrap.objects.count() == 1


def test_one_share_at_a_time(alice, hana, at):
    share(alice.opened, at)
    with pytest.raises(SharedAlready):
        share(alice.opened, at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(
            case=alice.case, created_on=at.date(), offer_ends_at=at, until_on=at.date(), terms=b"x", status="offered"
        )


def test_an_offer_tells_workers_a_neutral_reference_and_nothing_else(alice, hana, offer, at):
    (shown,) = sharing.offers_for(hana.worker, at=at)
    assert (shown.id, shown.reference, shown.offered_on) == (offer.pk, cases.reference(alice.case), at.date())
    assert vars(shown).keys() == {"id", "reference", "offered_on", "ends_at"}
    assert b"take it down" not in bytes(Grant.objects.get().terms)


def test_an_offer_opens_nothing_before_it_is_accepted(alice, hana, offer, at):
    with pytest.raises(NotShared):
        opens(hana, offer, at)
    assert sharing.grants_of(hana.worker, at=at) == []


# --- accepting ------------------------------------------------------------------------------------------


def test_the_first_who_accepts_gets_it_and_every_other_offer_goes(alice, hana, sam, offer, at):
    assert accept(hana, offer, at).worker == hana.worker
    assert not OfferWrap.objects.exists()
    with pytest.raises(NotShared):
        accept(sam, offer, at)
    with pytest.raises(NotShared):
        accept(hana, offer, at)
    assert Grant.objects.get().worker == hana.worker
    assert acts(alice.opened)[-1] == "share-accepted"
    assert sharing.offers_for(sam.worker, at=at) == []


def test_an_offer_ends_after_72_hours(alice, hana, offer, at):
    end = at + settings.OFFER_LASTS
    assert end - at == timedelta(hours=72)
    assert sharing.offers_for(hana.worker, at=end - SECOND)
    assert sharing.offers_for(hana.worker, at=end) == []
    with pytest.raises(NotShared):
        accept(hana, offer, end)
    assert accept(hana, offer, end - SECOND)


def test_an_offer_whose_day_is_over_is_not_accepted(alice, hana, at):
    offer = share(alice.opened, at, days=1)
    late = at + 2 * DAY
    assert sharing.offers_for(hana.worker, at=late) == []
    with pytest.raises(NotShared):
        accept(hana, offer, late)


def test_another_workers_wrap_or_another_key_does_not_accept(alice, hana, sam, offer, at):
    with pytest.raises(NotShared):
        sharing.accept(worker=hana.worker, offer_id=offer.pk, seed=sam.seed, at=at)
    OfferWrap.objects.filter(worker=hana.worker).delete()
    OfferWrap.objects.filter(worker=sam.worker).update(worker=hana.worker)
    for seed in (hana.seed, sam.seed):
        with pytest.raises(NotShared):
            sharing.accept(worker=hana.worker, offer_id=offer.pk, seed=seed, at=at)
    assert Grant.objects.get().status == "offered"


def test_a_worker_who_came_later_was_offered_nothing(alice, offer, at):
    with pytest.raises(NotShared):
        accept(new_staff("nadia", at), offer, at)


# --- reading --------------------------------------------------------------------------------------------


def test_the_worker_reads_what_was_shared_and_the_owner_sees_that(alice, hana, grant, at):
    line = note(alice.opened, at)
    opened = opens(hana, grant, at)
    assert [kept.id for kept in items.listed(opened)] == [line.id]
    assert opened.owner_seed is None
    assert sharing.purpose_of(opened, grant.pk) == "Help me take it down"
    last = custody.everything(alice.opened)[-1]
    assert (last.act.what, last.by.name, last.by.id) == ("case-viewed", "Hana", str(hana.worker.pk))


def test_both_sides_see_the_share(alice, hana, grant, at):
    (mine,) = sharing.grants_of(hana.worker, at=at)
    (hers,) = sharing.shares(alice.opened)
    assert (mine.id, mine.reference, mine.purpose) == (grant.pk, cases.reference(alice.case), "")
    assert (hers.status, hers.worker_name, hers.purpose, hers.until) == (
        "live",
        "Hana",
        "Help me take it down",
        (at + 14 * DAY).date(),
    )


def test_a_worker_without_a_grant_finds_nothing_anywhere(alice, hana, sam, grant, at):
    other = Grant(pk=uuid.uuid4())
    for worker, which in ((sam, grant), (hana, other)):
        with pytest.raises(NotShared):
            opens(worker, which, at)
        with pytest.raises(NotShared):
            accept(worker, which, at)
        with pytest.raises(NotShared):
            sharing.hand_back(worker=worker.worker, grant_id=which.pk, at=at)
    assert sharing.grants_of(sam.worker, at=at) == []
    with pytest.raises(NotShared):
        sharing.open_case(worker=hana.worker, grant_id=grant.pk, seed=sam.seed, at=at)


def test_a_grant_moved_to_another_case_or_worker_opens_nothing(alice, mallory, hana, sam, grant, at):
    Grant.objects.filter(pk=grant.pk).update(worker=sam.worker)
    with pytest.raises(NotShared):
        opens(sam, grant, at)
    Grant.objects.filter(pk=grant.pk).update(worker=hana.worker, case=mallory.case)
    with pytest.raises(NotShared):
        opens(hana, grant, at)


@pytest.mark.parametrize("status", ["hidden", "erased", "new"])
def test_a_case_that_is_not_open_is_opened_by_no_worker(alice, hana, sam, grant, at, status):
    Case.objects.filter(pk=alice.case.pk).update(status=status, hidden_at=at if status == "hidden" else None)
    with pytest.raises(NotShared):
        opens(hana, grant, at)
    assert sharing.grants_of(hana.worker, at=at) == []


def test_an_offer_of_a_hidden_case_is_not_shown_or_accepted(alice, hana, offer, at):
    Case.objects.filter(pk=alice.case.pk).update(status="hidden", hidden_at=at)
    assert sharing.offers_for(hana.worker, at=at) == []
    with pytest.raises(NotShared):
        accept(hana, offer, at)


# --- ending ---------------------------------------------------------------------------------------------


def ended(alice, staff, grant, at):
    """Nothing of the share is left that opens anything, and the case is due for new keys."""
    row = Grant.objects.get(pk=grant.pk)
    assert (row.status, row.secret_wrap) == ("ended", None)
    assert not OfferWrap.objects.exists()
    alice.case.refresh_from_db()
    with pytest.raises(NotShared):
        opens(staff, grant, at)
    return alice.case.rotate_due


def test_the_owner_ends_it_at_once(alice, hana, grant, at):
    sharing.end(alice.opened, grant.pk, by=OWNER, at=at)
    assert ended(alice, hana, grant, at)
    before = custody.head_of(alice.case)
    sharing.end(alice.opened, grant.pk, by=OWNER, at=at)
    assert custody.head_of(alice.case) == before
    assert share(alice.opened, at)


def test_the_worker_hands_it_back(alice, hana, grant, at):
    sharing.hand_back(worker=hana.worker, grant_id=grant.pk, at=at)
    assert ended(alice, hana, grant, at)
    assert acts(alice.opened)[-1] == "share-handed-back"


def test_it_ends_when_the_worker_is_disabled(alice, mallory, hana, grant, at):
    share(mallory.opened, at)
    assert sharing.end_all_of(worker=hana.worker, by=SYSTEM, at=at) == 1
    assert not OfferWrap.objects.filter(worker=hana.worker).exists()
    OfferWrap.objects.all().delete()
    assert ended(alice, hana, grant, at)


def test_it_ends_on_its_day(alice, hana, grant, at):
    last_day = at + 14 * DAY
    assert opens(hana, grant, last_day)
    with pytest.raises(NotShared):
        opens(hana, grant, last_day + DAY)
    assert sharing.end_expired(at=last_day) == 0
    assert sharing.end_expired(at=last_day + DAY) == 1
    assert ended(alice, hana, grant, at)
    assert acts(alice.opened)[-1] == "share-expired"


def test_an_offer_that_nobody_took_ends_without_new_keys(alice, hana, offer, at):
    assert sharing.end_expired(at=at + settings.OFFER_LASTS - SECOND) == 0
    assert sharing.end_expired(alice.case, at=at + settings.OFFER_LASTS) == 1
    assert not ended(alice, hana, offer, at)


def test_only_the_case_that_is_asked_for_is_looked_at(alice, mallory, hana, offer, at):
    assert sharing.end_expired(mallory.case, at=at + settings.OFFER_LASTS) == 0


def test_a_new_share_ends_an_offer_that_is_over(alice, hana, offer, at):
    later = at + settings.OFFER_LASTS
    assert share(alice.opened, later).pk != offer.pk
    assert [grant.status for grant in sharing.shares(alice.opened)] == ["offered", "ended"]


def test_a_stranger_ends_nothing(alice, mallory, hana, grant, at):
    with pytest.raises(NotShared):
        sharing.end(mallory.opened, grant.pk, by=OWNER, at=at)
    assert opens(hana, grant, at)


def test_messages_go_both_ways_and_each_is_sealed(alice, hana, grant, at):
    messages.write(alice.opened, text="Can you help?", by=OWNER, at=at)
    opened = opens(hana, grant, at)
    messages.write(opened, text="Yes.", by=sharing.worker_actor(hana.worker), at=at + SECOND)
    said = [(shown.role, shown.name, shown.text) for shown in messages.thread(alice.opened, by=OWNER, at=at)]
    assert said == [("owner", "", "Can you help?"), ("worker", "Hana", "Yes.")]
    assert acts(alice.opened)[-1] == "messages-read"


def test_a_strangers_thread_is_her_own(alice, at):
    messages.write(alice.opened, text="Can you help?", by=OWNER, at=at)
    assert messages.thread(new_owner(at).opened, by=OWNER, at=at) == []
