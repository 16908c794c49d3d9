"""The commands that the people who run a site type: is a log whole, and what is due to go."""

from __future__ import annotations

import getpass
import importlib
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import HttpResponse

from evidence import cases, custody, gate, limits, packs, sharing
from evidence.custody import OWNER
from evidence.freezing_items import Choices
from evidence.helpline import desk, invitations
from evidence.helpline import limits as sign_in_limits
from evidence.helpline.models import Desk, Invitation, SignInLimit
from evidence.management.commands import housekeeping
from evidence.models import Attempt, Case, CustodyBody, CustodyEntry, Grant, Item, OpenSession, OwnerWrap, Pack
from tests.conftest import acts, confirm, note, share
from tests.stores.shelf import written_at

pytestmark = pytest.mark.django_db
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def run(name, *arguments):
    """What a command prints."""
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


# --- custody_check ----------------------------------------------------------------------------------------


@pytest.fixture
def thief(db):
    """Somebody at the database itself, where no trigger holds."""
    importlib.import_module("evidence.migrations.0002_custody_only_grows").drop(None, connection.schema_editor())
    return CustodyEntry.objects


def head(owner):
    return custody.head_of(owner.case)[1].hex()


def type_in(monkeypatch, text):
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: text)


def test_the_logs_of_all_cases_are_checked_without_any_key(alice, mallory, at):
    note(alice.opened, at)
    lines = run("custody_check").splitlines()
    assert sorted(lines) == sorted(
        [
            f"{cases.reference(alice.case)}: 3 entries hold together, head {head(alice)}",
            f"{cases.reference(mallory.case)}: 2 entries hold together, head {head(mallory)}",
        ]
    )


def test_one_case_is_checked_alone(alice, mallory):
    said = run("custody_check", "--case", str(alice.case.pk))
    assert cases.reference(alice.case) in said
    assert cases.reference(mallory.case) not in said


def test_an_erased_case_has_no_log_to_check(alice, at):
    cases.erase(alice.case, at=at)
    assert run("custody_check") == ""


def test_a_case_that_does_not_exist_is_not_said_to_hold_together(alice, at):
    with pytest.raises(CommandError, match="There is no such case"):
        run("custody_check", "--case", "00000000-0000-4000-8000-000000000000")
    cases.erase(alice.case, at=at)
    with pytest.raises(CommandError, match="There is no such case"):
        run("custody_check", "--case", str(alice.case.pk))


def test_the_head_that_was_written_down_is_met(alice):
    one = ("--case", str(alice.case.pk), "--head")
    assert head(alice) in run("custody_check", *one, head(alice))
    grouped = " ".join(head(alice)[i : i + 8] for i in range(0, 64, 8))  # as the page of the log shows it
    assert head(alice) in run("custody_check", *one, grouped.upper())
    with pytest.raises(CommandError, match="before or after the head that was written down"):
        run("custody_check", *one, "00" * 32)


@pytest.mark.parametrize("typed", ["not hex", "abc", "ab" * 31])
def test_a_head_that_can_be_none_is_told_in_a_sentence(alice, typed):
    with pytest.raises(CommandError, match="64 letters and numbers"):
        run("custody_check", "--case", str(alice.case.pk), "--head", typed)


def test_a_head_is_of_one_case(alice, mallory):
    with pytest.raises(CommandError, match="--case"):
        run("custody_check", "--head", head(alice))


def test_a_cut_end_is_noticed_by_the_head_that_was_written_down(alice, thief, at):
    note(alice.opened, at)
    written_down = head(alice)
    thief.filter(case=alice.case).last().delete()
    CustodyBody.objects.filter(case=alice.case).last().delete()
    assert "2 entries hold together" in run("custody_check")
    with pytest.raises(CommandError, match="before or after the head that was written down"):
        run("custody_check", "--case", str(alice.case.pk), "--head", written_down)


