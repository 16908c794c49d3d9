"""What `manage.py check` says of the evidence room: costs, and whether pictures may come in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register("evidence")
def derivation_costs(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:
    """The floor for new wraps: 64 MiB and three passes (RFC 9106, second choice, with one lane)."""
    if settings.ARGON2_MEMORY_KIB >= 64 * 1024 and settings.ARGON2_ITERATIONS >= 3:
        return []
    return [Error("The cost of a derivation is below 64 MiB and 3 passes.", id="evidence.E001")]


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
