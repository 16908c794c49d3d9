"""Work that needs no key: ends what has expired, erases what is due. Safe on several machines at once."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from evidence import adding_only, cases, kept_ways, limits, packs, reaping, resuming, retention, sharing, unlocking
from evidence.helpline import desk, invitations
from evidence.helpline import limits as sign_in_limits
from evidence.helpline.sessions import SessionStore


class Command(BaseCommand):
    help = (
        "Ends expired sessions, shares, offers and packs; hides cases that nobody opened until their day; "
        "erases deleted cases after 72 hours; reaps orphaned files."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=int, metavar="SECONDS", help="go on for ever, with this pause")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            for what, count in once(at=timezone.now()).items():
                if count:
                    self.stdout.write(f"{what}: {count}")
            if not options["every"]:
                return
            time.sleep(options["every"])


def once(*, at: datetime) -> dict[str, int]:
    """One round; returns how many of each were dealt with."""
    done = {
        "sessions ended": unlocking.prune(at=at),
        "passes ended": adding_only.prune(at=at),
        "old words ended": kept_ways.prune(at=at),
        "desks closed": desk.prune(at=at),
        "shares ended": sharing.end_expired(at=at),
        "uploads forgotten": resuming.prune(at=at),
        "packs dropped": packs.drop_old(at=at),
        "limits forgotten": limits.prune(at=at) + sign_in_limits.prune(at=at),
        "invitations ended": invitations.prune(at=at),
        "cases timed out": sum(cases.time_out(case, at=at) for case in retention.due(at=at)),
        "unconfirmed cases deleted": cases.reap_unconfirmed(),
        "cases erased": sum(cases.erase(case, at=at) for case in cases.due_for_erasure(at=at)),
    }
    SessionStore.clear_expired()
    cases.scrub(again=True)
    done["orphans reaped"] = reaping.reap(older_than=at - timedelta(hours=1))
    return done
