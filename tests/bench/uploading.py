"""Measures what sealing costs: 100 MB through the project's own path, against plain uploads that hash."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.servers import Server, serving

SIZE = 100 * 1024 * 1024
PIECE = 256 * 1024
EDGE = "9c1d6a70b8e54f0f"
HEAD = f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'.encode()
TAIL = f"\r\n--{EDGE}--\r\n".encode()


class WrongSum(Exception):
    """The server's SHA-256 is not that of what was sent."""


@dataclass(frozen=True)
class Cost:
    """One upload: seconds of the server's processor, and seconds that the sender waited."""

    cpu: float
    wall: float


def measure(folder: Path, turns: int) -> Iterator[tuple[str, str, str]]:
    """Rows of the table: what, figure, detail."""
    body = os.urandom(SIZE)
    more = {"DJANGO_SETTINGS_MODULE": "tests.bench.settings", "PICTURE_MAX_BYTES": str(SIZE * 2)}
    ours = serving("abuse_help.wsgi:application", folder, **more)
    with serving("tests.bench.plain:application", folder) as plain, ours as sealed:
        ways = {"sealed": (sealed, "/case/upload/"), "once": (plain, "/hashed/"), "twice": (plain, "/twice/")}
        for server, address in ways.values():
            _send(server, address, body)  # warm
        costs = [{name: _send(*way, body) for name, way in ways.items()} for _ in range(turns)]
    for name, words in (("once", "SHA-256"), ("twice", "SHA-256 and CRC-32, as a sealed file has")):
        yield _row(costs, name, words)


def _row(costs: list[dict[str, Cost]], name: str, words: str) -> tuple[str, str, str]:
    ratios = sorted(turn["sealed"].cpu / turn[name].cpu for turn in costs)
    walls = statistics.median(turn["sealed"].wall / turn[name].wall for turn in costs)
    ours, theirs = (statistics.median(turn[which].cpu for turn in costs) for which in ("sealed", name))
    detail = (
        f"{ratios[0]:.2f} to {ratios[-1]:.2f}; {ours:.2f} s against {theirs:.2f} s; sender waited {walls:.2f} times"
    )
    return f"Sealing 100 MB, CPU, to a plain upload with {words}", f"{statistics.median(ratios):.2f}", detail


def _send(server: Server, address: str, body: bytes) -> Cost:
    before, start = server.cpu(), time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    line.putrequest("POST", address)
    line.putheader("Content-Type", f"multipart/form-data; boundary={EDGE}")
    line.putheader("Content-Length", str(len(HEAD) + len(body) + len(TAIL)))
    line.endheaders()
    line.send(HEAD)
    view = memoryview(body)
    for at in range(0, len(body), PIECE):
        line.send(view[at : at + PIECE])
    line.send(TAIL)
    answer = json.loads(line.getresponse().read())
    wall = time.monotonic() - start
    line.close()
    if answer["sha256"] != hashlib.sha256(body).hexdigest():
        raise WrongSum
    return Cost(server.cpu() - before, wall)
