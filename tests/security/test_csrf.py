"""A form that this site did not give is refused everywhere, before anything happens."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import SimpleCookie
from django.test import Client

from tests.security import addresses, people, rows

FOREIGN = "x" * 64  # as long as a real one
BAD = {
    "no token": ({}, {}),
    "a foreign token": ({"csrfmiddlewaretoken": FOREIGN}, {}),
    "the origin of another site": (None, {"HTTP_ORIGIN": "https://elsewhere.example"}),
    "an origin that is hidden": (None, {"HTTP_ORIGIN": "null"}),
}


def checked(person):
    """The same browser, in front of a site that checks its forms; and the token it was given."""
    browser = Client(enforce_csrf_checks=True, headers={"User-Agent": people.PHONE})
    browser.cookies = SimpleCookie(person.cookies.output(header="", sep=";"))
    page = browser.get("/help/").content.decode()
    return browser, page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]


def upload(name, token):
    """What the upload address is sent: the fields first, as the form has them, then a file."""
    if name != "evidence:upload":
        return token
    return {**token, "y": "on", "t1": "", "f": [SimpleUploadedFile("a.png", people.png("red"))]}


@pytest.mark.parametrize("kind", ["owner", "share"])
@pytest.mark.parametrize("bad", BAD)
def test_every_form_without_our_token_is_refused_and_changes_nothing(world, kind, bad):
    browser, token = checked(world.people[kind])
    fields, headers = BAD[bad]
    sent = {"csrfmiddlewaretoken": token} if fields is None else fields
    before, wrong = rows.stored(clocks=False), []
    for address in addresses.everywhere():
        answer = browser.post(address.path(world.ids), upload(address.name, sent), **headers)
        if answer.status_code != 403:
            wrong.append(f"{address.name}: {answer.status_code}")
    assert wrong == []
    assert rows.changed(before, rows.stored(clocks=False)) == set()


def test_the_same_forms_are_taken_with_our_token(world):
    browser, token = checked(world.people["owner"])
    sent = upload("evidence:upload", {"csrfmiddlewaretoken": token})

    assert browser.post("/case/p8nd/x/", sent, HTTP_ORIGIN="http://testserver").status_code == 200
    assert browser.post("/case/z3ht/").status_code == 403
    assert browser.post("/case/f6lk/", {"csrfmiddlewaretoken": token}).status_code == 302


def test_a_token_that_comes_after_the_file_is_too_late(world):
    browser, token = checked(world.people["owner"])
    file = SimpleUploadedFile("a.png", people.png("red"))
    before = rows.stored(clocks=False)

    answer = browser.post("/case/p8nd/x/", {"y": "on", "f": [file], "csrfmiddlewaretoken": token})

    assert answer.status_code == 403
    assert rows.changed(before, rows.stored(clocks=False)) == set()
