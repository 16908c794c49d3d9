"""What `manage.py check` says of the evidence room: costs, suite, how long, and whether pictures may come in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from evidence.crypto.envelopes import SUITES
from evidence.crypto.wraps import ITERATIONS, MEMORY_KIB

FLOOR_KIB, FLOOR_ITERATIONS = 64 * 1024, 3


@register("evidence")
def derivation_costs(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:
    """The floor for new wraps: 64 MiB and three passes (RFC 9106, second choice, with one lane)."""
    memory, iterations = settings.ARGON2_MEMORY_KIB, settings.ARGON2_ITERATIONS
    if memory < FLOOR_KIB or iterations < FLOOR_ITERATIONS:
        return [Error("The cost of a derivation is below 64 MiB and 3 passes.", id="evidence.E001")]
    if memory not in MEMORY_KIB or iterations not in ITERATIONS:
        return [Error("The cost of a derivation is above 256 MiB or 8 passes: no case would open.", id="evidence.E003")]
    return []


@register("evidence")
def known_choices(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:
    """A suite and a protocol that exist, and times that leave a case its time."""
    found: list[CheckMessage] = []
    if settings.WRAP_SUITE not in SUITES:
        found.append(Error("WRAP_SUITE is 'hybrid' or 'classic'.", id="evidence.E004"))
    if settings.LOCKED_PROTOCOL not in {"keep", "erase"}:
        found.append(Error("LOCKED_PROTOCOL is 'keep' or 'erase'.", id="evidence.E005"))
    if not (1 <= settings.RETENTION_MONTHS <= 120 and 1 <= settings.RETENTION_MAX_YEARS <= 30):
        found.append(Error("A case is kept for 1 to 120 months, or for 1 to 30 years.", id="evidence.E006"))
    return found


def refuse_to_start() -> None:
    """Asked by every process as it starts, the serving ones too: ImproperlyConfigured where one of these fails."""
    for error in (*derivation_costs(None), *known_choices(None)):
        raise ImproperlyConfigured(f"{error.msg} ({error.id})")


@register("evidence", deploy=True)
def under_eighteen_protocol(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:
    """A protocol that is named too shortly attests nothing."""
    if settings.UPLOAD_PROTOCOL and len(settings.UPLOAD_PROTOCOL) < 10:
        return [
            Error(
                "UPLOAD_PROTOCOL must name the written protocol, its date and who signed it.",
                id="evidence.E002",
            )
        ]
    return []
