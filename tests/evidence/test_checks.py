"""What the start-up checks refuse: a derivation that is too cheap, a protocol that is no protocol."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core.checks import registry
from django.core.exceptions import ImproperlyConfigured

from evidence import checks


@pytest.mark.parametrize(
    ("memory_kib", "iterations", "found"),
    [
        (64 * 1024, 3, []),
        (256 * 1024, 4, []),
        (64 * 1024 - 1, 3, ["evidence.E001"]),
        (64 * 1024, 2, ["evidence.E001"]),
        (19 * 1024, 1, ["evidence.E001"]),
        (256 * 1024, 8, []),
        (256 * 1024 + 1, 3, ["evidence.E003"]),
        (64 * 1024, 9, ["evidence.E003"]),
    ],
)
def test_a_derivation_below_the_floor_or_above_what_opens_stops_the_start(settings, memory_kib, iterations, found):
    settings.ARGON2_MEMORY_KIB, settings.ARGON2_ITERATIONS = memory_kib, iterations
    assert [error.id for error in checks.derivation_costs(None)] == found
    stops(found)


def stops(found):
    """Whether a process that starts with these settings is refused."""
    if not found:
        checks.refuse_to_start()
        return
    with pytest.raises(ImproperlyConfigured, match=found[0]):
        checks.refuse_to_start()


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("WRAP_SUITE", "hybrid", []),
        ("WRAP_SUITE", "classic", []),
        ("WRAP_SUITE", "", ["evidence.E004"]),
        ("WRAP_SUITE", "x25519", ["evidence.E004"]),
        ("LOCKED_PROTOCOL", "keep", []),
        ("LOCKED_PROTOCOL", "erase", []),
        ("LOCKED_PROTOCOL", "delete", ["evidence.E005"]),
        ("RETENTION_MONTHS", 1, []),
        ("RETENTION_MONTHS", 0, ["evidence.E006"]),
        ("RETENTION_MONTHS", 121, ["evidence.E006"]),
        ("RETENTION_MAX_YEARS", 30, []),
        ("RETENTION_MAX_YEARS", 0, ["evidence.E006"]),
        ("RETENTION_MAX_YEARS", 31, ["evidence.E006"]),
    ],
)
def test_a_choice_that_does_not_exist_stops_the_start(settings, name, value, found):
    setattr(settings, name, value)
    assert [error.id for error in checks.known_choices(None)] == found
    stops(found)


@pytest.mark.parametrize(
    ("name", "value"), [("ARGON2_ITERATIONS", "2"), ("ARGON2_MEMORY_KIB", "19456"), ("WRAP_SUITE", "none")]
)
def test_a_process_with_such_a_setting_does_not_come_up(name, value):
    """The serving process, which runs no checks, is refused as well."""
    starting = subprocess.run(
        [sys.executable, "-c", "import abuse_help.wsgi"],
        check=False,
        env={**os.environ, name: value},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert starting.returncode == 1
    assert "ImproperlyConfigured" in starting.stderr


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


def test_all_are_asked_of_a_site_in_service():
    known = registry.registry.get_checks(include_deployment_checks=True)
    assert {checks.derivation_costs, checks.known_choices, checks.under_eighteen_protocol} <= set(known)
    assert checks.derivation_costs in registry.registry.get_checks()
