"""The power fails: of what the site had written only what it had synced is left, at a thousand moments."""

from __future__ import annotations

import os
import random
from types import SimpleNamespace

import pytest
from django.db import connections

from evidence import gate, resuming, storage
from evidence.arriving import Arriving
from evidence.custody import OWNER
from evidence.index import Gate
from evidence.items import Telling
from evidence.models import SealedFile
from evidence.resuming import Announced, Piece
from tests.conftest import PIXELS, new_owner
from tests.stores.shelf import folder

pytestmark = pytest.mark.django_db
POINTS, SEED = 1_000, 20260302
UPLOADS, PIECES = 24, 3
SPOKEN = ("open", "close", "write", "fsync", "link", "mkdir")


class Disk:
    """Passes on what the store asks of the system, and writes down in which order it asked."""

    def __init__(self):
        self.journal = []
        self.open_files = {}  # descriptor -> what it stands for: a file by its number, or a folder by its path
        self.sizes, self.count = {}, 0
        passed_on = {name: getattr(os, name) for name in dir(os) if not name.startswith("__")}
        self.os = SimpleNamespace(**{**passed_on, **{name: getattr(self, name, passed_on[name]) for name in SPOKEN}})

    def open(self, path, flags, *mode):
        fd = os.open(path, flags, *mode)
        if flags & os.O_WRONLY:
            self.count += 1
            self.sizes[self.count] = 0
        self.open_files[fd] = self.count if flags & os.O_WRONLY else str(path)
        return fd

    def write(self, fd, data):
        done = os.write(fd, data)
        self.sizes[self.open_files[fd]] += done
        return done

    def fsync(self, fd):
        os.fsync(fd)
        what = self.open_files[fd]
        self.journal.append(("synced", what, self.sizes.get(what, 0)))

    def link(self, source, name, *, src_dir_fd=None, dst_dir_fd, follow_symlinks):
        os.link(source, name, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd, follow_symlinks=follow_symlinks)
        file = self.open_files[int(source.rpartition("/")[2])]
        self.journal.append(("named", name, file, self.open_files[dst_dir_fd]))

    def left(self, until):
        """The names that are left, with how much of each, where the power fails after `until` entries."""
        kept, named, synced = {}, {}, {}
        for kind, *what in self.journal[:until]:
            if kind == "named":
                name, file, home = what
                named.setdefault(home, {})[name] = file
            elif kind == "synced" and isinstance(what[0], int):
                synced[what[0]] = what[1]
            elif kind == "synced":
                kept |= named.get(what[0], {})
        return {name: synced.get(file, 0) for name, file in kept.items()}

    def acknowledged(self, until):
        """For each item or piece that the site had said is saved by then: its files, and after how many entries
        the transaction with their rows was on disk."""
        committed = [place for place, (kind, *_) in enumerate(self.journal[:until]) if kind == "committed"]
        for place, (kind, *what) in enumerate(self.journal[:until]):
            if kind == "acknowledged":
                yield what[0], max(at for at in committed if at < place)


@pytest.fixture
def disk(in_service, settings, tmp_path, monkeypatch):
    """A store that nobody has written to, watched; and the database that is in service."""
    own = folder(tmp_path / "new" / "sealed")
    settings.STORAGES = {**settings.STORAGES, "default": own, "sealed": own}
    disk = Disk()
    monkeypatch.setattr(storage, "os", disk.os)
    connection = connections["default"]
    commit = connection._commit

    def committing():
        done = commit()
        disk.journal.append(("committed",))
        return done

    monkeypatch.setattr(connection, "_commit", committing)
    return disk


@pytest.fixture
def filled(disk, at, keep_picture):
    """The disk after many uploads, some of them in pieces."""
    alice = new_owner(at)
    gate.answer(alice.opened, Gate(shown="adults", now="adult", whose="mine"), by=OWNER, at=at)
    for number in range(UPLOADS):
        arriving = Arriving(alice.opened, "a.png")
        for _ in range(1 + number % 4):
            arriving.write(PIXELS * (1 + number))
        line = arriving.keep(Telling("kept"), by=OWNER, at=at)
        say(disk, SealedFile.objects.filter(item_id=line.id))
    here = resuming.begin(alice.opened, Announced("a.pdf", PIECES * 5000, 1, "k", "t"), at=at)
    for number in range(PIECES):
        piece = Piece(alice.opened, here, number * 5000, 5000)
        piece.write(bytes(5000))
        here = piece.keep(at=at)
        say(disk, SealedFile.objects.filter(upload=here.id))
    return disk


def say(disk, files):
    disk.journal.append(("acknowledged", {row.name: row.stored_size for row in files}))


def test_of_what_was_acknowledged_nothing_is_lost_at_a_thousand_moments(filled):
    moments, checked = random.Random(SEED), 0  # noqa: S311  moments, not secrets
    for _ in range(POINTS):
        cut = moments.randrange(len(filled.journal) + 1)
        for files, committed in filled.acknowledged(cut):
            left = filled.left(committed)  # on disk before the row was: no row ever lacks its file
            assert files.items() <= left.items()
            checked += 1
    assert checked > POINTS


def test_a_new_folder_is_there_after_the_power_failed_too(filled, tmp_path):
    synced = [what[0] for kind, *what in filled.journal if kind == "synced" and isinstance(what[0], str)]
    assert synced[:2] == [str(tmp_path), str(tmp_path / "new")]


def test_the_database_syncs_before_it_says_that_a_row_is_kept(in_service):
    if connections["default"].vendor == "postgresql":
        return  # it does so by default; the throwaway cluster of tests is told not to
    with connections["default"].cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


def test_the_model_forgets_what_was_not_synced():
    disk = Disk()
    disk.journal = [("named", "a", 1, "/f"), ("synced", 1, 5), ("named", "b", 2, "/f"), ("synced", "/f", 0)]
    assert [disk.left(until) for until in range(5)] == [{}, {}, {}, {}, {"a": 5, "b": 0}]
