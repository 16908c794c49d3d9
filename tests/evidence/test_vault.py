"""Sealed things stay where they belong: between cases, objects, fields, versions and files nothing can be swapped."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from evidence import index, items, messages, pictures, rotation, vault
from evidence.crypto import keys
from evidence.crypto.errors import SealBroken
from evidence.custody import OWNER
from evidence.models import Case, Item, Message, SealedFile
from evidence.vault import Keeping, Opened, Shut
from tests.conftest import PIXELS, note

pytestmark = pytest.mark.django_db


def refused(opened, item_id):
    with pytest.raises((SealBroken, Shut)):
        items.peek(opened, item_id)
    return True


def test_what_was_sealed_opens_again(alice, at):
    line = note(alice.opened, at, what="He asked for money")
    view = items.peek(alice.opened, line.id)
    assert (view.line.title, view.claims["what"]) == ("He wrote to my sister", "He asked for money")


def test_nothing_readable_stands_in_any_row(alice, at):
    note(alice.opened, at, title="TITLE-MARKER", what="WHAT-MARKER", where="WHERE-MARKER", account="@MARKER")
    messages.write(alice.opened, text="TEXT-MARKER", by=OWNER, at=at)
    stored = b"".join(
        bytes(value)
        for model in (Case, Item, Message)
        for row in model.objects.values()
        for value in row.values()
        if isinstance(value, bytes | memoryview)
    )
    assert b"MARKER" not in stored
    assert alice.opened.secret not in stored
    assert alice.opened.owner_seed not in stored


@pytest.mark.parametrize("columns", [("facts",), ("key_wrap",), ("facts", "key_wrap")])
def test_an_item_swapped_within_the_case_does_not_open(alice, at, columns):
    mine, other = note(alice.opened, at), note(alice.opened, at, title="Another")
    source = Item.objects.get(pk=other.id)
    Item.objects.filter(pk=mine.id).update(**{name: getattr(source, name) for name in columns})
    assert refused(alice.opened, mine.id)
    assert items.peek(alice.opened, other.id)


def test_an_item_moved_to_another_case_does_not_open_there(alice, mallory, at):
    hers, line = note(mallory.opened, at), note(alice.opened, at)
    Item.objects.filter(pk=hers.id).delete()
    Item.objects.filter(pk=line.id).update(case=mallory.case)
    whole = index.read(mallory.opened)
    whole.put(replace(line, number=7))
    index.write(mallory.opened, whole)
    assert refused(mallory.opened, line.id)


def test_the_columns_of_a_case_do_not_open_in_another(alice, mallory):
    for column in ("index", "secret_wrap"):
        setattr(alice.case, column, getattr(mallory.case, column))
    with pytest.raises(SealBroken):
        index.read(alice.opened)
    with pytest.raises(SealBroken):
        vault.open_secret(alice.opened.owner_seed, alice.case.secret_wrap, alice.case, "owner")


def test_facts_do_not_open_as_another_field(alice):
    key, about = keys.new_key(), uuid.uuid4()
    sealed = vault.seal_facts(key, {"a": 1}, case_id=alice.case.pk, about=about)
    for wrong in ({"field": "header"}, {"about": uuid.uuid4()}, {"case_id": uuid.uuid4()}):
        with pytest.raises(SealBroken):
            vault.open_facts(key, sealed, **{"case_id": alice.case.pk, "about": about, **wrong})
    terms = vault.seal_under_secret(alice.opened, {"a": 1}, "terms", about)
    for field, whose in (("index", about), ("terms", uuid.uuid4()), ("terms", "")):
        with pytest.raises(SealBroken):
            vault.open_under_secret(alice.opened, terms, field, whose)


def test_a_key_wrapped_under_another_version_is_shut(alice, at):
    line = note(alice.opened, at)
    Item.objects.filter(pk=line.id).update(key_version=2)
    with pytest.raises(Shut):
        items.peek(alice.opened, line.id)


def test_a_row_that_claims_the_new_version_does_not_open_with_the_old_wrap(alice, at):
    line = note(alice.opened, at)
    old = Item.objects.get(pk=line.id).key_wrap
    session = rotation.rotate(alice.session, at=at)
    Item.objects.filter(pk=line.id).update(key_wrap=old)
    assert refused(session.opened, line.id)


def test_whoever_writes_without_the_secret_can_not_read_it_back(alice):
    key = keys.new_key()
    row = Item(key_version=1, key_wrap=vault.drop_key(key, case=alice.case, about="x"))
    assert vault.key_of(alice.opened, row, "x") == key
    stranger = Opened(alice.case, keys.new_key())
    with pytest.raises(SealBroken):
        vault.key_of(stranger, row, "x")
    with pytest.raises(SealBroken):
        vault.key_of(alice.opened, row, "y")


def test_a_wrap_relabelled_as_the_other_kind_does_not_open(alice):
    key = keys.new_key()
    for wrap in (
        b"P" + vault.wrap_key(key, secret=alice.opened.secret, case=alice.case, about="x")[1:],
        b"S" + vault.drop_key(key, case=alice.case, about="x")[1:],
        b"",
    ):
        with pytest.raises(SealBroken):
            vault.key_of(alice.opened, Item(key_version=1, key_wrap=wrap), "x")


# --- files --------------------------------------------------------------------------------------------


def kept(alice, data):
    key = keys.new_key()
    keeping = Keeping(key, alice.case.pk)
    keeping.write(data)
    facts = keeping.complete()
    return vault.FileRef(keeping.id, alice.case.pk, keeping.name, keeping.stored_size, facts.size, key)


@pytest.mark.parametrize("size", [0, 1, 1024, 70_000, 200_001])
def test_a_file_comes_back_whole_and_from_any_place(alice, size):
    data = bytes(range(256)) * (size // 256) + bytes(size % 256)
    file = kept(alice, data)
    assert b"".join(vault.chunks(file)) == data
    assert b"".join(vault.chunks(file, size // 3, size // 2)) == data[size // 3 : size // 2]


def test_only_ciphertext_is_stored_and_its_size_is_padded(alice, vault_folder):
    file = kept(alice, b"MARKER" * 500)
    stored = (vault_folder / file.name).read_bytes()
    assert b"MARKER" not in stored
    assert len(stored) == file.stored_size > 3000
    assert {kept(alice, bytes(n)).stored_size for n in (1, 500, 1024)} == {kept(alice, b"").stored_size}


def test_stored_files_swapped_for_each_other_do_not_open(alice, vault_folder):
    one, two = kept(alice, b"one" * 400), kept(alice, b"two" * 400)
    with pytest.raises(SealBroken):
        list(vault.chunks(replace(one, name=two.name)))
    with pytest.raises(SealBroken):
        list(vault.chunks(replace(one, name=two.name, key=two.key)))


def test_a_file_that_was_cut_or_changed_is_refused_before_its_first_byte(alice, vault_folder):
    file = kept(alice, b"x" * 100_000)
    path = vault_folder / file.name
    whole = path.read_bytes()
    for broken in (whole[:-1], whole + b"\0", whole[:-1] + bytes([whole[-1] ^ 1]), b"\2" + whole[1:], b""):
        path.write_bytes(broken)
        with pytest.raises(SealBroken):
            next(vault.chunks(file))


def test_a_file_does_not_open_as_one_of_another_case(alice):
    file = kept(alice, b"x" * 10)
    with pytest.raises(SealBroken):
        list(vault.chunks(replace(file, case_id=uuid.uuid4())))


def test_a_file_under_another_item_is_refused(alice, open_gate, keep_picture):
    one, two = keep_picture(alice.opened), keep_picture(alice.opened, PIXELS + b"2")
    SealedFile.objects.filter(item_id=one.id).delete()
    SealedFile.objects.filter(item_id=two.id).update(item_id=one.id)
    with pytest.raises(SealBroken):
        pictures.cover(alice.opened, one.id)


def test_headers_swapped_between_the_files_of_an_item_are_refused(alice, open_gate, keep_picture):
    line = keep_picture(alice.opened)
    one, two, three = SealedFile.objects.filter(item_id=line.id)
    SealedFile.objects.filter(pk=one.pk).update(header=two.header)
    with pytest.raises(SealBroken):
        items.files_of(items.peek(alice.opened, line.id))
    assert three.header


def test_an_aborted_file_leaves_nothing(alice, vault_folder):
    keeping = Keeping(keys.new_key(), alice.case.pk)
    keeping.write(b"x" * 300_000)
    keeping.abort()
    assert list(vault_folder.iterdir()) == []


# --- holding a case -----------------------------------------------------------------------------------


def test_nothing_is_written_with_a_secret_of_before(alice, at):
    stale = Opened(Case.objects.get(), alice.opened.secret, alice.opened.owner_seed)
    session = rotation.rotate(alice.session, at=at)
    for act in (
        lambda: note(stale, at),
        lambda: messages.write(stale, text="x", by=OWNER, at=at),
        lambda: rotation.rotate(replace(alice.session, opened=stale), at=at),
    ):
        with pytest.raises(Shut):
            act()
    assert rotation.rotate(session, at=at)
