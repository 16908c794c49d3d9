"""The addresses for large files in pieces: what the script is told, and what it never gets."""

from __future__ import annotations

import io
import uuid

import pytest
from django.urls import reverse

from evidence import index, resuming
from evidence.models import Upload
from tests.security import people

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
STEP = 4_000
ABOUT = {"y": "on", "t1": "A letter", "k": "0123", "n": "0", "u": "C:\\mine\\a.pdf", "z": len(PDF), "v": 7}


@pytest.fixture
def alice(alice, monkeypatch):
    """Alice, who has said that everyone was an adult."""
    people.open_the_gate(alice)
    monkeypatch.setattr(resuming.transaction, "on_commit", lambda act: act())
    return alice


def begin(alice, **more):
    return alice.browser.post(reverse("evidence:upload-begin"), {**ABOUT, **more})


def send(alice, where, place, data, **more):
    headers = {"Upload-Offset": str(place)} | more.pop("headers", {})
    address = reverse("evidence:upload-piece", args=[where])
    return alice.browser.generic(
        "POST", address, data, content_type="application/octet-stream", headers=headers, **more
    )


def kept(alice):
    return index.read(people.opened(alice)).lines


def test_a_file_in_pieces_is_saved_with_the_last_of_them(alice):
    told = begin(alice).json()
    assert (told["at"], told["piece"]) == (0, resuming.PIECE)
    for place in range(0, len(PDF), STEP):
        assert kept(alice) == []
        answer = send(alice, told["id"], place, PDF[place : place + STEP])
    assert answer.json() == {"at": len(PDF), "saved": 1, "refused": []}
    assert [(line.kind, line.title) for line in kept(alice)] == [(index.DOCUMENT, "A letter")]


def test_a_dropped_connection_is_told_where_to_go_on(alice):
    where = begin(alice).json()["id"]
    send(alice, where, 0, PDF[:STEP])
    assert begin(alice).json()["at"] == STEP
    answer = send(alice, where, 0, PDF[:STEP])
    assert (answer.status_code, answer.json()) == (409, {"at": STEP})


def test_the_last_answer_can_be_asked_for_again(alice):
    where = begin(alice, z=STEP).json()["id"]
    first = send(alice, where, 0, PDF[:STEP]).json()
    assert send(alice, where, STEP, b"", CONTENT_LENGTH="0").json() == first
    assert len(kept(alice)) == 1


@pytest.mark.parametrize("place", ["", "x", "-1", "٣", "9" * 5_000])
def test_a_piece_without_a_place_is_refused(alice, place):
    where = begin(alice).json()["id"]
    assert (
        send(alice, where, 0, PDF[:STEP], headers={"Upload-Offset": place.encode().decode("latin-1")}).status_code
        == 400
    )
    assert begin(alice).json()["at"] == 0


def test_a_body_that_is_cut_leaves_nothing(alice, vault_folder):
    where = begin(alice).json()["id"]
    answer = send(alice, where, 0, PDF[:STEP], **{"wsgi.input": io.BytesIO(PDF[: STEP - 5])})
    assert answer.status_code == 400
    assert not vault_folder.exists() or list(vault_folder.iterdir()) == []


@pytest.mark.parametrize("wrong", [{"y": ""}, {"z": ""}, {"z": "x"}, {"u": ""}, {"v": ""}])
def test_without_what_has_to_be_said_nothing_begins(alice, wrong):
    answer = begin(alice, **wrong)
    assert answer.status_code == 422
    assert answer.json()["refused"]
    assert Upload.objects.count() == 0


def test_reasons_are_told_in_words(alice, settings, crowd):
    settings.FILE_MAX_BYTES = 100
    assert begin(alice).json() == {"refused": ["This file is too big."]}
    settings.FILE_MAX_BYTES, settings.CASE_MAX_BYTES = 10**9, 100
    assert "no room left" in begin(alice).json()["refused"][0]
    settings.CASE_MAX_BYTES = 10**9
    for number in range(resuming.AT_ONCE):
        begin(alice, v=number)
    assert "only half here" in begin(alice, v=99).json()["refused"][0]
    crowd("upload")
    answer = begin(alice)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_a_full_case_says_so_when_the_last_piece_is_here(alice, settings):
    settings.CASE_MAX_ITEMS = 0
    where = begin(alice, z=STEP).json()["id"]
    answer = send(alice, where, 0, PDF[:STEP])
    assert answer.status_code == 422
    assert answer.json()["refused"][0].startswith("Your case can hold no more things.")


def test_without_a_token_no_piece_is_taken(alice):
    where = begin(alice).json()["id"]
    alice.browser.handler.enforce_csrf_checks = True
    assert send(alice, where, 0, PDF[:STEP]).status_code == 403
    alice.browser.handler.enforce_csrf_checks = False
    assert begin(alice).json()["at"] == 0


def test_where_the_gate_is_shut_there_is_nothing(alice):
    where = begin(alice).json()["id"]
    alice.browser.post(reverse("evidence:pictures-lock"))
    assert send(alice, where, 0, PDF[:STEP]).status_code == 404
    assert begin(alice).status_code == 404


def test_a_made_up_upload_is_not_there(alice):
    assert send(alice, uuid.uuid4(), 0, b"x").status_code == 404


def test_the_page_lists_what_is_half_here_and_takes_it_off(alice):
    where = begin(alice).json()["id"]
    send(alice, where, 0, PDF[:STEP])
    page = alice.browser.get(reverse("evidence:pictures")).content.decode()
    assert "Only half here" in page
    assert "a.pdf" in page
    answer = alice.browser.post(reverse("evidence:upload-forget", args=[where]))
    assert answer["Location"] == reverse("evidence:pictures")
    assert "Only half here" not in alice.browser.get(reverse("evidence:pictures")).content.decode()
    assert not Upload.objects.exists()
