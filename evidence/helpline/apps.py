"""Names the helpline as an app of its own inside the evidence room."""

from __future__ import annotations

from django.apps import AppConfig


class HelplineConfig(AppConfig):
    name = "evidence.helpline"
    label = "helpline"
    verbose_name = "Helpline"

    def ready(self) -> None:
        from evidence.helpline import watching  # noqa: F401, PLC0415  it listens from here on; models are there only now
