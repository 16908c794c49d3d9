"""Records and ends written orders of the police or a court to keep a case, and releases a case with locked files."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from evidence import cases, gate, holds
from evidence.models import Case


class Command(BaseCommand):
    help = (
        "Keeps a case by written order of the police or a court. While an order stands, the clock erases nothing of "
        "the case. Its owner reads the order when she opens it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="the case's reference, as packs and the queue print it")
        does = parser.add_mutually_exclusive_group()
        does.add_argument(
            "--end", type=int, nargs="?", const=0, metavar="NUMBER", help="end the order, or the one of this number"
        )
        does.add_argument("--list", action="store_true", help="say which orders stand, by number and day")
        does.add_argument(
            "--release",
            action="store_true",
            help="files of this case are locked, and the safeguarding lead or the police said that it may be erased",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        case = _found(options["reference"])
        if options["release"]:
            self._release(case)
        elif options["end"] is not None:
            self._end(case, options["end"])
        elif options["list"]:
            self._list(case)
        else:
            self._place(case)

    def _place(self, case: Case) -> None:
        order = holds.Order(
            authority=_asked("Who ordered it: "),
            reference=_asked("Their reference: "),
            dated=_asked_day("Date of the order (2026-11-21): "),
            until=_asked_day("Until which day (empty: until it is lifted): ", may_be_empty=True),
        )
        try:
            holds.place(case, order, at=timezone.now())
        except holds.NothingToHold as error:
            raise CommandError("This case was erased: there is nothing left to keep.") from error
        self.stdout.write(f"{cases.reference(case)} is kept until you end this order with --end.")

    def _end(self, case: Case, number: int) -> None:
        standing = holds.standing(case).count()
        if not number and standing > 1:
            self._list(case)
            raise CommandError("More than one order stands: name one by its number, with --end NUMBER.")
        try:
            holds.end(case, number or 1, at=timezone.now())
        except holds.NoSuchHold as error:
            raise CommandError("No such order stands.") from error
        left = standing - 1
        self.stdout.write(f"Ended. {left} still stands." if left else "Ended. No order stands any more.")

    def _list(self, case: Case) -> None:
        for number, hold in enumerate(holds.standing(case), start=1):
            self.stdout.write(f"{number}: recorded on {hold.placed_on}")

    def _release(self, case: Case) -> None:
        told_by = _asked("Who said in writing that it may be erased, and when: ")
        try:
            gate.release(case, told_by=told_by, at=timezone.now())
        except gate.NotHeld as error:
            raise CommandError("No locked file of this case is kept.") from error
        self.stdout.write(f"{cases.reference(case)} is erased once it is deleted, like any other. It stays locked.")


def _found(reference: str) -> Case:
    wanted = reference.strip().upper()
    found = next((case for case in Case.objects.iterator() if cases.reference(case) == wanted), None)
    if found is None:
        raise CommandError("There is no case with this reference.")
    return found


def _asked(question: str) -> str:
    answer = input(question).strip()
    if not answer:
        raise CommandError("Nothing was recorded: this has to be filled in.")
    return answer


def _asked_day(question: str, *, may_be_empty: bool = False) -> str:
    answer = input(question).strip()
    if may_be_empty and not answer:
        return ""
    try:
        return date.fromisoformat(answer).isoformat()
    except ValueError as error:
        raise CommandError("Nothing was recorded: write the day like 2026-11-21.") from error
