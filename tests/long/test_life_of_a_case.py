"""Ten thousand random steps in the lives of cases: the log holds, numbers stay, nothing is lost, no stranger reads."""

from __future__ import annotations

import os
import secrets

import pytest
from django.db import transaction
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.long import readers
from tests.long.keeping_kinds import LifeOfAllKinds
from tests.long.living import Life, taken
from tests.long.sizes import SIZE

pytestmark = [pytest.mark.long, pytest.mark.django_db]
LIVES, STEPS = (SIZE or 230), 50
ENOUGH = 10_000
SEED = os.environ.get("LIFE_SEED") or secrets.token_hex(4)  # printed; the same seed lives the same lives


def test_a_case_keeps_its_promises_through_ten_thousand_steps(at, monkeypatch):
    readers.here(monkeypatch)
    monkeypatch.setattr(transaction, "on_commit", lambda act, **_: act())  # a life is one transaction, never committed
    Life.given_at = at
    taken.clear()
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        seed(int(SEED, 16))(LifeOfAllKinds),
        settings=settings(
            max_examples=LIVES, stateful_step_count=STEPS, deadline=None, database=None, suppress_health_check=checks
        ),
    )
    steps = taken["looks"] - LIVES  # each life is looked at before its first step too
    print(f"\n{LIVES} lives, {steps:,} steps, seed {SEED}")  # noqa: T201
    assert SIZE or steps >= ENOUGH
