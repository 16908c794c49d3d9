"""Measures the making of one police pack of 50 pictures: run in a process of its own, prints one row as JSON."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from evidence.vault import Opened

EXHIBITS = 50
MOMENT = 0.02


class PackStopped(Exception):
    """The process that makes the pack did not finish."""


def measure() -> tuple[str, str, str]:
    """A case through the real acts, its pack by the real process: seconds, processor seconds, peak memory."""
    from django.utils import timezone

    from evidence import index, packs
    from evidence.custody import OWNER
    from evidence.freezing_items import Choices
    from evidence.models import SealedFile

    opened = _case()
    shown = frozenset(line.id for line in index.read(opened).kept())
    start = time.monotonic()
    pack = packs.ask(opened, Choices(pictures=shown, originals=shown), by=OWNER, at=timezone.now())
    peak, used = _follow(packs._children[-1].pid)
    wall = time.monotonic() - start
    pack.refresh_from_db()
    if pack.status != "ready":
        raise PackStopped
    size = sum(SealedFile.objects.filter(pack=pack).values_list("stored_size", flat=True))
    detail = f"{used:.1f} s of CPU; peak memory {peak / 1024:.0f} MiB; report and bundle {size / 1e6:.1f} MB"
    return f"Police pack of {EXHIBITS} pictures, all shown, originals too", f"{wall:.1f} s", detail


def _case() -> Opened:
    from django.utils import timezone

    from evidence import cases, gate, pictures, ways
    from evidence.custody import OWNER
    from evidence.index import Gate

    at = timezone.now()
    session = cases.make(device="the bench", at=at)
    waiting = ways.waiting(session)
    assert waiting is not None
    made, ask = waiting
    again = ways.TypedAgain(made.words[ask[0]], made.words[ask[1]], made.code[-4:])
    ways.confirm(session, again, at=at)
    opened = session.opened
    opened.case.refresh_from_db()
    gate.answer(opened, Gate(shown="adults", now="adult", whose="mine"), by=OWNER, at=at)
    for number in range(1, EXHIBITS + 1):
        line = _add(opened, number)
        pictures.set_intimate(opened, line, intimate=False, by=OWNER, at=at)
    return opened


def _add(opened: Opened, number: int):
    from django.utils import timezone

    from evidence.arriving import Arriving
    from evidence.custody import OWNER
    from evidence.index import When
    from evidence.intake.specimens import Screen, draw
    from evidence.items import Telling

    screen = Screen(
        "21:14", "made_up_77", [f"< Message {number} of a made-up chat", "> Please stop", "< Two hours left"]
    )
    claims = {
        "what": "A made-up message.",
        "where": "Instagram",
        "account": "@made_up_77",
        "words": f"Message {number}",
    }
    when = When(f"2026-11-14T{number // 60 + 20}:{number % 60:02d}", "exact", "clock on the screen")
    arriving = Arriving(opened, f"Screenshot_{number}.png")
    arriving.write(draw(screen))
    return arriving.keep(Telling(f"Message {number}", when, claims), by=OWNER, at=timezone.now()).id


def _follow(pid: int) -> tuple[int, float]:
    """Peak memory in KiB (the high-water mark that the kernel keeps) and processor seconds of a child until it ends."""
    peak = 0
    while True:
        ended, _, used = os.wait4(pid, os.WNOHANG)
        if ended:
            return peak, used.ru_utime + used.ru_stime
        status = Path(f"/proc/{pid}/status").read_text()
        peak = max([peak, *(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))])
        time.sleep(MOMENT)


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps([measure()]))
