"""Parts of a picture are hidden in a copy that others see; the original and the whole view stay as they are."""

from __future__ import annotations

import hashlib
import io
import uuid

import pytest
from PIL import Image

from evidence import arriving, coverings, custody, gate, items, packs, pictures, rotation, vault
from evidence.arriving import Arriving
from evidence.coverings import boxes_of
from evidence.custody import OWNER
from evidence.gate import NoPictures
from evidence.index import Gate
from evidence.intake.boxes import Box
from evidence.intake.covering import TooManyBoxes
from evidence.intake.pictures import PictureRefused
from evidence.items import NoSuchItem, Telling
from evidence.models import SealedFile
from evidence.pictures import NotRevealed
from evidence.sharing import worker_actor
from tests.conftest import acts, note
from tests.evidence.intake import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_gate")]
BOX, OTHER = Box(100, 100, 300, 200), Box(500, 600, 200, 100)
RAW = make.saved(make.screenshot(), "PNG")


def arrive(opened, at):
    coming = Arriving(opened, "IMG_0042.png")
    try:
        coming.write(RAW)
        return coming.keep(Telling("The first threat"), by=OWNER, at=at).id
    finally:
        coming.drop()


@pytest.fixture
def picture(alice, at):
    """A real picture in Alice's case."""
    return arrive(alice.opened, at)


@pytest.fixture
def keep(alice, picture, at):
    return lambda *boxes: coverings.keep(alice.opened, picture, boxes, by=OWNER, at=at)


def seen(alice, picture, at, by=OWNER):
    pictures.reveal(alice.opened, picture, by=by, at=at)
    return pictures.view(alice.opened, picture, by=by, at=at)


