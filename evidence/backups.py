"""Copies the site into two artefacts: bulk, and the small keystore without which bulk opens nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Field, Model

from evidence import vault
from evidence.models import SealedFile

FORMAT = 1
KEYSTORE_KEPT = timedelta(days=7)
STAMP = "%Y%m%dT%H%M%SZ"
ROWS, OBJECTS, KEYS, MANIFEST = "rows.jsonl", "objects.jsonl", "keys.jsonl", "manifest.json"
STORED = "objects"  # the folder of sealed files, shared by every bulk
PIECE = 1024 * 1024

# Who may open what, as it is now: these rows live in the keystore alone.
KEYSTORE = (
    "helpline.Worker",
    "mfa.Authenticator",
    "evidence.Case",
    "evidence.OwnerWrap",
    "evidence.Grant",
    "evidence.OfferWrap",
)
# These rows live in bulk, but for the columns named here, which live in the keystore.
SPLIT = {
    "evidence.Item": ("key_version", "key_wrap"),
    "evidence.Message": ("key_version", "key_wrap"),
    "evidence.Hold": ("key_version", "key_wrap"),
    "evidence.CustodyBody": ("key_version", "key_wrap"),
    "evidence.SealedFile": ("header",),
}
BULK = ("evidence.CustodyEntry", "evidence.Attempt", "helpline.SignInLimit")
# Halves of open sessions, passes, codes that work once, packs (made anew) and uploads under way are never copied.
NEVER = (
    "evidence.OpenSession",
    "evidence.AddPass",
    "evidence.Pack",
    "evidence.Upload",
    "helpline.Desk",
    "helpline.SignIn",
    "helpline.Invitation",
    "sessions.Session",
)

Column: TypeAlias = "Field[Any, Any]"


class ObjectLost(Exception):
    """A row names a stored file that is not there: the backup would not be whole."""


@dataclass(frozen=True)
class Made:
    """What one backup did, in counts."""

    stamp: str
    rows: int
    objects: int
    copied: int
    forgotten: int


def make(bulk: Path, keystore: Path, *, at: datetime) -> Made:
    """Copy everything as it is at one moment while the site runs on; then forget keystores older than 7 days.

    `bulk` keeps each stored file once, however many backups name it. ObjectLost, StoreDown, OSError.
    """
    stamp = at.astimezone(UTC).strftime(STAMP)
    with _folder(bulk / stamp) as heavy, _folder(keystore / stamp) as light:
        rows, names = _write_rows(heavy / ROWS, light / KEYS)
        copied = _copy_objects(names, bulk, heavy / OBJECTS)
        _write_manifest(heavy, stamp)
        _write_manifest(light, stamp)
    return Made(stamp, rows, len(names), copied, _forget(keystore, at - KEYSTORE_KEPT))


# --- rows -----------------------------------------------------------------------------------------


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read in the block is of one moment; nobody who writes meanwhile waits."""
    if connection.in_atomic_block:  # whoever began the transaction chose how it reads
        yield
        return
    connection.ensure_connection()
    database: Any = connection
    usual, database.transaction_mode = getattr(database, "transaction_mode", None), "DEFERRED"  # SQLite's; else unread
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        database.transaction_mode = usual


def _write_rows(heavy: Path, light: Path) -> tuple[int, list[str]]:
    """Every row, a line each, in its place or in two parts; returns how many, and the names of the stored files."""
    count, names = 0, []
    with _private(heavy) as rows, _private(light) as keys, one_moment():
        for label in (*KEYSTORE, *SPLIT, *BULK):
            light_columns, heavy_columns = _parted(label)
            for row in _rows(label):
                count += 1
                for out, columns in ((keys, light_columns), (rows, heavy_columns)):
                    if columns:
                        out.write(_line(label, row, columns))
                if isinstance(row, SealedFile):
                    names.append(row.name)
    return count, names


def _parted(label: str) -> tuple[list[Column], list[Column]]:
    """The columns of a model that go into the keystore, and those that go into bulk."""
    apart, every = SPLIT.get(label, ()), _columns(label)
    if label in KEYSTORE:
        return every, []
    return [column for column in every if column.name in apart], [
        column for column in every if column.name not in apart
    ]


