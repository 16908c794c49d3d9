from __future__ import annotations

import logging

import pytest
from django.conf import settings as project
from django.contrib.sessions.models import Session
from django.db import DatabaseError

from evidence import unlocking
from evidence.helpline import desk


@pytest.fixture
def forgotten(monkeypatch):
    """What the rooms were asked to forget."""
    asked = []
    monkeypatch.setattr(unlocking, "leave", lambda request: asked.append("case"))
    monkeypatch.setattr(desk, "close", lambda request: asked.append("desk"))
    return asked


def test_leaving_forgets_clears_and_goes(mallory, forgotten):
    mallory.cookies.load({"a": "answers", "c": "token", "k": "half"})

    answer = mallory.get("/exit/")

    assert answer.status_code == 302
    assert answer["Location"] == project.EXIT_URL
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert answer["Cache-Control"] == "no-store"
    assert forgotten == ["case", "desk"]
    assert {name: morsel["max-age"] for name, morsel in answer.cookies.items()} == {"a": 0, "c": 0, "k": 0}


def test_cookies_bound_to_this_host_are_cleared_as_browsers_ask(mallory, forgotten):
    mallory.cookies.load({"__Host-a": "answers"})

    morsel = mallory.get("/exit/").cookies["__Host-a"]

    assert morsel["secure"]
    assert morsel["path"] == "/"
    assert not morsel["domain"]


@pytest.mark.django_db
def test_leaving_ends_a_session_of_staff(mallory, forgotten):
    mallory.get("/helpline/who/")
    assert Session.objects.count() == 1

    mallory.get("/exit/")

    assert Session.objects.count() == 0


@pytest.mark.django_db
def test_leaving_deletes_the_half_of_an_open_case(mallory, monkeypatch):
    seen = []
    monkeypatch.setattr(unlocking, "leave", lambda request: seen.append(request.COOKIES))
    mallory.cookies.load({"k": "half"})

    mallory.get("/exit/")

    assert seen == [{"k": "half"}]


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-purpose": "prefetch"},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"sec-purpose": "", "purpose": "prefetch"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_nobody_is_made_to_leave_by_a_guess_or_by_another_site(mallory, forgotten, headers):
    mallory.cookies.load({"a": "answers"})

    answer = mallory.get("/exit/", headers=headers)

    assert answer["Location"] == project.EXIT_URL
    assert "Clear-Site-Data" not in answer
    assert not answer.cookies
    assert forgotten == []


def test_asking_for_the_headers_alone_changes_nothing(mallory, forgotten):
    mallory.cookies.load({"a": "answers"})

    answer = mallory.head("/exit/")

    assert answer["Location"] == project.EXIT_URL
    assert "Clear-Site-Data" not in answer
    assert not answer.cookies
    assert forgotten == []


def test_leaving_is_never_a_form(mallory, forgotten):
    assert mallory.post("/exit/").status_code == 405
    assert forgotten == []


def test_leaving_works_while_the_database_is_down(mallory, monkeypatch, caplog):
    def down(*_):
        raise DatabaseError

    for room, name in [(unlocking, "leave"), (desk, "close")]:
        monkeypatch.setattr(room, name, down)
    monkeypatch.setattr("evidence.helpline.sessions.SessionStore.flush", down)
    mallory.cookies.load({"s": "staff", "k": "half"})

    answer = mallory.get("/exit/")

    assert answer["Location"] == project.EXIT_URL
    assert set(answer.cookies) == {"s", "k"}
    assert "Clear-Site-Data" in answer
    assert not caplog.records


def test_leaving_is_never_logged(mallory, forgotten, caplog):
    with caplog.at_level(logging.DEBUG):
        mallory.get("/exit/")

    assert not [
        record for record in caplog.records if record.name.startswith(("abuse_help", "evidence", "django.request"))
    ]


def test_a_cookie_with_an_odd_name_holds_nobody(mallory, forgotten):
    answer = mallory.get("/exit/", headers={"cookie": 'we"ird=1; a=2; =3; b{=4'})

    assert answer.status_code == 302
    assert set(answer.cookies) == {"a"}
