"""Measures how soon a large recording begins to play at nine tenths of it, against its start."""

from __future__ import annotations

import json
import statistics
import sys
import time
import uuid
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from evidence.vault import FileRef

PIECE = bytes(1024 * 1024)
GIGABYTE = 10**9
TRIES = 20


def measure(turns: int, size: int = GIGABYTE) -> tuple[str, str, str]:
    """The row of the table: what, figure, detail. Writes and removes one sealed file of `size` bytes."""
    from evidence import vault

    file = _sealed(size)
    try:
        pairs = [(_cost(file, size * 9 // 10), _cost(file, 0)) for _ in range(turns)]
    finally:
        vault.discard([file.name])
    ratios = sorted(late / early for late, early in pairs)
    late, early = (statistics.median(column) * 1_000 for column in zip(*pairs, strict=True))
    detail = f"{ratios[0]:.2f} to {ratios[-1]:.2f}; {late:.2f} ms of CPU against {early:.2f}"
    what = "Playing 1 GB: CPU to the first piece at 90 %, to that at the start"
    return what, f"{statistics.median(ratios):.2f}", detail


def _sealed(size: int) -> FileRef:
    from evidence import vault
    from evidence.crypto import keys

    key = keys.new_key()
    keeping = vault.Keeping(key, uuid.uuid4())
    for start in range(0, size, len(PIECE)):
        keeping.write(PIECE[: size - start])
    facts = keeping.complete()
    return vault.FileRef(keeping.id, keeping.case_id, keeping.name, keeping.stored_size, facts.size, key)


def _cost(file: FileRef, start: int) -> float:
    """Seconds of processor time until the first piece from `start` on is open, the mean of TRIES."""
    from evidence import vault

    before = time.process_time()
    for _ in range(TRIES):
        next(iter(vault.chunks(file, start)))
    return (time.process_time() - before) / TRIES


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps([measure(int(sys.argv[1]))]))
