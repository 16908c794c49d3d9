"""A case as a whole: hidden, brought back, erased."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.http import HttpResponse

from evidence import adding_only, cases, custody, holds, items, messages, sharing, unlocking, vault, ways
from evidence.crypto import words
from evidence.custody import OWNER
from evidence.models import (
    Case,
    CustodyBody,
    CustodyEntry,
    Grant,
    Item,
    Message,
    OfferWrap,
    OpenSession,
    OwnerWrap,
    Pack,
    SealedFile,
)
from tests.conftest import acts, new_owner, note, share

pytestmark = pytest.mark.django_db
PHONE = "Chrome on Android"
MINUTE = timedelta(minutes=1)


def opens(text, at):
    return cases.open_with(text, device=PHONE, at=at)


def other_secret(card):
    """Seven listed words that find the same case and do not open it."""
    head = card.split()[:2]
    rest = [word for word in words.LISTED[:40] if word not in card and "-" not in word][:5]
    return " ".join([*head, *rest])


# --- hiding and bringing back -----------------------------------------------------------------------


def test_hiding_ends_every_open_session_at_once(alice, at):
    other = opens(alice.words, at)
    cases.hide(alice.session, at=at)
    assert not OpenSession.objects.exists()
    for session in (alice.session, other):
        assert unlocking.shown(session) is None


def test_a_hidden_case_does_not_open_and_its_words_bring_it_back(alice, at):
    line = note(alice.opened, at)
    cases.hide(alice.session, at=at)
    with pytest.raises(ways.NotOpened):
        opens(alice.words, at)
    back = cases.bring_back(alice.code, device=PHONE, at=at)
    assert [kept.id for kept in items.listed(back.opened)] == [line.id]
    assert acts(back.opened)[-2:] == ["case-deleted", "case-brought-back"]
    assert opens(alice.words, at)


def test_there_is_nothing_to_bring_back_of_an_open_case(alice, at):
    with pytest.raises(ways.NotOpened):
        cases.bring_back(alice.words, device=PHONE, at=at)


def test_hiding_takes_the_helplines_key_and_marks_the_case_for_new_ones(alice, hana, at):
    grant = share(alice.opened, at)
    sharing.accept(worker=hana.worker, offer_id=grant.pk, seed=hana.seed, at=at)
    cases.hide(alice.session, at=at)
    with pytest.raises(sharing.NotShared):
        sharing.open_case(worker=hana.worker, grant_id=grant.pk, seed=hana.seed, at=at)
    back = cases.bring_back(alice.words, device=PHONE, at=at)
    assert back.opened.case.rotate_due
    with pytest.raises(sharing.NotShared):
        sharing.open_case(worker=hana.worker, grant_id=grant.pk, seed=hana.seed, at=at)


def test_hiding_takes_offers_back(alice, hana, at):
    grant = share(alice.opened, at)
    cases.hide(alice.session, at=at)
    assert not OfferWrap.objects.exists()
    with pytest.raises(sharing.NotShared):
        sharing.accept(worker=hana.worker, offer_id=grant.pk, seed=hana.seed, at=at)


def test_nothing_is_written_into_a_case_that_was_hidden_or_erased_meanwhile(alice, at):
    cases.hide(alice.session, at=at)
    for _ in range(2):
        with pytest.raises(vault.Shut):
            note(alice.opened, at)
        with pytest.raises(vault.Shut):
            messages.write(alice.opened, text="Are you there?", by=OWNER, at=at)
        cases.erase(alice.case, at=at)
    assert not Item.objects.exists()
    assert not Message.objects.exists()


def test_due_for_erasure_after_72_hours_and_never_for_want_of_confirming(alice, mallory, at):
    cases.make(device=PHONE, at=at)
    cases.hide(alice.session, at=at)
    late = at + settings.ERASE_AFTER
    assert not cases.due_for_erasure(at=late - timedelta(seconds=1)).exists()
    assert cases.due_for_erasure(at=late).get() == alice.case
    assert cases.due_for_erasure(at=late + timedelta(days=1)).get() == alice.case


# --- erasing ----------------------------------------------------------------------------------------


@pytest.fixture
def full(alice, hana, at, open_gate, keep_picture):
    """Alice's case with a picture, a note, a message and a live share."""
    keep_picture(alice.opened)
    note(alice.opened, at)
    messages.write(alice.opened, text="Are you there?", by=OWNER, at=at)
    grant = share(alice.opened, at)
    sharing.accept(worker=hana.worker, offer_id=grant.pk, seed=hana.seed, at=at)
    return alice


