"""`python -m tests.bench [PART ...]`: measures; the table of `docs/performance.md`. PARTS names what there is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench import crowds, reading, uploading
from tests.bench.servers import ROOT, environment, prepare
from tests.stores import objects

TURNS = int(os.environ.get("BENCH_TURNS", "7"))
OWN = {"sealing": "sealing", "playing": "playing", "fields": "opening", "thousand": "thousand", "pack": "packing"}
PARTS = (*OWN, "upload", "gigabyte", "pages", "crowds")


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
    if part in OWN:  # in a process of its own
        yield from json.loads(_run(folder, "-m", f"tests.bench.{OWN[part]}", str(TURNS)))
    elif part == "upload":
        yield from uploading.measure(folder, TURNS)
    elif part == "gigabyte":
        yield from uploading.measure(folder, TURNS, mib=1024, at=" into a folder")
        with objects.running(folder / "objects") as store:
            yield from uploading.measure(folder, TURNS, mib=1024, at=" into an S3-compatible store", **store)
    elif part == "crowds":
        yield from crowds.measure(folder)
    else:
        longest = json.loads(_run(folder, "-m", "tests.bench.longest"))
        yield from reading.measure(folder, TURNS, longest["address"], longest["cookies"])


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
