"""Brings a helpline worker in, or takes a forgotten password away: prints a code that works once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from evidence.custody import SYSTEM
from evidence.helpline import invitations
from evidence.helpline.models import Worker

_PRINTED = """
{name} sets a password and a second factor here:

    {address}

with this code, once, within 24 hours:

    {code}

Give it to {name} in person or by phone. It is not stored and can't be shown again.
"""


class Command(BaseCommand):
    help = "Bring in a helpline worker, who sets a password and a second factor at first sign-in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="what the worker types to sign in: small letters, digits, dots, dashes")
        parser.add_argument("--name", dest="shown", help="the first name that people with a case see")
        parser.add_argument("--supervisor", action="store_true", help="this worker is a supervisor")
        parser.add_argument("--reset", action="store_true", help="an existing worker forgot the password")
        parser.add_argument("--lost-second-factor", action="store_true", help="with --reset: the second factor too")

    def handle(self, *_args: Any, **options: Any) -> None:
        name = options["name"]
        code = self._reset(name, options) if options["reset"] else self._create(name, options)
        self.stdout.write(_PRINTED.format(name=name, code=code, address=_address()))

    def _create(self, name: str, options: dict[str, Any]) -> str:
        try:
            return invitations.create(
                username=name,
                display_name=options["shown"] or name.capitalize(),
                is_supervisor=options["supervisor"],
                at=timezone.now(),
            )
        except invitations.NameTaken as error:
            raise CommandError(f"{name} exists already. To replace a forgotten password, add --reset.") from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def _reset(self, name: str, options: dict[str, Any]) -> str:
        worker = Worker.objects.filter(username=name).first()
        if worker is None:
            raise CommandError(f"There is no worker with the name {name}.")
        lost = options["lost_second_factor"]
        return invitations.reset(worker=worker, lost_second_factor=lost, by=SYSTEM, at=timezone.now())


def _address() -> str:
    """Where the code is typed, as a browser on this machine or the site's own host would open it."""
    site = "http://127.0.0.1:8000" if settings.LOCAL else f"https://{settings.ALLOWED_HOSTS[0]}"
    return site + reverse("helpline:first-time")
