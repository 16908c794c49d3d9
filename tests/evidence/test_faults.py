from __future__ import annotations

import errno
import sqlite3

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError

from evidence import faults
from evidence.storage import StoreDown


def caused(error, **told):
    """An error as Django passes it on: what the driver said stands behind it."""
    error.__cause__ = sqlite3.OperationalError("what the driver says")
    for name, value in told.items():
        setattr(error.__cause__, name, value)
    return error


def full(code=sqlite3.SQLITE_FULL):
    return caused(OperationalError("database or disk is full"), sqlite_errorcode=code)


ROOM = [
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.EDQUOT, "Disk quota exceeded"),
    OSError(errno.EFBIG, "File too large"),
    full(),
    full(sqlite3.SQLITE_FULL | 7 << 8),
    caused(OperationalError("could not extend file"), sqlstate="53100"),
]
SILENT = [
    OperationalError("server closed the connection unexpectedly"),
    InterfaceError("connection already closed"),
    full(sqlite3.SQLITE_BUSY),
    full(sqlite3.SQLITE_IOERR | 3 << 8),
    caused(OperationalError("terminating connection"), sqlstate="57P01"),
]
NEITHER = [
    OSError(errno.EACCES, "Permission denied"),
    OSError(errno.EPERM, "Operation not permitted"),
    OSError(errno.EROFS, "Read-only file system"),
    OSError(errno.EIO, "Input/output error"),
    StoreDown("SlowDown"),
    IntegrityError("UNIQUE constraint failed"),
    caused(IntegrityError("?"), sqlite_errorcode=sqlite3.SQLITE_FULL),
    ValueError("?"),
]


def told(error):
    return f"{type(error).__name__} {error} {getattr(error.__cause__, 'sqlite_errorcode', '')}"


@pytest.mark.parametrize("error", ROOM, ids=told)
def test_where_there_was_no_room_nothing_happened_and_nothing_is_in_doubt(error):
    assert faults.is_full(error)
    assert not faults.in_doubt(error)


@pytest.mark.parametrize("error", SILENT, ids=told)
def test_where_the_database_fell_silent_the_row_may_be_there(error):
    assert faults.in_doubt(error)
    assert not faults.is_full(error)


@pytest.mark.parametrize("error", NEITHER, ids=told)
def test_what_was_refused_did_not_happen_and_has_nothing_to_do_with_room(error):
    assert not faults.in_doubt(error)
    assert not faults.is_full(error)


def test_nothing_that_went_wrong_is_no_full_disk():
    assert not faults.is_full(None)
