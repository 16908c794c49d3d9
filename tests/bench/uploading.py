"""Measures what sealing costs: uploads through the project's own path, against plain uploads that hash."""

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

MIB = 1024 * 1024
PIECE = 256 * 1024
EDGE = "9c1d6a70b8e54f0f"
HEAD = f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'.encode()
TAIL = f"\r\n--{EDGE}--\r\n".encode()
WORDS = {"once": "SHA-256", "twice": "SHA-256 and CRC-32, as a sealed file has"}


class WrongSum(Exception):
    """The server's SHA-256 is not that of what was sent."""


@dataclass(frozen=True)
class Sent:
    """A file of random bytes, sent again and again so that it need not lie in memory: `times` the same `block`."""

    block: bytes
    times: int

    @property
    def size(self) -> int:
        return len(self.block) * self.times

    @property
    def sha256(self) -> str:
        digest = hashlib.sha256()
        for _ in range(self.times):
            digest.update(self.block)
        return digest.hexdigest()


@dataclass(frozen=True)
class Cost:
    """One upload: seconds of the server's processor, seconds that the sender waited, MiB that the worker grew by."""

    cpu: float
    wall: float
    grew: float = 0.0


def measure(folder: Path, turns: int, *, mib: int = 100, at: str = "", **more: str) -> Iterator[tuple[str, str, str]]:
    """Rows of the table: what, figure, detail. `more` are settings that lead to another store, `at` says which."""
    sent = Sent(os.urandom(MIB), mib)
    most = {"PICTURE_MAX_BYTES": str(sent.size * 2), "FILE_MAX_BYTES": str(sent.size * 2)}
    ours = serving("abuse_help.wsgi:application", folder, DJANGO_SETTINGS_MODULE="tests.bench.settings", **most, **more)
    with serving("tests.bench.plain:application", folder) as plain, ours as sealed:
        ways = {"sealed": (sealed, "/case/upload/"), "once": (plain, "/hashed/"), "twice": (plain, "/twice/")}
        for server, address in ways.values():
            send(server, address, Sent(sent.block, 20))  # warm
        costs = [{name: send(*way, sent) for name, way in ways.items()} for _ in range(turns)]
    what = f"Sealing {f'{mib} MB' if mib < 1000 else '1 GB'}{at}"
    for name, words in WORDS.items():
        yield _row(costs, name, f"{what}, CPU, to a plain upload with {words}")
    grew = sorted(turn["sealed"].grew for turn in costs)
    yield f"{what}, memory that the worker grows by, MiB", f"{grew[-1]:.1f}", f"{grew[0]:.1f} to {grew[-1]:.1f}"


def _row(costs: list[dict[str, Cost]], name: str, what: str) -> tuple[str, str, str]:
    ratios = sorted(turn["sealed"].cpu / turn[name].cpu for turn in costs)
    walls = statistics.median(turn["sealed"].wall / turn[name].wall for turn in costs)
    ours, theirs = (statistics.median(turn[which].cpu for turn in costs) for which in ("sealed", name))
    detail = (
        f"{ratios[0]:.2f} to {ratios[-1]:.2f}; {ours:.2f} s against {theirs:.2f} s; sender waited {walls:.2f} times"
    )
    return what, f"{statistics.median(ratios):.2f}", detail


def send(server: Server, address: str, sent: Sent) -> Cost:
    """One upload of one file; WrongSum unless the server read what was sent."""
    memory, before, start = server.memory(), server.cpu(), time.monotonic()
    server.forget_peak()
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    line.putrequest("POST", address)
    line.putheader("Content-Type", f"multipart/form-data; boundary={EDGE}")
    line.putheader("Content-Length", str(len(HEAD) + sent.size + len(TAIL)))
    line.endheaders()
    line.send(HEAD)
    view = memoryview(sent.block)
    for _ in range(sent.times):
        for at in range(0, len(view), PIECE):
            line.send(view[at : at + PIECE])
    line.send(TAIL)
    answer = json.loads(line.getresponse().read())
    cost = Cost(server.cpu() - before, time.monotonic() - start, server.peak() - memory)
    line.close()
    if answer["sha256"] != sent.sha256:
        raise WrongSum
    return cost
