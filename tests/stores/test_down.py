"""A person whose site has lost its store: plain words, nothing half-made, and what was saved is there again after."""

from __future__ import annotations

import html
import logging

import pytest
from django.urls import reverse

from evidence.models import Item, SealedFile
from tests.security import people
from tests.stores.test_silent import closed_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(db):
    alice = people.owner()
    people.open_the_gate(alice)
    alice.ids["item"] = people.keep_a_picture(alice, people.png())
    return alice


@pytest.fixture
def lose(settings):
    """`lose()` and the store answers no more; `lose(False)` and it does again."""
    usual = settings.STORAGES["sealed"]
    gone = {**usual, "OPTIONS": {**usual["OPTIONS"], "endpoint": f"http://127.0.0.1:{closed_port()}"}}

    def loses(lost=True):
        settings.STORAGES = {**settings.STORAGES, "sealed": gone if lost else usual}

    return loses


def send(alice):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return alice.post("upload", {"y": "on", "f": [SimpleUploadedFile("b.png", people.png("red"))]})


def words(answer):
    return html.unescape(answer.content.decode())


def test_a_picture_that_can_not_be_stored_is_answered_in_plain_words_and_is_nowhere(alice, lose, vault_folder):
    rows, files = (Item.objects.count(), SealedFile.objects.count()), len(list(vault_folder.iterdir()))
    lose()
    answer = send(alice)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    assert "We do not know if this one page was saved" in words(answer)
    assert (Item.objects.count(), SealedFile.objects.count()) == rows
    lose(False)
    assert len(list(vault_folder.iterdir())) == files
    assert send(alice).status_code == 200
    assert Item.objects.count() == rows[0] + 1


@pytest.mark.parametrize("name", ["picture-view", "picture-cover", "picture-original"])
def test_a_picture_that_can_not_be_read_is_answered_in_plain_words_and_is_there_after(alice, lose, name):
    address = reverse(f"evidence:{name}", args=[alice.ids["item"]])
    alice.post("picture-reveal", {}, alice.ids["item"])
    ask = alice.browser.post if name == "picture-original" else alice.browser.get
    lose()
    answer = ask(address)
    assert answer.status_code == 503
    assert "What you saved before is still there" in words(answer)
    lose(False)
    assert ask(address).status_code == 200


def test_words_and_notes_need_no_store(alice, lose):
    lose()
    assert alice.browser.get(reverse("evidence:home")).status_code == 200
    people.keep_an_address(alice, "https://social.example/p/1")


def test_the_log_names_neither_the_store_nor_a_file(alice, lose, caplog):
    lose()
    with caplog.at_level(logging.WARNING):
        send(alice)
    assert caplog.records
    for word in ("127.0.0.1", "sealed/", *SealedFile.objects.values_list("name", flat=True)):
        assert word not in caplog.text
