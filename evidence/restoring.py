"""Brings a backup back into an empty site: checks both artefacts first, then rows, stored files and every log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from evidence import backups, custody, vault
from evidence.backups import BULK, KEYS, KEYSTORE, MANIFEST, OBJECTS, ROWS, SPLIT, STORED
from evidence.custody import ChainBroken
from evidence.models import Case, CustodyEntry, SealedFile

BATCH = 500
_ORDER = {label: number for number, label in enumerate((*KEYSTORE, *SPLIT, *BULK))}


class NotRestored(Exception):
    """Nothing was restored: `args[0]` says why, in words for the person who runs the site."""


@dataclass(frozen=True)
class Restored:
    """What came back: rows, stored files, checked logs; `left_out` rows had no keys any more, or no file."""

    rows: int
    objects: int
    logs: int
    left_out: int


@dataclass(frozen=True)
class Line:
    """One row, or one part of a row, as an artefact holds it."""

    label: str
    pk: str
    values: dict[str, Any]

    @property
    def place(self) -> tuple[int, Any]:
        """Where it stands in every artefact: models in one order, rows by their keys."""
        return _ORDER[self.label], int(self.pk) if self.pk.isdecimal() and len(self.pk) < 20 else self.pk


def restore(bulk: Path, keystore: Path, *, made: str = "", keys_made: str = "") -> Restored:
    """Restore the newest backup, or the ones named, into this empty site. NotRestored, StoreDown, OSError."""
    _refuse_unless_empty()
    heavy, light = _chosen(bulk, made), _chosen(keystore, keys_made or made)
    _check(heavy, light)
    with transaction.atomic():
        rows, left_out = _put_rows(heavy / ROWS, light / KEYS)
        objects, gone = _put_objects(heavy / OBJECTS, bulk / STORED)
        _count_on(SPLIT, BULK, KEYSTORE)
        return Restored(rows - gone, objects, _check_logs(), left_out + gone)


# --- checks before anything is written ------------------------------------------------------------


def _refuse_unless_empty() -> None:
    if any(apps.get_model(label)._base_manager.exists() for label in _ORDER):
        raise NotRestored("This database holds rows already. A backup is restored into an empty one only.")


def _chosen(folder: Path, stamp: str) -> Path:
    there = backups.stamps(folder)
    if not there or (stamp and stamp not in there):
        raise NotRestored(f"There is no whole backup {stamp or 'of any time'} in {folder}.")
    return folder / (stamp or there[-1])


def _check(heavy: Path, light: Path) -> None:
    """Both artefacts are whole, of this version's shape, and the keys are not older than what they open."""
    for folder in (heavy, light):
        said = json.loads((folder / MANIFEST).read_text())
        if said["format"] != backups.FORMAT or said["schema"] != backups.schema():
            raise NotRestored(f"This backup was made by version {said['version']}: install that one, restore, upgrade.")
        for name, digest in said["files"].items():
            if not (folder / name).is_file() or backups.sha256(folder / name) != digest:
                raise NotRestored(f"{folder / name} is not as it was written: the backup is damaged.")
    if light.name < heavy.name:
        raise NotRestored("This keystore is older than the bulk. Take one of the same time, or a newer one.")


# --- rows -----------------------------------------------------------------------------------------


def _put_rows(heavy: Path, light: Path) -> tuple[int, int]:
    """Every row whose keys are still in the keystore; returns how many, and how many were left out."""
    put = _insert(line for line in _lines(light) if line.label not in SPLIT)
    known = {str(pk) for pk in Case.objects.values_list("pk", flat=True)}
    keys = (line for line in _lines(light) if line.label in SPLIT)
    left_out: list[Line] = []
    put += _insert(_of_known_cases(_joined(_lines(heavy), keys, left_out), known, left_out))
    return put, len(left_out)


def _lines(path: Path) -> Iterator[Line]:
    with path.open("rb") as source:
        for line in source:
            yield Line(*json.loads(line))


def _joined(rows: Iterator[Line], keys: Iterator[Line], left_out: list[Line]) -> Iterator[Line]:
    """Both parts of each row put together; both files are in the same order. Rows without keys are left out."""
    key = next(keys, None)
    for row in rows:
        if row.label not in SPLIT:
            yield row
            continue
        while key is not None and key.place < row.place:
            key = next(keys, None)
        if key is not None and key.place == row.place:
            yield Line(row.label, row.pk, {**row.values, **key.values})
        else:
            left_out.append(row)


def _of_known_cases(lines: Iterator[Line], known: set[str], left_out: list[Line]) -> Iterator[Line]:
    for line in lines:
        if line.values.get("case_id") in known or "case_id" not in line.values:
            yield line
        else:
            left_out.append(line)


def _insert(lines: Iterable[Line]) -> int:
    count, left = 0, iter(lines)
    while some := list(islice(left, BATCH)):
        for label in dict.fromkeys(line.label for line in some):
            rows = [_row(line) for line in some if line.label == label]
            apps.get_model(label)._base_manager.bulk_create(rows)
        count += len(some)
    return count


def _row(line: Line) -> Model:
    model: type[Model] = apps.get_model(line.label)
    columns = {column.attname: column for column in model._meta.concrete_fields}
    values = {name: None if value is None else columns[name].to_python(value) for name, value in line.values.items()}
    return model(**values)


def _count_on(*labels: Iterable[str]) -> None:
    """New rows are numbered after the ones that came back (PostgreSQL keeps its own count)."""
    models = [apps.get_model(label) for some in labels for label in some]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


# --- stored files and logs ------------------------------------------------------------------------


def _put_objects(listed: Path, stored: Path) -> tuple[int, int]:
    """Store each file that a row names, under its own name; returns how many, and how many were gone when copied."""
    wanted = dict(SealedFile.objects.values_list("name", "stored_size"))
    gone = []
    with listed.open("rb") as lines:
        for facts in map(json.loads, lines):
            size = wanted.pop(facts["name"], None)
            if size is not None and facts.get("gone"):
                gone.append(facts["name"])
            elif size is not None:
                _put_object(stored / facts["name"], facts, size)
    if wanted:
        raise NotRestored(f"{len(wanted)} stored files that rows name are not in the list of the backup.")
    SealedFile.objects.filter(name__in=gone).delete()
    return SealedFile.objects.count(), len(gone)


def _put_object(source: Path, facts: dict[str, Any], size: int) -> None:
    """Copy one file into the store, unless an earlier try did. Both its hash and its row must agree."""
    if not source.is_file() or size != facts["size"] or backups.sha256(source) != facts["sha256"]:
        raise NotRestored("A stored file of the backup is missing, or is not as it was copied.")
    store = vault.store()
    if store.exists(facts["name"]) and store.size(facts["name"]) == size:
        return
    writing = store.begin(facts["name"])
    try:
        with source.open("rb") as pieces:
            while piece := pieces.read(backups.PIECE):
                writing.write(piece)
        writing.complete()
    except BaseException:
        writing.abort()
        raise


def _check_logs() -> int:
    """Check the chain of every case that was not erased; returns how many."""
    checked = Case.objects.exclude(status=Case.Status.ERASED)
    for case in checked:
        try:
            custody.check_links(list(CustodyEntry.objects.filter(case=case)))
        except ChainBroken as error:
            raise NotRestored(f"The log of a case does not hold together: {error}") from error
    return len(checked)
