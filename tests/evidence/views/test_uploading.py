"""Pictures on their way in: what is whole is kept, what is not leaves nothing, and each reason is told."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from evidence import index
from evidence.arriving import Arriving
from evidence.models import Item, SealedFile
from evidence.views import uploading, wording
from tests.conftest import PIXELS
from tests.security import people

pytestmark = pytest.mark.django_db
FILES_OF_ONE = 3  # the original, the copy to look at, the cover


@pytest.fixture
def alice(alice, keep_picture):
    """Alice, who has said that everyone was an adult; decoding costs nothing here."""
    people.open_the_gate(alice)
    return alice


def picture(number=0, size=0):
    data = PIXELS + bytes([number])
    return SimpleUploadedFile(f"IMG_{number}.png", data + bytes(max(0, size - len(data))))


def send(person, *files, **more):
    headers = more.pop("headers", None)
    data = {"y": "on", "t1": "The first threat", **more, "f": list(files)}
    return person.browser.post(reverse("evidence:upload"), data, headers=headers)


def send_raw(person, body, **more):
    path = reverse("evidence:upload")
    return person.browser.generic("POST", path, body, content_type=MULTIPART_CONTENT, **more)


def kept(vault_folder):
    """Pictures in the table; every stored file has a row, or this says how many have none."""
    stored = len(list(vault_folder.iterdir())) if vault_folder.exists() else 0
    assert stored == SealedFile.objects.count() == FILES_OF_ONE * Item.objects.count()
    return Item.objects.count()


def test_each_picture_is_saved_and_titled(alice, read, vault_folder):
    page = read(send(alice, picture(1), picture(2)))
    assert "Saved 2 of 2" in page
    assert kept(vault_folder) == 2
    assert {line.title for line in index.read(people.opened(alice)).lines} == {"The first threat"}


def test_the_page_that_sends_one_by_one_gets_figures_and_reasons(alice, settings):
    settings.CASE_MAX_ITEMS = 1
    as_json = {"Accept": "application/json"}
    assert send(alice, picture(1), headers=as_json).json() == {"saved": 1, "refused": []}
    answer = send(alice, picture(2), headers=as_json)
    assert (answer.status_code, answer.json()) == (422, {"saved": 0, "refused": [wording.full()]})


def test_a_picture_that_is_too_big_takes_no_other_with_it(alice, read, settings, vault_folder):
    settings.PICTURE_MAX_BYTES = 1024**2
    page = read(send(alice, picture(1), picture(2, size=1024**2 + 1), picture(3)))
    assert "Saved 2 of 3" in page
    assert "This file is too big." in page
    assert kept(vault_folder) == 2


def test_a_file_that_is_too_big_takes_no_other_with_it(alice, read, settings, vault_folder):
    settings.FILE_MAX_BYTES = settings.PICTURE_MAX_BYTES = 1024**2
    sound = SimpleUploadedFile("2", b"#!AMR\n" + bytes(1024**2 + 1))
    page = read(send(alice, picture(1), sound, picture(3)))
    assert "Saved 2 of 3" in page
    assert "One file was too big. Each may have up to 1 MB." in page
    assert kept(vault_folder) == 2


def test_a_case_without_room_says_so_and_keeps_what_fitted(alice, read, settings, vault_folder):
    settings.CASE_MAX_BYTES = 300_000
    page = read(send(alice, picture(1), picture(2, size=400_000)))
    assert "Saved 1 of 2" in page
    assert "There is no room left for this file in your case." in page
    assert kept(vault_folder) == 1


def test_the_same_form_sent_twice_keeps_each_file_once(alice, read, vault_folder):
    for _ in range(2):
        page = read(send(alice, picture(1), picture(2), k="0123"))
        assert "Saved 2 of 2" in page
    assert kept(vault_folder) == 2


def test_other_files_in_a_form_that_was_gone_back_to_are_kept(alice, vault_folder):
    send(alice, picture(1), k="0123")
    send(alice, picture(2), k="0123")
    assert kept(vault_folder) == 2


def test_a_file_chosen_twice_is_kept_twice(alice, vault_folder):
    send(alice, picture(1), picture(1), k="0123")
    assert kept(vault_folder) == 2


def test_pictures_beyond_the_most_are_left_out_and_counted(alice, read, settings, vault_folder):
    settings.UPLOAD_MAX_FILES = 2
    page = read(send(alice, *(picture(number) for number in range(3))))
    assert "Saved 2 of 3" in page
    assert "That was more than 2 files at once. Please add the others now." in page
    assert kept(vault_folder) == 2


def test_a_full_case_says_so_and_keeps_what_fitted(alice, read, settings, vault_folder):
    settings.CASE_MAX_ITEMS = 1
    page = read(send(alice, picture(1), picture(2)))
    assert "Saved 1 of 2" in page
    assert "Your case can hold no more things. What you have is safe." in page
    assert kept(vault_folder) == 1


def test_what_is_no_picture_is_refused_at_its_first_bytes_and_the_next_is_kept(alice, read, vault_folder):
    no_picture = SimpleUploadedFile("a.png", b"MZ" + bytes(200_000))  # several pieces
    answer = send(alice, no_picture, picture(1))
    assert answer.status_code == 200
    assert "Saved 1 of 2" in read(answer)
    assert "Not saved" in read(answer)
    assert kept(vault_folder) == 1


@pytest.mark.parametrize("left", [0.9, 0.5, 0.1])
def test_a_connection_that_drops_keeps_what_was_whole_and_no_more(alice, read, vault_folder, left):
    data = {"y": "on", "t1": "", "f": [picture(1), picture(2, size=300_000)]}
    body = encode_multipart(BOUNDARY, data)
    cut = io.BytesIO(body[: int(len(body) * left)])
    page = read(send_raw(alice, body, **{"wsgi.input": cut}))
    assert "The connection dropped. Please add the missing files again." in page
    assert "Saved 1 of 2" in page
    assert kept(vault_folder) == 1


@pytest.mark.parametrize("body", [b"f=1", b"--wrong\r\n\r\n", b"x" * 5000])
def test_what_is_no_form_is_refused_in_words(alice, read, vault_folder, body):
    answer = send_raw(alice, body, CONTENT_LENGTH=str(len(body)))
    assert answer.status_code == 422
    assert kept(vault_folder) == 0
    assert any(reason in read(answer) for reason in (uploading._NOT_WHOLE, uploading._CUT))


def test_a_form_of_another_kind_is_refused_in_words(alice, read):
    answer = alice.browser.post(reverse("evidence:upload"), b"y=on", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422
    assert uploading._NOT_WHOLE in read(answer)


def test_a_form_with_too_many_fields_is_refused(alice, read, vault_folder):
    many = {f"z{number}": "x" for number in range(60)}
    answer = alice.browser.post(reverse("evidence:upload"), {"y": "on", **many, "f": [picture(1)]})
    assert answer.status_code == 422
    assert uploading._NOT_WHOLE in read(answer)
    assert kept(vault_folder) == 0


def test_no_picture_chosen_loses_no_title(alice, read):
    answer = send(alice)
    assert answer.status_code == 422
    assert "Choose at least one file." in read(answer)
    assert 'value="The first threat"' in read(answer)


@pytest.mark.parametrize("place", ["left out", "after the file"])
def test_nothing_is_kept_unless_the_box_was_ticked_before_the_first_file(alice, read, vault_folder, place):
    data = {"t1": "The first threat", "f": [picture(1)]} | ({"y": "on"} if place == "after the file" else {})
    answer = alice.browser.post(reverse("evidence:upload"), data)
    assert answer.status_code == 422
    assert "Tick the box if everyone was 18 or over. If not, do not add them here." in read(answer)
    assert 'value="The first threat"' in read(answer)
    assert kept(vault_folder) == 0


def test_a_field_after_the_first_file_changes_nothing(alice):
    body = encode_multipart(BOUNDARY, {"y": "on", "t1": "Mine", "f": [picture(1)], "t1 ": "", "z": "x"})
    assert send_raw(alice, body).status_code == 200
    assert [line.title for line in index.read(people.opened(alice)).lines] == ["Mine"]


def test_an_upload_waits_where_too_many_are_under_way(alice, crowd, vault_folder):
    crowd("upload")
    answer = send(alice, picture(1))
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert kept(vault_folder) == 0


@pytest.mark.parametrize("step", ["write", "keep"])
def test_a_disk_that_fails_leaves_nothing_of_the_picture_under_way(alice, monkeypatch, vault_folder, step):
    done, dropped, act, drop = [], [], getattr(Arriving, step), Arriving.drop

    def fails_at_the_second(arriving, *args, **more):
        if arriving not in done:
            done.append(arriving)
        if len(done) == 2:
            raise OSError("no space left")
        return act(arriving, *args, **more)

    monkeypatch.setattr(Arriving, step, fails_at_the_second)
    monkeypatch.setattr(Arriving, "drop", lambda arriving: (dropped.append(arriving), drop(arriving)))
    assert send(alice, picture(1), picture(2)).status_code == 500
    assert kept(vault_folder) == 1
    assert done[1] in dropped  # its descriptor is closed, so that no bytes wait in a file without a name


def test_a_case_that_is_due_gets_new_keys_before_a_picture_is_kept(alice, vault_folder):
    alice.case.__class__.objects.update(rotate_due=True)
    assert send(alice, picture(1)).status_code == 200
    alice.case.refresh_from_db()
    assert (alice.case.secret_version, alice.case.rotate_due) == (2, False)
    assert Item.objects.get().key_version == 2
    assert kept(vault_folder) == 1


def test_a_file_without_a_title_stands_in_lists_under_the_name_it_came_with(alice, read):
    send(alice, picture(1), t1="")
    send(alice, picture(2))
    page = read(alice.browser.get(reverse("evidence:home")))
    assert "1. <bdi>IMG_1.png</bdi>" in page
    assert "2. The first threat" in page
    assert "IMG_2.png" not in page


def test_of_several_files_it_is_told_which_was_not_saved(alice, read):
    page = read(send(alice, picture(1), SimpleUploadedFile("second.png", b"MZ" + bytes(2000))))
    assert "<bdi>second.png</bdi>: We can't keep this kind of file." in page
