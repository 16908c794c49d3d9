"""A small disk of a test's own, with the database and the sealed files on it, and a site on each that goes down."""

from __future__ import annotations

import pytest
from django.db import connections

from tests.faults.databases import Database
from tests.faults.disks import small_disk
from tests.security import people
from tests.stores.shelf import folder

SIZE = 24 * 1024**2


@pytest.fixture
def disk(tmp_path, another_site, settings):
    """A site on a disk of 24 MiB: its sealed files, and its database where that is a file."""
    with small_disk(tmp_path / "small", SIZE) as disk:
        name = "small/site" if connections["default"].vendor == "sqlite" else "small"
        database = another_site(name)
        own = folder(disk.place / "sealed")
        settings.STORAGES = {**settings.STORAGES, "default": own, "sealed": own}
        disk.database = database if name == "small/site" else None
        yield disk
        connections["default"].close()


@pytest.fixture
def database(in_service):
    """The database of a site in service, that a test takes down and brings back."""
    database = Database(in_service)
    yield database
    database.up()


@pytest.fixture
def everybody(keep_picture):
    """Alice and Mallory in front of the site that is in service now: each with a note, Alice with her gate open."""

    def both():
        alice, mallory = people.owner(), people.owner()
        people.open_the_gate(alice)
        for person in (alice, mallory):
            person.ids["note"] = people.keep_an_address(person, "https://social.example/p/1")
        return alice, mallory

    return both
