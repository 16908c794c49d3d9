"""What is stored, row by row and file by file, to be compared before and after."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import connection

from tests.stores import shelf

LOG = {"evidence_custodyentry", "evidence_custodybody"}


def stored(*, clocks: bool = True, read: bool = True) -> dict[str, Counter[Any]]:
    """Every row of every table, and every stored file; without `clocks`, the idle clocks are left out.

    Without `read` a file is what the store's listing says of it (in a bucket its hash), which many looks can afford.
    """
    files = shelf.stored() if read else shelf.listed()
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        return {name: _rows(cursor, name, clocks) for name in names} | {"files": Counter(files.items())}


def _rows(cursor: Any, table: str, clocks: bool) -> Counter[Any]:
    cursor.execute(f'SELECT * FROM "{table}"')
    columns = [column[0] for column in cursor.description]
    kept = [place for place, name in enumerate(columns) if clocks or name != "seen_at"]
    return Counter(
        tuple(bytes(v) if isinstance(v, memoryview) else v for v in map(row.__getitem__, kept)) for row in cursor
    )


def changed(before: dict[str, Counter[Any]], after: dict[str, Counter[Any]], *, log: bool = False) -> set[str]:
    """The tables that differ; where `log`, a table of the log that only grew counts as the same."""
    grown = {name for name in LOG if log and not before[name] - after[name]}
    return {name for name in before if before[name] != after[name]} - grown
