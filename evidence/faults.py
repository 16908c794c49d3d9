"""What an error of the disk or of the database says: no room is left, or nobody knows whether the row was kept."""

from __future__ import annotations

import errno
import sqlite3

from django.db import InterfaceError, OperationalError

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_DISK_FULL = "53100"  # PostgreSQL's name for it


def is_full(error: BaseException | None) -> bool:
    """Whether the folder or the database had no room: what was asked for did not happen."""
    if isinstance(error, OSError):
        return error.errno in _NO_SPACE
    cause = error.__cause__ if isinstance(error, OperationalError) else None
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the low byte tells what it was, the rest where
    return code == sqlite3.SQLITE_FULL or getattr(cause, "sqlstate", "") == _DISK_FULL


def in_doubt(error: BaseException) -> bool:
    """Whether the database fell silent: what was to be committed may be there all the same.

    Then no stored file may be taken away: one without a row is an orphan, reaped later; a row without its file is lost.
    """
    return isinstance(error, (OperationalError, InterfaceError)) and not is_full(error)