def _rows(label: str) -> Iterator[Model]:
    """In the order of their keys, which is the same in every database; no file of a pack or an unfinished upload."""
    found = apps.get_model(label)._base_manager.order_by("pk")
    if label == "evidence.SealedFile":
        found = found.filter(item__isnull=False)
    yield from found.iterator(chunk_size=500)


def _columns(label: str) -> list[Column]:
    return list(apps.get_model(label)._meta.concrete_fields)


def _line(label: str, row: Model, columns: list[Column]) -> bytes:
    value = {column.attname: _plain(column, row) for column in columns}
    return json.dumps([label, str(row.pk), value]).encode() + b"\n"


def _plain(column: Column, row: Model) -> Any:
    return None if column.value_from_object(row) is None else column.value_to_string(row)


# --- stored files ---------------------------------------------------------------------------------


def _copy_objects(names: list[str], bulk: Path, listed: Path) -> int:
    """Copy each stored file that is not here yet (one never changes), and list all with size and SHA-256."""
    known, copied = _listed_before(bulk), 0
    (bulk / STORED).mkdir(mode=0o700, exist_ok=True)
    with _private(listed) as out:
        for name in names:
            place = bulk / STORED / name
            copied += not place.exists()
            facts = _copied(name, place) if not place.exists() else known.get(name) or _facts(place)
            out.write(json.dumps({"name": name, **facts}).encode() + b"\n")
    return copied


def _copied(name: str, place: Path) -> dict[str, Any]:
    """Size and SHA-256 of what was copied; nothing of either where the case was erased since its row was read."""
    part = place.with_suffix(".part")
    try:
        with vault.store().open_sealed(name) as source, _private(part) as out:
            shutil.copyfileobj(source, out, PIECE)
    except FileNotFoundError:
        part.unlink(missing_ok=True)
        if SealedFile.objects.filter(name=name).exists():
            raise ObjectLost from None
        return {"gone": True}
    part.rename(place)
    return _facts(place)


def _facts(place: Path) -> dict[str, Any]:
    return {"size": place.stat().st_size, "sha256": sha256(place)}


def _listed_before(bulk: Path) -> dict[str, dict[str, Any]]:
    """What the newest backup before this one says of each stored file."""
    before = stamps(bulk)
    if not before:
        return {}
    with (bulk / before[-1] / OBJECTS).open("rb") as listed:
        return {line.pop("name"): line for line in map(json.loads, listed) if "sha256" in line}


# --- artefacts ------------------------------------------------------------------------------------


@contextmanager
def _folder(place: Path) -> Iterator[Path]:
    """A folder that has its name only once everything in it is written."""
    part = place.with_name(f".{place.name}.part")
    part.mkdir(mode=0o700, parents=True)
    try:
        yield part
        part.rename(place)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


@contextmanager
def _private(place: Path) -> Iterator[Any]:
    """A new file for this system's user alone, on disk when the block ends."""
    place.unlink(missing_ok=True)
    with os.fdopen(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())


def _write_manifest(folder: Path, stamp: str) -> None:
    value = {
        "format": FORMAT,
        "made": stamp,
        "version": settings.VERSION,
        "schema": schema(),
        "files": {path.name: sha256(path) for path in sorted(folder.iterdir())},
    }
    with _private(folder / MANIFEST) as out:
        out.write(json.dumps(value, indent=1).encode())


def schema() -> list[str]:
    """The migrations of our own rooms and of staff sign-in that this database has."""
    done = MigrationRecorder.Migration.objects.filter(app__in=["evidence", "helpline", "mfa"])
    return sorted(f"{app}.{name}" for app, name in done.values_list("app", "name"))


def sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def stamps(folder: Path) -> list[str]:
    """The backups in a folder, the oldest first."""
    return sorted(path.parent.name for path in folder.glob(f"*/{MANIFEST}"))


def _forget(keystore: Path, before: datetime) -> int:
    """Delete keystores made before this moment: what was erased since can never be opened again."""
    old = [stamp for stamp in stamps(keystore) if datetime.strptime(stamp, STAMP).replace(tzinfo=UTC) < before]
    for stamp in old:
        shutil.rmtree(keystore / stamp)
    return len(old)
