"""The story of a served site that is killed: a case, what the site said is saved, and what must hold after kills."""

from __future__ import annotations

import json
import secrets

from tests.faults.kept import everything, rows, stored, unfinished
from tests.faults.killing import after, again, kill, moment, pressed
from tests.journeys.visitor import Alice, Visitor
from tests.security import needles

SPREAD = 1.6  # kills fall between the start of an act and so many times as long as it takes

WORKER = """
import django; django.setup()
from django.utils import timezone
from tests.conftest import new_staff
new_staff("hana", timezone.now())
"""
# Run inside the site's own settings: takes the seven words, checks the log with them, prints what can be read; then
# does what housekeeping does: reaps what is nobody's.
READ = """
import hashlib, json, sys, django
django.setup()
from django.utils import timezone
from evidence import cases, custody, index, items, reaping, vault
opened = cases.open_with(sys.stdin.read(), device="a look", at=timezone.now()).opened
entries = custody.everything(opened)
found = []
for line in index.read(opened).lines:
    item = items.peek(opened, line.id)
    files = {role: vault.chunks(vault.ref(item.key, row)) for role, row in items.files_of(item).items()}
    hashes = {}
    for role, chunks in files.items():
        hashes[role] = hashlib.sha256()
        for chunk in chunks:
            hashes[role].update(chunk)
    read = hashes["original"].hexdigest() if "original" in hashes else ""
    found.append([line.number, line.title, read, item.observed.get("sha256", "")])
reaped = reaping.reap(older_than=timezone.now())
print(json.dumps({"items": found, "acts": [entry.act.what for entry in entries], "reaped": reaped}))
"""


class Story:
    """A site with Alice's case in it, and what it said is saved."""

    def __init__(self, site):
        self.site, self.mark = site, f"zq{secrets.token_hex(8)}"
        self.site.run("-c", WORKER)
        self.alice = Alice(self.site.address).start()
        self.alice.post("/case/g5rq/", {"a": "adults", "b": "adult", "c": "mine"})
        self.titles, self.saved, self.takes = set(), set(), {}
        self.kills, self.cut, self.parts, self.reaped, self.title = 0, 0, 0, 0, "first"
        self.first = self.note("first").url.rpartition("/case/t6zx/")[2].strip("/")

    @property
    def words(self):
        return " ".join(self.alice.words)

    def note(self, title, person=None, *, tries=1):
        """One addition; where the site is too busy (503) the same form is sent again, as its page asks for."""
        typed = {"t1": title, "t2": self.mark, "d3": "unknown", "k": secrets.token_hex(8)}
        for _ in range(tries):
            answer = (person or self.alice).post("/case/n4vk/j7rp/", typed)
            if "/case/t6zx/" in answer.url or answer.status != 503:
                break
        assert "/case/t6zx/" in answer.url, answer.status
        self.titles.add(title)
        return answer

    def device(self):
        """Another browser in which the same case is open."""
        other = Visitor(self.site.address)
        assert other.post("/case/d2xj/", {"x_1": self.words}).url.endswith("/case/k4bs/")
        return other

    def again(self):
        """Alice at her case, open, whatever happened to it."""
        if not self.alice.get("/case/k4bs/").url.endswith("/case/k4bs/"):
            self.alice.post("/case/d2xj/", {"x_1": self.words})
        assert self.alice.get("/case/k4bs/").url.endswith("/case/k4bs/")

    def killed(self, name, number, act, seed):
        """One act, killed on its way; how it was answered, or None. The first of each kind is only measured."""
        if name not in self.takes:
            kill(self.site)
            again(self.site)  # just started, as it will be when it is killed the next time
            answer, self.takes[name] = pressed(self.site, act)
            return answer
        return self.killed_when(act, after(moment(f"{name}:{number}", seed) * self.takes[name] * SPREAD))

    def killed_when(self, act, when):
        before = unfinished(self.site)
        answer, _ = pressed(self.site, act, when)
        self.kills, self.cut = self.kills + 1, self.cut + (answer is None)
        self.parts += unfinished(self.site) != before
        return answer


# --- what must hold at any time -------------------------------------------------------------------


def holds(story):
    """All that was acknowledged can be read, numbers have no gap, the log holds and tells each addition once."""
    found = json.loads(story.site.run("-c", READ, given=story.words.encode()))
    assert [number for number, *_ in found["items"]] == list(range(1, len(found["items"]) + 1))
    assert story.titles <= {title for _, title, *_ in found["items"]}
    assert story.saved == {read for *_, read, _ in found["items"] if read}
    assert all(read == observed for *_, read, observed in found["items"])
    assert found["acts"].count("item-added") == len(found["items"])
    assert stored(story.site) == dict(rows(story.site, "SELECT name, stored_size FROM evidence_sealedfile"))
    assert unfinished(story.site) == []
    story.reaped += found["reaped"]
    return found


def nothing_is_readable(story):
    forms = {*needles.of_text(story.mark), *needles.phrases(story.alice.words)}
    forms |= {form for read in story.saved for form in needles.of_bytes(bytes.fromhex(read))}
    seen = set()
    for place, data in everything(story.site, but={"secrets", "static"}):
        assert not any(form in data for form in forms), place
        seen.add(place)
    assert len(seen) > len(story.saved)
