"""The site is killed in the middle of uploads, again and again: nothing acknowledged is lost, nothing half is seen.

On SQLite and a folder; beside `python -m tests.stores` on PostgreSQL and a bucket.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import json
import secrets
import threading
import time

import pytest
from PIL import Image

from tests.faults.kept import a_site, everything, rows, stored, unfinished
from tests.faults.killing import SEED, again, kill, moment
from tests.journeys.visitor import Alice
from tests.long.sizes import SIZE
from tests.security import needles

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("kills")]
POINTS = SIZE or 50
WHOLE = {"original", "view", "cover"}
SIDE = 300
SPREAD = 2.0  # kills fall between the start of an upload and twice the time that one takes

# Run inside the site's own settings: takes the seven words, checks the log with them, prints what can be read.
READ = """
import hashlib, json, sys, django
django.setup()
from django.utils import timezone
from evidence import cases, custody, index, items, vault
opened = cases.open_with(sys.stdin.read(), device="a look", at=timezone.now()).opened
entries = custody.everything(opened)
found = []
for line in index.read(opened).lines:
    item = items.peek(opened, line.id)
    files = {role: b"".join(vault.chunks(vault.ref(item.key, row))) for role, row in items.files_of(item).items()}
    found.append({
        "number": line.number,
        "roles": {role: len(data) for role, data in files.items()},
        "sha256": hashlib.sha256(files["original"]).hexdigest(),
        "observed": item.observed["sha256"],
    })
added = [entry.act.about for entry in entries if entry.act.what == "item-added"]
print(json.dumps({"items": found, "added": len(added), "different": len(set(added))}))
"""
REAP = """
import django; django.setup()
from django.utils import timezone
from evidence import reaping
print(reaping.reap(older_than=timezone.now()))
"""


def picture():
    """A PNG that can't be packed smaller, and is like no other."""
    out = io.BytesIO()
    Image.frombytes("RGB", (SIDE, SIDE), secrets.token_bytes(SIDE * SIDE * 3)).save(out, "PNG")
    return out.getvalue()


class Sender(threading.Thread):
    """Sends one form of two pictures; `acknowledged` is true once the site has said that both are saved."""

    def __init__(self, alice, title):
        super().__init__(daemon=True)
        self.alice, self.title, self.pictures, self.acknowledged = alice, title, [picture(), picture()], False

    def run(self):
        sent = [(f"{self.title}.png", data) for data in self.pictures]
        try:
            answer = self.alice.upload("/case/p8nd/x/", {"y": "on", "t1": self.title}, sent)
        except (OSError, http.client.HTTPException):  # refused, reset, or an answer that was cut in its middle
            return
        self.acknowledged = "Saved 2 of 2" in answer.text

    def hashes(self):
        return [hashlib.sha256(data).hexdigest() for data in self.pictures]


class Story:
    """A site that is killed, and what it had acknowledged."""

    def __init__(self, folder):
        self.site = a_site(folder / "local").start()
        self.mark = f"zq{secrets.token_hex(8)}"
        self.acknowledged, self.sent, self.cut, self.orphans = [], [], 0, 0
        self.alice = Alice(self.site.address).start()
        self.alice.post("/case/g5rq/", {"a": "adults", "b": "adult", "c": "mine"})
        self.takes = self._send(None)

    def _send(self, delay):
        """One upload, killed after `delay` seconds (None: not at all); returns how long it took."""
        sender, start = Sender(self.alice, self.mark), time.monotonic()
        sender.start()
        if delay is not None:
            time.sleep(delay)
            kill(self.site)
        sender.join(60)
        assert not sender.is_alive()
        self.sent += sender.pictures
        self.acknowledged += sender.hashes() if sender.acknowledged else []
        self.cut += not sender.acknowledged
        return time.monotonic() - start

    def tell(self):
        for number in range(POINTS):
            self._send(moment(number) * self.takes * SPREAD)
            again(self.site)
            self.look()
            if number % 10 == 9:
                self.orphans += int(self.site.run("-c", REAP))

    def rows(self):
        """For each item the names of its files, and for each file the length that its row tells."""
        items = {row[0]: [] for row in rows(self.site, "SELECT id FROM evidence_item")}
        files = rows(self.site, "SELECT item_id, name, stored_size FROM evidence_sealedfile")
        for item, name, _ in files:
            items[item].append(name)
        return items, {name: size for _, name, size in files}

    def look(self):
        """No half item after any kill: each has its three files, whole; what was acknowledged is counted."""
        items, files = self.rows()
        assert all(len(names) == len(WHOLE) for names in items.values())
        assert files.items() <= stored(self.site).items()
        assert len(items) >= len(self.acknowledged)
        assert self.alice.get("/case/k4bs/").status == 200

    def read(self):
        return json.loads(self.site.run("-c", READ, given=" ".join(self.alice.words).encode()))


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    story = Story(tmp_path_factory.mktemp("kills"))
    try:
        story.tell()
        said = f"{POINTS} kills, seed {SEED}: {story.cut} uploads cut, {len(story.acknowledged)} pictures acknowledged"
        print(f"\n{said}, one upload takes {story.takes:.2f} s")  # noqa: T201
        yield story
    finally:
        story.site.stop()


def test_the_kills_came_in_the_middle_of_uploads(story):
    assert story.cut >= POINTS // 4
    assert story.acknowledged


def test_nothing_that_was_acknowledged_is_lost_and_no_half_item_can_be_seen(story):
    found = story.read()
    hashes = [item["sha256"] for item in found["items"]]
    assert set(story.acknowledged) <= set(hashes)
    assert len(set(hashes)) == len(hashes)
    assert set(hashes) <= {hashlib.sha256(data).hexdigest() for data in story.sent}
    for item in found["items"]:
        assert set(item["roles"]) == WHOLE
        assert all(item["roles"].values())
        assert item["sha256"] == item["observed"]


def test_numbers_go_up_one_by_one_and_the_log_tells_each_addition_once(story):
    found = story.read()
    assert [item["number"] for item in found["items"]] == list(range(1, len(found["items"]) + 1))
    assert found["added"] == found["different"] == len(found["items"])
    assert "hold together" in story.site.manage("custody_check")


def test_what_was_stored_for_nobody_is_reaped(story):
    reaped = story.orphans + int(story.site.run("-c", REAP))
    _, files = story.rows()
    assert stored(story.site) == files
    assert unfinished(story.site) == []
    print(f"\n{reaped} orphans reaped")  # noqa: T201
    assert int(story.site.run("-c", REAP)) == 0


def test_no_kill_left_anything_readable(story):
    forms = {"title": set(needles.of_text(story.mark)), "words": set(needles.phrases(story.alice.words))}
    forms["pixels"] = {data[at : at + 24] for data in story.sent for at in (200, len(data) // 2, len(data) - 99)}
    forms["hash"] = {form for data in story.sent for form in needles.of_bytes(hashlib.sha256(data).digest())}
    wanted, seen = set().union(*forms.values()), set()
    for place, data in everything(story.site, but={"secrets", "static"}):
        assert not any(form in data for form in wanted), place
        seen.add(place)
    assert any(place.startswith(("data/", "bucket/")) for place in seen)
