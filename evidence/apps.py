"""Tells Django of the evidence room and registers its checks."""

from __future__ import annotations

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "evidence"
    label = "evidence"

    def ready(self) -> None:
        from evidence import checks  # noqa: PLC0415  (registers by being imported)

        checks.refuse_to_start()
