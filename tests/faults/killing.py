"""Kills a served site with all its processes, at moments that a seed draws, and starts it again."""

from __future__ import annotations

import hashlib
import http.client
import os
import secrets
import threading
import time
from pathlib import Path
from signal import SIGKILL
from urllib.parse import urlsplit

from tests.security import needles

SEED = os.environ.get("KILL_SEED") or secrets.token_hex(4)  # printed; the same seed kills at the same moments
PACK = "evidence.pack.build"
WAIT = 300  # seconds after which something that should have ended has not; many, for a busy machine


def moment(what, seed=SEED):
    """A place between 0 and 1, the same for the same seed."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{what}".encode()).digest()[:4]) / 2**32


class Press(threading.Thread):
    """One request, or several, on their way; `answer` is what came back, None where nothing whole did."""

    def __init__(self, act):
        super().__init__(daemon=True)
        self._act, self.answer = act, None

    def run(self):
        try:
            self.answer = self._act()
        except (OSError, http.client.HTTPException, ValueError):  # refused, reset, or an answer cut in its middle
            return


def pressed(site, act, when=None):
    """What was answered, and after how many seconds; the site is killed when `when` returns, and started again."""
    press, start = Press(act), time.monotonic()
    press.start()
    if when is not None:
        when(press)
        kill(site)
    press.join(WAIT)
    assert not press.is_alive()
    took = time.monotonic() - start
    if when is not None:
        again(site)
    return press.answer, took


def after(seconds):
    """A moment for `pressed`: so many seconds after the act began."""
    return lambda _press: time.sleep(seconds)


def once(seen):
    """A moment for `pressed`: as soon as `seen` says yes, or the act is over."""

    def wait(press):
        while press.is_alive() and not seen():
            time.sleep(0.002)

    return wait


def again(site):
    site._serve(urlsplit(site.address).port)


def kill(site):
    """kill -9 for the server, its workers and a pack in making, at once; what looks at files must end by itself."""
    family = needles.family(site.process.pid)
    killed = {pid for pid in family if _is_killed(pid)} | {site.process.pid}
    for pid in killed:
        _kill(pid)
    site.process.wait(20)
    for pid in _packs_of(site):  # started after we looked
        _kill(pid)
    left, until = family - killed, time.monotonic() + 20
    while any(_lives(pid) for pid in left | killed) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(_lives(pid) for pid in left), "a process that looked at a file outlived the site"


def _packs_of(site):
    mine = f"LOCAL_DIR={site.folder}\0".encode()
    everyone = (int(home.name) for home in Path("/proc").glob("[0-9]*"))
    return [pid for pid in everyone if PACK in _command(pid) and mine in _environment(pid)]


def _environment(pid):
    try:
        return Path(f"/proc/{pid}/environ").read_bytes() + b"\0"
    except OSError:
        return b""


def _is_killed(pid):
    command = _command(pid)
    return "granian" in command or PACK in command


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def _lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _kill(pid):
    try:
        os.kill(pid, SIGKILL)
    except ProcessLookupError:
        return
