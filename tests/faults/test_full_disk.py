"""The disk is full at each place of an upload, and of a form: plain words, nothing half-made, and it goes on after."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from evidence import custody, index, items, reaping, vault
from evidence.models import Item, SealedFile, Upload
from tests.conftest import PIXELS
from tests.faults.disks import PAGE
from tests.security import people

pytestmark = pytest.mark.django_db
DATA = PIXELS + bytes(2_000_000)
ROOM = "This site has no room left just now."
WROTE = "He wrote to me on Monday, and again on Tuesday."
AS_JSON = {"Accept": "application/json"}


def upload(person, *files, **more):
    sent = [SimpleUploadedFile(f"{place}.png", data) for place, data in enumerate(files)]
    return person.browser.post(reverse("evidence:upload"), {"y": "on", "k": "one form", "f": sent}, **more)


def words(answer):
    return html.unescape(answer.content.decode())


def stored():
    return set(vault.store().names())


def whole(person):
    """Everything of a case opens, its numbers have no gap, its log holds; how many items there are."""
    opened = people.opened(person)
    lines = index.read(opened).lines
    for line in lines:
        item = items.peek(opened, line.id)
        for row in items.files_of(item).values():
            assert b"".join(vault.chunks(vault.ref(item.key, row)))
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert len(lines) == Item.objects.filter(case=person.case).count()
    assert custody.everything(opened)
    return len(lines)


def empty_log(database):
    """What SQLite has in its log goes to its place: from here every change needs new room."""
    with connections["default"].cursor() as cursor:
        assert cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    return database


@pytest.fixture
def site(disk, everybody):
    """The disk, Alice with one picture as large as the one that will not fit, and Mallory."""
    alice, mallory = everybody()
    assert upload(alice, PIXELS + b"." + DATA).status_code == 200
    return disk, alice, mallory


def room_until(place, disk):
    """Bytes that are free, so that it ends at this place of an upload."""
    large, other, small = sorted(SealedFile.objects.values_list("stored_size", flat=True), reverse=True)
    if place == "commit" and disk.mounted:
        empty_log(disk.database)
        return large + other + small + 3 * PAGE
    if place == "commit":  # no file may grow beyond the log, that is larger than each sealed file
        return disk.database.with_name(disk.database.name + "-wal").stat().st_size
    return {"header": 0, "middle": large // 2, "last chunk": large - 2 * PAGE}[place]


@pytest.mark.parametrize("place", ["header", "middle", "last chunk", "commit"])
def test_an_upload_that_meets_a_full_disk_is_answered_in_plain_words_and_leaves_nothing(site, place):
    disk, alice, mallory = site
    if place == "commit" and disk.database is None:
        return  # where the database is a server, it is not on this disk
    rows, files = Item.objects.count(), stored()
    with disk.full(room_until(place, disk)):
        answer = upload(alice, DATA)
        assert mallory.browser.get(reverse("evidence:home")).status_code == 200
        assert mallory.browser.get("/").status_code == 200
    assert answer.status_code == 507
    assert "Saved 0 of 1" in words(answer)
    assert ROOM in words(answer)
    assert "What you saved before is safe." in words(answer)
    assert (Item.objects.count(), stored()) == (rows, files)
    assert (whole(alice), whole(mallory)) == (2, 1)
    assert upload(alice, DATA).status_code == 200
    assert (whole(alice), whole(mallory)) == (3, 1)
    assert reaping.reap(older_than=timezone.now() + timedelta(days=1)) == 0


def test_of_several_pictures_those_that_fit_are_saved_and_the_page_says_so(site):
    disk, alice, _ = site
    if disk.database is not None:
        empty_log(disk.database)
    with disk.full(len(DATA)):
        answer = upload(alice, PIXELS, DATA + DATA, PIXELS + b"2")
    assert answer.status_code == 200
    assert "Saved 2 of 3" in words(answer)
    assert ROOM in words(answer)
    assert whole(alice) == 4


def test_a_script_hears_the_same(site):
    disk, alice, _ = site
    with disk.full():
        answer = upload(alice, DATA, headers=AS_JSON)
    assert answer.status_code == 507
    assert answer.json()["saved"] == 0
    assert answer.json()["refused"][0].startswith(ROOM)


def announced(alice, data):
    about = {"y": "on", "k": "k", "n": "0", "u": "a.pdf", "z": str(len(data)), "v": "7"}
    return alice.browser.post(reverse("evidence:upload-begin"), about)


def piece(alice, upload_id, data, place):
    address = reverse("evidence:upload-piece", args=[upload_id])
    more = {"content_type": "application/octet-stream", "headers": {"Upload-Offset": str(place)}}
    return alice.browser.post(address, data, CONTENT_LENGTH=str(len(data)), **more)


def test_a_file_that_comes_in_pieces_goes_on_where_it_stood_once_there_is_room(site):
    disk, alice, _ = site
    data = b"%PDF-1.7\n" + bytes(range(256)) * 8_000
    half = len(data) // 2
    begun = announced(alice, data).json()
    assert piece(alice, begun["id"], data[:half], 0).json() == {"at": half}
    files = stored()
    with disk.full(100_000):
        answer = piece(alice, begun["id"], data[half:], half)
        assert (answer.status_code, answer.json()["refused"][0].startswith(ROOM)) == (507, True)
    assert stored() == files
    assert announced(alice, data).json() == {**begun, "at": half}
    assert piece(alice, begun["id"], data[half:], half).json()["saved"] == 1
    assert whole(alice) == 3


def test_pieces_that_are_all_here_wait_for_room_to_become_one_file(site):
    disk, alice, _ = site
    data = b"%PDF-1.7\n" + bytes(range(256)) * 8_000
    begun = announced(alice, data).json()
    assert piece(alice, begun["id"], data[:-1], 0).json() == {"at": len(data) - 1}
    with disk.full(len(data) // 2):
        assert piece(alice, begun["id"], data[-1:], len(data) - 1).status_code == 507
    assert Upload.objects.count() == 1
    assert piece(alice, begun["id"], b"", len(data)).json()["saved"] == 1
    assert whole(alice) == 3


@pytest.mark.parametrize(
    ("name", "args", "typed"),
    [
        ("item-add", ["j7rp"], {"t1": "Monday", "t2": WROTE, "d3": "unknown"}),
        ("details", [], {"t1": WROTE}),
    ],
)
def test_a_form_that_can_not_be_kept_gives_back_what_was_typed(site, name, args, typed):
    disk, alice, _ = site
    if disk.database is None:
        return
    empty_log(disk.database)
    with disk.full() if disk.mounted else disk.full(PAGE):
        answer = alice.post(name, typed, *args)
    assert answer.status_code == (507 if disk.mounted else 503)
    assert answer["Retry-After"] == "60"
    assert WROTE in words(answer)
    assert "What you saved before is still there" in words(answer)
    assert whole(alice) == 2
    assert alice.post(name, typed, *args).status_code == 302
    assert whole(alice) == (3 if name == "item-add" else 2)
