"""The sealed store of one test, whichever kind it is, as if it were a folder: names, bytes, sizes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from functools import total_ordering
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from evidence.objects import BucketStorage


@total_ordering
class Kept:
    """One stored object, with what a test does to a file."""

    def __init__(self, store: BucketStorage, name: str) -> None:
        self._store, self.name = store, name

    def read_bytes(self) -> bytes:
        with self._store.open_sealed(self.name) as source:
            return source.read()

    def write_bytes(self, data: bytes) -> None:
        self._store.call("put_object", self.name, Body=data)

    def touch(self) -> None:
        self.write_bytes(b"")

    def unlink(self) -> None:
        self._store.delete(self.name)

    def chmod(self, _mode: int) -> None:
        """An object has no rights of its own."""

    def exists(self) -> bool:
        return self._store.exists(self.name)

    is_file = exists

    def stat(self) -> SimpleNamespace:
        return SimpleNamespace(st_size=self._store.size(self.name))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kept) and self.name == other.name

    def __lt__(self, other: Kept) -> bool:
        return self.name < other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"Kept({self.name})"


class Shelf:
    """A part of the bucket that is one test's own."""

    def __init__(self, store: dict[str, Any]) -> None:
        options = {**store["OPTIONS"], "prefix": f"{secrets.token_hex(8)}/"}
        self.setting = {**store, "OPTIONS": options}
        self._store = BucketStorage(**options)

    def iterdir(self) -> Iterator[Kept]:
        return iter([Kept(self._store, name) for name in self._store.names()])

    def glob(self, _pattern: str) -> Iterator[Kept]:
        return self.iterdir()

    rglob = glob

    def exists(self) -> bool:
        return True

    def mkdir(self, *, exist_ok: bool = False) -> None:
        """A bucket has no folders."""

    def __truediv__(self, name: str) -> Kept:
        return Kept(self._store, name)


def written_at(monkeypatch: Any, moments: dict[str, datetime]) -> None:
    """The store says that these objects were last written at these moments."""
    from evidence import vault

    kind = type(vault.store())
    real = kind.get_modified_time
    monkeypatch.setattr(kind, "get_modified_time", lambda store, name: moments.get(name) or real(store, name))


def stored() -> dict[str, bytes]:
    """Each stored file by its name, as it lies in the store, whichever kind that is."""
    from evidence import vault

    store, found = vault.store(), {}
    for name in store.names():
        with store.open_sealed(name) as source:
            found[name] = source.read()
    return found


def listed() -> dict[str, tuple[Any, ...]]:
    """What tells one stored file from another without reading it, by its name: of the store's own listing."""
    from evidence import vault

    store = vault.store()
    if isinstance(store, BucketStorage):
        found = chain.from_iterable(page.get("Contents", ()) for page in store._pages("list_objects_v2"))
        return {entry["Key"]: (entry["ETag"], entry["Size"], entry["LastModified"]) for entry in found}
    about = {name: Path(store.path(name)).stat() for name in store.names()}
    return {name: (one.st_ino, one.st_size, one.st_mtime_ns, one.st_ctime_ns) for name, one in about.items()}


def folder(path: Path) -> dict[str, Any]:
    return {"BACKEND": "evidence.storage.FolderStorage", "OPTIONS": {"location": str(path)}}
