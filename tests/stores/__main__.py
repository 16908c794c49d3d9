"""Runs a command beside a throwaway PostgreSQL and a throwaway S3-compatible store: `python -m tests.stores COMMAND`.

The command finds both in its environment, as an operator's site would; both are gone when it ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.stores import database, objects


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # not in TMPDIR: the path of a socket must be short, and the database's own user must be able to come there
    with tempfile.TemporaryDirectory(prefix="stores-", dir="/tmp", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        folder.chmod(0o711)  # the database runs as a user of its own
        with database.running(folder / "database") as rows, objects.running(folder / "objects") as files:
            return subprocess.run(command, env={**os.environ, **rows, **files}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
