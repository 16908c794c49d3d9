"""Measures what many at once do to the site as `make serve` runs it: unlock attempts, and bodies that never end."""

from __future__ import annotations

import http.client
import secrets
import socket
import statistics
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.bench.servers import Server, serving

ATTEMPTS = 200
SLOW, MORE = 8, 40  # bodies at 1 KB/s: as many as the goal names, and more than there are threads
ASKED = 40
TOKEN = secrets.token_hex(16)
OPEN = "/case/d2xj/"
TRY = 120  # seconds


def measure(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Rows of the table: what, figure, detail."""
    with serving("abuse_help.wsgi:application", folder, workers=2) as site:
        for _ in range(16):
            _page(site)  # warm: in both workers
            _attempt(site)
        yield _row("nothing else", [_page(site) for _ in range(ASKED)])
        for count in (SLOW, MORE):
            yield _held(site, count)
        yield from _storm(site)
    with serving("abuse_help.wsgi:application", folder, DERIVATIONS_AT_ONCE="8") as site:
        yield _eight(site)


def _row(while_: str, took: list[float], more: str = "") -> tuple[str, str, str]:
    ordered = sorted(took)
    detail = f"median {statistics.median(ordered) * 1000:.0f}, worst {ordered[-1] * 1000:.0f} of {len(took)}{more}"
    return f"The start page while: {while_}; 95 of 100 answer within ms", f"{_most(ordered) * 1000:.0f}", detail


def _most(ordered: list[float]) -> float:
    return ordered[int(len(ordered) * 0.95) - 1]


def _page(site: Server) -> float:
    start = time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=TRY)
    line.request("GET", "/")
    assert line.getresponse().read()
    line.close()
    return time.monotonic() - start


# --- bodies that never end ------------------------------------------------------------------------


def _held(site: Server, count: int) -> tuple[str, str, str]:
    lines = [_slow(site) for _ in range(count)]
    going = threading.Event()
    drip = threading.Thread(target=_drip, args=[lines, going])
    drip.start()
    time.sleep(2)
    took = []
    for _ in range(ASKED):
        took.append(_page(site))
        time.sleep(0.1)
    going.set()
    drip.join()
    return _row(f"{count} forms come in at 1 KB/s", took)


def _slow(site: Server) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", site.port), TRY)
    line.sendall(b"POST /guide/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 400000\r\n\r\n")
    return line


def _drip(lines: list[socket.socket], going: threading.Event) -> None:
    while not going.wait(1):
        for line in list(lines):
            try:
                line.sendall(b"x" * 1000)
            except OSError:  # it was answered, and closed
                lines.remove(line)
    for line in lines:
        line.close()


# --- unlock attempts --------------------------------------------------------------------------------


def _attempt(site: Server) -> int:
    """Words that no case has: they cost as much as wrong ones, and as right ones."""
    words = " ".join(secrets.choice(("abacus", "zoom", "cosmos", "tiger", "walnut", "oasis")) for _ in range(7))
    body = urllib.parse.urlencode({"x_1": words, "csrfmiddlewaretoken": TOKEN})
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=TRY)
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"c={TOKEN}"}
    line.request("POST", OPEN, body, kind)
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status


def _at_once(site: Server, count: int) -> tuple[list[threading.Thread], list[int]]:
    heard: list[int] = []
    ready = threading.Barrier(count)

    def press() -> None:
        ready.wait()
        heard.append(_attempt(site))

    threads = [threading.Thread(target=press) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads, heard


def _storm(site: Server) -> Iterator[tuple[str, str, str]]:
    before = site.shared_memory()
    threads, heard = _at_once(site, ATTEMPTS)
    took, held, start = [], [before], time.monotonic()
    while any(thread.is_alive() for thread in threads):
        took.append(_page(site))
        held.append(site.shared_memory())
    lasted = time.monotonic() - start
    said = ", ".join(f"{count} times {status}" for status, count in sorted(Counter(heard).items()))
    yield _row(
        f"{ATTEMPTS} unlock attempts at once", took, f"; the attempts heard {said}, the last after {lasted:.1f} s"
    )
    what = f"{ATTEMPTS} unlock attempts at once: memory of both workers at most, MiB"
    yield what, f"{max(held):.0f}", f"{before:.0f} before; goal: 512"


def _eight(site: Server) -> tuple[str, str, str]:
    _attempt(site)
    before, start = site.cpu(), time.monotonic()
    threads, heard = _at_once(site, 8)
    for thread in threads:
        thread.join()
    wall, cpu = time.monotonic() - start, site.cpu() - before
    what = "Eight unlocks at once in one process, all deriving: seconds until the last was answered"
    return what, f"{wall:.1f}", f"{cpu:.1f} s of CPU; {len(heard)} answers, {Counter(heard)[503]} of them busy"
