"""Stored files that no row names are deleted, once no upload can be under way."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from evidence import reaping, vault
from evidence.storage import StoreDown

pytestmark = pytest.mark.django_db


def test_orphans_go_and_named_files_stay(alice, open_gate, keep_picture, vault_folder):
    keep_picture(alice.opened)
    (vault_folder / "orphan").write_bytes(b"x")
    (vault_folder / "other.part").write_bytes(b"x")
    now = datetime.now(tz=UTC)
    assert reaping.reap(older_than=now - timedelta(hours=1)) == 0
    assert reaping.orphans(older_than=now + timedelta(minutes=1)) == ["orphan", "other.part"]
    assert reaping.reap(older_than=now + timedelta(minutes=1)) == 2
    assert len(list(vault_folder.iterdir())) == 3


@pytest.fixture
def three(vault_folder):
    """Three files that no row names; the second of them stays whatever is done."""
    vault_folder.mkdir(exist_ok=True)
    for name in ("a-first", "b-stays", "c-last"):
        (vault_folder / name).write_bytes(b"x")
    return vault_folder


def deleting(monkeypatch):
    """The store, of whichever kind, deletes all but one file."""
    kind = type(vault.store())
    real = kind.delete_all

    def delete_all(self, names):
        real(self, [name for name in names if name != "b-stays"])
        raise PermissionError("b-stays")

    monkeypatch.setattr(kind, "delete_all", delete_all)


def test_a_file_that_can_not_be_deleted_is_not_counted_and_told_of_without_its_name(three, monkeypatch, caplog):
    deleting(monkeypatch)
    soon = datetime.now(tz=UTC) + timedelta(minutes=1)
    with caplog.at_level(logging.WARNING):
        assert reaping.reap(older_than=soon) == 2
    assert [path.name for path in three.iterdir()] == ["b-stays"]
    assert "1 stored files without a row could not be deleted: PermissionError" in caplog.text
    assert "b-stays" not in caplog.text


def test_the_next_round_tries_it_again(three, monkeypatch):
    soon = datetime.now(tz=UTC) + timedelta(minutes=1)
    with monkeypatch.context() as patch:
        deleting(patch)
        reaping.reap(older_than=soon)
    assert reaping.reap(older_than=soon) == 1
    assert not list(three.iterdir())


def test_a_store_that_refuses_everything_has_nothing_reaped(three, monkeypatch, caplog):
    def refuse(*_):
        raise StoreDown("AccessDenied")

    monkeypatch.setattr(type(vault.store()), "delete_all", refuse)
    assert reaping.reap(older_than=datetime.now(tz=UTC) + timedelta(minutes=1)) == 0
    assert "3 stored files" in caplog.text
