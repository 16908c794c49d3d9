"""The bucket of a real S3-compatible store: nothing shows before it is whole, nothing is left of what was given up."""

from __future__ import annotations

import random
import secrets
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings

from evidence import objects, reaping
from evidence.objects import PART, BucketStorage
from evidence.storage import AlreadyClosed, StoreDown

SEALED = secrets.token_bytes(PART * 2 + 12_345)
HOUR = timedelta(hours=1)


@pytest.fixture
def store(vault_folder):
    return BucketStorage(**vault_folder.setting["OPTIONS"])


@pytest.fixture
def asked(monkeypatch):
    """The verbs that the store was asked for."""
    verbs, real = [], BucketStorage.call

    def call(self, verb, name=None, **more):
        verbs.append(verb)
        return real(self, verb, name, **more)

    monkeypatch.setattr(BucketStorage, "call", call)
    return verbs


def unfinished(store):
    return [upload["Key"] for page in store._pages("list_multipart_uploads") for upload in page.get("Uploads", ())]


def kept(store, data=b"sealed"):
    writing = store.begin()
    writing.write(data)
    writing.complete()
    return writing.name


def read(store, name):
    with store.open_sealed(name) as source:
        return source.read()


def without(options, **changed):
    return BucketStorage(**{**options, **changed})


# --- writing --------------------------------------------------------------------------------------


def test_a_large_file_streams_in_parts_and_shows_only_when_it_is_complete(store, asked):
    writing = store.begin()
    for start in range(0, len(SEALED), 65_536):
        writing.write(SEALED[start : start + 65_536])
    assert asked == ["create_multipart_upload", "upload_part", "upload_part"]
    assert len(writing._held) < PART
    assert store.names() == []
    assert len(unfinished(store)) == 1
    writing.complete()
    assert store.names() == [writing.name]
    assert unfinished(store) == []
    assert read(store, writing.name) == SEALED


@pytest.mark.parametrize("size", [0, 1, PART - 1, PART, PART + 1])
def test_every_size_comes_back_as_it_was(store, size):
    assert read(store, kept(store, SEALED[:size])) == SEALED[:size]


def test_a_small_file_is_one_request_and_shows_only_when_it_is_complete(store, asked):
    writing = store.begin()
    writing.write(b"sealed")
    assert asked == []
    writing.complete()
    assert asked == ["put_object"]


@pytest.mark.parametrize("size", [10, PART + 10])
def test_an_aborted_file_leaves_nothing_however_often(store, size):
    writing = store.begin()
    writing.write(SEALED[:size])
    writing.abort()
    writing.abort()
    assert store.names() == unfinished(store) == []
    with pytest.raises(AlreadyClosed):
        writing.complete()


def test_a_file_is_completed_once_and_aborting_it_then_takes_nothing_away(store):
    writing = store.begin()
    writing.write(SEALED[: PART + 1])
    writing.complete()
    writing.abort()
    with pytest.raises(AlreadyClosed):
        writing.complete()
    assert store.names() == [writing.name]


@pytest.mark.parametrize("verb", ["create_multipart_upload", "upload_part", "complete_multipart_upload", "put_object"])
def test_a_file_that_the_store_refuses_half_way_leaves_nothing(store, monkeypatch, verb):
    real = BucketStorage.call

    def call(self, asked, name=None, **more):
        if asked == verb:
            raise StoreDown("SlowDown")
        return real(self, asked, name, **more)

    monkeypatch.setattr(BucketStorage, "call", call)
    writing = store.begin()
    with pytest.raises(StoreDown):
        put(writing, SEALED if verb != "put_object" else b"sealed")
    writing.abort()
    assert store.names() == unfinished(store) == []


def put(writing, data):
    writing.write(data)
    writing.complete()


def test_a_file_is_kept_where_only_the_answer_was_lost(store, monkeypatch):
    real = BucketStorage.call

    def call(self, asked, name=None, **more):
        answer = real(self, asked, name, **more)
        if asked == "complete_multipart_upload":
            raise StoreDown("ReadTimeoutError")
        return answer

    monkeypatch.setattr(BucketStorage, "call", call)
    writing = store.begin()
    put(writing, SEALED)
    assert read(store, writing.name) == SEALED


