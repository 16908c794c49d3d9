"""`manage.py content_review`: what an editor must confirm, worst first; `--booklet FILE` adds every screen to read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.template.loader import render_to_string

from guidance import content, directory
from guidance.management.commands.review_booklet import booklet
from guidance.review import Check, Due, checks, due


def lines(found: list[Due], table: tuple[Check, ...]) -> Iterator[str]:
    """One line for each record, with one above those of the same check that says what to open."""
    last: Check | None = None
    alone = [check for check in table if not check.records]
    for number, one in enumerate(found, 1):
        while alone and not one.overdue and alone[0].rank < one.rank:
            yield f"{alone[0].name}: open {alone.pop(0).open} (whoever runs the site)"
        if one.check is not None and one.check != last:
            yield f"{one.check.name}: open {one.check.open}"
        last = one.check
        when = f"OVERDUE since {one.record.review_by}" if one.overdue else f"by {one.record.review_by}"
        yield f"{number:4}. {one.kind} {one.name} ({one.file}) [{one.confidence}] {when}; open {one.open}"
    yield from (f"{check.name}: open {check.open} (whoever runs the site)" for check in alone)


class Command(BaseCommand):
    help = "List what an editor must confirm, worst first; with --booklet, write every screen to read and print."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--booklet", type=Path, metavar="FILE", help="write one printable HTML file")
        parser.add_argument(
            "--on", type=date.fromisoformat, metavar="DAY", help="what is due on another day: 2027-02-21"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        loaded, table, at = content.load(), checks(), datetime.now(directory.LONDON)
        found = due(loaded, table, on=options["on"] or at.date())
        for line in lines(found, table):
            self.stdout.write(line)
        if options["booklet"]:
            context = {**booklet(loaded, at=at), "waiting": list(lines(found, table))}
            options["booklet"].write_text(render_to_string("guidance/booklet.html", context), encoding="utf-8")
