"""The look at what is stored, on which the promise stands that looking changes nothing, sees each kind of change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from evidence import vault
from evidence.models import OpenSession
from tests.security import rows


def test_the_check_of_changes_sees_a_clock_a_log_and_a_row(world):
    OpenSession.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    before, quiet = rows.stored(read=False), rows.stored(clocks=False, read=False)
    world.people["owner"].get(reverse("evidence:item", args=[world.ids["item_id"]]))

    assert rows.changed(before, rows.stored(read=False)) == {*rows.LOG, "evidence_opensession"}
    assert rows.changed(quiet, rows.stored(clocks=False, read=False), log=True) == set()
    world.people["owner"].post(reverse("evidence:lock"))
    assert "evidence_opensession" in rows.changed(quiet, rows.stored(clocks=False, read=False), log=True)


@pytest.mark.usefixtures("world")
def test_the_check_of_changes_sees_a_file_that_comes_changes_or_goes():
    store, before = vault.store(), rows.stored(read=False)
    name = store.names()[0]
    with store.open_sealed(name) as source:
        whole = source.read()

    more = put(store, b"one more")
    assert rows.changed(before, rows.stored(read=False)) == {"files"}
    store.delete(more)
    assert rows.changed(before, rows.stored(read=False)) == set()
    for data in (whole[:-1] + bytes([whole[-1] ^ 1]), whole + b"x"):
        store.delete(name)
        put(store, data, name)
        assert rows.changed(before, rows.stored(read=False)) == {"files"}
    store.delete(name)
    assert rows.changed(before, rows.stored(read=False)) == {"files"}


def put(store, data, name=""):
    writing = store.begin(name)
    writing.write(data)
    writing.complete()
    return writing.name