def test_erasing_leaves_no_wrap_header_item_or_file_and_keeps_a_tombstone_with_the_last_head(
    full, mallory, at, vault_folder, django_capture_on_commit_callbacks
):
    kept_of_mallory = note(mallory.opened, at)
    number, _ = custody.head_of(full.case)
    assert len(list(vault_folder.iterdir())) == 3
    with django_capture_on_commit_callbacks(execute=True):
        cases.erase_now(full.words, at=at)
    for model in (OwnerWrap, OpenSession, Item, Message, SealedFile, CustodyBody, Grant, OfferWrap, Pack):
        assert not model.objects.filter(**{of_case(model): full.case}).exists(), model
    assert list(vault_folder.iterdir()) == []
    stone = Case.objects.get(pk=full.case.pk)
    assert stone.status == Case.Status.ERASED
    assert {bytes(getattr(stone, name)) for name in ("owner_public", "case_public", "secret_wrap", "index")} == {b""}
    (last,) = CustodyEntry.objects.filter(case=stone)
    assert last.seq == number + 1
    assert len(bytes(last.head)) == 32
    assert [line.id for line in items.listed(mallory.opened)] == [kept_of_mallory.id]


def of_case(model):
    return "grant__case" if model is OfferWrap else "case"


def test_a_tombstone_is_an_id_two_days_and_the_last_head_and_nothing_else_anywhere(
    full, at, django_capture_on_commit_callbacks
):
    holds.place(full.case, holds.Order("A court", "1", "2026-03-01"), at=at)
    holds.end(full.case, 1, at=at)
    adding_only.allow(full.opened, HttpResponse(), by=OWNER, at=at)
    _, before = custody.head_of(full.case)
    later = at + timedelta(days=9)
    with django_capture_on_commit_callbacks(execute=True):
        cases.erase_now(full.words, at=later)
    stone = Case.objects.filter(pk=full.case.pk).values().get()
    left = {name: bytes(value) if isinstance(value, bytes | memoryview) else value for name, value in stone.items()}
    assert left == {
        "id": full.case.pk,  # random; its hash is the reference that packs print
        "status": "erased",
        "created_on": at.date(),
        "hidden_at": None,
        **dict.fromkeys(("owner_public", "case_public", "secret_wrap", "index"), b""),
        "secret_version": 1,
        "rotate_due": False,
        "held": False,
        "erase_on": None,
    }
    (last,) = CustodyEntry.objects.filter(case=full.case)
    assert last.day == later.date()
    assert bytes(last.head) == custody.next_head(last.seq, before, bytes(last.commitment))
    assert rows_that_name(full.case) == {"CustodyEntry": 1}


def rows_that_name(case):
    """How many rows of each model still lead to the case."""
    models = [model for model in apps.get_app_config("evidence").get_models() if model is not Case]
    named = [model for model in models if model is OfferWrap or "case" in {f.name for f in model._meta.fields}]
    counts = {model.__name__: model.objects.filter(**{of_case(model): case}).count() for model in named}
    assert len(counts) > 10
    return {name: count for name, count in counts.items() if count}


def test_an_erased_case_can_not_be_opened_or_brought_back(alice, at):
    cases.erase_now(alice.code, at=at)
    for text in (alice.words, alice.code):
        with pytest.raises(ways.NotOpened):
            opens(text, at)
        with pytest.raises(ways.NotOpened):
            cases.bring_back(text, device=PHONE, at=at)


def test_a_case_that_was_brought_back_meanwhile_is_not_erased(alice, at):
    cases.hide(alice.session, at=at)
    due = cases.due_for_erasure(at=at + settings.ERASE_AFTER).get()
    cases.bring_back(alice.words, device=PHONE, at=at)
    cases.erase(due, at=at + settings.ERASE_AFTER)
    assert opens(alice.words, at)


def test_wrong_words_erase_nothing(alice, at):
    with pytest.raises(ways.NotOpened):
        cases.erase_now(other_secret(alice.words), at=at)
    assert opens(alice.words, at)


def test_files_go_only_once_the_erasure_is_committed(
    alice, at, open_gate, keep_picture, vault_folder, django_capture_on_commit_callbacks
):
    keep_picture(alice.opened)
    with django_capture_on_commit_callbacks(execute=False):
        cases.erase(alice.case, at=at)
    assert len(list(vault_folder.iterdir())) == 3


# --- the rest ---------------------------------------------------------------------------------------


def test_locking_ends_this_session_and_says_so_in_the_log(alice, at):
    cases.lock(alice.session, at=at)
    assert not OpenSession.objects.exists()
    assert acts(alice.opened)[-1] == "case-locked"


def test_ending_other_sessions_keeps_this_one(alice, mallory, at):
    others = [opens(alice.words, at) for _ in range(2)]
    assert cases.end_other_sessions(alice.session, at=at) == 2
    left = {bytes(row) for row in OpenSession.objects.values_list("row_id", flat=True)}
    assert left == {alice.session.row_id, mallory.session.row_id}
    assert others[0].row_id not in left


def test_a_reference_is_neutral_steady_and_its_own(db, at):
    one, two = new_owner(at), new_owner(at)
    assert cases.reference(one.case) == cases.reference(one.case) != cases.reference(two.case)
    assert len(cases.reference(one.case)) == 11
    assert str(one.case.pk).replace("-", "")[:5].upper() not in cases.reference(one.case)
