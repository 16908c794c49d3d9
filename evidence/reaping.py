"""Finds stored files that no row names any more, or never did, and deletes them."""

from __future__ import annotations

import logging
from datetime import datetime

from evidence import vault
from evidence.models import SealedFile

LOG = logging.getLogger(__name__)


def orphans(*, older_than: datetime) -> list[str]:
    """Names in the store without a row, last written before `older_than` (so that no upload under way is hit)."""
    store = vault.store()
    names = set(store.names())
    names.difference_update(SealedFile.objects.values_list("name", flat=True).iterator())
    return sorted(name for name in names if store.get_modified_time(name) < older_than)


def reap(*, older_than: datetime) -> int:
    """Delete them, and what is left of uploads that were never completed; returns how many are gone."""
    return _delete(orphans(older_than=older_than)) + vault.store().drop_unfinished(older_than=older_than)


def _delete(names: list[str]) -> int:
    """How many are gone; those that the store keeps are told of in the log, by number alone, and tried again later."""
    try:
        vault.store().delete_all(names)
    except OSError as error:
        left = len(set(names).intersection(vault.store().names()))
        LOG.warning("%d stored files without a row could not be deleted: %s", left, type(error).__name__)
        return len(names) - left
    return len(names)
