"""One site that is served: fifty additions at once, two devices, then kill -9 in the middle of every kind of act.

On SQLite and a folder; beside `python -m tests.stores` on PostgreSQL and a bucket.
"""

from __future__ import annotations

import threading

import pytest

from tests.faults.kept import BESIDE_SERVERS, a_site
from tests.faults.killing import SEED
from tests.faults.rounds import PIECES, delete, edit, pack, parts, pieces, revoke, share
from tests.faults.story import Story, holds, nothing_is_readable
from tests.long.sizes import SIZE

pytestmark = pytest.mark.xdist_group("kills")
AT_ONCE = 50
LONG = SIZE or 50  # kills of each act in make test-long
FIXED = "20260302"  # the timed suite kills at the same moments each time
ACTS = (edit, pieces, share, revoke, pack, delete)
FEW = ("edit", "pieces", "revoke", "pack", "delete")  # killed in the timed suite, once each


# --- the timed suite --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    yield from told(tmp_path_factory)


def told(tmp_path_factory):
    site = a_site(tmp_path_factory.mktemp("served") / "local").start()
    try:
        yield Story(site)
    finally:
        site.stop()


def test_fifty_additions_at_once_get_fifty_numbers_without_a_gap(story):
    ready, saved = threading.Barrier(AT_ONCE), []

    def add(number):
        ready.wait()
        saved.append(story.note(f"at once {number}", tries=9))

    threads = [threading.Thread(target=add, args=[number]) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({answer.url for answer in saved}) == AT_ONCE
    assert holds(story)["acts"].count("item-added") == AT_ONCE + 1


def test_two_devices_at_once_see_what_the_other_has_added(story):
    other = story.device()
    threads = [
        threading.Thread(target=story.note, args=[f"{name} {number}", person])
        for name, person in (("phone", None), ("laptop", other))
        for number in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pages = [person.get("/case/k4bs/").text for person in (story.alice, other)]
    assert all(f"{name} {number}" in page for page in pages for name in ("phone", "laptop") for number in range(5))
    holds(story)


def test_kills_in_the_middle_of_acts_lose_nothing_and_leave_nothing_half_made(story):
    share(story, 0, FIXED)
    usual = story.takes["share"]
    story.takes |= {name: usual * (PIECES + 2 if name == "pieces" else 1) for name in FEW}
    for act in ACTS:
        if act.__name__ in FEW:
            act(story, 1, FIXED)
    assert story.kills == len(FEW)
    holds(story)
    nothing_is_readable(story)


@pytest.mark.skipif(not BESIDE_SERVERS, reason="a folder knows no uploads in parts")
def test_a_kill_while_a_bucket_takes_a_file_in_parts_leaves_no_part_of_it(story):
    assert any(parts(story, number, FIXED) for number in range(5))  # each waits for one, and may come too late
    reaped = story.reaped
    holds(story)
    assert story.reaped > reaped


# --- make test-long ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def long_story(tmp_path_factory):
    yield from told(tmp_path_factory)


@pytest.mark.long
def test_many_kills_in_every_act_lose_nothing_and_leave_nothing_half_made(long_story):
    acts = (*ACTS, parts) if BESIDE_SERVERS else ACTS
    for number in range(LONG + 1):  # the first round is measured
        for act in acts[: len(ACTS) if number == 0 else None]:
            act(long_story, number, SEED)
        if number % 25 == 0:
            holds(long_story)
            print(f"\n{long_story.kills} kills, {long_story.cut} without an answer", flush=True)  # noqa: T201
    found = holds(long_story)
    said = [f"{long_story.kills} kills, seed {SEED}", f"{long_story.cut} without an answer"]
    said += [f"{long_story.parts} in the middle of an upload in parts"] * BESIDE_SERVERS
    said += [f"{len(found['items'])} items kept", f"{long_story.reaped} orphans reaped"]
    print(f"\n{', '.join(said)}, {len(found['acts'])} entries in the log")  # noqa: T201
    assert long_story.kills == LONG * len(acts)
    assert long_story.cut >= long_story.kills // 5
    nothing_is_readable(long_story)
