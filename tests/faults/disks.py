"""A small disk that a test fills and empties: a tmpfs of its own, or where none may be mounted, bounds and modes."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAGE = 4096
LIBC = ctypes.CDLL(None)
VERSION_3, OVERRIDE = 0x20080522, 1 << 1  # linux/capability.h: with CAP_DAC_OVERRIDE root writes where nobody may


class Disk:
    """A mounted disk. Inside `full(leave)` about `leave` bytes (whole pages) are free."""

    mounted = True
    database: Path | None = None

    def __init__(self, place: Path) -> None:
        self.place = place

    @contextmanager
    def full(self, leave: int = 0) -> Iterator[None]:
        ballast = self.place / "ballast"
        there = os.statvfs(self.place)
        with ballast.open("wb") as out:
            os.posix_fallocate(out.fileno(), 0, (there.f_bavail - -(-leave // PAGE)) * there.f_frsize)
        try:
            yield
        finally:
            ballast.unlink()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        _as_root("mount", "-o", "remount,ro", str(self.place))
        try:
            yield
        finally:
            _as_root("mount", "-o", "remount,rw", str(self.place))


class Bound(Disk):
    """Where no disk may be mounted: inside `full(leave)` no file grows beyond `leave` bytes."""

    mounted = False

    @contextmanager
    def full(self, leave: int = 0) -> Iterator[None]:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        usual = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that a write fails as it does on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (leave, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            signal.signal(signal.SIGXFSZ, usual)

    @contextmanager
    def read_only(self) -> Iterator[None]:
        folders = [path for path in (self.place, *self.place.rglob("*")) if path.is_dir()]
        for folder in folders:
            folder.chmod(0o500)
        before = _capabilities()
        _take_up([held & ~OVERRIDE if place == 0 else held for place, held in enumerate(before)])
        try:
            yield
        finally:
            _take_up(before)
            for folder in folders:
                folder.chmod(0o700)


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[Disk]:
    place.mkdir()
    if not _as_root("mount", "-t", "tmpfs", "-o", f"size={size},mode=700,uid={os.getuid()}", "tmpfs", str(place)):
        yield Bound(place)
        return
    try:
        yield Disk(place)
    finally:
        _as_root("umount", "--lazy", str(place))


def _capabilities() -> list[int]:
    """What this thread may do beyond its user, as capget(2) tells it: effective, permitted, inheritable, twice."""
    data = (ctypes.c_uint32 * 6)()
    assert LIBC.capget((ctypes.c_uint32 * 2)(VERSION_3, 0), data) == 0
    return list(data)


def _take_up(capabilities: list[int]) -> None:
    assert LIBC.capset((ctypes.c_uint32 * 2)(VERSION_3, 0), (ctypes.c_uint32 * 6)(*capabilities)) == 0


def _as_root(*command: str) -> bool:
    """Whether it was done: as root, or with sudo where that asks no password."""
    first = [] if os.getuid() == 0 else ["sudo", "-n"]
    try:
        return subprocess.run([*first, *command], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:  # no sudo, or no mount
        return False
