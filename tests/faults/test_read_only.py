"""The folder of sealed files can't be written: what is there is shown, what comes is refused, nothing breaks."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from evidence import cases
from evidence.management.commands import housekeeping
from evidence.models import Case, Item, SealedFile
from tests.conftest import PIXELS
from tests.faults.disks import small_disk
from tests.security import people
from tests.stores.shelf import folder

pytestmark = pytest.mark.django_db


@pytest.fixture
def disk(db, tmp_path, settings):
    with small_disk(tmp_path / "small", 2 * 1024**2) as disk:
        own = folder(disk.place / "sealed")
        settings.STORAGES = {**settings.STORAGES, "default": own, "sealed": own}
        yield disk


@pytest.fixture
def alice(disk, keep_picture):
    alice = people.owner()
    people.open_the_gate(alice)
    alice.ids["item"] = people.keep_a_picture(alice, PIXELS)
    return alice


def upload(alice):
    return alice.post("upload", {"y": "on", "f": [SimpleUploadedFile("b.png", PIXELS + b"2")]})


def test_a_picture_is_refused_in_plain_words_and_kept_once_the_folder_can_be_written(alice, disk):
    before = Item.objects.count(), set(SealedFile.objects.values_list("name", flat=True))
    with disk.read_only():
        answer = upload(alice)
        assert answer.status_code == 503
        assert "What you saved before is still there" in html.unescape(answer.content.decode())
    assert (Item.objects.count(), set(SealedFile.objects.values_list("name", flat=True))) == before
    assert upload(alice).status_code == 200
    assert Item.objects.count() == before[0] + 1


def test_what_is_there_is_shown_and_words_are_kept(alice, disk):
    with disk.read_only():
        alice.post("picture-reveal", {}, alice.ids["item"])
        view = alice.browser.get(reverse("evidence:picture-view", args=[alice.ids["item"]]))
        assert (view.status_code, view.content) == (200, b"view of " + PIXELS)
        assert people.keep_an_address(alice, "https://social.example/p/2")


def test_a_case_can_be_deleted_and_its_keys_go_though_its_files_can_not(
    alice, disk, at, django_capture_on_commit_callbacks
):
    stored = list((disk.place / "sealed").iterdir())
    with disk.read_only(), django_capture_on_commit_callbacks(execute=True):
        assert cases.erase_now(" ".join(alice.words), at=at)
    assert Case.objects.get(pk=alice.case.pk).status == Case.Status.ERASED
    assert not SealedFile.objects.exists()
    assert all(path.exists() for path in stored)  # orphans without a key
    with disk.read_only():
        housekeeping.once(at=at + timedelta(days=900))
    assert housekeeping.once(at=at + timedelta(days=900))["orphans reaped"] == len(stored)
    assert not list((disk.place / "sealed").iterdir())
