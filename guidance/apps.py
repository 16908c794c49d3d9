"""Registers the room and its checks with Django; it has no models."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings


class GuidanceConfig(AppConfig):
    name = "guidance"
    verbose_name = "Guidance"

    def ready(self) -> None:
        from guidance import checks, content  # noqa: F401, PLC0415 - registering needs the apps to be loaded

        content.OWN[:] = [settings.OWN_CONTENT] if settings.OWN_CONTENT else []
