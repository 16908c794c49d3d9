"""The made-up case: twelve items through the real acts, with real pictures that anyone can see are made up."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from evidence import cases, demonstration, details, gate, index, items, packs, pictures, sharing, ways
from evidence.custody import OWNER
from evidence.helpline.models import Worker
from evidence.management.commands import demo
from evidence.models import Case, Grant, Pack
from evidence.pack import build
from tests.conftest import acts

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(db, at):
    return demonstration.make(at=at)


def test_it_holds_twelve_items_that_read_back_as_they_were_told(made, at):
    session, _ = made
    whole = index.read(session.opened)
    told = [shot.telling.title for shot in demonstration.SHOTS] + [told.title for _, told in demonstration.TYPED]
    assert [line.title for line in whole.kept()] == told
    assert len(told) == 12
    assert gate.pictures_allowed(whole.gate)
    first = items.read(session.opened, whole.lines[0].id, by=OWNER, at=at)
    assert first.claims["account"] == demonstration.HANDLE
    assert details.read(session.opened)["person"] == "Alex B. Carter (made up)"


def test_its_pictures_are_real_ones_and_only_the_still_is_intimate(made, at):
    session, _ = made
    lines = [line for line in index.read(session.opened).kept() if line.kind == index.PICTURE]
    assert [line.intimate for line in lines] == [False, False, False, True]
    pictures.reveal(session.opened, lines[0].id, by=OWNER, at=at)
    assert pictures.view(session.opened, lines[0].id, by=OWNER, at=at).startswith(b"\xff\xd8")


def test_its_words_are_confirmed_and_open_it(made, at):
    session, made_ways = made
    assert ways.waiting(session) is None
    for typed in (" ".join(made_ways.words), made_ways.code):
        found = ways.find(typed, at=at)
        assert (found.case.pk, found.seed) == (session.opened.case.pk, session.opened.owner_seed)


def test_nothing_in_it_can_be_a_real_person_or_page():
    every = [*(shot.telling for shot in demonstration.SHOTS), *(telling for _, telling in demonstration.TYPED)]
    addresses = [telling.claims["address"] for telling in every if "address" in telling.claims]
    assert addresses
    assert all(address.split("/")[2].endswith(".example") for address in addresses)  # RFC 2606
    assert "07700 900123" in demonstration.DETAILS["contact"]  # kept for drama by the regulator


# --- the command -------------------------------------------------------------------------------------------------


def run():
    """What the command prints."""
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


@pytest.fixture
def here(monkeypatch, cheap):
    """The pack is made at once and in this process, of two small files instead of a laid-out report."""
    at_once = SimpleNamespace(atomic=transaction.atomic, on_commit=lambda act: act())
    monkeypatch.setattr(packs, "transaction", at_once)
    monkeypatch.setattr(packs, "_start", build.main)
    monkeypatch.setattr(demo.time, "sleep", lambda _seconds: None)
    return cheap


def test_a_site_for_people_in_need_takes_no_made_up_case(here, keep_picture, settings):
    settings.LOCAL = False
    with pytest.raises(CommandError, match="local mode"):
        run()
    assert not any(rows.objects.exists() for rows in (Case, Worker))


def test_the_demonstration_is_whole_and_its_words_open_it(here, keep_picture):
    said = run()
    words = " ".join(said.split("Seven words:")[1].split()[:7])
    opened = cases.open_with(words, device="a browser", at=timezone.now()).opened
    assert len(index.read(opened).kept()) == 12
    assert [found.status for found in sharing.shares(opened)] == ["live"]
    assert acts(opened).count("message-written") == 2
    assert [pack.status for pack in packs.listed(opened, at=timezone.now())] == ["ready"]
    frozen, shown = here["report"]
    assert (len(frozen.items), len(shown)) == (12, 3)  # the still is intimate, so no page shows it


def test_the_code_and_the_worker_that_it_prints_are_real(here, keep_picture):
    said = run()
    name, password = said.split("Name: ")[1].split()[0], said.split("Password: ")[1].split()[0]
    assert cases.open_with(said.split("Code:")[1].split()[0], device="a browser", at=timezone.now())
    worker = Worker.objects.get(username=name)
    assert worker.check_password(password)
    assert worker.display_name == "Hana (demonstration)"


def test_a_second_demonstration_is_offered_to_its_own_worker_alone(here, keep_picture):
    run()
    run()
    assert Case.objects.count() == 2
    assert Worker.objects.filter(takes_new_cases=True).count() == 1
    assert set(Grant.objects.values_list("status", flat=True)) == {"live"}


def test_a_pack_that_stops_is_not_called_finished(here, keep_picture, monkeypatch):
    monkeypatch.setattr(packs, "_start", lambda _order: Pack.objects.update(status=Pack.Status.STOPPED))
    with pytest.raises(CommandError, match="did not finish"):
        run()


def test_a_pack_whose_process_never_answers_is_not_waited_for_for_ever(here, keep_picture, monkeypatch, settings):
    settings.PACK_MAX_TIME = timedelta(milliseconds=5)
    monkeypatch.setattr(packs, "_start", lambda _order: None)
    with pytest.raises(CommandError, match="did not finish"):
        run()
