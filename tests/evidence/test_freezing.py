"""What goes into a pack: what was chosen, one by one, and nothing else."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from evidence import custody, details, freezing, gate, items, messages, pictures
from evidence.custody import OWNER, Actor
from evidence.freezing import freeze
from evidence.freezing_items import Choices
from evidence.index import ACCOUNT, ADDRESS, EVENT, When
from evidence.items import Telling
from evidence.pack import snapshot as frozen
from evidence.pack.snapshot import to_json
from evidence.pack.times import When as Said
from tests.conftest import PIXELS, note, share

pytestmark = pytest.mark.django_db
PACK = "00000000-0000-4000-8000-000000000001"


def taken(owner, at, **choices):
    return freeze(owner.opened, PACK, Choices(**{name: frozenset(ids) for name, ids in choices.items()}), at=at)


def add(alice, at, kind, title, when=None, **claims):
    return items.add(alice.opened, kind, Telling(title, when or When(), claims), by=OWNER, at=at)


@pytest.fixture
def two(alice, open_gate, keep_picture):
    """Two pictures."""
    return keep_picture(alice.opened).id, keep_picture(alice.opened, PIXELS + b"2", title="The second").id


def chosen(snapshot):
    return [(i.number, i.include_picture, i.include_original, i.location_included) for i in snapshot.items]


def test_no_picture_is_in_it_unless_it_was_chosen(alice, two, at):
    assert chosen(taken(alice, at)) == [(1, False, False, False), (2, False, False, False)]


def test_what_is_left_out_is_held_by_the_person_with_its_hash_and_size(alice, two, at):
    item = taken(alice, at).items[0]
    assert (item.observed.sha256, item.observed.size) == (hashlib.sha256(PIXELS).hexdigest(), len(PIXELS))
    assert item.intimate


def test_pictures_originals_and_places_are_chosen_one_by_one(alice, two, at):
    one, other = two
    assert chosen(taken(alice, at, pictures=[one])) == [(1, True, False, False), (2, False, False, False)]
    assert chosen(taken(alice, at, pictures=two, originals=[other], locations=[one])) == [
        (1, True, False, True),
        (2, True, True, False),
    ]


def test_no_original_and_no_place_leaves_without_its_picture(alice, two, at):
    assert chosen(taken(alice, at, originals=two, locations=two)) == [
        (1, False, False, False),
        (2, False, False, False),
    ]


def test_only_pictures_can_be_chosen(alice, at):
    line = note(alice.opened, at)
    assert chosen(taken(alice, at, pictures=[line.id])) == [(1, False, False, False)]


def test_once_locked_nothing_that_was_chosen_goes_in(alice, two, at):
    gate.lock(alice.opened, by=OWNER, at=at)
    snapshot = taken(alice, at, pictures=two, originals=two, locations=two)
    assert chosen(snapshot) == [(1, False, False, False), (2, False, False, False)]
    assert [item.locked for item in snapshot.items] == [True, True]
    assert snapshot.gate.ages.endswith("Later every picture was locked, because one may show someone under 18.")


def test_what_was_removed_is_not_in_it(alice, two, at):
    gone = note(alice.opened, at, title="GONE-MARKER", what="GONE-MARKER")
    for item_id in (gone.id, two[0]):
        items.remove(alice.opened, item_id, by=OWNER, at=at)
    snapshot = taken(alice, at, pictures=two)
    assert [item.number for item in snapshot.items] == [2]
    assert b"GONE-MARKER" not in to_json(snapshot)


def test_no_key_and_no_message_or_purpose_is_in_it(alice, hana, two, at):
    messages.write(alice.opened, text="MESSAGE-MARKER", by=OWNER, at=at)
    share(alice.opened, at)
    data = to_json(taken(alice, at, pictures=two, originals=two))
    for secret in (alice.opened.secret, alice.opened.owner_seed, items.peek(alice.opened, two[0]).key):
        assert secret.hex().encode() not in data
    assert b"MESSAGE-MARKER" not in data
    assert b"Help me take it down" not in data


# --- the log ----------------------------------------------------------------------------------------------


def test_entries_about_the_evidence_are_open_and_looks_messages_and_shares_stay_closed(alice, hana, two, at):
    items.read(alice.opened, two[0], by=OWNER, at=at)
    pictures.reveal(alice.opened, two[0], by=OWNER, at=at)
    messages.write(alice.opened, text="x", by=Actor("worker", "7", "NAME-MARKER"), at=at)
    share(alice.opened, at)
    snapshot = taken(alice, at)
    said = {entry.seq: entry.act for entry in snapshot.custody.entries}
    acts = [entry.act.what for entry in custody.everything(alice.opened)]
    assert [said[seq] for seq in sorted(said)] == [act if act in freezing.OPEN_ACTS else None for act in acts]
    for closed in ("item-viewed", "picture-viewed", "message-written", "share-offered"):
        assert closed in acts
        assert closed.encode() not in to_json(snapshot)
    assert b"NAME-MARKER" not in to_json(snapshot)


def test_the_whole_chain_can_be_checked_from_what_is_in_it(alice, two, at):
    entries, head = taken(alice, at).custody.entries, bytes(32)
    for entry in entries:
        if entry.open:
            assert custody.commit(bytes.fromhex(entry.salt), entry.body).hex() == entry.commitment
        head = custody.next_head(entry.seq, head, bytes.fromhex(entry.commitment))
    assert head.hex() == taken(alice, at).custody.head


# --- the rest ---------------------------------------------------------------------------------------------


def test_accounts_and_addresses_are_gathered_from_every_item_that_names_them(alice, at):
    early, late = When("2026-03-01", "about"), When("2026-03-02T10:00", "exact", "clock")
    add(alice, at, EVENT, "a", late, where="Insta", account="@x")
    add(alice, at, ACCOUNT, "b", early, where="insta", account="@X", number="17", what="From the call")
    add(alice, at, ADDRESS, "c", late, address="https://a.example/1", where="Insta")
    add(alice, at, ADDRESS, "d", address="https://a.example/1")
    snapshot = taken(alice, at)
    (account,) = snapshot.accounts
    assert (account.platform, account.shown_name, account.identifier, account.how_known, account.items) == (
        "Insta",
        "@x",
        "17",
        "From the call",
        (1, 2),
    )
    assert (account.first.at, account.last.at) == ("2026-03-01", "2026-03-02T10:00")
    (address,) = snapshot.addresses
    assert (address.address, address.platform, address.items) == ("https://a.example/1", "Insta", (3, 4))
    assert [keeping.platform for keeping in snapshot.keeps] == ["Insta"]


def test_missing_and_left_open_are_told_apart(alice, at):
    before = taken(alice, at)
    assert (before.summary.happened, before.reports, before.summary.risks, before.gate) == (
        None,
        None,
        None,
        frozen.Gate(),
    )
    details.save(alice.opened, {"risks": "At work\n\n At home ", "nation": "scotland"}, by=OWNER, at=at)
    after = taken(alice, at)
    assert (after.summary.happened, after.reports, after.summary.risks) == ("", (), ("At work", "At home"))
    assert (after.marks.word, after.marks.initials) == ("production", "ABC")


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("18 November 2026", "2026-11-18"),
        ("18 Nov 2026", "2026-11-18"),
        ("18/11/2026", "2026-11-18"),
        ("04/03/2026", "2026-03-04"),
        ("2026-11-18", "2026-11-18"),
    ],
)
def test_the_day_of_a_report_is_read_however_it_is_written(words, day):
    (made,) = freezing._reports({"reports": f"Police | {words}"})
    assert made.when == Said("exact", day)


def test_reports_are_read_line_by_line(alice, at):
    lines = "Police | 18 November 2026 | 123 | None yet\nInsta | last week | 9\nBank"
    details.save(alice.opened, {"reports": lines, "initials": "JD"}, by=OWNER, at=at)
    police, insta, bank = taken(alice, at).reports
    assert (police.to, police.when, police.reference, police.answer) == (
        "Police",
        Said("exact", "2026-11-18"),
        "123",
        "None yet",
    )
    assert (insta.to, insta.when, insta.reference, insta.answer) == (
        "Insta",
        Said("unknown", words="last week"),
        "9",
        "",
    )
    assert (bank.to, bank.when, bank.reference, bank.answer) == ("Bank", Said("unknown"), "", "")
    assert taken(alice, at).marks.initials == "JD"


def test_the_first_and_last_known_times_frame_the_summary(alice, at):
    assert taken(alice, at).summary.first is None
    add(alice, at, EVENT, "a", When("2026-03-02T10:00", "exact"))
    add(alice, at, EVENT, "b", When("2026-01-01", "unknown"))
    add(alice, at, EVENT, "c", When("2026-03-01", "about", "remembered"))
    summary = taken(alice, at).summary
    assert (summary.first.at, summary.first.basis, summary.last.at) == ("2026-03-01", "remembered", "2026-03-02T10:00")


def test_the_moment_is_in_utc(alice, at):
    from zoneinfo import ZoneInfo

    summer = (at + timedelta(days=120)).astimezone(ZoneInfo("Europe/London"))
    assert taken(alice, summer).made_at == "2026-06-30T12:00:00+00:00"


@pytest.mark.parametrize("whose", ["mine", "agreed", "other"])
@pytest.mark.parametrize("shown", ["adults", "under18", "unsure"])
def test_both_answers_are_printed_as_claims(alice, at, shown, whose):
    gate.answer(alice.opened, gate.Gate(shown, "adult", whose), by=OWNER, at=at)
    said = taken(alice, at).gate
    assert (said.ages, said.whose, said.answered_at) == (
        freezing.AGES[shown],
        freezing.WHOSE[whose],
        "2026-03-02T12:00:00+00:00",
    )
