"""Where sealed files lie: Django's storage with begin, write, complete, abort: nothing half-written is named."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from django.core.files.storage import FileSystemStorage


class AlreadyClosed(Exception):
    """The file was completed or aborted before."""


class StoreDown(OSError):
    """The store did not answer, or refused: nothing that was asked of it can be relied on. Names nothing."""


class Writing(Protocol):
    """One file being written. Nothing is visible under `name` until `complete` returns."""

    name: str

    def write(self, data: bytes) -> None: ...
    def complete(self) -> None: ...
    def abort(self) -> None: ...


class SealedStorage(Protocol):
    """What both stores can do: the folder below, and the bucket in `evidence.objects`."""

    def begin(self, name: str = "") -> Writing: ...
    def open_sealed(self, name: str) -> BinaryIO: ...
    def names(self) -> list[str]: ...
    def size(self, name: str) -> int: ...
    def exists(self, name: str) -> bool: ...
    def get_modified_time(self, name: str) -> datetime: ...
    def delete(self, name: str) -> None: ...
    def delete_all(self, names: Iterable[str]) -> None: ...
    def drop_unfinished(self, *, older_than: datetime) -> int: ...


class FolderWriting:
    """An unlinked file (O_TMPFILE) that is named when complete and synced; where the system refuses, a private `.part`.

    Only ciphertext is ever written. After `complete` the bytes and the folder entry are on disk (fsync of both).
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self._folder = folder
        self._part: Path | None = None
        self._fd = self._unnamed()
        try:
            self._dir = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            os.close(self._fd)
            self._unlink()
            raise
        self._open = True

    def _unnamed(self) -> int:
        try:
            return os.open(self._folder, os.O_TMPFILE | os.O_WRONLY, 0o600)
        except OSError:
            self._part = self._folder / f"{self.name}.part"
            return os.open(self._part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._fd, view) :]

    def complete(self) -> None:
        """Sync and name the file; where that fails nothing is left of it. AlreadyClosed."""
        if not self._open:
            raise AlreadyClosed
        named: list[Path] = []
        try:
            os.fsync(self._fd)
            if self._part is None:
                source = f"/proc/self/fd/{self._fd}"
                os.link(source, self.name, src_dir_fd=self._dir, dst_dir_fd=self._dir, follow_symlinks=True)
            else:
                self._part.rename(self._folder / self.name)
            named.append(self._folder / self.name)
            os.fsync(self._dir)
        except BaseException:
            self._unlink(*named)
            raise
        finally:
            self._close()

    def abort(self) -> None:
        """Leave nothing: no name, no bytes, no file descriptor. Safe to call twice."""
        if self._open:
            self._unlink()
            self._close()

    def _unlink(self, *more: Path) -> None:
        for path in (*more, *([self._part] if self._part else [])):
            path.unlink(missing_ok=True)

    def _close(self) -> None:
        self._open = False
        os.close(self._fd)
        os.close(self._dir)


def _make(folder: Path) -> None:
    """The folder, and those above it that are missing; each is synced into the one above, as a file is."""
    for above in [*folder.parents[::-1], folder]:
        if not above.is_dir():
            above.mkdir(exist_ok=True, mode=0o700)
            _sync(above.parent)


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


class FolderStorage(FileSystemStorage):
    """Sealed files in one folder, under random names, readable by this system's user alone."""

    def begin(self, name: str = "") -> Writing:
        """A new file under a random name; only a restore gives the name that it had."""
        folder = Path(self.location)
        if not folder.is_dir():
            _make(folder)
        return FolderWriting(folder, name or secrets.token_hex(16))

    def open_sealed(self, name: str) -> BinaryIO:
        """The stored ciphertext, seekable. FileNotFoundError if it is gone."""
        return cast("BinaryIO", Path(self.path(name)).open("rb"))

    def names(self) -> list[str]:
        """Every stored name, `.part` files too (for finding orphans)."""
        folder = Path(self.location)
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []

    def delete_all(self, names: Iterable[str]) -> None:
        """Delete stored files; one that is gone already is no error. OSError where one is left; the others go."""
        refused = None
        for name in names:
            try:
                self.delete(name)
            except OSError as error:
                refused = error
        if refused is not None:
            raise refused

    def drop_unfinished(self, *, older_than: datetime) -> int:
        """Nothing to do: what was given up has no name here, and a `.part` is an orphan like any other."""
        return 0
