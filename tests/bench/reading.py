"""Measures what a page of guidance costs, against a bare Django view behind the same server."""

from __future__ import annotations

import http.client
import itertools
import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.servers import Server, serving

CONNECTIONS = 4
SECONDS = 2.0
COOKIES = 600  # people with the same answers and other marks: more than drawn.KEPT, so that no page is found drawn


@dataclass(frozen=True)
class Wanted:
    """A page to ask for, with the cookies of the people who ask for it in turn (none: nobody has answered)."""

    address: str
    cookies: tuple[str, ...] = ("",)


class NotAPage(Exception):
    """The server answered with something else than 200."""


@dataclass(frozen=True)
class Rate:
    """Pages in a second of the server's processor, and in a second on the clock (where the sender may be the limit)."""

    of_cpu: float
    of_clock: float


def measure(folder: Path, turns: int, most: str, cookies: list[str]) -> Iterator[tuple[str, str, str]]:
    """Rows of the table: what, figure, detail. `most` is the page with the most content for who has `cookies`."""
    pages = {
        "start": Wanted("/"),
        "who can help": Wanted("/help/"),
        "the page with the most content": Wanted(most, tuple(cookies[:1])),
        "the same page, drawn anew each time": Wanted(most, tuple(cookies)),
    }
    bare = serving("tests.bench.plain:application", folder)
    with bare as plain, serving("abuse_help.wsgi:application", folder) as ours:
        for name, page in pages.items():
            pairs = [(_load(ours, page), _load(plain, Wanted("/page/"))) for _ in range(turns)]
            yield _row(name, pairs)


def _row(name: str, pairs: list[tuple[Rate, Rate]]) -> tuple[str, str, str]:
    ratios = sorted(page.of_cpu / bare.of_cpu for page, bare in pairs)
    cpu, clock = (statistics.median(getattr(page, by) for page, _ in pairs) for by in ("of_cpu", "of_clock"))
    bare_cpu = statistics.median(bare.of_cpu for _, bare in pairs)
    detail = f"{ratios[0]:.2f} to {ratios[-1]:.2f}; {cpu:.0f} a CPU second against {bare_cpu:.0f}; {clock:.0f} a second"
    return f"Guidance, {name}: pages a CPU second, to a bare view", f"{statistics.median(ratios):.2f}", detail


def _load(server: Server, page: Wanted) -> Rate:
    """Ask for one address over several connections at once, for SECONDS."""
    _ask(server.port, page, until=time.monotonic() + 0.2)  # warm
    before, start = server.cpu(), time.monotonic()
    counts: list[int] = []
    senders = [
        threading.Thread(target=lambda: counts.append(_ask(server.port, page, until=start + SECONDS)))
        for _ in range(CONNECTIONS)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    if len(counts) < CONNECTIONS:
        raise NotAPage(page.address)
    return Rate(sum(counts) / (server.cpu() - before), sum(counts) / (time.monotonic() - start))


def _ask(port: int, page: Wanted, *, until: float) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    count, cookies = 0, itertools.cycle(page.cookies)
    while time.monotonic() < until:
        line.request("GET", page.address, headers={"Accept-Encoding": "gzip", "Cookie": next(cookies)})
        answer = line.getresponse()
        answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise NotAPage(page.address)
        count += 1
    line.close()
    return count
