"""`manage.py draw_flow`: writes docs/flow.md and docs/paths.md, and with --svg the picture too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from guidance import content, drawing, summary


class Command(BaseCommand):
    help = "Draw the flow of the guidance into docs/flow.md, and all that it leads to into docs/paths.md."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, default=Path(settings.BASE_DIR) / "docs" / "flow.md")
        parser.add_argument("--paths", type=Path, default=Path(settings.BASE_DIR) / "docs" / "paths.md")
        parser.add_argument("--svg", type=Path, help="write the picture to this file too")

    def handle(self, *_args: Any, **options: Any) -> None:
        loaded = content.load()
        options["to"].write_text(drawing.page(loaded), encoding="utf-8")
        options["paths"].write_text(summary.page(loaded), encoding="utf-8")
        if options["svg"]:
            options["svg"].write_text(drawing.svg(loaded), encoding="utf-8")
