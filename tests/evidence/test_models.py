"""What may stand in the clear is a list; a new column without a row in it fails."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from evidence.models import Attempt, Case, CustodyEntry, Grant, Hold, OwnerWrap, Pack, SealedFile

# Ciphertext, public keys, salts, and hashes of random things: nothing in them can be read or guessed.
SEALED = {
    "Case": {"owner_public", "case_public", "secret_wrap", "index"},
    "OwnerWrap": {"locator", "salt", "blob"},
    "OpenSession": {"row_id", "half", "shown"},
    "Item": {"key_wrap", "facts"},
    "Message": {"key_wrap", "body"},
    "Pack": {"key_wrap"},
    "SealedFile": {"header"},
    "Grant": {"terms", "secret_wrap"},
    "OfferWrap": {"blob"},
    "CustodyEntry": {"commitment", "head"},
    "CustodyBody": {"key_wrap", "body"},
    "AddPass": {"row_id"},
    "Upload": {"key_wrap", "facts"},
    "Hold": {"key_wrap", "body"},
    "Attempt": {"key"},
}
ID = "a random or counted id"
DAY = "the day of creation, no hour"
KEY_VERSION = "which key, not whose"
CLEAR = {
    "Case": {
        "id": ID,
        "status": "decides what may be done before anything is opened",
        "created_on": DAY,
        "hidden_at": "72 hours are counted from it without a key",
        "secret_version": KEY_VERSION,
        "rotate_due": "a share ended; set without a key",
        "held": "pictures are locked: housekeeping, which has no key, must know",
        "erase_on": "the due day: housekeeping, which has no key, hides the case on it",
    },
    "OwnerWrap": {
        "id": ID,
        "case": ID,
        "kind": "words or code: which derivation",
        "memory_kib": "cost of the derivation",
        "iterations": "cost of the derivation",
        "number": "which pair of words and code, counted from 1",
        "ends_at": "words that were changed without being typed end on it, without a key",
    },
    "OpenSession": {
        "case": ID,
        "old_number": "opened with words that are about to end: those may undo the change; gone with the session",
        "born_at": "the absolute limit is counted from it; gone with the session",
        "seen_at": "the idle limit is counted from it; gone with the session",
    },
    "Item": {"id": ID, "case": ID, "key_version": KEY_VERSION, "created_on": DAY},
    "Message": {"id": ID, "case": ID, "key_version": KEY_VERSION, "created_on": DAY},
    "Pack": {
        "id": ID,
        "case": ID,
        "status": "making, ready, stopped: changed without a key",
        "percent": "progress, while it is made",
        "key_version": KEY_VERSION,
        "asked_at": "ten minutes are counted from it; gone after a day",
        "beat_at": "whether the process lives; gone after a day",
        "ends_at": "when it is dropped without a key",
    },
    "SealedFile": {
        "id": ID,
        "case": ID,
        "item": ID,
        "pack": ID,
        "upload": ID,
        "name": "random; where the ciphertext lies",
        "stored_size": "padded, and on disk anyway",
        "created_on": DAY,
    },
    "Grant": {
        "id": ID,
        "case": ID,
        "worker": "the assigned worker",
        "status": "offered, live, ended: changed without a key",
        "created_on": DAY,
        "offer_ends_at": "72 hours are counted to it without a key",
        "until_on": "the due day, ended without a key",
    },
    "OfferWrap": {"id": ID, "grant": ID, "worker": "whom it was offered to"},
    "CustodyEntry": {"id": ID, "case": ID, "seq": "the number of the entry", "day": "no hour"},
    "CustodyBody": {"id": ID, "case": ID, "seq": "the number of the entry", "key_version": KEY_VERSION},
    "Upload": {
        "id": ID,
        "case": ID,
        "key_version": KEY_VERSION,
        "seen_at": "an upload that nobody goes on with is dropped without a key",
    },
    "Hold": {
        "id": ID,
        "case": ID,
        "key_version": KEY_VERSION,
        "placed_on": "the day it was recorded; whose order it is, and why, is sealed",
        "ended_on": "whether it stands: housekeeping, which has no key, must know",
    },
    "AddPass": {"case": ID, "left": "how many notes may still come", "ends_at": "when it ends by itself"},
    "Attempt": {
        "count": "how many tries, of nobody knows what",
        "since": "a quarter of an hour is counted from it; pruned",
        "shut_until": "when it may be tried again; pruned",
    },
}
MODELS = list(apps.get_app_config("evidence").get_models())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_column_is_sealed_or_has_a_reason_to_be_clear(model):
    name = model.__name__
    columns = {field.name for field in model._meta.concrete_fields}
    assert not SEALED[name] & set(CLEAR[name])
    assert columns == SEALED[name] | set(CLEAR[name])


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_what_is_sealed_is_bytes_and_no_free_text_stands_in_the_clear(model):
    for field in model._meta.concrete_fields:
        if field.name in SEALED[model.__name__]:
            assert isinstance(field, models.BinaryField), field
        assert not isinstance(field, models.TextField | models.JSONField | models.GenericIPAddressField), field
        if isinstance(field, models.CharField):
            assert field.choices or field.name == "name", field


def test_the_lists_name_no_model_that_is_gone():
    assert set(SEALED) == set(CLEAR) == {model.__name__ for model in MODELS}


# --- what the database itself refuses -----------------------------------------------------------------


def case_of(at, **more):
    blank = dict.fromkeys(("owner_public", "case_public", "secret_wrap", "index"), b"")
    return Case.objects.create(created_on=at.date(), **{**blank, **more})


def pack_of(case, at, **more):
    times = dict.fromkeys(("asked_at", "beat_at", "ends_at"), at)
    return Pack(case=case, key_version=1, key_wrap=b"", **times, **more)


def entry_of(case, at, seq):
    return CustodyEntry(case=case, seq=seq, commitment=b"", head=b"", day=at.date())


def grant_of(case, at, **more):
    days = {"created_on": at.date(), "until_on": at.date(), "offer_ends_at": at}
    return Grant(case=case, terms=b"", **days, **more)


def hold_of(case, at, **more):
    return Hold(case=case, key_version=1, key_wrap=b"", body=b"", placed_on=at.date(), **more)


def wrap_of(case, kind, locator, **more):
    return OwnerWrap(case=case, kind=kind, locator=locator, salt=b"", memory_kib=0, iterations=0, blob=b"", **more)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rows",
    [
        lambda case, at: [Case(created_on=at.date(), status="hidden", owner_public=b"", case_public=b"")],
        lambda case, at: [Case(created_on=at.date(), hidden_at=at, owner_public=b"", case_public=b"")],
        lambda case, at: [wrap_of(case, "words", b"1"), wrap_of(case, "words", b"2")],
        lambda case, at: [wrap_of(case, "words", b"1"), wrap_of(case, "code", b"1")],
        lambda case, at: [wrap_of(case, "words", b"1", ends_at=at), wrap_of(case, "words", b"2")],
        lambda case, at: [pack_of(case, at), pack_of(case, at)],
        lambda case, at: [pack_of(case, at, percent=101)],
        lambda case, at: [SealedFile(case=case, name="x", stored_size=1, header=b"", created_on=at.date())],
        lambda case, at: [grant_of(case, at), grant_of(case, at)],
        lambda case, at: [grant_of(case, at, secret_wrap=b"x")],
        lambda case, at: [grant_of(case, at, status="live")],
        lambda case, at: [grant_of(case, at, status="ended", secret_wrap=b"x")],
        lambda case, at: [hold_of(case, at, ended_on=at.date() - timedelta(days=1))],
        lambda case, at: [entry_of(case, at, 0)],
        lambda case, at: [entry_of(case, at, 1), entry_of(case, at, 1)],
        lambda case, at: [Attempt(key=b"x", since=at, shut_until=at - timedelta(seconds=1))],
    ],
)
def test_the_database_refuses_what_must_not_be(db, at, rows):
    made = rows(case_of(at), at)
    for row in made[:-1]:
        row.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        made[-1].save(force_insert=True)


@pytest.mark.django_db
def test_ids_are_random_and_made_before_the_row(at):
    one, two = case_of(at), case_of(at)
    assert one.pk != two.pk
    assert isinstance(one.pk, uuid.UUID)
    assert one.pk.version == 4
