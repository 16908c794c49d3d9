"""The site as `make run` serves it: granian in processes of its own, with its own folder, secrets and database."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
START, END = 300, 60  # seconds that a busy machine may need to begin and to end
SECRETS = ("SECRET_KEY", "PEPPER", "ANSWERS_KEY", "LIMITS_KEY", "INSTANCE_KEY")
MAKE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
"""
CODE = re.compile(r"^ {4}(\S{28,40})$", re.MULTILINE)


@dataclass
class Site:
    """A running site. `folder` holds everything it keeps: secrets, database, sealed files, temporary files, log."""

    folder: Path
    more: dict[str, str] = field(default_factory=dict)
    address: str = ""
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        ours = {
            "MODE": "local",
            "LOCAL_DIR": str(self.folder),
            "TMPDIR": str(self.folder / "tmp"),
            "DJANGO_SETTINGS_MODULE": "abuse_help.settings",
            "PYTHONPATH": str(ROOT),
        }
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "LC_ALL"}}
        return {**kept, **ours, **self.more}

    @property
    def database(self) -> Path:
        return self.folder / "db.sqlite3"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    def start(self) -> Site:
        for name in ("secrets", "tmp"):
            (self.folder / name).mkdir(parents=True)
        for name in SECRETS:
            (self.folder / "secrets" / name).write_text(new_secret(name))
        self.run("-c", MAKE)  # one process for both: starting Python is most of the time
        for _ in range(2):
            with contextlib.suppress(RuntimeError):  # another program took the port between the choice and the start
                self._serve(_free_port())
                return self
        self._serve(_free_port())
        return self

    def _serve(self, port: int) -> None:
        """What `make serve` runs. Raises RuntimeError where it does not answer."""
        self.address = f"http://127.0.0.1:{port}"
        granian = Path(sys.executable).parent / "granian"
        line = "--interface wsgi --workers 2 --blocking-threads 16 --no-ws --log-level warning --host 127.0.0.1 --port"
        command = [str(granian), *line.split(), str(port), "abuse_help.wsgi:application"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        self._wait(self.process)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        """Until it answers, or has ended by itself."""
        until = time.monotonic() + START
        while process.poll() is None and time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.address}/healthz/", timeout=5):  # noqa: S310  our own address
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"The site did not start: {self.log.read_text()}")

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(END)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def run(self, *arguments: str, given: bytes = b"") -> str:
        """Python with the site's own settings; returns what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, input=given, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def manage(self, *arguments: str) -> str:
        return self.run("manage.py", *arguments)

    def invite(self, name: str) -> str:
        """The code with which a new helpline worker sets a password."""
        found = CODE.search(self.manage("helpline_worker", name))
        assert found
        return found[1]


def new_secret(name: str) -> str:
    return secrets.token_urlsafe(48 if name == "SECRET_KEY" else 32)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
