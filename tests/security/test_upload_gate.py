"""Where someone in a picture is, or may be, under 18, no address takes, shows or gives out a file."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from evidence.models import SealedFile
from tests.security import people, rows

pytestmark = pytest.mark.django_db

ITEM = ("picture-view", "picture-cover", "picture-original", "picture-reveal", "picture-covering", "picture-whole")
SHUT = {
    "someone was under 18": {"a": "under18", "b": "adult", "c": "mine"},
    "not sure of an age": {"a": "unsure", "b": "adult", "c": "mine"},
    "under 18 now, and then too": {"a": "under18", "b": "under18", "c": "mine"},
    "someone else's pictures": {"a": "adults", "b": "adult", "c": "other"},
}


def sent():
    return {"y": "on", "t1": "", "f": [SimpleUploadedFile("a.png", people.png("red"))]}


def every_file_address(item_id):
    both = [reverse(f"evidence:{name}", args=[item_id]) for name in ITEM]
    return [reverse("evidence:pictures"), reverse("evidence:upload"), *both]


def answers(person, item_id):
    """What each address that has to do with files says, by the method that it takes."""
    found = {}
    for path in every_file_address(item_id):
        for method, data in (("get", {}), ("post", sent())):
            found[method, path] = getattr(person.browser, method)(path, data).status_code
    return set(found.values()) - {405}


@pytest.mark.parametrize("said", SHUT)
def test_no_upload_exists_where_the_answers_shut_it(said):
    alice = people.owner()
    alice.post("gate", SHUT[said])
    kept = people.keep_an_address(alice, "https://social.example/p/1")
    before = rows.stored(clocks=False)

    assert answers(alice, kept) == {404}
    assert rows.changed(before, rows.stored(clocks=False)) == set()


@pytest.mark.parametrize("said", SHUT)
def test_going_back_and_answering_again_opens_nothing(said):
    alice = people.owner()
    alice.post("gate", SHUT[said])
    kept = people.keep_an_address(alice, "https://social.example/p/1")

    alice.post("gate", {"a": "adults", "b": "adult", "c": "mine"})

    assert answers(alice, kept) == {404}
    assert SealedFile.objects.count() == 0


def test_no_upload_exists_before_the_questions_are_answered():
    alice = people.owner()

    assert alice.browser.post(reverse("evidence:upload"), sent()).status_code == 404
    assert SealedFile.objects.count() == 0


def test_no_upload_exists_where_the_operator_has_not_attested(settings):
    settings.UPLOADS_ALLOWED = False
    alice = people.owner()
    people.open_the_gate(alice)
    kept = people.keep_an_address(alice, "https://social.example/p/1")

    assert answers(alice, kept) == {404}
    assert "Screenshots" not in alice.browser.get(reverse("evidence:add")).content.decode()
    assert SealedFile.objects.count() == 0


@pytest.fixture
def alice():
    alice = people.owner()
    people.open_the_gate(alice)
    alice.ids["item_id"] = people.keep_a_picture(alice, people.png())
    alice.post("picture-reveal", {}, alice.ids["item_id"])
    return alice


def test_an_open_gate_is_seen_to_be_open(alice):
    assert 404 not in answers(alice, alice.ids["item_id"])


@pytest.mark.parametrize("said", [*SHUT, "the press that locks"])
def test_every_file_locks_at_once_where_it_turns_out_later(alice, said, monkeypatch):
    pack = people.ready_pack(alice, monkeypatch)
    alice.post("gate", SHUT[said]) if said in SHUT else alice.post("pictures-lock")
    files = SealedFile.objects.count()

    assert answers(alice, alice.ids["item_id"]) == {404}
    assert alice.post("pack-report", {}, pack).status_code == 404
    assert alice.post("pack-bundle", {}, pack).status_code == 404
    page = alice.browser.get(reverse("evidence:item", args=[alice.ids["item_id"]])).content.decode()
    assert "<img" not in page
    assert "This picture is locked" in page
    assert SealedFile.objects.count() == files


def test_a_worker_sees_no_picture_of_a_case_that_locked(alice):
    hana = people.worker("hana")
    grant = people.share(alice)
    hana.accept(grant)
    at = [grant, alice.ids["item_id"]]
    hana.browser.post(reverse("helpline:item-reveal", args=at))
    assert hana.browser.get(reverse("helpline:item-picture", args=at)).status_code == 200

    alice.post("pictures-lock")

    assert hana.browser.get(reverse("helpline:item-picture", args=at)).status_code == 404
    assert hana.browser.post(reverse("helpline:item-reveal", args=at)).status_code == 404
