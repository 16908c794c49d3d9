"""The log of a case: a chain that shows every change, and that nobody can rewrite before the case is erased."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

import evidence
from evidence import cases, custody, custody_words, rotation, vault
from evidence.custody import OWNER, SYSTEM, Act, Actor, ChainBroken
from evidence.models import Case, CustodyBody, CustodyEntry
from evidence.vault import Opened
from tests.conftest import note

pytestmark = pytest.mark.django_db
LOOK = Act("item-viewed", "thing")
HANA = Actor("worker", "7", "Hana")


def links(owner):
    return list(CustodyEntry.objects.filter(case=owner.case))


@pytest.fixture
def log(alice, at):
    """Alice's log with seven entries: two of making her case, five notes."""
    for _ in range(5):
        note(alice.opened, at)
    return alice


def test_the_log_counts_from_one_and_its_chain_holds(log):
    entries = custody.everything(log.opened)
    assert [entry.seq for entry in entries] == list(range(1, 8))
    assert custody.check_links(links(log), expected_head=entries[-1].head) == entries[-1].head
    assert custody.head_of(log.case) == (7, entries[-1].head)


def test_the_head_is_what_the_formula_says(log):
    import hashlib
    import json

    head = bytes(32)
    for entry in custody.everything(log.opened):
        text = json.dumps(entry.body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        commitment = hashlib.sha256(b"v1" + entry.salt + text).digest()
        head = hashlib.sha256(b"\x01" + entry.seq.to_bytes(8, "big") + head + commitment).digest()
        assert (entry.commitment, entry.head, len(entry.salt)) == (commitment, head, 32)


def test_an_empty_log_has_the_starting_head(db, at):
    case = Case.objects.create(created_on=at.date(), owner_public=b"", case_public=b"", secret_wrap=b"", index=b"")
    assert custody.head_of(case) == (0, custody.START)
    assert custody.check_links([]) == custody.START


def test_the_same_act_twice_gives_commitments_that_can_not_be_matched(alice, at):
    one, two = (custody.record(alice.case, LOOK, by=OWNER, at=at, secret=alice.opened.secret) for _ in range(2))
    assert one.commitment != two.commitment


def test_nothing_of_an_entry_can_be_read_in_its_rows(alice, at):
    custody.record(alice.case, Act("item-viewed", "MARKER"), by=HANA, at=at, secret=alice.opened.secret)
    entry, body = CustodyEntry.objects.last(), CustodyBody.objects.last()
    stored = b"".join(bytes(value) for value in (entry.commitment, entry.head, body.key_wrap, body.body))
    assert not any(mark in stored for mark in (b"MARKER", b"item-viewed", b"Hana", b"2026"))


# --- what a thief of the table may try ----------------------------------------------------------------


def test_a_gap_shows(log):
    chain = links(log)
    for gone in range(len(chain) - 1):
        with pytest.raises(ChainBroken, match=f"Entry {gone + 1} is missing"):
            custody.check_links(chain[:gone] + chain[gone + 1 :])


def test_a_cut_tail_shows_against_the_head_that_was_written_down(log):
    chain = links(log)
    written_down = bytes(chain[-1].head)
    assert custody.check_links(chain[:-2])
    with pytest.raises(ChainBroken, match=r"^The log ends before or after the head"):
        custody.check_links(chain[:-2], expected_head=written_down)


def test_a_tail_that_was_grown_shows_too(log):
    chain = links(log)
    with pytest.raises(ChainBroken, match="before or after the head"):
        custody.check_links(chain, expected_head=bytes(chain[-2].head))


@pytest.mark.parametrize("column", ["commitment", "head"])
@pytest.mark.parametrize("place", [0, 3, 6])
def test_any_changed_link_shows(log, column, place):
    chain = links(log)
    changed = bytearray(getattr(chain[place], column))
    changed[5] ^= 1
    setattr(chain[place], column, bytes(changed))
    with pytest.raises(ChainBroken, match=f"Entry {place + 1} was changed"):
        custody.check_links(chain)


def test_two_links_in_each_others_place_show(log):
    chain = links(log)
    chain[2].seq, chain[3].seq = 4, 3
    with pytest.raises(ChainBroken, match="Entry 3 was changed"):
        custody.check_links(chain)


def body_of(log, seq):
    return CustodyBody.objects.get(case=log.case, seq=seq)


def test_a_changed_body_shows(log):
    row = body_of(log, 4)
    blob = bytearray(row.body)
    blob[-3] ^= 1
    CustodyBody.objects.filter(pk=row.pk).update(body=bytes(blob))
    with pytest.raises(ChainBroken, match=r"^The words of an entry do not open"):
        custody.everything(log.opened)


def test_swapped_bodies_show(log):
    three, four = body_of(log, 3), body_of(log, 4)
    CustodyBody.objects.filter(pk=three.pk).update(body=four.body, key_wrap=four.key_wrap)
    CustodyBody.objects.filter(pk=four.pk).update(body=three.body, key_wrap=three.key_wrap)
    with pytest.raises(ChainBroken, match="do not open"):
        custody.everything(log.opened)


@pytest.mark.parametrize("lie", ["words", "salt", "number"])
def test_words_sealed_anew_by_someone_with_the_key_do_not_fit_their_commitment(log, lie):
    entry = custody.everything(log.opened)[3]
    body, salt = dict(entry.body), entry.salt
    if lie == "words":
        body["act"] = "item-removed"
    elif lie == "number":
        body["seq"] = 3
    else:
        salt = bytes(32)
    body_of(log, 4).delete()
    custody._seal_body(log.case, 4, {"salt": salt.hex(), "body": body}, log.opened.secret)
    with pytest.raises(ChainBroken, match="entry 4 are not the ones"):
        custody.everything(log.opened)


def test_a_lost_body_shows(log):
    body_of(log, 5).delete()
    with pytest.raises(ChainBroken, match=r"^An entry has lost its words"):
        custody.everything(log.opened)


def test_the_database_refuses_to_change_the_log(log):
    for change in ({"head": b"x"}, {"commitment": b"x"}, {"day": "2020-01-01"}, {"seq": 99}):
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            CustodyEntry.objects.filter(case=log.case, seq=2).update(**change)
    assert len(custody.everything(log.opened)) == 7


def test_the_database_refuses_to_delete_from_the_log_until_the_case_is_erased(log, mallory, at):
    for status, hidden_at in (("open", None), ("hidden", at), ("new", None)):
        Case.objects.filter(pk=log.case.pk).update(status=status, hidden_at=hidden_at)
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            CustodyEntry.objects.filter(case=log.case, seq=7).delete()
    Case.objects.filter(pk=log.case.pk).update(status="erased")
    CustodyEntry.objects.filter(case=log.case, seq=7).delete()
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        CustodyEntry.objects.all().delete()
    assert CustodyEntry.objects.filter(case=mallory.case).count() == 2


# --- writing --------------------------------------------------------------------------------------------


def test_an_entry_written_without_the_secret_can_be_read_later(alice, at):
    custody.record(alice.case, Act("share-expired", "x"), by=SYSTEM, at=at)
    last = custody.everything(alice.opened)[-1]
    assert (last.act, last.by, last.at) == (Act("share-expired", "x"), SYSTEM, at)


def test_who_acted_is_read_back_whole_and_only_an_open_case_wraps_with_its_secret(alice, at):
    custody.view_once(alice.opened, LOOK, by=HANA, at=at)
    assert custody.recent(alice.opened, 1)[0].by == HANA
    assert bytes(CustodyBody.objects.last().key_wrap)[:1] == b"S"
    custody.record(alice.case, LOOK, by=HANA, at=at)
    assert bytes(CustodyBody.objects.last().key_wrap)[:1] == b"P"


def test_words_in_any_script_are_committed_to_as_utf_8():
    assert custody.canonical({"b": "Zoë", "a": 1}) == '{"a":1,"b":"Zoë"}'.encode()


def test_an_entry_is_not_written_with_a_secret_of_before(alice, at):
    stale = Opened(Case.objects.get(), alice.opened.secret)
    session = rotation.rotate(alice.session, at=at)
    with pytest.raises(vault.Shut):
        custody.record(stale.case, LOOK, by=OWNER, at=at, secret=stale.secret)
    assert custody.everything(session.opened)


def test_views_of_one_thing_within_ten_minutes_are_one_entry(alice, at):
    before = custody.head_of(alice.case)[0]
    for seconds in (0, 30, 599, 600):
        custody.view_once(alice.opened, LOOK, by=OWNER, at=at + timedelta(seconds=seconds))
    assert custody.head_of(alice.case)[0] == before + 1
    custody.view_once(alice.opened, LOOK, by=OWNER, at=at + timedelta(seconds=601))
    assert custody.head_of(alice.case)[0] == before + 2


def test_a_view_further_back_than_sixty_entries_is_recorded_again(alice, at):
    for others in (59, 60):
        custody.view_once(alice.opened, LOOK, by=OWNER, at=at)
        for _ in range(others):
            custody.record(alice.case, replace(LOOK, about="another"), by=OWNER, at=at, secret=alice.opened.secret)
        before = custody.head_of(alice.case)[0]
        custody.view_once(alice.opened, LOOK, by=OWNER, at=at)
        assert custody.head_of(alice.case)[0] == before + (others == 60)


@pytest.mark.parametrize(
    ("act", "by"),
    [
        (replace(LOOK, about="another"), OWNER),
        (replace(LOOK, what="picture-viewed"), OWNER),
        (LOOK, HANA),
        (LOOK, replace(HANA, id="8")),
    ],
)
def test_another_thing_another_act_or_another_person_is_an_entry_of_its_own(alice, at, act, by):
    custody.view_once(alice.opened, LOOK, by=OWNER, at=at)
    custody.view_once(alice.opened, LOOK, by=replace(HANA, id="9"), at=at)
    before = custody.head_of(alice.case)[0]
    custody.view_once(alice.opened, act, by=by, at=at)
    assert custody.head_of(alice.case)[0] == before + 1


def test_the_newest_entries_come_first_and_page_by_number(log):
    assert [entry.seq for entry in custody.recent(log.opened, 3)] == [7, 6, 5]
    assert [entry.seq for entry in custody.recent(log.opened, 3, before=5)] == [4, 3, 2]


def test_an_entry_carries_the_links_of_its_own_case(log, mallory):
    heads = {link.seq: bytes(link.head) for link in links(log)}
    assert {entry.seq: entry.head for entry in custody.recent(log.opened, 9)} == heads


def test_a_new_secret_keeps_every_entry_readable_and_the_chain_as_it_was(log, at):
    custody.record(log.case, Act("share-expired"), by=SYSTEM, at=at)
    before = [(entry.seq, entry.head) for entry in custody.everything(log.opened)]
    session = rotation.rotate(log.session, at=at)
    after = custody.everything(session.opened)
    assert [(entry.seq, entry.head) for entry in after[:-1]] == before
    assert after[-1].act.what == "keys-changed"


def test_a_strangers_key_reads_no_entry(log, mallory):
    with pytest.raises(ChainBroken):
        custody.everything(Opened(log.case, mallory.opened.secret))


# --- in plain words -------------------------------------------------------------------------------------


def test_every_act_that_is_recorded_can_be_said_in_plain_words():
    source = "".join(path.read_text() for path in Path(evidence.__path__[0]).rglob("*.py"))
    recorded = set(re.findall(r'\bAct\(\s*"([a-z-]+)"', source)) | {"item-removed", "item-brought-back"}
    assert recorded - set(custody_words.SAID) == set()
    assert len(recorded) > 25


def test_who_acted_is_said_without_a_role_name(alice):
    assert custody_words.who(HANA) == "Hana (helpline)"
    assert custody_words.who(OWNER) == "The person"
    assert custody_words.who(SYSTEM) == "The site"


def test_what_else_an_entry_says(alice):
    detail = {"device": "Firefox on Mac", "failed_tries": 2, "until": "2026-04-01", "sha256": "ab12"}
    said = custody_words.more(Act("case-opened", detail=detail))
    assert said == "with Firefox on Mac, after 2 wrong tries, until 2026-04-01, SHA-256 ab12"
    assert custody_words.more(Act("case-opened")) == ""


def test_failed_tries_before_an_opening_are_shown_to_the_owner(alice, at):
    head = alice.words.split()[:2]
    for _ in range(2):
        with pytest.raises(cases.ways.NotOpened):
            cases.open_with(" ".join([*head, *["zoom"] * 5]), device="", at=at)
    cases.open_with(alice.words, device="Firefox on Mac", at=at)
    last = custody.recent(alice.opened, 1)[0]
    assert custody_words.more(last.act) == "with Firefox on Mac, after 2 wrong tries"
