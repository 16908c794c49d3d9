"""Erased wraps leave the files of PostgreSQL too, as soon as nobody reads as things were before."""

from __future__ import annotations

import pytest
from django.db import connections

from evidence import cases
from evidence.management.commands import housekeeping
from evidence.models import OwnerWrap
from tests.conftest import new_owner
from tests.evidence.test_concurrency import on_disk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("table", ["evidence_case", "evidence_ownerwrap"])
def test_wraps_that_somebody_was_still_reading_go_with_the_next_housekeeping(in_service, at, table):
    alice, _ = new_owner(at), new_owner(at)
    wraps = [bytes(wrap.blob) for wrap in OwnerWrap.objects.filter(case=alice.case)]
    reader = connections.create_connection("default")
    with reader.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(f"SELECT count(*) FROM {table}")
        cases.erase_now(alice.words, at=at)
        assert any(wrap in on_disk(in_service) for wrap in wraps)
        cursor.execute("ROLLBACK")
    reader.close()
    housekeeping.once(at=at)
    assert not any(wrap in on_disk(in_service) for wrap in wraps)


def test_after_a_wait_that_was_too_long_nobody_else_gives_up_so_soon(in_service, at):
    alice = new_owner(at)
    cases.erase_now(alice.words, at=at)
    with connections["default"].cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
