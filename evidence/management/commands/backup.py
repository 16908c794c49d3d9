"""Copies the site, while it runs, into a folder: bulk to keep, and the keystore that ends after 7 days."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from evidence import backups


class Command(BaseCommand):
    help = "Copies all rows and sealed files into DIR/bulk, and what opens them into DIR/keystore (kept 7 days)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dir", type=Path, metavar="DIR")
        parser.add_argument("--keystore", type=Path, help="where the keystore goes instead: a place of its own")

    def handle(self, *args: Any, **options: Any) -> None:
        bulk, keystore = options["dir"] / "bulk", options["keystore"] or options["dir"] / "keystore"
        try:
            made = backups.make(bulk, keystore, at=timezone.now())
        except backups.ObjectLost as error:
            raise CommandError("A stored file is missing, so no backup was made. Look at the store.") from error
        except OSError as error:
            raise CommandError(f"The backup was not finished: {error}") from error
        self.stdout.write(
            f"Backup {made.stamp}: {made.rows} rows, {made.objects} stored files, {made.copied} of them new. "
            f"Keystores that were too old and are gone: {made.forgotten}."
        )
