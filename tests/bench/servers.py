"""Starts granian for one application and says how much processor time it has used."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECRETS = ("SECRET_KEY", "PEPPER", "ANSWERS_KEY", "LIMITS_KEY", "INSTANCE_KEY")
MAKE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
"""


def environment(folder: Path, **more: str) -> dict[str, str]:
    """What a process of the project needs, with everything that it keeps below `folder`."""
    ours = {"MODE": "local", "LOCAL_DIR": str(folder), "TMPDIR": str(folder), "PYTHONPATH": str(ROOT)}
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "LC_ALL"}}
    return {**kept, **ours, "DJANGO_SETTINGS_MODULE": "abuse_help.settings", **more}


def prepare(folder: Path) -> None:
    """Secrets, a database and static files for a site of its own."""
    (folder / "secrets").mkdir()
    for name in SECRETS:
        (folder / "secrets" / name).write_text(secrets.token_urlsafe(48 if name == "SECRET_KEY" else 32))
    subprocess.run([sys.executable, "-c", MAKE], cwd=ROOT, env=environment(folder), check=True)


@dataclass(frozen=True)
class Server:
    """One running server; processor time and memory are those of its workers, and of their parent."""

    port: int
    process: subprocess.Popen[bytes]

    def cpu(self) -> float:
        """Seconds of processor time that it and its worker have used, ended threads included."""
        return sum(_cpu(pid) for pid in _tree(self.process.pid))

    @property
    def workers(self) -> list[int]:
        return _tree(self.process.pid)[1:]

    def memory(self) -> float:
        """MiB that the workers hold now (resident)."""
        return sum(map(self.memory_of, self.workers))

    def peak(self) -> float:
        """MiB that the workers held at most since `forget_peak`."""
        return sum(map(self.peak_of, self.workers))

    def memory_of(self, worker: int) -> float:
        return _mib(f"/proc/{worker}/status", "VmRSS")

    def peak_of(self, worker: int) -> float:
        return _mib(f"/proc/{worker}/status", "VmHWM")

    def shared_memory(self) -> float:
        """MiB of the workers, what they share counted once (PSS)."""
        return sum(_mib(f"/proc/{pid}/smaps_rollup", "Pss") for pid in self.workers)

    def forget_peak(self) -> None:
        for pid in self.workers:
            Path(f"/proc/{pid}/clear_refs").write_text("5")  # proc(5): the high-water mark begins anew


@contextlib.contextmanager
def serving(application: str, folder: Path, *, workers: int = 1, **more: str) -> Iterator[Server]:
    """`application` (module:name) under granian, as `make serve` runs it but for the number of workers."""
    port = _free_port()
    line = f"--interface wsgi --workers {workers} --blocking-threads 16 --no-ws --log-level error"
    where = f"--host 127.0.0.1 --port {port}"
    command = [str(Path(sys.executable).parent / "granian"), *line.split(), *where.split(), application]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(folder, **more))
    try:
        _wait(port)
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait(120)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _wait(port: int) -> None:
    for _ in range(3000):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise TimeoutError("the server did not start")


def _tree(pid: int) -> list[int]:
    found = [pid]
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _tree(int(child))
    return found


def _mib(path: str, name: str) -> float:
    """MiB of one line of a file in /proc."""
    lines = Path(path).read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name + ":")) / 1024


def _cpu(pid: int) -> float:
    """The processor clock of another process, to the nanosecond: see clock_getcpuclockid(3)."""
    return time.clock_gettime((~pid << 3) | 2)
