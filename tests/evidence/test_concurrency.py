"""Two people, or one person twice, at the same moment: on a database of its own, as it is in service."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from django.db import OperationalError, connections

from evidence import cases, custody, index, items, packs, rotation, sharing, unlocking
from evidence.crypto.errors import SealBroken
from evidence.custody import OWNER
from evidence.freezing_items import Choices
from evidence.models import Case, Grant, Item, OfferWrap, OwnerWrap, Pack
from evidence.sharing import NotShared, SharedAlready
from evidence.unlocking import Session
from evidence.vault import Opened, Shut
from tests.conftest import new_owner, new_staff, note, share

pytestmark = pytest.mark.django_db  # so that the test database exists, and is there again at the end


@pytest.fixture
def cast(in_service, at):
    """Alice's case, and the two workers who take cases."""
    return new_owner(at), new_staff("hana", at), new_staff("sam", at)


def together(*acts):
    """Every act in a thread of its own, started at one moment; what each gave or raised, in their order."""
    ready, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        ready.wait()
        try:
            answers[place] = act()
        except Exception as error:
            answers[place] = error
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def fresh(alice):
    """What another request of hers would have: its own view of the same case."""
    return Opened(Case.objects.get(pk=alice.case.pk), alice.opened.secret, alice.opened.owner_seed)


def each(alice, count, act):
    """The same act for several requests of hers."""
    return [partial(act, fresh(alice)) for _ in range(count)]


def test_two_workers_accept_one_offer_and_one_of_them_gets_it(cast, at):
    alice, hana, sam = cast
    offer = share(alice.opened, at).pk

    def accept(staff):
        return lambda: sharing.accept(worker=staff.worker, offer_id=offer, seed=staff.seed, at=at)

    answers = together(accept(hana), accept(sam), accept(hana), accept(sam))
    assert [type(answer) for answer in answers].count(Grant) == 1
    assert [type(answer) for answer in answers].count(NotShared) == 3
    assert not OfferWrap.objects.exists()
    assert [entry.act.what for entry in custody.everything(alice.opened)].count("share-accepted") == 1


def test_the_same_share_pressed_twice_is_one_share(cast, at):
    alice, *_ = cast
    answers = together(*each(alice, 3, lambda opened: share(opened, at)))
    assert sorted(type(answer).__name__ for answer in answers) == ["Grant", "SharedAlready", "SharedAlready"]
    assert SharedAlready in map(type, answers)
    assert Grant.objects.count() == 1


def test_many_additions_at_once_lose_none_and_share_no_number(cast, at):
    alice, *_ = cast
    together(*each(alice, 8, lambda opened: note(opened, at)))
    assert sorted(line.number for line in index.read(fresh(alice)).lines) == list(range(1, 9))
    assert Item.objects.count() == 8
    entries = custody.everything(alice.opened)
    assert [entry.seq for entry in entries] == list(range(1, 11))


def test_one_pack_however_often_it_is_asked_for(cast, at, monkeypatch):
    alice, *_ = cast
    monkeypatch.setattr(packs, "_start", lambda order: None)
    answers = together(*each(alice, 3, lambda opened: packs.ask(opened, Choices(), by=OWNER, at=at)))
    assert sorted(type(answer).__name__ for answer in answers) == ["MakingAlready", "MakingAlready", "Pack"]
    assert Pack.objects.count() == 1


def test_new_keys_made_while_things_are_added_leave_nothing_that_can_not_be_read(cast, at):
    alice, *_ = cast
    mine = Session(alice.session.cookie, fresh(alice))
    answers = together(
        *each(alice, 4, lambda opened: note(opened, at)),
        lambda: rotation.rotate(mine, at=at),
        *each(alice, 4, lambda opened: note(opened, at)),
    )
    after = answers[4].opened
    kept = [answer for place, answer in enumerate(answers) if place != 4 and not isinstance(answer, Exception)]
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(answer, Shut) for answer in refused)
    assert {line.id for line in items.listed(after)} == {line.id for line in kept}
    assert all(items.peek(after, line.id) for line in kept)
    assert custody.everything(after)


def test_of_two_browsers_that_make_new_keys_one_goes_on(cast, at):
    alice, *_ = cast
    sessions = [unlocking.begin(fresh(alice), at=at) for _ in range(2)]
    answers = together(*[partial(rotation.rotate, session, at=at) for session in sessions])
    assert sorted(type(answer).__name__ for answer in answers) == ["Session", "Shut"]
    (after,) = [answer.opened for answer in answers if isinstance(answer, Session)]
    assert Case.objects.get().secret_version == 2
    assert custody.everything(after)
    with pytest.raises((SealBroken, Shut)):
        items.listed(fresh(alice))


def test_a_share_ended_while_the_worker_reads_leaves_nothing_open(cast, at):
    alice, hana, _ = cast
    grant = share(alice.opened, at).pk
    sharing.accept(worker=hana.worker, offer_id=grant, seed=hana.seed, at=at)

    def read():
        return sharing.open_case(worker=hana.worker, grant_id=grant, seed=hana.seed, at=at)

    answers = together(read, lambda: sharing.end(fresh(alice), grant, by=OWNER, at=at), read)
    assert not [answer for answer in answers if isinstance(answer, OperationalError)]
    with pytest.raises(NotShared):
        read()
    assert custody.everything(alice.opened)


def test_after_erasing_no_wrap_is_left_in_the_database_file_or_its_log(cast, in_service, at):
    alice, *_ = cast
    new_owner(at)  # so that the table does not just become empty
    wraps = [bytes(wrap.blob) for wrap in OwnerWrap.objects.filter(case=alice.case)]
    assert all(wrap in on_disk(in_service) for wrap in wraps)
    cases.erase_now(alice.words, at=at)
    assert len(wraps) == 2
    assert not any(wrap in on_disk(in_service) for wrap in wraps)


def test_after_erasing_what_sqlite_had_in_its_log_is_gone_from_it(cast, in_service, at):
    if connections["default"].vendor == "postgresql":
        return  # its log is the cluster's, and ends by itself
    alice, *_ = cast
    note(alice.opened, at)
    wrap = bytes(Item.objects.get().key_wrap)
    assert wrap in on_disk(in_service)
    cases.erase_now(alice.words, at=at)
    assert in_service.with_name(in_service.name + "-wal").stat().st_size == 0
    assert wrap not in on_disk(in_service)


def on_disk(database):
    """What is in the files of a database, its log too where it has one of its own."""
    if connections["default"].vendor == "sqlite":
        return database.read_bytes() + database.with_name(database.name + "-wal").read_bytes()
    with connections["default"].cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT name FROM pg_ls_dir(%s) AS name", [_folder(cursor)])
        names = [name for (name,) in cursor.fetchall() if name.isdecimal()]
        return b"".join(_bytes(cursor, f"{_folder(cursor)}/{name}") for name in names)


def _folder(cursor):
    cursor.execute("SELECT 'base/' || oid FROM pg_database WHERE datname = current_database()")
    return cursor.fetchone()[0]


def _bytes(cursor, path):
    cursor.execute("SELECT pg_read_binary_file(%s)", [path])
    return bytes(cursor.fetchone()[0])
