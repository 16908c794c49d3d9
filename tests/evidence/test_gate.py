"""The questions before the first picture: every combination of answers, and the lock that nothing opens again."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from evidence import cases, gate, index, items, packs, pictures, sharing
from evidence.custody import OWNER
from evidence.freezing_items import Choices
from evidence.gate import NOW, SHOWN, WHOSE, AnsweredBefore, NoPictures
from evidence.index import Gate
from evidence.models import Item, Pack, SealedFile
from evidence.pack import build
from tests.conftest import PIXELS, acts, share

pytestmark = pytest.mark.django_db
ADULTS = Gate(shown="adults", now="adult", whose="mine")
EVERY = [Gate(*said) for said in itertools.product(SHOWN, NOW, WHOSE)]
OPEN = {
    ("adults", "adult", "mine"),
    ("adults", "adult", "agreed"),
}
CLOSED = [said for said in EVERY if (said.shown, said.now, said.whose) not in OPEN]


def say(said):
    return "-".join((said.shown, said.now, said.whose))


def answer(alice, at, said):
    return gate.answer(alice.opened, said, by=OWNER, at=at)


@pytest.mark.parametrize("said", EVERY, ids=say)
def test_pictures_come_in_only_after_the_answers_that_allow_them(alice, at, keep_picture, vault_folder, said):
    answered = answer(alice, at, said)
    assert gate.pictures_allowed(answered) == ((said.shown, said.now, said.whose) in OPEN)
    if gate.pictures_allowed(answered):
        assert keep_picture(alice.opened).number == 1
    else:
        with pytest.raises(NoPictures):
            keep_picture(alice.opened)
        assert not Item.objects.exists()
        assert list(vault_folder.iterdir()) == []


def test_before_any_answer_no_picture_comes_in(alice, keep_picture):
    with pytest.raises(NoPictures):
        keep_picture(alice.opened)


def test_nobody_who_may_be_under_18_now_adds_pictures_of_themself():
    mine = [said for said in EVERY if said.whose == "mine" and said.now != "adult"]
    assert len(mine) == 6
    assert not any(said.open for said in mine)


@pytest.mark.parametrize("said", CLOSED, ids=say)
def test_a_closed_gate_is_not_opened_by_answering_again(alice, at, said):
    answer(alice, at, said)
    with pytest.raises(AnsweredBefore):
        answer(alice, at, ADULTS)
    assert not index.read(alice.opened).gate.open


def test_an_open_gate_may_be_answered_again_and_may_close(alice, at):
    answer(alice, at, ADULTS)
    answer(alice, at, Gate(shown="adults", now="adult", whose="agreed"))
    assert answer(alice, at, Gate(shown="unsure", now="adult", whose="agreed")).locked_at == ""
    assert not index.read(alice.opened).gate.open


@pytest.mark.parametrize("wrong", [Gate("adult", "adult", "mine"), Gate("adults", "", "mine"), Gate()])
def test_an_answer_that_was_never_offered_is_refused(alice, at, wrong):
    with pytest.raises(ValueError, match="not an answer"):
        answer(alice, at, wrong)
    assert not index.read(alice.opened).gate.answered


def test_the_answers_are_claims_with_a_time_and_stand_in_the_log(alice, at):
    assert answer(alice, at, ADULTS) == Gate("adults", "adult", "mine", "2026-03-02T12:00:00+00:00", "")
    assert index.read(alice.opened).gate.answered
    assert acts(alice.opened)[-1] == "gate-answered"


def test_where_the_operator_has_not_attested_no_picture_comes_in(alice, at, keep_picture, open_gate, settings):
    settings.UPLOADS_ALLOWED = False
    assert not gate.pictures_allowed(open_gate)
    with pytest.raises(NoPictures):
        keep_picture(alice.opened)
    assert not SealedFile.objects.exists()


# --- the lock -----------------------------------------------------------------------------------------


@pytest.fixture
def shown(alice, at, open_gate, keep_picture):
    """A picture that was revealed, and could be looked at."""
    line = keep_picture(alice.opened)
    pictures.reveal(alice.opened, line.id, by=OWNER, at=at)
    assert pictures.view(alice.opened, line.id, by=OWNER, at=at)
    return line


def by_pressing(alice, at):
    gate.lock(alice.opened, by=OWNER, at=at)


def by_answering(alice, at):
    answer(alice, at, Gate(shown="unsure", now="adult", whose="mine"))


@pytest.mark.parametrize("lock", [by_pressing, by_answering])
def test_once_locked_no_picture_is_shown_copied_or_handed_out(alice, at, shown, keep_picture, lock):
    lock(alice, at)
    for look in (
        lambda: pictures.view(alice.opened, shown.id, by=OWNER, at=at),
        lambda: pictures.cover(alice.opened, shown.id),
        lambda: pictures.original(alice.opened, shown.id, by=OWNER, at=at),
        lambda: pictures.reveal(alice.opened, shown.id, by=OWNER, at=at),
        lambda: keep_picture(alice.opened, PIXELS + b"2"),
    ):
        with pytest.raises(NoPictures):
            look()
    with pytest.raises(NoPictures):
        gate.check_viewable(index.read(alice.opened).gate)
    assert SealedFile.objects.count() == 3
    assert items.peek(alice.opened, shown.id).line.title == "The first threat"


def test_a_worker_sees_no_locked_picture_either(alice, hana, at, shown):
    grant = share(alice.opened, at)
    sharing.accept(worker=hana.worker, offer_id=grant.pk, seed=hana.seed, at=at)
    opened = sharing.open_case(worker=hana.worker, grant_id=grant.pk, seed=hana.seed, at=at)
    gate.lock(opened, by=sharing.worker_actor(hana.worker), at=at)
    for case in (opened, alice.opened):
        case.case.refresh_from_db()
        with pytest.raises(NoPictures):
            pictures.cover(case, shown.id)


@pytest.mark.parametrize("said", EVERY, ids=say)
def test_no_answer_ever_opens_the_lock(alice, at, shown, said):
    by_pressing(alice, at)
    with pytest.raises(AnsweredBefore):
        answer(alice, at, said)
    assert index.read(alice.opened).gate.locked


def test_a_lock_before_any_answer_stays_too(alice, at):
    by_pressing(alice, at)
    with pytest.raises(AnsweredBefore):
        answer(alice, at, ADULTS)
    assert not index.read(alice.opened).gate.open


def test_locking_twice_keeps_the_first_time_and_one_entry(alice, at, shown):
    by_pressing(alice, at)
    gate.lock(alice.opened, by=OWNER, at=at + timedelta(hours=1))
    assert index.read(alice.opened).gate.locked_at == at.isoformat(timespec="seconds")
    assert acts(alice.opened).count("pictures-locked") == 1


def test_a_closing_answer_locks_pictures_that_were_removed(alice, at, shown):
    items.remove(alice.opened, shown.id, by=OWNER, at=at)
    by_answering(alice, at)
    assert index.read(alice.opened).gate.locked


def ready_pack(alice, at):
    pack = packs.ask(alice.opened, Choices(), by=OWNER, at=at)
    key = packs.vault.key_of(alice.opened, pack, pack.pk)
    build._finish(pack, [build._seal(pack, key, "report", "x.pdf", "application/pdf", iter([b"%PDF"]))])
    return pack


@pytest.mark.parametrize("late", [timedelta(), timedelta(milliseconds=900), timedelta(hours=2)])
def test_a_pack_from_before_the_lock_is_not_handed_out(alice, at, shown, late):
    pack = ready_pack(alice, at)
    assert b"".join(packs.download(alice.opened, pack.pk, "report", by=OWNER, at=at).chunks) == b"%PDF"
    gate.lock(alice.opened, by=OWNER, at=at + late)
    with pytest.raises(packs.NoSuchPack):
        packs.download(alice.opened, pack.pk, "report", by=OWNER, at=at + late)
    assert Pack.objects.get().status == Pack.Status.FROZEN


@pytest.mark.parametrize("late", [timedelta(), timedelta(seconds=-5), timedelta(hours=2)])
def test_a_pack_from_after_the_lock_holds_no_picture_and_may_leave(alice, at, shown, late):
    by_pressing(alice, at)
    pack = ready_pack(alice, at + late)
    assert packs.download(alice.opened, pack.pk, "report", by=OWNER, at=at).size == 4


def test_nothing_of_a_locked_case_is_deleted_by_the_clock(alice, at, open_gate, monkeypatch):
    monkeypatch.setattr(packs, "_start", lambda order: None)
    packs.ask(alice.opened, Choices(), by=OWNER, at=at)
    gate.lock(alice.opened, by=OWNER, at=at)
    cases.hide(alice.session, at=at)
    late = at + timedelta(days=400)
    assert packs.drop_old(at=late) == 0
    assert not cases.due_for_erasure(at=late).exists()


def test_an_answer_that_closes_the_gate_over_pictures_holds_the_case(alice, at, open_gate, keep_picture):
    keep_picture(alice.opened)
    answer(alice, at, Gate(shown="unsure", now="adult", whose="mine"))
    assert type(alice.case).objects.get(pk=alice.case.pk).held
