"""Checks the chained log of one case or all, without any key; with the words of a case, its sealed entries too."""

from __future__ import annotations

import getpass
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from evidence import cases, custody, events, unlocking, ways
from evidence.models import Case, CustodyEntry


class Command(BaseCommand):
    help = "Verifies custody logs. Exit status 1 and a sentence if one does not hold together."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--case", type=uuid.UUID, help="one case (its id); all cases without it")
        parser.add_argument("--head", help="the head that was written down, in hex: notices a cut end too")
        parser.add_argument("--words", action="store_true", help="ask for the seven words and check the entries' words")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["words"]:
            self._with_words()
            return
        wanted, head = Case.objects.exclude(status=Case.Status.ERASED), None
        if options["case"]:
            wanted = wanted.filter(pk=options["case"])
            if not wanted:
                raise CommandError("There is no such case, or it was erased.")
        if options["head"]:
            head = _head(options["head"], of_one=bool(options["case"]))
        for case in wanted.order_by("created_on", "pk"):
            self._check(case, head)

    def _check(self, case: Case, head: bytes | None) -> None:
        links = list(CustodyEntry.objects.filter(case=case))
        try:
            found = custody.check_links(links, head)
        except custody.ChainBroken as error:
            events.note("chain-broken", case=case.pk)
            raise CommandError(f"{cases.reference(case)}: {error}") from error
        self.stdout.write(f"{cases.reference(case)}: {len(links)} entries hold together, head {found.hex()}")

    def _with_words(self) -> None:
        try:
            session = cases.open_with(getpass.getpass("Seven words: "), device="the server", at=timezone.now())
        except (ways.WordsMistyped, ways.NotOpened) as error:
            raise CommandError("That did not open a case.") from error
        try:
            entries = custody.everything(session.opened)
        except custody.ChainBroken as error:
            raise CommandError(str(error)) from error
        finally:
            unlocking.end(session)
        self.stdout.write(f"{len(entries)} entries and their words hold together, head {entries[-1].head.hex()}")


def _head(typed: str, *, of_one: bool) -> bytes:
    """The 32 bytes that were written down, in any grouping."""
    if not of_one:
        raise CommandError("A head belongs to one case: name it with --case.")
    try:
        head = bytes.fromhex("".join(typed.split()))
    except ValueError:
        head = b""
    if len(head) != 32:
        raise CommandError("A head has 64 letters and numbers, from 0 to 9 and from a to f.")
    return head
