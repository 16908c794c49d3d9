"""Measures sealing with SHA-256 against AES-256-GCM and SHA-256 of the same library: in process, on the same bytes.

Run in a process of its own; prints its rows as JSON. The combined limit is 1 / (1 / cipher + 1 / hash), in pieces of
16 KiB; the goals are 1.0 times that of `openssl speed`, and 0.75 times the hash alone.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import zlib
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from evidence.crypto import keys, streams
from evidence.crypto.contexts import context

MIB = 1024 * 1024
BYTES = 128 * MIB
CHUNK = 16 * 1024
PIECE = 64 * 1024  # what the reader of uploads hands on
DATA = os.urandom(PIECE)  # the same again and again, as `openssl speed` does: it stays in the processor's cache
TIMES = BYTES // PIECE


def seal() -> None:
    sealer = streams.Sealer(keys.new_key(), context("bench"))
    for _ in range(TIMES):
        sealer.update(DATA)
    sealer.finalize()


def cipher() -> None:
    """The library's own cipher, in chunks as openssl measures them and as the format has them."""
    aead, view = AESGCM(keys.new_key()), memoryview(DATA)
    for number, at in itertools.product(range(TIMES), range(0, PIECE, CHUNK)):
        aead.encrypt((number * PIECE + at).to_bytes(12, "big"), view[at : at + CHUNK], None)


def digest() -> None:
    found = hashlib.sha256()
    for _ in range(TIMES):
        found.update(DATA)


def check() -> None:
    """The CRC-32 that sealing makes besides, for the ZIP of a pack."""
    found = 0
    for _ in range(TIMES):
        found = zlib.crc32(DATA, found)


def openssl(name: str, *more: str) -> float:
    """Bytes a CPU second of `openssl speed` in pieces of 16 KiB."""
    line = ["openssl", "speed", "-seconds", "1", "-bytes", str(CHUNK), "-mr", *more, name]
    said = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    return float(next(row for row in said.splitlines() if row.startswith("+F:")).rsplit(":", 1)[1])


def rate(act: Callable[[], None]) -> float:
    """Bytes a second of this process's processor."""
    before = time.process_time()
    act()
    return BYTES / (time.process_time() - before)


def combined(one: float, other: float) -> float:
    return 1 / (1 / one + 1 / other)


def measure(turns: int) -> list[tuple[str, str, str]]:
    for act in (seal, cipher, digest, check):
        rate(act)  # warm
    found = [_turn() for _ in range(turns)]
    return [_row(name, [(turn[""], turn[name]) for turn in found]) for name in found[0] if name]


def _turn() -> dict[str, float]:
    sealed, ciphered, hashed, checked = rate(seal), rate(cipher), rate(digest), rate(check)
    both = combined(ciphered, hashed)
    limits = {
        "": sealed,
        "the library's own AES-256-GCM and SHA-256": both,
        "these two and the CRC-32 that it makes besides": combined(both, checked),
        "its SHA-256 alone": hashed,
    }
    return {**limits, "`openssl speed`, AES-256-GCM and SHA-256": _system()} if shutil.which("openssl") else limits


def _system() -> float:
    return combined(openssl("aes-256-gcm", "-evp"), openssl("sha256", "-evp"))


def _row(name: str, pairs: list[tuple[float, float]]) -> tuple[str, str, str]:
    ratios = sorted(one / other for one, other in pairs)
    one, other = (statistics.median(column) / 1e9 for column in zip(*pairs, strict=True))
    detail = f"{ratios[0]:.2f} to {ratios[-1]:.2f}; {one:.2f} GB a CPU second against {other:.2f}"
    return f"Sealing with SHA-256 in memory, to {name}", f"{statistics.median(ratios):.2f}", detail


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))))
