"""The disk can't read a part of a file any more (EIO): plain words or a cut answer, never wrong bytes, nothing lost."""

from __future__ import annotations

import errno
import html
import io
import logging
import random
import zipfile
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from evidence import backups, custody, index, vault
from evidence.models import Item, SealedFile
from evidence.storage import FolderStorage
from tests.conftest import PIXELS
from tests.faults.test_full_disk import announced, piece
from tests.security import people
from tests.stores.shelf import folder

pytestmark = pytest.mark.django_db
PICTURE = PIXELS + random.Random(1).randbytes(900_000)  # noqa: S311  just bytes
WORDS = "What you saved before is still there"


SECTOR = 4096


class Worn(io.FileIO):
    """A file as the system opens it, on a disk with one bad sector: read(2) gives EIO for what touches that."""

    def __init__(self, path, bad):
        super().__init__(path)
        self._bad = bad

    def readinto(self, into):
        if self.tell() < self._bad + SECTOR and self.tell() + len(into) > self._bad:
            raise OSError(errno.EIO, "Input/output error")
        return super().readinto(into)


@pytest.fixture
def disk(tmp_path, settings, monkeypatch):
    """A folder of sealed files; within `disk(bad)` each has a bad sector so many bytes from its beginning."""
    own = folder(tmp_path / "sealed")
    settings.STORAGES = {**settings.STORAGES, "default": own, "sealed": own}
    opened = []

    def worn(bad):
        def open_sealed(store, name):
            opened.append(io.BufferedReader(Worn(store.path(name), bad)))
            return opened[-1]

        return open_sealed

    @contextmanager
    def failing(bad=0):
        with monkeypatch.context() as patch:
            patch.setattr(FolderStorage, "open_sealed", worn(bad))
            yield
        assert opened
        assert all(file.closed for file in opened)

    return failing


@pytest.fixture
def alice(disk, keep_picture):
    alice = people.owner()
    people.open_the_gate(alice)
    alice.ids["item"] = people.keep_a_picture(alice, PICTURE)
    alice.post("picture-reveal", {}, alice.ids["item"])
    return alice


def refused(answer):
    return answer.status_code == 503 and WORDS in html.unescape(answer.content.decode())


def upload(alice):
    return alice.post("upload", {"y": "on", "f": [SimpleUploadedFile("b.png", PICTURE + b"2")]})


def stored():
    return set(vault.store().names())


@pytest.mark.parametrize("bad", [0, 500_000])
def test_a_picture_that_can_not_be_read_is_answered_in_plain_words_and_shown_once_it_can(alice, disk, bad):
    address = reverse("evidence:picture-view", args=[alice.ids["item"]])
    with disk(bad):
        assert refused(alice.browser.get(address))
    assert alice.browser.get(address).content == b"view of " + PICTURE


def test_an_original_of_which_nothing_can_be_read_is_answered_in_plain_words(alice, disk):
    with disk():
        assert refused(alice.post("picture-original", {}, alice.ids["item"]))


def came_of(answer):
    """The bytes that came, and the number of the error with which they broke off."""
    came = b""
    try:
        for data in answer.streaming_content:
            came += data
    except OSError as error:
        return came, error.errno
    return came, None


def test_an_original_that_breaks_off_is_shorter_than_it_says_and_true_as_far_as_it_goes(alice, disk):
    with disk(500_000):
        answer = alice.post("picture-original", {}, alice.ids["item"])
        came, error = came_of(answer)
    assert error == errno.EIO
    assert int(answer["Content-Length"]) == len(PICTURE) > len(came) > 300_000
    assert PICTURE.startswith(came)


def test_a_copy_of_everything_that_breaks_off_is_no_whole_archive(alice, disk):
    with disk(500_000):
        came, error = came_of(alice.post("copy"))
    assert (error, zipfile.is_zipfile(io.BytesIO(came))) == (errno.EIO, False)
    with zipfile.ZipFile(io.BytesIO(b"".join(alice.post("copy").streaming_content))) as whole:
        assert whole.testzip() is None


def test_a_picture_that_can_not_be_read_back_is_not_said_to_be_saved_and_leaves_nothing(alice, disk):
    before = Item.objects.count(), stored()
    with disk(500_000):
        assert refused(upload(alice))
    assert (Item.objects.count(), stored()) == before
    assert upload(alice).status_code == 200
    assert Item.objects.count() == before[0] + 1
    assert len(index.read(people.opened(alice)).lines) == Item.objects.filter(case=alice.case).count()


def test_pieces_that_can_not_be_read_wait_until_they_can(alice, disk):
    begun = announced(alice, PICTURE).json()
    with disk(500_000):
        assert piece(alice, begun["id"], PICTURE, 0).status_code == 503
    assert Item.objects.filter(case=alice.case).count() == 1
    assert len(stored()) == SealedFile.objects.count()
    assert piece(alice, begun["id"], b"", len(PICTURE)).json()["saved"] == 1
    assert Item.objects.filter(case=alice.case).count() == 2


def test_a_backup_that_can_not_read_a_file_fails_and_is_not_there(alice, disk, tmp_path, at):
    bulk, keystore = tmp_path / "bulk", tmp_path / "keystore"
    with disk(500_000), pytest.raises(OSError, match="Input/output error"):
        backups.make(bulk, keystore, at=at)
    assert backups.stamps(bulk) == backups.stamps(keystore) == []
    assert backups.make(bulk, keystore, at=at).copied == len(stored())


def test_the_log_says_what_failed_and_names_no_file(alice, disk, caplog):
    with disk(), caplog.at_level(logging.WARNING):
        alice.post("picture-original", {}, alice.ids["item"])
    assert caplog.records
    assert not any(name in caplog.text for name in stored())
    assert custody.everything(people.opened(alice))
