"""What the start-up checks refuse: a derivation that is too cheap, a protocol that is no protocol."""

from __future__ import annotations

import pytest
from django.core.checks import registry

from evidence import checks


@pytest.mark.parametrize(
    ("memory_kib", "iterations", "found"),
    [
        (64 * 1024, 3, []),
        (256 * 1024, 4, []),
        (64 * 1024 - 1, 3, ["evidence.E001"]),
        (64 * 1024, 2, ["evidence.E001"]),
        (19 * 1024, 1, ["evidence.E001"]),
    ],
)
def test_a_derivation_below_the_floor_stops_the_start(settings, memory_kib, iterations, found):
    settings.ARGON2_MEMORY_KIB, settings.ARGON2_ITERATIONS = memory_kib, iterations
    assert [error.id for error in checks.derivation_costs(None)] == found


@pytest.mark.parametrize(
    ("protocol", "found"),
    [
        ("", []),
        ("yes", ["evidence.E002"]),
        ("123456789", ["evidence.E002"]),
        ("Under-18 protocol 3, signed on 1 March 2026 by the trustees", []),
    ],
)
def test_a_protocol_that_names_nothing_attests_nothing(settings, protocol, found):
    settings.UPLOAD_PROTOCOL = protocol
    assert [error.id for error in checks.under_eighteen_protocol(None)] == found


def test_both_are_asked_of_a_site_in_service():
    known = registry.registry.get_checks(include_deployment_checks=True)
    assert {checks.derivation_costs, checks.under_eighteen_protocol} <= set(known)
    assert checks.derivation_costs in registry.registry.get_checks()
