"""Where sealed files lie: Django's storage with begin, write, complete, abort: nothing half-written is named."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from django.core.files.storage import FileSystemStorage


class AlreadyClosed(Exception):
    """The file was completed or aborted before."""


class Writing(Protocol):
    """One file being written. Nothing is visible under `name` until `complete` returns."""

    name: str

    def write(self, data: bytes) -> None: ...
    def complete(self) -> None: ...
    def abort(self) -> None: ...


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


class FolderStorage(FileSystemStorage):
    """Sealed files in one folder, under random names, readable by this system's user alone."""

    def begin(self) -> Writing:
        folder = Path(self.location)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return FolderWriting(folder, secrets.token_hex(16))

    def open_sealed(self, name: str) -> BinaryIO:
        """The stored ciphertext, seekable. FileNotFoundError if it is gone."""
        return cast("BinaryIO", Path(self.path(name)).open("rb"))

    def names(self) -> list[str]:
        """Every stored name, `.part` files too (for finding orphans)."""
        folder = Path(self.location)
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
