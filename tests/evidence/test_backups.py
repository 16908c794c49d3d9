"""A backup brings everything back, opens nothing by itself, and lets what was erased stay dead."""

from __future__ import annotations

import json
import os
import shutil
from datetime import timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connections, models

from evidence import backups, cases, custody, index, items, packs, restoring, sharing, vault, ways
from evidence.custody import OWNER
from evidence.freezing import Choices
from evidence.gate import answer
from evidence.index import Gate
from evidence.models import AddPass, Case, CustodyEntry, Item, OpenSession, OwnerWrap, SealedFile
from evidence.restoring import NotRestored
from tests.conftest import new_owner, new_staff, note, share
from tests.stores.shelf import stored

pytestmark = pytest.mark.django_db
NAME = "zq-screenshot.png"


@pytest.fixture
def place(tmp_path):
    return tmp_path / "copies"


def backup(place, at):
    return backups.make(place / "bulk", place / "keystore", at=at)


def restore(place, **more):
    return restoring.restore(place / "bulk", place / "keystore", **more)


@pytest.fixture
def full(in_service, at, keep_picture):
    """A site with Alice's case: a picture, a note, a share that Hana holds; and one that nobody confirmed."""
    alice, hana = new_owner(at), new_staff("hana", at)
    answer(alice.opened, Gate(shown="adults", now="adult", whose="mine"), by=OWNER, at=at)
    keep_picture(alice.opened, name=NAME)
    note(alice.opened, at)
    alice.hana, alice.offer = hana, share(alice.opened, at).pk
    sharing.accept(worker=hana.worker, offer_id=alice.offer, seed=hana.seed, at=at)
    return alice


def every_row():
    """All rows that a backup holds, as text."""
    labels = (*backups.KEYSTORE, *backups.SPLIT, *backups.BULK)
    return {
        label: [backups._line(label, row, backups._columns(label)) for row in backups._rows(label)] for label in labels
    }