def dark(jpeg, box=BOX):
    """Whether the middle of a box is black in this copy."""
    image = Image.open(io.BytesIO(jpeg))
    middle = (box.left + box.width // 2) * image.width // 1000, (box.top + box.height // 2) * image.height // 1000
    return image.getpixel(middle) == (0, 0, 0)


def test_what_is_hidden_is_hidden_in_what_is_shown(alice, picture, keep, at):
    assert not dark(seen(alice, picture, at))
    keep(BOX)
    assert dark(seen(alice, picture, at))
    assert items.listed(alice.opened)[0].covered


def test_the_original_and_the_whole_view_stay_byte_for_byte(alice, picture, keep, at):
    before = stored(alice, picture)
    keep(BOX)
    after = stored(alice, picture)
    assert set(after) - set(before) == {"covered"}
    assert {role: after[role] for role in before} == before
    assert b"".join(pictures.original(alice.opened, picture, by=OWNER, at=at)[1]) == RAW


def stored(alice, picture):
    files = items.files_of(items.peek(alice.opened, picture))
    return {role: (row.name, bytes(row.header), sealed(row)) for role, row in files.items()}


def sealed(row):
    with vault.store().open_sealed(row.name) as source:
        return source.read()


def test_both_hashes_stand_in_the_log(alice, picture, keep):
    keep(BOX, OTHER)
    act = custody.everything(alice.opened)[-1].act
    copy = pictures.read_file(items.peek(alice.opened, picture), "covered")
    assert (act.what, act.about) == ("parts-covered", str(picture))
    assert act.detail == {
        "sha256": hashlib.sha256(copy).hexdigest(),
        "original_sha256": hashlib.sha256(RAW).hexdigest(),
        "boxes": 2,
    }


def test_a_newer_copy_takes_the_place_of_an_older_which_stays_sealed(alice, picture, keep, at):
    keep(BOX)
    for box in (OTHER, BOX, OTHER):
        keep(box)
    shown = seen(alice, picture, at)
    assert dark(shown, OTHER)
    assert not dark(shown, BOX)
    assert boxes_of(items.peek(alice.opened, picture)) == (OTHER,)
    assert SealedFile.objects.filter(item_id=picture).count() == 3 + 4


def test_the_whole_picture_can_be_shown_again(alice, picture, keep, at):
    whole = seen(alice, picture, at)
    keep(BOX)
    coverings.drop(alice.opened, picture, by=OWNER, at=at)
    assert seen(alice, picture, at) == whole
    assert boxes_of(items.peek(alice.opened, picture)) == ()
    assert acts(alice.opened)[-1] in {"parts-uncovered", "picture-viewed"}
    assert "parts-uncovered" in acts(alice.opened)
    with pytest.raises(NoSuchItem):
        coverings.drop(alice.opened, picture, by=OWNER, at=at)


def test_a_worker_sees_the_covered_copy_and_can_not_reach_the_whole(alice, hana, picture, keep, at):
    keep(BOX)
    worker = worker_actor(hana.worker)
    assert dark(seen(alice, picture, at, by=worker))
    with pytest.raises(NoSuchItem):
        coverings.whole(alice.opened, picture, by=worker, at=at)


def test_its_owner_sees_the_whole_only_after_a_press(alice, picture, keep, at):
    keep(BOX)
    with pytest.raises(NotRevealed):
        coverings.whole(alice.opened, picture, by=OWNER, at=at)
    pictures.reveal(alice.opened, picture, by=OWNER, at=at)
    assert not dark(coverings.whole(alice.opened, picture, by=OWNER, at=at))


def test_a_pack_gets_the_covered_copy(alice, picture, keep, ask):
    keep(BOX)
    _, order = ask(pictures=[picture])
    refs = packs.json.loads(order)["files"][str(picture)]
    covered = items.files_of(items.peek(alice.opened, picture))["covered"]
    assert {role: ref["name"] for role, ref in refs.items()} == {"view": covered.name}
    (frozen,) = packs.json.loads(packs.json.loads(order)["snapshot"])["items"]
    assert frozen["covered"] is True


def test_an_original_leaves_only_where_it_was_chosen_by_itself(alice, picture, keep, ask):
    keep(BOX)
    _, order = ask(pictures=[picture], originals=[picture])
    assert set(packs.json.loads(order)["files"][str(picture)]) == {"view", "original"}


# --- what must not be ---------------------------------------------------------------------------------


def test_once_the_gate_is_shut_nothing_is_covered_uncovered_or_seen(alice, picture, keep, at):
    keep(BOX)
    pictures.reveal(alice.opened, picture, by=OWNER, at=at)
    gate.lock(alice.opened, by=OWNER, at=at)
    for act in (
        lambda: keep(OTHER),
        lambda: coverings.drop(alice.opened, picture, by=OWNER, at=at),
        lambda: coverings.whole(alice.opened, picture, by=OWNER, at=at),
        lambda: coverings.picture(alice.opened, picture),
    ):
        with pytest.raises(NoPictures):
            act()


def test_a_gate_that_shuts_while_the_copy_is_made_leaves_nothing(alice, picture, keep, at, monkeypatch, vault_folder):
    real = coverings.covering.cover

    def cover(*args):
        made = real(*args)
        gate.lock(alice.opened, by=OWNER, at=at)
        return made

    monkeypatch.setattr(coverings.covering, "cover", cover)
    before = sorted(vault_folder.iterdir())
    with pytest.raises(NoPictures):
        keep(BOX)
    assert sorted(vault_folder.iterdir()) == before
    assert not items.listed(alice.opened)[0].covered


def test_nobody_covers_someone_elses_picture_or_what_is_none(alice, mallory, picture, at):
    gate.answer(mallory.opened, Gate("adults", "adult", "mine"), by=OWNER, at=at)
    words = note(alice.opened, at).id
    for opened, item_id in ((mallory.opened, picture), (alice.opened, words), (alice.opened, uuid.uuid4())):
        with pytest.raises(NoSuchItem):
            coverings.keep(opened, item_id, [BOX], by=OWNER, at=at)
        with pytest.raises(NoSuchItem):
            coverings.drop(opened, item_id, by=OWNER, at=at)
        with pytest.raises(NoSuchItem):
            coverings.whole(opened, item_id, by=OWNER, at=at)


@pytest.mark.parametrize("at_which", ["write", "complete", "record"])
def test_a_copy_that_can_not_be_kept_leaves_nothing(alice, picture, keep, monkeypatch, vault_folder, at_which):
    def fail(*_args, **_more):
        raise OSError(28, "No space left on device")

    owner = custody if at_which == "record" else coverings.Keeping
    monkeypatch.setattr(owner, at_which, fail)
    before = sorted(vault_folder.iterdir())
    with pytest.raises(OSError, match="No space"):
        keep(BOX)
    assert sorted(vault_folder.iterdir()) == before
    assert SealedFile.objects.count() == 3
    assert not items.listed(alice.opened)[0].covered


def test_a_copy_for_which_there_is_no_room_is_not_made(keep, settings):
    settings.CASE_MAX_BYTES = 1000
    with pytest.raises(arriving.NoRoom):
        keep(BOX)


def test_no_box_is_no_covering(keep):
    with pytest.raises(TooManyBoxes):
        keep()


def test_a_busy_site_refuses_and_nothing_changes(alice, keep, monkeypatch):
    def busy(*_):
        raise PictureRefused("busy")

    monkeypatch.setattr(coverings.covering, "cover", busy)
    with pytest.raises(PictureRefused):
        keep(BOX)
    assert acts(alice.opened)[-1] == "item-added"


def test_a_covered_copy_is_sealed_and_goes_with_its_case(alice, picture, keep, vault_folder):
    keep(BOX)
    for path in vault_folder.iterdir():
        assert b"\xff\xd8\xff" not in path.read_bytes()[:200]
    row = items.files_of(items.peek(alice.opened, picture))["covered"]
    assert b"boxes" not in bytes(row.header)


def test_a_covered_copy_opens_after_the_keys_have_changed(alice, picture, keep, at):
    keep(BOX)
    opened = rotation.rotate(alice.session, at=at).opened
    pictures.reveal(opened, picture, by=OWNER, at=at)
    assert dark(pictures.view(opened, picture, by=OWNER, at=at))
    assert boxes_of(items.peek(opened, picture)) == (BOX,)
