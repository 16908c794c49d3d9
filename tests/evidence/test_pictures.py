"""A picture: kept whole or not at all, looked at only after a press, and sent as a fresh copy."""

from __future__ import annotations

import hashlib
import io
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from evidence import arriving as arriving_room
from evidence import custody, gate, items, pictures, unlocking, vault
from evidence.arriving import Arriving
from evidence.custody import OWNER
from evidence.intake.pictures import NotAPicture, PictureRefused, TooLarge
from evidence.items import CaseFull, NoSuchItem, Telling
from evidence.models import Item, SealedFile
from evidence.pictures import NotRevealed
from evidence.sharing import worker_actor
from tests.conftest import PIXELS, acts, note
from tests.evidence.intake import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_gate")]
SAID = Telling("The first threat", claims={"words": "Pay or else"})


def arrive(alice, at, data, *, name="IMG_0042.png", piece=1000):
    """What the upload does: pieces as they come, then kept; dropped if anything goes wrong."""
    arriving = Arriving(alice.opened, name)
    try:
        for start in range(0, len(data), piece):
            arriving.write(data[start : start + piece])
        return arriving.keep(SAID, by=OWNER, at=at)
    except BaseException:
        arriving.drop()
        raise


def descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


def nothing_left(vault_folder, alice):
    return not Item.objects.exists() and not list(vault_folder.iterdir()) and acts(alice.opened)[-1] == "gate-answered"


@pytest.mark.parametrize(("kind", "extension"), [("PNG", "png"), ("JPEG", "jpg")])
def test_a_real_picture_is_kept_with_what_was_observed(alice, at, kind, extension):
    data = make.saved(make.screenshot(), kind, **({"exif": make.exif(place=True)} if kind == "JPEG" else {}))
    line = arrive(alice, at, data)
    seen = items.peek(alice.opened, line.id).observed
    assert (seen["size"], seen["width"], seen["height"]) == (len(data), *make.PHONE)
    assert seen["sha256"] == hashlib.sha256(data).hexdigest()
    assert (seen["extension"], seen["name"], seen["received_at"]) == (extension, "IMG_0042.png", at.isoformat())
    assert seen["has_location"] == (kind == "JPEG")
    item, chunks = pictures.original(alice.opened, line.id, by=OWNER, at=at)
    assert b"".join(chunks) == data
    assert item.line.intimate


def test_what_is_shown_is_a_fresh_copy_and_never_the_original(alice, at):
    data = make.saved(make.screenshot(), "JPEG", exif=make.exif(place=True))
    line = arrive(alice, at, data)
    pictures.reveal(alice.opened, line.id, by=OWNER, at=at)
    view = pictures.view(alice.opened, line.id, by=OWNER, at=at)
    cover = pictures.cover(alice.opened, line.id)
    for copy in (view, cover):
        assert make.MARKER not in copy
        assert Image.open(io.BytesIO(copy)).format == "JPEG"
    assert Image.open(io.BytesIO(cover)).width == 160
    assert view != data


def test_files_are_sealed_and_their_names_say_nothing(alice, keep_picture, vault_folder):
    keep_picture(alice.opened)
    stored = {path.name: path.read_bytes() for path in vault_folder.iterdir()}
    assert set(stored) == set(SealedFile.objects.values_list("name", flat=True))
    assert not any(b"pixels" in data or b"IMG_0042" in data for data in stored.values())
    row = SealedFile.objects.first()
    for clear in (hashlib.sha256(PIXELS).hexdigest().encode(), b"IMG_0042", b"image/"):
        assert clear not in bytes(row.header)
    assert row.stored_size != len(PIXELS)


# --- what is refused leaves nothing ---------------------------------------------------------------------


def test_no_picture_is_noticed_at_its_first_bytes(alice, vault_folder):
    before = descriptors()
    arriving = Arriving(alice.opened, "x.png")
    with pytest.raises(NotAPicture, match="can't keep this kind of file"):
        arriving.write(b"MZ" + bytes(5000))
    arriving.drop()
    assert nothing_left(vault_folder, alice)
    assert descriptors() == before


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "empty"), (b"MZ\x90\0", "unknown_kind"), (make.png_bomb(30_000), "too_many_pixels")],
    ids=["empty", "short", "wide"],
)
def test_a_refused_file_leaves_nothing(alice, at, vault_folder, data, code):
    before = descriptors()
    with pytest.raises(PictureRefused) as refused:
        arrive(alice, at, data)
    assert refused.value.code == code
    assert nothing_left(vault_folder, alice)
    assert descriptors() == before


def test_a_file_above_the_operators_limit_leaves_nothing(alice, at, vault_folder, settings):
    settings.PICTURE_MAX_BYTES = 2000
    with pytest.raises(TooLarge):
        arrive(alice, at, make.saved(make.screenshot(), "PNG"))
    assert nothing_left(vault_folder, alice)


def test_a_full_case_and_a_shut_gate_leave_nothing(alice, at, keep_picture, vault_folder, settings):
    settings.CASE_MAX_ITEMS = 0
    with pytest.raises(CaseFull):
        keep_picture(alice.opened)
    assert nothing_left(vault_folder, alice)


def test_a_disk_that_is_full_at_a_copy_leaves_nothing(alice, keep_picture, vault_folder, monkeypatch):
    before = descriptors()
    real = arriving_room.Keeping.complete
    calls = []

    def complete(self):
        calls.append(self)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")
        return real(self)

    monkeypatch.setattr(arriving_room.Keeping, "complete", complete)
    with pytest.raises(OSError, match="No space"):
        keep_picture(alice.opened)
    assert nothing_left(vault_folder, alice)
    assert descriptors() == before