def everything_in(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


# --- the drill ------------------------------------------------------------------------------------


def test_what_is_restored_elsewhere_is_what_was_there_byte_for_byte(full, another_site, place, at):
    files, rows = stored(), every_row()
    made = backup(place, at)
    another_site("elsewhere")
    back = restore(place)
    assert stored() == files
    assert every_row() == rows
    assert (back.objects, back.logs, back.left_out) == (made.objects, 1, 0) == (3, 1, 0)


def test_a_restored_case_opens_with_its_words_and_a_pack_can_be_asked_for(full, another_site, place, at, monkeypatch):
    picture = next(line for line in index.read(full.opened).lines if line.kind == index.PICTURE)
    backup(place, at)
    another_site("elsewhere")
    restore(place)
    orders = []
    monkeypatch.setattr(packs, "_start", orders.append)
    opened = cases.open_with(full.words, device="a browser", at=at).opened
    item = items.peek(opened, picture.id)
    files = items.files_of(item)
    assert b"the pixels of a picture" in b"".join(vault.chunks(vault.ref(item.key, files["original"])))
    packs.ask(opened, Choices(pictures=frozenset({picture.id})), by=OWNER, at=at)
    assert len(orders) == 1
    assert [entry.act.what for entry in custody.everything(opened)][-1] == "pack-asked"


def test_the_code_and_the_share_work_after_a_restore_and_new_rows_are_numbered_on(full, another_site, place, at):
    backup(place, at)
    another_site("elsewhere")
    restore(place)
    assert sharing.open_case(worker=full.hana.worker, grant_id=full.offer, seed=full.hana.seed, at=at)
    note(cases.open_with(full.code, device="a browser", at=at).opened, at)
    last = CustodyEntry.objects.order_by("-pk").first()
    assert last.seq == CustodyEntry.objects.count()


def test_no_session_and_no_pass_is_copied(full, another_site, place, at):
    assert OpenSession.objects.exists()
    AddPass.objects.create(row_id=b"p" * 32, case=full.case, left=3, ends_at=at)
    halves = [bytes(session.half).hex() for session in OpenSession.objects.all()]
    backup(place, at)
    written = everything_in(place)
    assert not any(half.encode() in written for half in halves)
    assert b"OpenSession" not in written
    assert b"AddPass" not in written
    another_site("elsewhere")
    restore(place)
    assert not OpenSession.objects.exists()
    assert not AddPass.objects.exists()


def test_a_backup_is_taken_while_people_write_and_is_of_one_moment(full, another_site, place, at, monkeypatch):
    real, told = backups._line, []

    def tells(label, row, columns):
        if not told:  # the first row is read: from here on the moment is fixed
            told.append(aside(lambda: note(again, at)))
        return real(label, row, columns)

    again = cases.open_with(full.words, device="another browser", at=at).opened
    before = Item.objects.count(), CustodyEntry.objects.count()
    monkeypatch.setattr(backups, "_line", tells)
    backup(place, at)
    assert told == [None]
    assert Item.objects.count() == before[0] + 1
    another_site("elsewhere")
    restore(place)
    assert (Item.objects.count(), CustodyEntry.objects.count()) == before


def aside(act):
    """Do it in a thread, with a connection of its own; gives what it raised."""
    import threading

    raised = []

    def run():
        try:
            act()
        except Exception as error:
            raised.append(error)
        finally:
            connections["default"].close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    return raised[0] if raised else None


# --- what a thief of a copy has --------------------------------------------------------------------


def test_bulk_holds_no_key_and_neither_artefact_anything_readable(full, place, at):
    backup(place, at)
    bulk, keystore = everything_in(place / "bulk"), everything_in(place / "keystore")
    drawn = full.words.split()  # by twos: one short word alone may stand in anything
    for words in (NAME, "He wrote to my sister", "image/png", *map(" ".join, pairwise(drawn))):
        assert words.encode() not in bulk + keystore
    for label, fields in backups.SPLIT.items():
        for field in set(fields) - {"key_version"}:
            for row in backups._rows(label):
                text = backups._plain(row._meta.get_field(field), row).encode()
                assert text not in bulk
                assert text in keystore
    for label in backups.KEYSTORE:
        assert label.encode() not in bulk


def test_only_this_systems_user_may_read_a_backup(full, place, at):
    usual = os.umask(0o022)  # what most systems begin with
    try:
        backup(place, at)
    finally:
        os.umask(usual)
    found = [path for path in place.rglob("*") if path.is_file() or path.parent.parent == place]
    assert len(found) > 8
    assert not [path for path in found if path.stat().st_mode & 0o077]


def test_what_was_erased_stays_dead_in_bulk_of_8_days_ago(full, another_site, place, at, keep_picture):
    other = new_owner(at)
    old = backup(place, at)
    cases.erase_now(full.words, at=at + timedelta(days=1))
    new = backup(place, at + timedelta(days=8))
    assert backups.stamps(place / "bulk") == [old.stamp, new.stamp]
    assert backups.stamps(place / "keystore") == [new.stamp]
    assert new.forgotten == 1
    another_site("elsewhere")
    with pytest.raises(NotRestored, match="no whole backup"):
        restore(place, made=old.stamp)
    back = restore(place, made=old.stamp, keys_made=new.stamp)
    assert back.left_out > 0
    assert not OwnerWrap.objects.filter(case=full.case).exists()
    assert not SealedFile.objects.filter(case=full.case).exists()
    assert bytes(Case.objects.get(pk=full.case.pk).secret_wrap) == b""
    with pytest.raises(ways.NotOpened):
        cases.open_with(full.words, device="a browser", at=at)
    assert cases.open_with(other.words, device="a browser", at=at)


def test_a_keystore_is_kept_for_seven_days_and_no_longer(full, place, at):
    for days in (0, 1, 7):
        backup(place, at + timedelta(days=days))
    assert len(backups.stamps(place / "keystore")) == 3
    backup(place, at + timedelta(days=7, seconds=1))
    assert [stamp[6:8] for stamp in backups.stamps(place / "keystore")] == ["03", "09", "09"]


# --- what is copied --------------------------------------------------------------------------------


def test_a_stored_file_is_copied_once(full, place, at, keep_picture):
    assert backup(place, at).copied == 3
    moments = {path.name: path.stat().st_mtime_ns for path in (place / "bulk" / "objects").iterdir()}
    keep_picture(full.opened)
    again = backup(place, at + timedelta(days=1))
    assert (again.objects, again.copied) == (6, 3)
    assert all((place / "bulk" / "objects" / name).stat().st_mtime_ns == when for name, when in moments.items())


def test_a_stored_file_that_is_lost_is_said_and_no_half_backup_has_a_name(full, place, at):
    vault.discard([SealedFile.objects.first().name])
    with pytest.raises(backups.ObjectLost):
        backup(place, at)
    assert backups.stamps(place / "bulk") == backups.stamps(place / "keystore") == []
    with pytest.raises(CommandError, match="missing"):
        call_command("backup", str(place))


def test_a_case_erased_while_its_files_are_copied_is_no_error(full, another_site, place, at, monkeypatch):
    real = backups._copy_objects

    def late(*args):
        cases.erase_now(full.words, at=at)
        return real(*args)

    monkeypatch.setattr(backups, "_copy_objects", late)
    backup(place, at)
    another_site("elsewhere")
    back = restore(place)
    assert (back.objects, back.left_out) == (0, 3)


def test_every_model_is_copied_or_left_for_a_reason():
    listed = [*backups.KEYSTORE, *backups.SPLIT, *backups.BULK, *backups.NEVER]
    ours = [model for model in apps.get_models() if model._meta.app_label in {"evidence", "helpline"}]
    assert {model._meta.label for model in ours} <= set(listed)
    assert len(listed) == len(set(listed))
    for model in apps.get_models():  # what is nowhere in the lists holds no row that anybody made
        if model._meta.label not in listed:
            assert model._meta.app_label in {"auth", "contenttypes", "account"}


def test_every_column_that_opens_something_is_in_the_keystore():
    for label in (*backups.SPLIT, *backups.BULK):
        for column in apps.get_model(label)._meta.concrete_fields:
            if isinstance(column, models.BinaryField) and column.name in {"key_wrap", "secret_wrap", "header", "blob"}:
                assert column.name in backups.SPLIT[label]


# --- what is refused -------------------------------------------------------------------------------


def test_nothing_is_restored_into_a_site_that_holds_rows(full, place, at):
    backup(place, at)
    rows = every_row()
    with pytest.raises(NotRestored, match="rows already"):
        restore(place)
    assert every_row() == rows


@pytest.mark.parametrize(
    "artefact", ["bulk/*/rows.jsonl", "bulk/*/objects.jsonl", "keystore/*/keys.jsonl", "bulk/objects/*"]
)
def test_a_changed_byte_of_a_backup_is_noticed_and_nothing_comes_in(full, another_site, place, at, artefact):
    backup(place, at)
    path = next(place.glob(artefact))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    another_site("elsewhere")
    with pytest.raises(NotRestored, match=r"damaged|as it was copied"):
        restore(place)
    assert not Case.objects.exists()


def test_a_stored_file_that_is_missing_is_noticed_and_nothing_comes_in(full, another_site, place, at):
    backup(place, at)
    next((place / "bulk" / "objects").iterdir()).unlink()
    another_site("elsewhere")
    with pytest.raises(NotRestored, match="missing"):
        restore(place)
    assert not Case.objects.exists()


def test_a_log_that_was_cut_in_its_middle_is_noticed(full, another_site, place, at):
    made = backup(place, at)
    rows = place / "bulk" / made.stamp / "rows.jsonl"
    lines = rows.read_bytes().splitlines(keepends=True)
    rows.write_bytes(b"".join(line for line in lines if b'"seq": "2", "commitment"' not in line))
    seal_again(place / "bulk" / made.stamp)
    another_site("elsewhere")
    with pytest.raises(NotRestored, match="log"):
        restore(place)
    assert not Case.objects.exists()


def seal_again(folder):
    """What somebody does who changes a backup and its list too."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"] = {name: backups.sha256(folder / name) for name in manifest["files"]}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_a_list_without_a_file_that_a_row_names_is_refused(full, another_site, place, at):
    made = backup(place, at)
    listed = place / "bulk" / made.stamp / "objects.jsonl"
    listed.write_bytes(b"".join(listed.read_bytes().splitlines(keepends=True)[1:]))
    seal_again(place / "bulk" / made.stamp)
    another_site("elsewhere")
    with pytest.raises(NotRestored, match="not in the list"):
        restore(place)


@pytest.mark.parametrize(("name", "value"), [("format", 0), ("schema", ["evidence.0001_initial"])])
def test_a_backup_of_another_shape_is_refused(full, another_site, place, at, name, value):
    made = backup(place, at)
    path = place / "keystore" / made.stamp / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), name: value}))
    another_site("elsewhere")
    with pytest.raises(NotRestored, match="by version"):
        restore(place)


def test_a_keystore_older_than_its_bulk_is_refused(full, another_site, place, at):
    old, new = backup(place, at), backup(place, at + timedelta(hours=1))
    another_site("elsewhere")
    with pytest.raises(NotRestored, match="older than the bulk"):
        restore(place, made=new.stamp, keys_made=old.stamp)


def test_a_backup_that_was_broken_off_has_no_name_and_leaves_nothing(full, place, at, monkeypatch):
    monkeypatch.setattr(backups, "_write_manifest", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(OSError, match="No space"):
        backup(place, at)
    assert [path.name for path in place.glob("*/*")] == ["objects"]
    with pytest.raises(CommandError, match="not finished"):
        call_command("backup", str(place))


def test_a_restore_that_was_broken_off_can_be_tried_again(full, another_site, place, at, monkeypatch):
    files = stored()
    backup(place, at)
    another_site("elsewhere")
    real, calls = restoring._put_object, []

    def breaks(*args):
        calls.append(args)
        if len(calls) == 2:
            raise OSError(28, "No space left")
        real(*args)

    monkeypatch.setattr(restoring, "_put_object", breaks)
    with pytest.raises(OSError, match="No space"):
        restore(place)
    assert not Case.objects.exists()
    monkeypatch.undo()
    restore(place)
    assert stored() == files


def test_a_store_that_fails_keeps_no_half_file(full, another_site, place, at, monkeypatch):
    backup(place, at)
    another_site("elsewhere")

    def full_disk(*_args):
        raise OSError(28, "No space left")

    monkeypatch.setattr(type(writing()), "write", full_disk)
    with pytest.raises(OSError, match="No space"):
        restore(place)
    assert vault.store().names() == []


def writing():
    begun = vault.store().begin()
    begun.abort()
    return begun


# --- the commands ----------------------------------------------------------------------------------


def said(name, *arguments):
    out = StringIO()
    call_command(name, *map(str, arguments), stdout=out)
    return out.getvalue()


def test_the_commands_say_in_plain_words_what_they_did(full, another_site, place, tmp_path, at):
    assert "3 stored files, 3 of them new" in said("backup", place, "--keystore", tmp_path / "apart")
    assert not (place / "keystore").exists()
    with pytest.raises(CommandError, match="rows already"):
        said("restore", place, "--keystore", tmp_path / "apart")
    another_site("elsewhere")
    with pytest.raises(CommandError, match="no whole backup"):
        said("restore", place)
    words = said("restore", place, "--keystore", tmp_path / "apart")
    assert "3 stored files. The logs of 1 cases hold together." in words
    assert "housekeeping" in words
    assert "hold together" in said("custody_check")


def test_the_command_says_how_much_had_no_keys_any_more_or_no_place(full, another_site, place, at, monkeypatch):
    old = backup(place, at)
    cases.erase_now(full.words, at=at)
    new = backup(place, at + timedelta(days=8))
    another_site("elsewhere")
    assert "had no keys any more" in said("restore", place, "--made", old.stamp, "--keys-made", new.stamp)
    another_site("third")
    monkeypatch.setattr(shutil, "copyfileobj", None)
    monkeypatch.setattr(restoring, "_put_rows", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(CommandError, match="Nothing was restored"):
        said("restore", place)
