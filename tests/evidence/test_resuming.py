"""A large file in pieces: each acknowledged piece is there for good, and the whole is the file that was sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from evidence import cases, gate, holds, index, items, pictures, resuming
from evidence.arriving import NoRoom
from evidence.crypto.errors import SealBroken
from evidence.custody import OWNER
from evidence.intake.pictures import NotAPicture, TooLarge
from evidence.models import SealedFile, Upload
from evidence.resuming import Announced, CutShort, NoSuchUpload, Piece, TooManyUploads, WrongPlace
from tests.conftest import acts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_gate", "committed_at_once")]
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
STEP = 4_000


@pytest.fixture
def committed_at_once(monkeypatch):
    """What waits for the end of the transaction happens now: a test is one transaction from start to end."""
    monkeypatch.setattr(resuming.transaction, "on_commit", lambda act: act())


def told(data=PDF, **more):
    return Announced(**{"name": "a.pdf", "size": len(data), "modified": 7, "once": "k:0", "title": "A letter", **more})


def send(alice, here, data, at):
    piece = Piece(alice.opened, here, here.at, len(data))
    try:
        piece.write(data[:1000])
        piece.write(data[1000:])
        return piece.keep(at=at)
    finally:
        piece.drop()


def send_all(alice, here, data, at):
    while here.at < here.size:
        here = send(alice, here, data[here.at : here.at + STEP], at)
    return here


def names(vault_folder):
    return len(list(vault_folder.iterdir())) if vault_folder.exists() else 0


def test_the_pieces_become_the_file_that_was_sent(alice, at, vault_folder):
    here = send_all(alice, resuming.begin(alice.opened, told(), at=at), PDF, at)
    assert SealedFile.objects.filter(upload=here.id).count() == 3
    line = resuming.finish(alice.opened, here.id, by=OWNER, at=at)
    assert (line.kind, line.title, line.size) == (index.DOCUMENT, "A letter", len(PDF))
    assert b"".join(pictures.original(alice.opened, line.id, by=OWNER, at=at)[1]) == PDF
    assert names(vault_folder) == SealedFile.objects.count() == 1
    assert acts(alice.opened).count("item-added") == 1


def test_a_browser_that_comes_back_goes_on_where_it_stopped(alice, at):
    here = send(alice, resuming.begin(alice.opened, told(), at=at), PDF[:STEP], at)
    again = resuming.begin(alice.opened, told(once="another page:0"), at=at)
    assert (again.id, again.at) == (here.id, STEP)
    assert resuming.standing(alice.opened, here.id).at == STEP
    for other in (told(name="b.pdf"), told(size=len(PDF) + 1), told(modified=8)):
        assert resuming.begin(alice.opened, other, at=at).id != here.id


def test_an_answer_that_was_lost_can_be_asked_for_again_and_adds_nothing(alice, at):
    here = send_all(alice, resuming.begin(alice.opened, told(), at=at), PDF, at)
    assert resuming.finish(alice.opened, here.id, by=OWNER, at=at)
    assert resuming.finish(alice.opened, here.id, by=OWNER, at=at) is None
    assert resuming.standing(alice.opened, here.id).done
    assert len(items.listed(alice.opened)) == 1
    assert resuming.begin(alice.opened, told(), at=at).at == 0


def test_files_that_are_saved_already_do_not_count_as_under_way(alice, at):
    for number in range(resuming.AT_ONCE + 2):
        name = f"{number}.pdf"
        here = send_all(alice, resuming.begin(alice.opened, told(name=name, once=name), at=at), PDF, at)
        assert resuming.finish(alice.opened, here.id, by=OWNER, at=at)
    assert Upload.objects.count() == len(items.listed(alice.opened)) == resuming.AT_ONCE + 2


def test_a_piece_goes_only_where_the_upload_stands(alice, at):
    here = resuming.begin(alice.opened, told(), at=at)
    later = send(alice, here, PDF[:STEP], at)
    with pytest.raises(WrongPlace) as refused:
        Piece(alice.opened, later, 0, 10)
    assert refused.value.at == STEP
    with pytest.raises(WrongPlace):  # sent twice at once: the second finds that the first was quicker
        send(alice, here, PDF[:STEP], at)
    assert SealedFile.objects.filter(upload=here.id).count() == 1


@pytest.mark.parametrize("length", [0, -1, resuming.PIECE + 1])
def test_a_piece_of_no_or_too_much_length_is_not_begun(alice, at, length):
    here = resuming.begin(alice.opened, told(size=resuming.PIECE * 3), at=at)
    with pytest.raises(CutShort):
        Piece(alice.opened, here, 0, length)


def test_no_piece_goes_past_the_end(alice, at):
    here = resuming.begin(alice.opened, told(), at=at)
    with pytest.raises(CutShort):
        Piece(alice.opened, here, 0, len(PDF) + 1)


@pytest.mark.parametrize("came", [STEP - 1, STEP + 1])
def test_a_piece_that_is_not_as_long_as_it_said_leaves_nothing(alice, at, vault_folder, came):
    here = resuming.begin(alice.opened, told(), at=at)
    piece = Piece(alice.opened, here, 0, STEP)
    piece.write(bytes(came))
    with pytest.raises(CutShort):
        piece.keep(at=at)
    piece.drop()
    assert names(vault_folder) == 0
    assert resuming.standing(alice.opened, here.id).at == 0


def test_a_file_is_not_finished_while_pieces_are_missing(alice, at):
    here = send(alice, resuming.begin(alice.opened, told(), at=at), PDF[:STEP], at)
    with pytest.raises(CutShort):
        resuming.finish(alice.opened, here.id, by=OWNER, at=at)


def test_a_file_that_is_refused_at_its_end_leaves_nothing(alice, at, vault_folder, settings):
    data = b"MZ" + bytes(9_000)
    here = send_all(alice, resuming.begin(alice.opened, told(data), at=at), data, at)
    with pytest.raises(NotAPicture):
        resuming.finish(alice.opened, here.id, by=OWNER, at=at)
    assert names(vault_folder) == SealedFile.objects.count() == 0


def test_what_does_not_fit_is_refused_before_its_first_byte(alice, at, settings):
    settings.FILE_MAX_BYTES = 1000
    with pytest.raises(TooLarge):
        resuming.begin(alice.opened, told(size=1001), at=at)
    settings.CASE_MAX_BYTES = 900
    with pytest.raises(NoRoom):
        resuming.begin(alice.opened, told(size=901), at=at)
    for number in range(resuming.AT_ONCE):
        resuming.begin(alice.opened, told(size=800, modified=number), at=at)
    with pytest.raises(TooManyUploads):
        resuming.begin(alice.opened, told(size=800, modified=99), at=at)


def test_a_shut_gate_takes_no_piece(alice, at):
    here = send(alice, resuming.begin(alice.opened, told(), at=at), PDF[:STEP], at)
    gate.lock(alice.opened, by=OWNER, at=at)
    with pytest.raises(gate.NoPictures):
        resuming.begin(alice.opened, told(), at=at)
    with pytest.raises(gate.NoPictures):
        resuming.standing(alice.opened, here.id)


def test_a_piece_that_came_while_the_gate_was_shut_is_not_taken(alice, at, vault_folder):
    here = resuming.begin(alice.opened, told(), at=at)
    piece = Piece(alice.opened, here, 0, STEP)
    piece.write(PDF[:STEP])
    gate.lock(alice.opened, by=OWNER, at=at)
    with pytest.raises(gate.NoPictures):
        piece.keep(at=at)
    assert names(vault_folder) == SealedFile.objects.count() == 0


def test_pieces_that_are_whole_stay_where_the_gate_was_shut_before_they_became_a_file(alice, at, vault_folder):
    here = send_all(alice, resuming.begin(alice.opened, told(), at=at), PDF, at)
    gate.lock(alice.opened, by=OWNER, at=at)
    with pytest.raises(gate.NoPictures):
        resuming.finish(alice.opened, here.id, by=OWNER, at=at)
    assert names(vault_folder) == SealedFile.objects.count() == 3
    assert index.read(alice.opened).lines == []


def test_an_answer_that_shuts_the_gate_locks_pieces_on_their_way_though_there_is_no_item_yet(alice, at, vault_folder):
    send(alice, resuming.begin(alice.opened, told(), at=at), PDF[:STEP], at)
    under18 = index.Gate(shown="under18", now="adult", whose="mine")
    assert gate.answer(alice.opened, under18, by=OWNER, at=at).locked
    alice.case.refresh_from_db()
    assert alice.case.held
    assert resuming.prune(at=at + timedelta(days=9)) == 0
    assert names(vault_folder) == 1


def test_another_persons_upload_is_not_there(alice, at):
    here = resuming.begin(alice.opened, told(), at=at)
    mallory = cases.make(device="", at=at).opened
    gate.answer(mallory, index.Gate(shown="adults", now="adult", whose="mine"), by=OWNER, at=at)
    for act in (resuming.standing, lambda *a: resuming.finish(*a, by=OWNER, at=at)):
        with pytest.raises(NoSuchUpload):
            act(mallory, here.id)


def test_nothing_of_it_stands_in_the_clear(alice, at, vault_folder):
    here = send(alice, resuming.begin(alice.opened, told(), at=at), PDF[:STEP], at)
    row = Upload.objects.get(pk=here.id)
    stored = b"".join(path.read_bytes() for path in vault_folder.iterdir())
    for words in (b"a.pdf", b"A letter", b"%PDF", b'"at"'):
        assert words not in bytes(row.facts) + stored + bytes(row.files.get().header)


def test_what_nobody_went_on_with_for_a_day_is_forgotten(alice, at, vault_folder):
    here = send(alice, resuming.begin(alice.opened, told(), at=at), PDF[:STEP], at)
    assert resuming.prune(at=at + timedelta(hours=23)) == 0
    assert resuming.standing(alice.opened, here.id).at == STEP
    assert resuming.prune(at=at + timedelta(hours=24)) == 1
    assert names(vault_folder) == Upload.objects.count() == SealedFile.objects.count() == 0


def test_of_a_locked_case_nothing_is_forgotten_by_the_clock(alice, at, vault_folder):
    send(alice, resuming.begin(alice.opened, told(), at=at), PDF[:STEP], at)
    gate.lock(alice.opened, by=OWNER, at=at)
    assert resuming.prune(at=at + timedelta(days=9)) == 0
    assert names(vault_folder) == 1


def test_nor_of_a_case_that_is_kept_by_written_order(alice, at, vault_folder):
    send(alice, resuming.begin(alice.opened, told(), at=at), PDF[:STEP], at)
    holds.place(alice.case, holds.Order("Leeds Crown Court", "T2026/1", "2026-03-01"), at=at)
    assert resuming.prune(at=at + timedelta(days=9)) == 0
    holds.end(alice.case, 1, at=at)
    assert resuming.prune(at=at + timedelta(days=9)) == 1


def test_pieces_on_their_way_take_no_room_from_the_file_itself(alice, at, settings):
    settings.CASE_MAX_BYTES = len(PDF) + 2_000
    here = send_all(alice, resuming.begin(alice.opened, told(), at=at), PDF, at)
    assert resuming.finish(alice.opened, here.id, by=OWNER, at=at)


def test_a_changed_piece_is_noticed(alice, at, vault_folder):
    here = send_all(alice, resuming.begin(alice.opened, told(), at=at), PDF, at)
    path = next(vault_folder.iterdir())
    data = bytearray(path.read_bytes())
    data[200] ^= 1
    path.write_bytes(data)
    with pytest.raises(SealBroken):
        resuming.finish(alice.opened, here.id, by=OWNER, at=at)
    assert items.listed(alice.opened) == []


def test_what_is_half_here_is_listed_until_it_is_whole(alice, at):
    here = send(alice, resuming.begin(alice.opened, told(), at=at), PDF[:STEP], at)
    (one,) = resuming.waiting(alice.opened)
    assert (one.id, one.name, one.percent) == (here.id, "a.pdf", 100 * STEP // len(PDF))
    send_all(alice, here, PDF, at)
    resuming.finish(alice.opened, here.id, by=OWNER, at=at)
    assert resuming.waiting(alice.opened) == []


def test_what_is_taken_off_the_list_leaves_nothing_and_makes_room_for_another(alice, at, vault_folder):
    ids = [resuming.begin(alice.opened, told(name=f"{n}.pdf"), at=at).id for n in range(resuming.AT_ONCE)]
    send(alice, resuming.standing(alice.opened, ids[0]), PDF[:STEP], at)
    with pytest.raises(TooManyUploads):
        resuming.begin(alice.opened, told(), at=at)
    resuming.forget(alice.opened, ids[0])
    assert names(vault_folder) == SealedFile.objects.count() == 0
    assert resuming.begin(alice.opened, told(), at=at).at == 0
    with pytest.raises(NoSuchUpload):
        resuming.forget(alice.opened, ids[0])


def test_a_file_that_became_an_item_is_not_taken_off(alice, at):
    here = send_all(alice, resuming.begin(alice.opened, told(), at=at), PDF, at)
    line = resuming.finish(alice.opened, here.id, by=OWNER, at=at)
    with pytest.raises(NoSuchUpload):
        resuming.forget(alice.opened, here.id)
    assert items.peek(alice.opened, line.id).line.state == "kept"


def test_once_locked_nothing_half_here_is_taken_off(alice, at):
    here = send(alice, resuming.begin(alice.opened, told(), at=at), PDF[:STEP], at)
    gate.lock(alice.opened, by=OWNER, at=at)
    with pytest.raises(gate.NoPictures):
        resuming.forget(alice.opened, here.id)
    assert SealedFile.objects.filter(upload=here.id).count() == 1
