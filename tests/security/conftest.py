"""Everybody at their browser."""

from __future__ import annotations

import pytest

from tests.security import people


@pytest.fixture
def world(db, monkeypatch):
    """Eight people and alice's case, of which only some of them may see something."""
    return people.world(monkeypatch)
