"""Stored files that no row names are deleted, once no upload can be under way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from evidence import reaping

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
