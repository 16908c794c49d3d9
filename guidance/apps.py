"""Registers the room and its checks with Django; it has no models."""

from __future__ import annotations

from django.apps import AppConfig


class GuidanceConfig(AppConfig):
    name = "guidance"
    verbose_name = "Guidance"

    def ready(self) -> None:
        from guidance import checks  # noqa: F401, PLC0415 - registering needs the apps to be loaded
