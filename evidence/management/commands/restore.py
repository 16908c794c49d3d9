"""Brings a backup back into an empty site, and says in plain words what came back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evidence import restoring


class Command(BaseCommand):
    help = "Restores the newest backup in DIR into an empty database and store. Deletes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dir", type=Path, metavar="DIR")
        parser.add_argument("--keystore", type=Path, help="where the keystores are, if not in DIR/keystore")
        parser.add_argument("--made", default="", metavar="STAMP", help="an older backup, such as 20270131T020000Z")
        parser.add_argument("--keys-made", default="", metavar="STAMP", help="a newer keystore than that backup's own")

    def handle(self, *args: Any, **options: Any) -> None:
        bulk, keystore = options["dir"] / "bulk", options["keystore"] or options["dir"] / "keystore"
        try:
            back = restoring.restore(bulk, keystore, made=options["made"], keys_made=options["keys_made"])
        except restoring.NotRestored as error:
            raise CommandError(f"{error} Nothing was restored.") from error
        except OSError as error:
            raise CommandError(f"Nothing was restored: {error}") from error
        self.stdout.write(
            f"Restored {back.rows} rows and {back.objects} stored files. The logs of {back.logs} cases hold together."
        )
        if back.left_out:
            self.stdout.write(f"{back.left_out} rows had no keys any more (their cases were erased) and stayed out.")
        self.stdout.write("Now run housekeeping once, before you open the site.")
