"""`manage.py prove`: walks every path, and prints how many there are, what holds on them, and how long it took."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guidance import content, promises, proofs


class Command(BaseCommand):
    help = "Walk every path of the guidance and hold the promises and the personas against it."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        loaded = content.load()
        start = time.process_time()
        found = tuple(proofs.findings(loaded))
        took = time.process_time() - start
        walk = proofs.walked(loaded)
        self.stdout.write(
            f"{walk.paths:,} paths to {len(walk.lists):,} different lists; {len(promises.PROMISES)} promises, "
            f"{len(promises.ORDERS)} orders and {len(loaded.journeys)} personas held against them in "
            f"{took:.2f} s of processor time: {len(found)} findings"
        )
        if found:
            raise CommandError("\n".join(map(str, found)))
