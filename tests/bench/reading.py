"""Measures what a page of guidance costs, against a bare Django view behind the same server."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.servers import Server, serving

CONNECTIONS = 4
SECONDS = 2.0
PAGES = {"start": "/", "who can help": "/help/", "first question": "/guide/{code}/"}


class NotAPage(Exception):
    """The server answered with something else than 200."""


@dataclass(frozen=True)
class Rate:
    """Pages in a second of the server's processor, and in a second on the clock (where the sender may be the limit)."""

    of_cpu: float
    of_clock: float


def measure(folder: Path, turns: int, code: str) -> Iterator[tuple[str, str, str]]:
    """Rows of the table: what, figure, detail."""
    bare = serving("tests.bench.plain:application", folder)
    with bare as plain, serving("abuse_help.wsgi:application", folder) as ours:
        for name, address in PAGES.items():
            pairs = [(_load(ours, address.format(code=code)), _load(plain, "/page/")) for _ in range(turns)]
            yield _row(name, pairs)


def _row(name: str, pairs: list[tuple[Rate, Rate]]) -> tuple[str, str, str]:
    ratios = sorted(page.of_cpu / bare.of_cpu for page, bare in pairs)
    cpu, clock = (statistics.median(getattr(page, by) for page, _ in pairs) for by in ("of_cpu", "of_clock"))
    bare_cpu = statistics.median(bare.of_cpu for _, bare in pairs)
    detail = f"{ratios[0]:.2f} to {ratios[-1]:.2f}; {cpu:.0f} a CPU second against {bare_cpu:.0f}; {clock:.0f} a second"
    return f"Guidance, {name}: pages a CPU second, to a bare view", f"{statistics.median(ratios):.2f}", detail


def _load(server: Server, address: str) -> Rate:
    """Ask for one address over several connections at once, for SECONDS."""
    _ask(server.port, address, until=time.monotonic() + 0.2)  # warm
    before, start = server.cpu(), time.monotonic()
    counts: list[int] = []
    senders = [
        threading.Thread(target=lambda: counts.append(_ask(server.port, address, until=start + SECONDS)))
        for _ in range(CONNECTIONS)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    if len(counts) < CONNECTIONS:
        raise NotAPage(address)
    return Rate(sum(counts) / (server.cpu() - before), sum(counts) / (time.monotonic() - start))


def _ask(port: int, address: str, *, until: float) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    count = 0
    while time.monotonic() < until:
        line.request("GET", address, headers={"Accept-Encoding": "gzip"})
        answer = line.getresponse()
        answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise NotAPage(address)
        count += 1
    line.close()
    return count
