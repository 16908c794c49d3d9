"""The page before the copy says what it means; the press gives it, under a name that tells nothing."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.urls import reverse

from evidence import custody
from tests.security import people

pytestmark = pytest.mark.django_db


def acts(alice):
    return [entry.act.what for entry in custody.everything(people.opened(alice))]


def test_the_page_says_what_the_copy_means_and_gives_nothing_yet(alice, read):
    page = read(alice.browser.get(reverse("evidence:copy")))
    for said in ("Nothing in the copy is locked.", "COPY.zip", "Could someone look at this device?", "for you"):
        assert said in page
    assert "No picture and no file: this case keeps words only" in page
    assert reverse("evidence:packs") in page
    assert "copy-taken" not in acts(alice)


def test_where_pictures_are_in_it_the_page_says_so(alice, read):
    people.open_the_gate(alice)
    page = read(alice.browser.get(reverse("evidence:copy")))
    assert "Every picture and file, as it came in" in page
    assert "They can see the pictures too." in page


def test_the_press_gives_the_archive_and_the_log_says_so(alice):
    people.keep_an_address(alice, "https://social.example/p/1")
    answer = alice.post("copy")
    assert answer["Content-Disposition"] == 'attachment; filename="COPY.zip"'
    assert answer["Content-Type"] == "application/zip"
    assert answer["Cache-Control"] == "no-store"
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert "https://social.example/p/1" in archive.read("index.html").decode()
    assert acts(alice)[-1] == "copy-taken"


def test_the_page_of_words_and_devices_leads_to_it_and_to_erasing_everything(alice):
    page = alice.browser.get(reverse("evidence:safety")).content.decode()
    for name in ("copy", "delete", "bring-back"):
        assert f'href="{reverse(f"evidence:{name}")}"' in page
