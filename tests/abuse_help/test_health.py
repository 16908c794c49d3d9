from __future__ import annotations

import pytest
from django.db import OperationalError, connection


@pytest.mark.django_db
def test_a_site_that_can_serve_says_ok(mallory):
    answer = mallory.get("/healthz/")

    assert (answer.status_code, answer.content) == (200, b"ok")


def test_a_database_that_is_down_is_said_without_details(mallory, monkeypatch):
    def down():
        raise OperationalError("secret host")

    monkeypatch.setattr(connection, "cursor", down)
    answer = mallory.get("/healthz/")

    assert (answer.status_code, answer.content) == (503, b"down")


def test_health_is_only_read(mallory):
    assert mallory.post("/healthz/").status_code == 405
