"""Gives the tests of this folder a derivation that costs nothing and can be counted."""

from __future__ import annotations

import hmac

import pytest

from evidence.crypto import wraps
from evidence.crypto.contexts import context


@pytest.fixture
def derivations(monkeypatch):
    """Argon2id replaced by an HMAC over the same inputs; the list holds the inputs of every call."""
    calls = []

    def cheap(secret, *, salt, cost, pepper):
        calls.append({"secret": secret, "salt": salt, "cost": cost, "pepper": pepper})
        inputs = context("cheap", secret, salt, cost.memory_kib, cost.iterations)
        return hmac.digest(pepper, inputs, "sha256")

    monkeypatch.setattr(wraps, "argon2id", cheap)
    return calls