def test_a_changed_commitment_ends_the_check_with_a_sentence(alice, thief):
    thief.filter(case=alice.case, seq=1).update(commitment=bytes(32))
    with pytest.raises(CommandError) as refused:
        run("custody_check")
    assert str(refused.value) == f"{cases.reference(alice.case)}: Entry 1 was changed, or the one before it was."


def test_a_missing_entry_is_noticed_by_itself(alice, thief, at):
    note(alice.opened, at)
    thief.filter(case=alice.case, seq=2).delete()
    with pytest.raises(CommandError, match="Entry 2 is missing"):
        run("custody_check")


def test_with_the_words_every_sealed_entry_is_checked_and_nothing_stays_open(alice, at, monkeypatch):
    note(alice.opened, at)
    before = set(OpenSession.objects.values_list("pk", flat=True))
    type_in(monkeypatch, alice.words)
    said = run("custody_check", "--words")
    assert said == f"4 entries and their words hold together, head {head(alice)}\n"
    assert acts(alice.opened)[-1] == "case-opened"
    assert custody.everything(alice.opened)[-1].act.detail["device"] == "the server"
    assert set(OpenSession.objects.values_list("pk", flat=True)) == before


@pytest.mark.parametrize("typed", ["seven words that are not on any list", "abacus " * 7, ""])
def test_words_that_open_nothing_end_the_check(alice, monkeypatch, typed):
    type_in(monkeypatch, typed)
    with pytest.raises(CommandError, match="That did not open a case"):
        run("custody_check", "--words")


def test_words_of_an_entry_in_the_place_of_another_are_noticed_and_nothing_stays_open(alice, monkeypatch):
    before = OpenSession.objects.count()
    CustodyBody.objects.filter(case=alice.case, seq=2).delete()
    type_in(monkeypatch, alice.code)
    with pytest.raises(CommandError, match="lost its words"):
        run("custody_check", "--words")
    assert OpenSession.objects.count() == before


# --- housekeeping -----------------------------------------------------------------------------------------


def did(at):
    """What one round dealt with, without the zeros."""
    return {what: count for what, count in housekeeping.once(at=at).items() if count}


def test_nothing_that_is_in_use_is_touched(alice, hana, at):
    note(alice.opened, at)
    share(alice.opened, at)
    assert did(at + SECOND) == {}


def test_open_sessions_end_after_their_time(alice, at, settings):
    assert did(at + settings.CASE_IDLE - SECOND) == {}
    assert did(at + settings.CASE_IDLE) == {"sessions ended": 1}
    assert not OpenSession.objects.exists()


def test_open_desks_end_after_their_time(hana, at, settings):
    desk.open_desk(HttpResponse(), worker=hana.worker, seed=hana.seed, at=at)
    assert did(at + settings.DESK_IDLE - SECOND) == {}
    assert did(at + settings.DESK_IDLE) == {"desks closed": 1}
    assert not Desk.objects.exists()


def test_an_offer_that_nobody_took_ends(alice, hana, at, settings):
    share(alice.opened, at)
    assert "shares ended" not in did(at + settings.OFFER_LASTS - SECOND)
    assert did(at + settings.OFFER_LASTS)["shares ended"] == 1
    assert acts(alice.opened)[-1] == "share-expired"


def test_a_share_ends_with_its_last_day_and_its_key_goes(alice, hana, at):
    grant = share(alice.opened, at, days=3)
    sharing.accept(worker=hana.worker, offer_id=grant.pk, seed=hana.seed, at=at)
    assert "shares ended" not in did(at + timedelta(days=3))
    assert did(at + timedelta(days=4))["shares ended"] == 1
    grant.refresh_from_db()
    assert (grant.status, grant.secret_wrap) == (Grant.Status.ENDED, None)


