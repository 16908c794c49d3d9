"""`manage.py translations LANGUAGE`: what is missing, stale or faulty in a language, and the stamps to work with."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from guidance import content, languages


class Command(BaseCommand):
    help = "List what a language lacks; with --stamps, every text with the stamp of its English."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("language")
        parser.add_argument("--stamps", metavar="START", help="print name and stamp of all names that begin so")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["stamps"] is not None:
            for name, stamp in languages.stamps(content.load(), lambda name: name.startswith(options["stamps"])):
                self.stdout.write(f"{stamp}  {name}")
            return
        spoken = languages.load(options["language"])
        for heading in ("missing", "stale", "problems"):
            found = getattr(spoken, heading)
            self.stdout.write(f"{heading}: {len(found)}")
            for name in found:
                self.stdout.write(f"  {name}")
