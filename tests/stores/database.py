"""A PostgreSQL cluster of its own in a folder, on a socket in that folder alone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROLE = "postgres"  # the name of the role in the cluster, and of the system's user where root may not run one
QUIET = {"stdout": subprocess.DEVNULL}
# What it holds outlives no run; and nothing is to be cleaned by anybody but the site.
SETTINGS = ("listen_addresses=", "log_min_messages=fatal", "fsync=off", "autovacuum=off")


@contextmanager
def running(folder: Path) -> Iterator[dict[str, str]]:
    """Makes and starts the cluster; gives the setting that leads to it; kills it at the end."""
    folder.mkdir(mode=0o700)
    who = _who(folder)
    data = folder / "data"
    made = [_binary("initdb"), "--pgdata", data, "--username", ROLE, "--auth", "trust", "--encoding", "UTF8"]
    subprocess.run([*made, "--no-locale", "--no-sync"], check=True, cwd=folder, **QUIET, **who)
    command = [_binary("postgres"), "-D", data, "-k", folder]
    command += [part for setting in SETTINGS for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stderr=log, cwd=folder, **QUIET, **who)
    try:
        _wait(folder, process)
        yield {"DATABASE_URL": f"postgres://{ROLE}@{quote(str(folder), safe='')}/{ROLE}"}
    finally:
        process.send_signal(signal.SIGQUIT)  # at once: what it holds is thrown away anyway
        process.wait(30)


def _who(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to be run by root: then it runs as the user that its package made."""
    if os.getuid() != 0:
        return {}
    shutil.chown(folder, ROLE, ROLE)
    return {"user": ROLE, "group": ROLE, "extra_groups": []}


def _binary(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    where = str(found[-1]) if found else shutil.which(name)
    if where is None:
        raise SystemExit("PostgreSQL is missing. Please run:  sudo apt-get install postgresql")
    return where


def _wait(folder: Path, process: subprocess.Popen[bytes]) -> None:
    ready = [_binary("pg_isready"), "--host", str(folder), "--quiet"]
    until = time.monotonic() + 60
    while subprocess.run(ready, check=False).returncode:
        if process.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
        time.sleep(0.1)
