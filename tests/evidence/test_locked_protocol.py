"""What becomes of a case with locked files when it is deleted: by the operator's written protocol."""

from __future__ import annotations

from datetime import timedelta

import pytest

from evidence import cases, custody, gate, index, packs, pictures, ways
from evidence.custody import OWNER
from evidence.freezing_items import Choices
from evidence.gate import NoPictures, NotHeld
from evidence.management.commands import housekeeping
from evidence.models import Case, Item, OwnerWrap, Pack, SealedFile
from evidence.pack import build

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MUCH_LATER = 4000 * DAY


@pytest.fixture
def locked(alice, at, open_gate, keep_picture):
    """Alice has locked her one picture; a finished pack from before holds it."""
    line = keep_picture(alice.opened)
    pack = packs.ask(alice.opened, Choices(pictures=frozenset({line.id})), by=OWNER, at=at)
    key = packs.vault.key_of(alice.opened, pack, pack.pk)
    build._finish(pack, [build._seal(pack, key, "report", "x.pdf", "application/pdf", iter([b"x"]))])
    gate.lock(alice.opened, by=OWNER, at=at)
    return alice


@pytest.fixture(autouse=True)
def no_process(child):
    """No pack is really made."""


def done(at):
    return {what: count for what, count in housekeeping.once(at=at).items() if count}


def status(owner):
    return Case.objects.get(pk=owner.case.pk).status


def release(owner, at):
    gate.release(Case.objects.get(pk=owner.case.pk), told_by="The safeguarding lead, 3 March", at=at)


def everything_is_there():
    return all(rows.objects.exists() for rows in (OwnerWrap, Item, Pack)) and SealedFile.objects.count() == 4


def test_keeping_is_what_a_site_does_unless_it_says_otherwise(settings):
    assert settings.LOCKED_PROTOCOL == "keep"


# --- keep -------------------------------------------------------------------------------------------------


def test_deleting_hides_it_at_once_and_erases_nothing_not_even_a_pack(locked, at):
    cases.hide(locked.session, at=at)
    assert status(locked) == Case.Status.HIDDEN
    assert not cases.due_for_erasure(at=at + MUCH_LATER).exists()
    assert "cases erased" not in done(at + MUCH_LATER)
    assert everything_is_there()


@pytest.mark.parametrize("hidden", [True, False])
def test_erase_now_hides_it_at_once_and_erases_nothing(locked, at, hidden):
    if hidden:
        cases.hide(locked.session, at=at)
    assert not cases.erase_now(locked.words, at=at)
    assert status(locked) == Case.Status.HIDDEN
    assert "cases erased" not in done(at + MUCH_LATER)
    assert everything_is_there()


def test_erase_now_is_written_down_as_a_deletion_once(locked, at):
    assert not cases.erase_now(locked.words, at=at)
    assert not cases.erase_now(locked.words, at=at)
    back = cases.bring_back(locked.words, device="x", at=at)
    said = [entry.act.what for entry in custody.everything(back.opened)]
    assert said.count("case-deleted") == 1


def test_nobody_opens_a_case_that_waits_and_its_words_still_bring_it_back(locked, at):
    cases.erase_now(locked.words, at=at)
    with pytest.raises(ways.NotOpened):
        cases.open_with(locked.words, device="x", at=at + MUCH_LATER)
    back = cases.bring_back(locked.words, device="x", at=at + MUCH_LATER)
    assert index.read(back.opened).gate.locked


def test_once_released_it_is_erased_like_any_other(locked, at):
    cases.hide(locked.session, at=at)
    release(locked, at + DAY)
    assert "cases erased" not in done(at + 2 * DAY)
    assert done(at + 3 * DAY)["cases erased"] == 1
    assert not any(rows.objects.exists() for rows in (OwnerWrap, Item, SealedFile, Pack))


def test_a_release_unlocks_nothing(locked, at):
    item = index.read(locked.opened).lines[0]
    pack = Pack.objects.get()
    release(locked, at)
    for look in (pictures.reveal, pictures.original):
        with pytest.raises(NoPictures):
            look(locked.opened, item.id, by=OWNER, at=at)
    with pytest.raises(packs.NoSuchPack):
        packs.download(locked.opened, pack.pk, "report", by=OWNER, at=at)
    gate.lock(locked.opened, by=OWNER, at=at)
    assert index.read(locked.opened).gate.locked


def test_a_release_is_written_down_with_who_said_so_and_leaves_a_month(locked, at):
    release(locked, at + MUCH_LATER)
    last = custody.everything(locked.opened)[-1]
    assert (last.act.what, last.by.role) == ("lock-released", "system")
    assert last.act.detail == {"told_by": "The safeguarding lead, 3 March"}
    assert "cases timed out" not in done(at + MUCH_LATER)
    assert done(at + MUCH_LATER + 30 * DAY)["cases timed out"] == 1


def test_there_is_nothing_to_release_where_nothing_is_locked_or_left(alice, locked, mallory, at):
    with pytest.raises(NotHeld):
        release(mallory, at)
    release(locked, at)
    with pytest.raises(NotHeld):
        release(locked, at)
    Case.objects.filter(pk=locked.case.pk).update(held=True, status=Case.Status.ERASED)
    with pytest.raises(NotHeld):
        release(locked, at)


# --- erase ------------------------------------------------------------------------------------------------


def test_where_the_protocol_says_erase_it_goes_like_the_rest_of_the_case(locked, at, settings):
    settings.LOCKED_PROTOCOL = "erase"
    cases.hide(locked.session, at=at)
    assert not Pack.objects.exists()
    assert done(at + 3 * DAY)["cases erased"] == 1
    assert not SealedFile.objects.exists()


def test_where_the_protocol_says_erase_erase_now_erases(locked, at, settings):
    settings.LOCKED_PROTOCOL = "erase"
    assert cases.erase_now(locked.words, at=at)
    assert status(locked) == Case.Status.ERASED
