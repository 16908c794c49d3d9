"""One test for each published finding about what leaves a site like this one: F-14 and F-23 to F-25."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.urls import reverse
from PIL import Image

from evidence.models import Case, CustodyEntry, Grant, Item, Message, OwnerWrap, Pack, SealedFile
from tests.security import people, rows, test_access

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    alice = people.owner()
    people.open_the_gate(alice)
    return alice


def send(alice, data):
    return alice.post("upload", {"y": "on", "t1": "", "f": [SimpleUploadedFile("a.png", data, "image/png")]})


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>" * 9,
        b"<?php marker(); ?>" * 99,
        b"#!/bin/sh\nmarker\n" * 99,
        b"MZ\x90\x00" * 999,
        b"GIF89a\x08\x00\x08\x00" + bytes(900),
    ],
    ids=["svg", "php", "shell", "program", "no gif"],
)
def test_lesson_F14_what_is_no_evidence_is_refused_and_nothing_stays(alice, data):
    before = rows.stored(clocks=False)
    assert send(alice, data).status_code == 422
    assert rows.changed(before, rows.stored(clocks=False)) == set()


@pytest.mark.parametrize(
    "data",
    [b"<!doctype html><script>marker()</script>" * 9, b"<?xml version='1.0'?><x/>" * 99],
    ids=["html", "xml"],
)
def test_lesson_F14_what_only_claims_to_be_a_picture_is_never_shown_as_one(alice, data):
    assert send(alice, data).status_code == 200
    item = str(Item.objects.get().pk)
    assert SealedFile.objects.count() == 1  # no copy was made of it
    for press in ("picture-reveal", "picture-view", "picture-cover"):
        assert alice.post(press, {}, item).status_code in {404, 405}
    for name in ("picture-view", "picture-cover"):
        assert alice.browser.get(reverse(f"evidence:{name}", args=[item])).status_code == 404
    answer = alice.post("picture-original", {}, item)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"]


def test_lesson_F14_an_original_leaves_only_as_a_download(alice):
    picture = people.keep_a_picture(alice, people.png())
    answer = alice.post("picture-original", {}, picture)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_lesson_F23_outer_times_are_days():
    exact = {
        f"{model.__name__}.{field.name}"
        for model in (Case, Item, Message, SealedFile, Grant, CustodyEntry, OwnerWrap, Pack)
        for field in model._meta.get_fields()
        if isinstance(field, models.DateTimeField)
    }
    # deletion, words that were changed, an offer and a pack end at an hour, and say so to their owner
    ends = {"Case.hidden_at", "OwnerWrap.ends_at", "Grant.offer_ends_at", "Pack.ends_at"}
    assert exact == {*ends, "Pack.asked_at", "Pack.beat_at"}


def test_lesson_F24_what_leaves_has_a_name_that_we_made(alice):
    picture = people.keep_a_picture(alice, people.png(), "../../../.bashrc.png")
    named = alice.post("picture-original", {}, picture)["Content-Disposition"]
    assert named == 'attachment; filename="001.png"'
    with zipfile.ZipFile(io.BytesIO(b"".join(alice.post("copy").streaming_content))) as copy:
        assert set(copy.namelist()) == {"index.html", "everything.json", "files/001.png"}


def test_lesson_F25_a_worker_sees_a_copy_without_what_was_hidden_in_it(alice):
    from tests.security.test_no_plaintext import MARK, picture

    hana, kept = people.worker("hana"), people.keep_a_picture(alice, picture())
    grant = people.share(alice)
    hana.accept(grant)
    hana.browser.post(reverse("helpline:item-reveal", args=[grant, kept]))
    shown = hana.browser.get(reverse("helpline:item-picture", args=[grant, kept])).content
    assert Image.open(io.BytesIO(shown)).format == "JPEG"
    assert MARK["metadata"].encode() not in shown
    assert not [name for name in test_access.TABLE if name.startswith("helpline:") and "original" in name]
