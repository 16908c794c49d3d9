"""A database that goes down and comes back, as its own site sees it: nobody else's is touched."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

from django.db import close_old_connections, connections

BESIDE = ("", "-wal", "-shm")


class Database:
    """The database of the site in service: the path of a file, or a name in a cluster."""

    def __init__(self, which):
        self.which, self.is_down = which, False

    def down(self):
        if not self.is_down:
            self.is_down = True
            self._move("", ".away") if isinstance(self.which, Path) else self._refuse()

    def up(self):
        if self.is_down:
            self.is_down = False
            self._move(".away", "") if isinstance(self.which, Path) else self._allow("true")

    @contextmanager
    def gone(self):
        self.down()
        try:
            yield
        finally:
            self.up()

    def _move(self, old, new):
        """A file that is not there: a folder stands in its place, so that nothing makes a new one."""
        connections["default"].close()
        if old:
            self.which.rmdir()
        for beside in BESIDE:
            path = self.which.with_name(self.which.name + beside + old)
            if path.exists():
                path.rename(self.which.with_name(self.which.name + beside + new))
        if new:
            self.which.mkdir()

    def _refuse(self):
        """As a server that stops: whoever is connected is cut off, and nobody new is let in."""
        self._allow("false")
        with connections["default"]._nodb_cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [self.which])

    def _allow(self, whether):
        with connections["default"]._nodb_cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{self.which}" WITH ALLOW_CONNECTIONS {whether}')


def served(ask, *args, **more):
    """One request as a server makes it: the test's browser leaves out what ends a connection that died."""
    close_old_connections()
    try:
        return ask(*args, **more)
    finally:
        close_old_connections()