def test_names_are_random_and_nothing_readable_stands_with_a_file(store):
    names = {kept(store), kept(store)}
    assert len(names) == 2
    assert all(len(name) == 32 and set(name) <= set("0123456789abcdef") for name in names)
    head = store.call("head_object", names.pop())
    assert head["Metadata"] == {}
    assert head["ContentType"] == "application/octet-stream"


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_any_part_is_what_was_written_there(store, seed):
    places = random.Random(seed)  # noqa: S311  the same places each time
    name = kept(store, SEALED)
    with store.open_sealed(name) as source:
        assert source.seekable()
        assert source.readable()
        for _ in range(12):
            start, length = places.randrange(len(SEALED) + 9), places.choice([1, 56, 16_400, 300_000])
            source.seek(start)
            assert source.read(length) == SEALED[start : start + length]
            assert source.tell() == max(start, min(len(SEALED), start + length))
        assert source.seek(-3, 2) == len(SEALED) - 3
        source.seek(1, 1)
        assert source.read() == SEALED[-2:]


def test_playing_from_a_place_costs_a_few_requests_and_reading_on_few_more(store, asked):
    name = kept(store, SEALED * 3)
    asked.clear()
    with store.open_sealed(name) as source:
        source.read(57)
        source.seek(len(SEALED) * 3 - 16_500)
        source.read()
        source.seek(len(SEALED) * 2)
        source.read(65_600)
        assert asked.count("get_object") <= 4
        while source.read(65_600):
            pass
    assert asked.count("get_object") <= 26
    assert asked.count("head_object") == 1


def test_an_answer_that_is_too_short_is_no_answer(store):
    name = kept(store, SEALED)
    source = store.open_sealed(name)
    store.call("put_object", name, Body=SEALED[:100_000])
    source.seek(90_000)
    with pytest.raises(StoreDown):
        source.read(30_000)
    source.close()


def test_what_is_gone_is_said_so(store):
    name = kept(store)
    store.delete(name)
    store.delete(name)
    with pytest.raises(FileNotFoundError):
        store.open_sealed(name)
    assert not store.exists(name)


# --- many files -----------------------------------------------------------------------------------


def test_files_are_deleted_together_and_others_stay(store, monkeypatch, asked):
    monkeypatch.setattr(objects, "DELETED_AT_ONCE", 2)
    names = [kept(store) for _ in range(6)]
    asked.clear()
    store.delete_all([*names[:4], "neverthere"])
    assert asked == ["delete_objects"] * 3
    assert store.names() == sorted(names[4:])


def test_each_site_sees_its_own_part_of_a_bucket(store, vault_folder):
    kept(store)
    other = without(vault_folder.setting["OPTIONS"], prefix="another-site/")
    assert other.names() == []
    assert other.drop_unfinished(older_than=datetime.now(tz=UTC) + HOUR) == 0


@pytest.mark.django_db
def test_uploads_that_were_never_completed_go_after_an_hour_and_no_other(store):
    writing = store.begin()
    writing.write(SEALED)
    now = datetime.now(tz=UTC)
    assert reaping.reap(older_than=now - HOUR) == 0
    assert len(unfinished(store)) == 1
    assert reaping.reap(older_than=now + HOUR) == 1
    assert unfinished(store) == []
    with pytest.raises(OSError):  # noqa: PT011  the store knows nothing of it any more
        writing.complete()
    assert store.names() == []


def test_an_upload_whose_last_part_is_young_is_still_under_way(store, monkeypatch):
    writing = store.begin()
    writing.write(SEALED)
    real = BucketStorage._pages
    old = datetime.now(tz=UTC) - 2 * HOUR

    def pages(self, verb):
        for page in real(self, verb):
            yield {**page, "Uploads": [{**upload, "Initiated": old} for upload in page.get("Uploads", ())]}

    monkeypatch.setattr(BucketStorage, "_pages", pages)
    assert store.drop_unfinished(older_than=datetime.now(tz=UTC) - HOUR) == 0
    writing.complete()
    assert read(store, writing.name) == SEALED


def test_this_run_is_beside_a_real_store():
    assert django_settings.STORAGES["sealed"]["BACKEND"] == "evidence.objects.BucketStorage"
