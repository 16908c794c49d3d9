"""Makes one police pack of many exhibits, in a process of its own, and prints what that took as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from evidence.pack import making
from tests.evidence.pack.demonstration import Case, at, full, phone

SCREEN = (270, 585)


def case_of(count: int) -> Case:
    """`count` small drawn screenshots, no two alike, all shown and with their originals."""
    case = Case()
    shown = {"intimate": False, "include_picture": True, "include_original": True}
    for number in range(1, count + 1):
        said = f"Message {number}"
        claims = {
            "what": "A made-up message.",
            "when": at(f"2026-11-14T{20 + number // 60 % 4:02d}:{number % 60:02d}"),
            "where": "Instagram, direct messages",
            "account": "@sofia.marlow_77",
            "words_shown": said,
        }
        case.picture(f"Message {number} of many", phone("sofia.marlow_77", [said, "Stop"], SCREEN), claims, **shown)
    return case


def measure(count: int, to: Path) -> dict[str, float]:
    """Writes the ZIP; {"cpu" and "wall" in seconds, of the making alone, "peak" in MiB of the whole process}."""
    case = case_of(count)
    wall, cpu = time.monotonic(), _cpu()
    with to.open("wb") as out:
        for piece in making.make_pack(
            full(case), pictures=case.copies, open_original=lambda one: [case.originals[one]]
        ):
            out.write(piece)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"cpu": _cpu() - cpu, "wall": time.monotonic() - wall, "peak": peak / 1024, "bytes": to.stat().st_size}


def _cpu() -> float:
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]), Path(sys.argv[2]))))