def test_a_pack_goes_after_its_day(alice, child, at, settings):
    packs.ask(alice.opened, Choices(), by=OWNER, at=at)
    assert "packs dropped" not in did(at + settings.PACK_LISTED - SECOND)
    assert did(at + settings.PACK_LISTED)["packs dropped"] == 1
    assert not Pack.objects.exists()


def test_limits_and_invitations_are_forgotten_once_they_count_no_more(at):
    limits.spend("words", b"some words", at=at)
    sign_in_limits.spend(sign_in_limits.NAME, b"hana", at=at)
    invitations.create(username="noor", display_name="Noor", is_supervisor=False, at=at)
    assert did(at + HOUR / 4) == {}
    assert did(at + HOUR) == {"limits forgotten": 2}
    assert did(at + invitations.LASTS) == {"invitations ended": 1}
    assert not any(rows.objects.exists() for rows in (Attempt, SignInLimit, Invitation))


def test_a_deleted_case_is_erased_after_72_hours_and_not_a_second_before(alice, at):
    note(alice.opened, at)
    cases.hide(alice.session, at=at)
    assert did(at + 72 * HOUR - SECOND) == {}
    assert OwnerWrap.objects.filter(case=alice.case).count() == 2
    assert did(at + 72 * HOUR) == {"cases erased": 1}
    assert Case.objects.get().status == Case.Status.ERASED
    assert not any(rows.objects.exists() for rows in (OwnerWrap, Item))
    assert did(at + 200 * HOUR) == {}


def test_a_held_case_is_never_erased_by_the_clock(alice, open_gate, keep_picture, at):
    keep_picture(alice.opened)
    gate.lock(alice.opened, by=OWNER, at=at)
    cases.hide(alice.session, at=at)
    assert "cases erased" not in did(at + timedelta(days=4000))
    assert Case.objects.get().status == Case.Status.HIDDEN
    assert OwnerWrap.objects.exists()
    assert Item.objects.exists()


def test_a_case_whose_words_were_never_confirmed_goes_with_its_session_and_leaves_nothing(at):
    left = cases.make(device="a browser", at=at).opened.case
    kept = cases.make(device="a browser", at=at + 10 * MINUTE)
    confirmed = cases.make(device="a browser", at=at)
    confirm(confirmed, at)
    assert did(at + settings.CASE_IDLE)["unconfirmed cases deleted"] == 1
    assert set(Case.objects.all()) == {kept.opened.case, confirmed.opened.case}
    assert not CustodyEntry.objects.filter(case_id=left.pk).exists()
    assert not CustodyBody.objects.filter(case_id=left.pk).exists()
    assert "unconfirmed cases deleted" in did(at + timedelta(days=4))
    assert Case.objects.get() == confirmed.opened.case


def test_only_orphans_older_than_an_hour_are_reaped(alice, open_gate, keep_picture, vault_folder, monkeypatch):
    keep_picture(alice.opened)
    now = datetime.now(tz=UTC)
    kept = {path.name for path in vault_folder.iterdir()}
    (vault_folder / "old").write_bytes(b"x")
    (vault_folder / "young").write_bytes(b"x")
    old, young = (now - timedelta(minutes=age) for age in (61, 59))
    written_at(monkeypatch, {**dict.fromkeys(kept, old), "old": old, "young": young})
    assert housekeeping.once(at=now)["orphans reaped"] == 1
    assert {path.name for path in vault_folder.iterdir()} == kept | {"young"}


def test_the_command_says_what_it_did_and_nothing_else(alice, at):
    assert run("housekeeping") == "sessions ended: 1\n"  # the session was opened on a day long ago
    assert run("housekeeping") == ""


def test_it_goes_on_at_its_pace_until_it_is_ended(alice, monkeypatch):
    pauses = []

    def pause(seconds):
        pauses.append(seconds)
        if len(pauses) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(housekeeping.time, "sleep", pause)
    with pytest.raises(KeyboardInterrupt):
        run("housekeeping", "--every", "60")
    assert pauses == [60, 60, 60]
