"""A police pack: asked for, followed, stopped, fetched; its keys travel by a pipe and by nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from evidence import cases, gate, items, packs
from evidence.custody import OWNER
from evidence.freezing_items import Choices
from evidence.models import Pack
from evidence.pack import build
from evidence.packs import MakingAlready, NoSuchPack
from evidence.turns import Busy
from tests.conftest import PIXELS, new_owner, note

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def fetch(owner, pack, role, at):
    return b"".join(packs.download(owner.opened, pack.pk, role, by=OWNER, at=at).chunks)


# --- asking ---------------------------------------------------------------------------------------------


def test_keys_go_to_the_process_by_its_standard_input_alone(alice, ask, child):
    pack, order = ask()
    (started,) = child.started
    key = packs.vault.key_of(alice.opened, pack, pack.pk).hex()
    assert json.loads(order)["key"] == key
    seen = json.dumps([started.command, started.more["env"], str(started.more["cwd"])])
    for secret in (key, alice.opened.secret.hex(), alice.opened.owner_seed.hex()):
        assert secret not in seen
    assert started.more["stdin"] == subprocess.PIPE
    assert started.more["stdout"] == subprocess.DEVNULL
    assert started.more["start_new_session"]
    assert started.more["env"]["DJANGO_SETTINGS_MODULE"] == "abuse_help.settings"
    assert set(os.environ) <= set(started.more["env"])


def test_the_order_holds_no_secret_of_the_case_and_no_key_of_what_was_not_chosen(alice, ask, open_gate, keep_picture):
    one, other = keep_picture(alice.opened), keep_picture(alice.opened, PIXELS + b"2")
    words = note(alice.opened, timezone.now())
    _, order = ask(pictures=[one.id])
    keys = {line.id: items.peek(alice.opened, line.id).key.hex() for line in (one, other, words)}
    assert keys[one.id] in order.decode()
    for absent in (keys[other.id], keys[words.id], alice.opened.secret.hex(), alice.opened.owner_seed.hex()):
        assert absent not in order.decode()
    files = json.loads(order)["files"]
    assert {name: set(roles) for name, roles in files.items()} == {str(one.id): {"view"}}


def test_an_original_is_named_only_where_it_was_chosen(alice, ask, open_gate, keep_picture):
    one, other = keep_picture(alice.opened), keep_picture(alice.opened, PIXELS + b"2")
    _, order = ask(pictures=[one.id, other.id], originals=[other.id])
    files = json.loads(order)["files"]
    assert {name: set(roles) for name, roles in files.items()} == {
        str(one.id): {"view"},
        str(other.id): {"view", "original"},
    }


def test_once_the_pictures_are_locked_no_file_is_in_the_order(alice, ask, open_gate, keep_picture, at):
    line = keep_picture(alice.opened)
    gate.lock(alice.opened, by=OWNER, at=at)
    _, order = ask(pictures=[line.id], originals=[line.id])
    assert json.loads(order)["files"] == {}


def test_one_pack_of_a_case_at_a_time(alice, ask):
    ask()
    with pytest.raises(MakingAlready):
        ask()
    with pytest.raises(IntegrityError), transaction.atomic():
        Pack.objects.create(case=alice.case, key_version=1, key_wrap=b"", asked_at=NOW, beat_at=NOW, ends_at=NOW)


NOW = timezone.now()


def test_so_many_on_the_whole_site_at_a_time(ask, at):
    others = [new_owner(at) for _ in range(packs.AT_ONCE)]
    for other in others:
        ask(other)
    with pytest.raises(Busy):
        ask()
    Pack.objects.filter(case=others[0].case).update(beat_at=at - packs.DEAD_AFTER)
    assert ask()


def test_nothing_is_started_where_the_asking_was_not_committed(alice, child, at, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=False):
        packs.ask(alice.opened, Choices(), by=OWNER, at=at)
    assert child.started == []


# --- following --------------------------------------------------------------------------------------------


def test_a_dead_one_is_noticed_and_another_may_be_asked_for(alice, ask, at):
    pack, _ = ask()
    assert packs.notice_dead(alice.case, at=at + packs.DEAD_AFTER - SECOND) == 0
    assert packs.listed(alice.opened, at=at + packs.DEAD_AFTER)[0].status == "stopped"
    again, _ = ask(at=at + packs.DEAD_AFTER)
    assert again.pk != pack.pk


def test_looking_at_a_dead_one_writes_nothing(alice, ask, at):
    pack, _ = ask()
    late, stored = at + packs.DEAD_AFTER, list(Pack.objects.values())
    assert packs.listed(alice.opened, at=late)[0].status == Pack.Status.STOPPED
    assert packs.follow(alice.opened, pack.pk, at=late).status == Pack.Status.STOPPED
    assert packs.follow(alice.opened, pack.pk, at=late - SECOND).status == Pack.Status.MAKING
    assert list(Pack.objects.values()) == stored


def test_one_that_is_finished_is_never_shown_as_stopped(alice, ask, at, cheap):
    pack, order = ask()
    build.main(order)
    assert packs.follow(alice.opened, pack.pk, at=at + settings.PACK_MAX_TIME).status == Pack.Status.READY


def test_one_that_takes_longer_than_ten_minutes_is_shown_as_stopped(alice, ask, at):
    ask()
    late = at + settings.PACK_MAX_TIME
    Pack.objects.update(beat_at=late)
    assert packs.listed(alice.opened, at=late - SECOND)[0].status == Pack.Status.MAKING
    assert packs.listed(alice.opened, at=late)[0].status == Pack.Status.STOPPED


def test_only_a_pack_of_this_case_is_followed(alice, mallory, ask, at):
    pack, _ = ask()
    with pytest.raises(packs.NoSuchPack):
        packs.follow(mallory.opened, pack.pk, at=at)


def test_one_that_takes_longer_than_ten_minutes_is_stopped(alice, ask, at):
    ask()
    late = at + settings.PACK_MAX_TIME
    Pack.objects.update(beat_at=late)
    assert packs.notice_dead(alice.case, at=late - SECOND) == 0
    assert packs.notice_dead(alice.case, at=late) == 1


def test_stopping_stops_what_is_in_making_and_leaves_what_is_ready(alice, ask, cheap):
    build.main(ask()[1])
    ask()
    assert packs.stop_all(alice.case) == 1
    assert sorted(Pack.objects.values_list("status", flat=True)) == ["ready", "stopped"]


def test_packs_are_listed_for_a_day_and_then_dropped(
    alice, ask, at, cheap, vault_folder, django_capture_on_commit_callbacks
):
    build.main(ask()[1])
    end = at + settings.PACK_LISTED
    assert len(packs.listed(alice.opened, at=end - SECOND)) == 1
    assert packs.drop_old(at=end - SECOND) == 0
    assert packs.listed(alice.opened, at=end) == []
    with django_capture_on_commit_callbacks(execute=True):
        packs.drop_old(at=end)
    assert not Pack.objects.exists()
    assert list(vault_folder.iterdir()) == []


# --- fetching ---------------------------------------------------------------------------------------------


def no_such_pack(owner, pack_id, role, at):
    with pytest.raises(NoSuchPack):
        packs.download(owner.opened, pack_id, role, by=OWNER, at=at)


def test_only_a_ready_pack_of_ones_own_is_downloaded_and_only_for_a_day(alice, mallory, ask, cheap, at):
    pack, order = ask()
    no_such_pack(alice, pack.pk, "report", at)
    build.main(order)
    for owner, pack_id, role, when in (
        (mallory, pack.pk, "report", at),
        (alice, uuid.uuid4(), "report", at),
        (alice, pack.pk, "view", at),
        (alice, pack.pk, "report", at + settings.PACK_LISTED),
    ):
        no_such_pack(owner, pack_id, role, when)
    Pack.objects.update(status="stopped")
    no_such_pack(alice, pack.pk, "report", at)


def test_what_is_downloaded_has_a_neutral_name_and_its_size(alice, ask, cheap, at):
    pack, order = ask()
    build.main(order)
    names = {}
    for role in ("report", "bundle"):
        file = packs.download(alice.opened, pack.pk, role, by=OWNER, at=at)
        names[role] = (file.name, file.type)
        assert file.size == len(b"".join(file.chunks))
    reference = cases.reference(alice.case)
    assert names == {
        "report": (f"{reference}.pdf", "application/pdf"),
        "bundle": (f"{reference}.zip", "application/zip"),
    }


def test_a_pack_in_the_store_is_sealed(alice, ask, cheap, vault_folder):
    build.main(ask()[1])
    assert len(list(vault_folder.iterdir())) == 2
    assert not any(b"%PDF" in path.read_bytes() for path in vault_folder.iterdir())