def test_a_dropped_connection_leaves_nothing(alice, vault_folder):
    before = descriptors()
    arriving = Arriving(alice.opened, "x.png")
    arriving.write(PIXELS * 100)
    arriving.drop()
    arriving.drop()
    assert nothing_left(vault_folder, alice)
    assert descriptors() == before


def test_a_picture_that_was_acknowledged_is_not_taken_away_by_what_comes_after(alice, at, vault_folder, keep_picture):
    keep_picture(alice.opened)  # the factory drops every arriving at its end, as an upload does that is cut later
    assert len(list(vault_folder.iterdir())) == 3
    assert b"".join(pictures.original(alice.opened, items.listed(alice.opened)[0].id, by=OWNER, at=at)[1]) == PIXELS


@pytest.mark.parametrize("into_the_second", [2000, -30], ids=["in the second", "just after the first"])
def test_when_an_upload_is_cut_what_was_saved_before_stays_and_the_rest_leaves_nothing(
    alice, at, monkeypatch, into_the_second
):
    data = make.saved(make.screenshot(), "PNG")
    parts = [b'name="y"\r\n\r\non', *[b'name="f"; filename="a.png"\r\n\r\n' + data] * 2]
    body = b"".join(b"--cut\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts)
    browser = Client()
    answer = HttpResponse()
    unlocking.give(answer, alice.session)
    browser.cookies = answer.cookies
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    sent = {"wsgi.input": io.BytesIO(body[: -len(data) + into_the_second]), "CONTENT_LENGTH": str(len(body))}
    said = browser.post(
        reverse("evidence:upload"),
        content_type="multipart/form-data; boundary=cut",
        headers={"Accept": "application/json"},
        **sent,
    )
    assert said.json()["saved"] == 1
    alice.case.refresh_from_db()
    (line,) = items.listed(alice.opened)
    assert b"".join(pictures.original(alice.opened, line.id, by=OWNER, at=at)[1]) == data
    assert SealedFile.objects.count() == len(vault.store().names()) == 3


def test_a_long_name_is_cut_and_stays_sealed(alice, keep_picture):
    line = keep_picture(alice.opened, name="x" * 4000)
    assert items.peek(alice.opened, line.id).observed["name"] == "x" * 255


# --- looking --------------------------------------------------------------------------------------------


@pytest.fixture
def picture(alice, keep_picture):
    return keep_picture(alice.opened).id


def look(alice, picture, at, by=OWNER):
    return pictures.view(alice.opened, picture, by=by, at=at)


def test_a_picture_is_sent_only_within_ten_minutes_of_a_press(alice, picture, at):
    with pytest.raises(NotRevealed):
        look(alice, picture, at)
    pictures.reveal(alice.opened, picture, by=OWNER, at=at)
    assert look(alice, picture, at) == look(alice, picture, at + timedelta(minutes=10)) == b"view of " + PIXELS
    with pytest.raises(NotRevealed):
        look(alice, picture, at + timedelta(minutes=10, seconds=1))


def test_one_picture_revealed_reveals_no_other(alice, picture, keep_picture, at):
    pictures.reveal(alice.opened, picture, by=OWNER, at=at)
    other = keep_picture(alice.opened, PIXELS + b"2")
    with pytest.raises(NotRevealed):
        look(alice, other.id, at)


def test_her_press_reveals_nothing_to_the_helpline(alice, hana, picture, at):
    pictures.reveal(alice.opened, picture, by=OWNER, at=at)
    with pytest.raises(NotRevealed):
        look(alice, picture, at, by=worker_actor(hana.worker))


def test_a_press_and_a_download_stand_in_the_log_before_the_first_byte(alice, picture, at):
    pictures.reveal(alice.opened, picture, by=OWNER, at=at)
    assert acts(alice.opened)[-1] == "picture-viewed"
    pictures.original(alice.opened, picture, by=OWNER, at=at)
    assert acts(alice.opened)[-1] == "original-downloaded"


def test_the_cover_needs_no_press_and_is_no_entry(alice, picture, at):
    before = custody.head_of(alice.case)
    assert pictures.cover(alice.opened, picture) == b"cover of " + PIXELS[:8]
    assert custody.head_of(alice.case) == before


def test_no_picture_of_someone_else_and_no_other_thing_is_shown(alice, mallory, picture, at):
    gate.answer(mallory.opened, gate.Gate("adults", "adult", "mine"), by=OWNER, at=at)
    words = note(alice.opened, at).id
    for opened, item_id in ((mallory.opened, picture), (alice.opened, words), (alice.opened, uuid.uuid4())):
        for act in (
            lambda o, i: pictures.reveal(o, i, by=OWNER, at=at),
            lambda o, i: pictures.view(o, i, by=OWNER, at=at),
            pictures.cover,
            lambda o, i: pictures.original(o, i, by=OWNER, at=at),
            lambda o, i: pictures.set_intimate(o, i, intimate=False, by=OWNER, at=at),
        ):
            with pytest.raises(NoSuchItem):
                act(opened, item_id)


def test_a_picture_counts_as_intimate_until_its_owner_says_that_it_is_not(alice, picture, at):
    assert items.listed(alice.opened)[0].intimate
    pictures.set_intimate(alice.opened, picture, intimate=False, by=OWNER, at=at)
    assert not items.listed(alice.opened)[0].intimate
    pictures.set_intimate(alice.opened, picture, intimate=True, by=OWNER, at=at)
    assert acts(alice.opened)[-2:] == ["marked-not-intimate", "marked-intimate"]
