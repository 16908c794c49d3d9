"""Where sealed files lie: nothing has a name before it is whole, and nothing is left of what was given up."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evidence import storage, vault
from evidence.storage import AlreadyClosed, FolderStorage


def descriptors():
    return sorted(int(name.name) for name in Path("/proc/self/fd").iterdir() if name.exists())


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "files"


@pytest.fixture(params=["unnamed", "part"])
def begin(request, folder, monkeypatch):
    """Begins a file; on systems that refuse unnamed files, a private `.part`. No descriptor is left behind."""
    if request.param == "part":
        refuse(monkeypatch, os.O_TMPFILE)
    before = descriptors()
    yield FolderStorage(location=folder).begin
    assert descriptors() == before


def refuse(monkeypatch, flag):
    real = os.open

    def opens(path, flags, mode=0o777, **more):
        if flags & flag == flag:
            raise OSError(95, "not supported here")
        return real(path, flags, mode, **more)

    monkeypatch.setattr(storage.os, "open", opens)


def visible(folder):
    return [path.name for path in folder.iterdir() if not path.name.endswith(".part")]


def test_nothing_is_visible_before_it_is_complete(begin, folder):
    writing = begin()
    writing.write(b"sealed" * 1000)
    assert visible(folder) == []
    writing.complete()
    assert [path.name for path in folder.iterdir()] == [writing.name]
    assert (folder / writing.name).read_bytes() == b"sealed" * 1000


def test_an_aborted_file_leaves_nothing_however_often(begin, folder):
    writing = begin()
    writing.write(b"sealed")
    writing.abort()
    writing.abort()
    assert list(folder.iterdir()) == []


def test_a_file_is_completed_once_and_aborting_it_then_takes_nothing_away(begin, folder):
    writing = begin()
    writing.write(b"sealed")
    writing.complete()
    writing.abort()
    with pytest.raises(AlreadyClosed):
        writing.complete()
    assert visible(folder) == [writing.name]


@pytest.mark.parametrize("at", ["fsync", "link", "rename", "second fsync"])
def test_a_file_that_can_not_be_completed_leaves_nothing(begin, folder, monkeypatch, at):
    writing = begin()
    writing.write(b"sealed")
    calls = []
    real = os.fsync

    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    def syncs(fd):
        calls.append(fd)
        return full() if at == "fsync" or len(calls) == 2 else real(fd)

    monkeypatch.setattr(storage.os, "fsync", syncs)
    monkeypatch.setattr(storage.os, "link", full if at == "link" else os.link)
    if at == "rename":
        monkeypatch.setattr(Path, "rename", full)
    if (at == "rename") == writing_has_part(writing) or at in {"fsync", "second fsync"}:
        with pytest.raises(OSError, match="No space"):
            writing.complete()
    writing.abort()
    assert list(folder.iterdir()) == []


def writing_has_part(writing):
    return writing._part is not None


def test_what_was_written_is_on_disk_before_it_has_a_name(begin, monkeypatch, folder):
    synced = []
    real = os.fsync

    def syncs(fd):
        synced.append(visible(folder))
        return real(fd)

    writing = begin()
    monkeypatch.setattr(storage.os, "fsync", syncs)
    writing.write(b"sealed")
    writing.complete()
    assert synced == [[], [writing.name]]


def test_short_writes_of_the_system_lose_nothing(begin, folder, monkeypatch):
    real = os.write
    monkeypatch.setattr(storage.os, "write", lambda fd, data: real(fd, data[:7]))
    writing = begin()
    writing.write(b"0123456789" * 50)
    writing.complete()
    assert (folder / writing.name).read_bytes() == b"0123456789" * 50


def test_only_this_systems_user_may_read(begin, folder):
    writing = begin()
    writing.complete()
    assert (folder / writing.name).stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("flag", [os.O_DIRECTORY, os.O_RDONLY | os.O_WRONLY])
def test_a_folder_that_refuses_leaks_no_descriptor(folder, monkeypatch, flag):
    store = FolderStorage(location=folder)
    folder.mkdir()
    refuse(monkeypatch, flag)
    before = descriptors()
    with pytest.raises(OSError, match="not supported"):
        store.begin()
    assert descriptors() == before
    assert list(folder.iterdir()) == []


def test_names_are_random_and_say_nothing(folder):
    store = FolderStorage(location=folder)
    names = {writing.name for writing in (store.begin(), store.begin()) if writing.abort() is None}
    assert len(names) == 2
    assert all(len(name) == 32 and set(name) <= set("0123456789abcdef") for name in names)


def test_names_lists_parts_too_and_nothing_where_there_is_no_folder(folder):
    store = FolderStorage(location=folder)
    assert store.names() == []
    folder.mkdir()
    (folder / "b").touch()
    (folder / "a.part").touch()
    assert store.names() == ["a.part", "b"]


def test_discarding_what_is_gone_already_is_no_error(vault_folder):
    vault_folder.mkdir()
    (vault_folder / "one").touch()
    vault.discard(["one", "two"])
    assert vault.store().names() == []
