"""Finds stored files that no row names any more, or never did, and deletes them."""

from __future__ import annotations

from datetime import datetime

from evidence import vault
from evidence.models import SealedFile


def orphans(*, older_than: datetime) -> list[str]:
    """Names in the store without a row, last written before `older_than` (so that no upload under way is hit)."""
    store = vault.store()
    names = set(store.names())
    names.difference_update(SealedFile.objects.values_list("name", flat=True).iterator())
    return sorted(name for name in names if store.get_modified_time(name) < older_than)


def reap(*, older_than: datetime) -> int:
    """Delete them, and what is left of uploads that were never completed; returns how many."""
    found = orphans(older_than=older_than)
    vault.discard(found)
    return len(found) + vault.store().drop_unfinished(older_than=older_than)
