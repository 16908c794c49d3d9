"""`python -m tests.bench [sealing|playing|pages|pack|thousand]`: measures; the table of `docs/performance.md`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench import reading, uploading
from tests.bench.servers import ROOT, environment, prepare

TURNS = int(os.environ.get("BENCH_TURNS", "7"))
PARTS = ("sealing", "playing", "pages", "pack", "thousand")


def main(wanted: list[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        prepare(folder)
        _say("| what | median | turns |\n|---|---|---|")
        for part in wanted or PARTS:
            for row in _rows(part, folder):
                _say("| " + " | ".join(row) + " |")
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    _say(f"\n{TURNS} turns, interleaved; load of the machine at the end {load} on {os.cpu_count()} processors.")


def _rows(part: str, folder: Path) -> Iterator[tuple[str, str, str]]:
    if part == "sealing":
        yield from uploading.measure(folder, TURNS)
    elif part == "playing":
        what, figure, detail = json.loads(_run(folder, "-m", "tests.bench.playing", str(TURNS)))
        yield what, figure, detail
    elif part == "pages":
        longest = json.loads(_run(folder, "-m", "tests.bench.longest"))
        yield from reading.measure(folder, TURNS, longest["address"], longest["cookies"])
    elif part == "thousand":
        for what, figure, detail in json.loads(_run(folder, "-m", "tests.bench.thousand", str(TURNS))):
            yield what, figure, detail
    else:
        what, figure, detail = json.loads(_run(folder, "-m", "tests.bench.packing"))
        yield what, figure, detail


def _run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment(folder), stdout=subprocess.PIPE, check=True
    )
    return done.stdout.decode()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
