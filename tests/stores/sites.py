"""Sites of a test's own: a database without a row, as it is in service, and an empty store, of whichever kind."""

from __future__ import annotations

import copy
import gc

import pytest
from django.db import connections

from tests.stores.shelf import Shelf, folder


@pytest.fixture(scope="session")
def empty(django_db_setup, django_db_blocker, tmp_path_factory):
    """The test database once more, tables and triggers included, without a row: a file, or a database to copy."""
    with django_db_blocker.unblock():
        connection = connections["default"]
        if connection.vendor == "postgresql":
            return _copied(connection.settings_dict["NAME"], "empty")
        path = tmp_path_factory.mktemp("database") / "empty.sqlite3"
        assert connection.is_in_memory_db(), "that would be the site's own database"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
    return path


def _copied(database, name):
    """A copy of a PostgreSQL database; nobody may be in the one that is copied."""
    copied = f"{database}_{name}"
    connections["default"].close()
    with connections["default"]._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{copied}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{copied}" TEMPLATE "{database}"')
    return copied


@pytest.fixture
def another_site(empty, django_db_blocker, tmp_path, settings):
    """Begins a site by a name: an empty database, to which every thread has its own connection, and an empty store."""
    before, usual = connections["default"], connections.settings["default"]

    def begin(name):
        if before.vendor == "postgresql":
            database = _copied(empty, name)
        else:
            database = tmp_path / f"{name}.sqlite3"
            database.write_bytes(empty.read_bytes())
        if connections["default"] is not before:
            connections["default"].close()
        connections.settings["default"] = {**copy.deepcopy(usual), "NAME": str(database)}
        connections["default"] = connections.create_connection("default")
        shelf = Shelf(settings.STORAGES["sealed"]) if settings.STORE_BUCKET else None
        own = shelf.setting if shelf else folder(tmp_path / f"{name}-files")
        settings.STORAGES = {**settings.STORAGES, "default": own, "sealed": own}
        return database

    with django_db_blocker.unblock():
        yield begin
        gc.collect()  # what still reads from it ends first
        if connections["default"] is not before:
            connections["default"].close()
    connections.settings["default"], connections["default"] = usual, before


@pytest.fixture
def in_service(another_site):
    """One such site; gives its database: the path of a file, or a name."""
    return another_site("own")
