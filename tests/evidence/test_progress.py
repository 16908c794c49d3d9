"""A person's list of steps, kept in the case for them alone."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from evidence import cases, freezing, gate, index, items, progress, rotation, sharing, vault
from evidence.crypto.errors import SealBroken
from evidence.custody import OWNER
from evidence.freezing_items import Choices
from evidence.index import Gate
from evidence.models import Case
from evidence.pack import snapshot
from evidence.progress import NothingKept, NothingToKeep
from evidence.vault import Opened, Shut
from guidance.answers import Answers, Mark
from tests.conftest import acts, note, share

pytestmark = pytest.mark.django_db
CHILD = {"danger": "suicide", "shown_age": "under18", "my_age": "13to17", "what": "marker-4711"}
LIST = Answers(CHILD, {"j9fz": Mark.DONE, "v9r2": Mark.LATER, "nc4n": Mark.NOT_FOR_ME})


def keep(alice, at, given=LIST):
    progress.keep(alice.opened, given, by=OWNER, at=at)


def back(opened, at):
    return progress.bring_back(opened, by=OWNER, at=at)


def sealed(opened):
    return base64.b64decode(index.read(opened).steps["sealed"])


def test_what_was_kept_comes_back_as_it_was_and_as_often_as_wanted(alice, at):
    keep(alice, at)
    assert back(alice.opened, at) == back(alice.opened, at) == LIST
    assert {type(mark) for mark in back(alice.opened, at).marks.values()} == {Mark}
    assert progress.kept_at(index.read(alice.opened)) == at


def test_it_comes_back_after_the_case_was_shut_and_opened_with_its_words(alice, at):
    keep(alice, at)
    cases.lock(alice.session, at=at)
    session = cases.open_with(alice.words, device="", at=at + timedelta(days=28))
    assert back(session.opened, at) == LIST


def test_keeping_again_replaces_what_was_kept(alice, at):
    keep(alice, at)
    keep(alice, at + timedelta(days=1), Answers({"what": "money"}))
    assert back(alice.opened, at) == Answers({"what": "money"})
    assert progress.kept_at(index.read(alice.opened)) == at + timedelta(days=1)


def test_each_of_the_three_is_an_entry_in_the_log_that_does_not_say_what_the_list_says(alice, at):
    keep(alice, at)
    back(alice.opened, at)
    progress.remove(alice.opened, by=OWNER, at=at)
    assert acts(alice.opened)[-3:] == ["list-kept", "list-brought-back", "list-removed"]
    assert all(not entry.act.detail for entry in progress.custody.recent(alice.opened, 3))


def test_a_list_that_was_taken_out_is_gone(alice, at):
    keep(alice, at)
    progress.remove(alice.opened, by=OWNER, at=at)
    assert progress.kept_at(index.read(alice.opened)) is None
    with pytest.raises(NothingKept):
        back(alice.opened, at)


def test_where_nothing_is_kept_nothing_is_brought_back_removed_or_logged(alice, at):
    before = acts(alice.opened)
    with pytest.raises(NothingKept):
        back(alice.opened, at)
    with pytest.raises(NothingKept):
        progress.remove(alice.opened, by=OWNER, at=at)
    with pytest.raises(NothingToKeep):
        keep(alice, at, Answers())
    assert acts(alice.opened) == before


def test_marks_alone_are_a_list_too(alice, at):
    keep(alice, at, Answers({}, {"j9fz": Mark.DONE}))
    assert back(alice.opened, at).marks == {"j9fz": Mark.DONE}


# --- who can read it ----------------------------------------------------------------------------------


def test_a_worker_with_the_case_secret_can_not_read_it(alice, hana, at):
    keep(alice, at)
    grant = share(alice.opened, at)
    sharing.accept(worker=hana.worker, offer_id=grant.pk, seed=hana.seed, at=at)
    opened = sharing.open_case(worker=hana.worker, grant_id=grant.pk, seed=hana.seed, at=at)
    whole = vault.read_index(opened)
    assert opened.secret == alice.opened.secret
    assert "marker-4711" not in str(whole)
    assert b"marker-4711" not in base64.b64decode(whole["steps"]["sealed"])
    with pytest.raises(Shut):
        back(opened, at)
    for seed in (hana.seed, opened.secret, vault.case_seed(opened.secret, alice.case.pk, 1)):
        with pytest.raises(SealBroken):
            back(Opened(opened.case, opened.secret, seed), at)


def test_it_opens_in_no_other_case(alice, mallory, at):
    keep(alice, at)
    with items.holding(mallory.opened) as whole:
        whole.steps = index.read(alice.opened).steps
    with pytest.raises(SealBroken):
        back(mallory.opened, at)


def test_it_stands_nowhere_in_the_clear(alice, at):
    keep(alice, at)
    assert b"marker-4711" not in bytes(Case.objects.get(pk=alice.case.pk).index) + sealed(alice.opened)


def test_its_size_tells_nothing(alice, at):
    sizes = set()
    many = {f"a{number:03}": Mark.DONE for number in range(200)}
    for given in (Answers({"a": "b"}), LIST, Answers(CHILD, many)):
        keep(alice, at, given)
        sizes.add(len(sealed(alice.opened)))
    assert len(sizes) == 1


def test_a_pack_holds_nothing_of_it(alice, at):
    keep(alice, at)
    note(alice.opened, at)
    frozen = snapshot.to_json(freezing.freeze(alice.opened, alice.case.pk, Choices(), at=at)).decode()
    assert "He wrote to my sister" in frozen
    assert [one for one in ("marker-4711", "list-kept", "steps") if one in frozen] == []


# --- what it may not change ---------------------------------------------------------------------------

GATES = [
    None,
    Gate(shown="adults", now="adult", whose="mine"),
    Gate(shown="under18", now="adult", whose="mine"),
    Gate(shown="adults", now="under18", whose="mine"),
]


@pytest.mark.parametrize("said", GATES, ids=["not asked", "open", "closed by who is shown", "closed by age"])
@pytest.mark.parametrize("ages", [("under18", "13to17"), ("adults", "adult")], ids=["child", "adult"])
def test_no_list_opens_or_closes_the_gate(alice, at, said, ages):
    if said:
        gate.answer(alice.opened, said, by=OWNER, at=at)
    before = index.read(alice.opened).gate
    keep(alice, at, Answers({"shown_age": ages[0], "my_age": ages[1]}))
    back(alice.opened, at)
    progress.remove(alice.opened, by=OWNER, at=at)
    assert index.read(alice.opened).gate == before


def test_a_locked_case_stays_locked_and_keeps_the_list(alice, at, open_gate, keep_picture):
    keep_picture(alice.opened)
    keep(alice, at)
    gate.lock(alice.opened, by=OWNER, at=at)
    assert back(alice.opened, at) == LIST
    assert index.read(alice.opened).gate.locked
    assert Case.objects.get(pk=alice.case.pk).held


def test_what_else_is_in_the_case_stays_and_leaves_the_list_as_it_is(alice, at):
    line = note(alice.opened, at)
    keep(alice, at)
    items.remove(alice.opened, line.id, by=OWNER, at=at)
    assert note(alice.opened, at, title="Another").number == 2
    assert back(alice.opened, at) == LIST
    assert [one.title for one in items.listed(alice.opened)] == ["Another"]


def test_a_new_case_secret_leaves_it_readable_to_its_owner(alice, at):
    keep(alice, at)
    session = rotation.rotate(alice.session, at=at)
    assert back(session.opened, at) == LIST


def test_a_browser_with_the_keys_of_before_brings_nothing_back(alice, at):
    keep(alice, at)
    old = Opened(Case.objects.get(pk=alice.case.pk), alice.opened.secret, alice.opened.owner_seed)
    rotation.rotate(alice.session, at=at)
    with pytest.raises(Shut):
        back(old, at)


def test_a_window_that_was_open_before_gets_what_another_one_kept(alice, at):
    window = Opened(Case.objects.get(pk=alice.case.pk), alice.opened.secret, alice.opened.owner_seed)
    keep(alice, at)
    assert back(window, at) == LIST


def test_a_case_from_before_lists_could_be_kept_opens_as_ever(alice, at):
    value = vault.read_index(alice.opened)
    del value["steps"]
    vault.write_index(alice.opened, value)
    assert progress.kept_at(index.read(alice.opened)) is None
    keep(alice, at)
    assert back(alice.opened, at) == LIST
