"""One site that is served: fifty additions at once, two devices, then kill -9 in the middle of every kind of act."""

from __future__ import annotations

import hashlib
import json
import random
import secrets
import threading
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest

from tests.faults.killing import SEED, change, moment, pressed, rows
from tests.journeys.site import Site
from tests.journeys.visitor import Alice, Visitor
from tests.long.sizes import SIZE
from tests.security import needles

pytestmark = pytest.mark.xdist_group("kills")
AT_ONCE = 50
LONG = SIZE or 50  # kills of each act in make test-long
SPREAD = 1.6  # kills fall between the start of an act and so many times as long as it takes
FIXED = "20260302"  # the timed suite kills at the same moments each time
PIECE = 300_000
PIECES = 4

WORKER = """
import django; django.setup()
from django.utils import timezone
from tests.conftest import new_staff
new_staff("hana", timezone.now())
"""
# Run inside the site's own settings: a worker accepts whatever is offered.
ACCEPT = """
import django; django.setup()
from django.utils import timezone
from evidence import sharing
from evidence.helpline import keys
from evidence.helpline.models import Worker
from evidence.models import Grant
from tests.conftest import PASSWORD
hana = Worker.objects.get()
for grant in Grant.objects.filter(status="offered"):
    sharing.accept(worker=hana, offer_id=grant.pk, seed=keys.seed_of(worker=hana, password=PASSWORD), at=timezone.now())
"""
# The same: takes the seven words, checks the log with them, prints what can be read; then reaps what is nobody's.
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
    hashes = {role: hashlib.sha256(b"".join(chunks)).hexdigest() for role, chunks in files.items()}
    found.append([line.number, line.title, hashes.get("original", ""), item.observed.get("sha256", "")])
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
        self.kills, self.cut, self.title = 0, 0, "first"
        self.first = self.note("first").url.rpartition("/case/t6zx/")[2].strip("/")

    @property
    def words(self):
        return " ".join(self.alice.words)

    def note(self, title, person=None):
        answer = (person or self.alice).post("/case/n4vk/j7rp/", {"t1": title, "t2": self.mark, "d3": "unknown"})
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
            answer, self.takes[name] = pressed(self.site, act)
            return answer
        delay = moment(f"{name}:{number}", seed) * self.takes[name] * SPREAD
        answer, _ = pressed(self.site, act, delay)
        self.kills, self.cut = self.kills + 1, self.cut + (answer is None)
        return answer


# --- one round of each act: what must hold whether or not it was answered --------------------------


def edit(story, number, seed):
    address, title = f"/case/t6zx/{story.first}/", f"first {number} {seed}"
    typed = {"t1": title, "t2": story.mark, "d3": "unknown"}
    answer = story.killed("edit", number, lambda: story.alice.post(f"{address}a/", typed), seed)
    page = story.alice.get(address).text
    assert title in page or (answer is None and story.title in page)
    story.titles.discard(story.title)
    story.title = title if title in page else story.title
    story.titles.add(story.title)


def share(story, number, seed):
    until = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    story.killed("share", number, lambda: story.alice.post("/case/c9mv/", {"t1": story.mark, "d1": until}), seed)
    (offered,), (wraps,) = rows(story.site, OFFERED)[0], rows(story.site, WRAPS)[0]
    assert offered == wraps <= 1
    if not offered:
        assert "/case/c9mv/" in story.alice.post("/case/c9mv/", {"t1": story.mark, "d1": until}).url
    assert rows(story.site, OFFERED) == [(1,)]


def revoke(story, number, seed):
    story.site.run("-c", ACCEPT)
    (grant,) = set(story.alice.get("/case/c9mv/").find(r"/case/c9mv/([0-9a-f-]{36})/"))
    version = rows(story.site, VERSION)[0][0]
    answer = story.killed("revoke", number, lambda: story.alice.post(f"/case/c9mv/{grant}/"), seed)
    ended = rows(story.site, f"SELECT status, secret_wrap FROM evidence_grant WHERE id = '{grant.replace('-', '')}'")
    now, due = rows(story.site, VERSION)[0]
    assert ended[0] == ("ended", None) if answer else ended[0][0] in {"live", "ended"}
    assert (now > version or due) if ended[0][0] == "ended" else now == version
    story.again()
    if ended[0][0] == "live":
        story.alice.post(f"/case/c9mv/{grant}/")
    story.note(f"after {number} {seed}")  # with the new keys
    assert rows(story.site, VERSION) == [(version + 1, 0)]


def pack(story, number, seed):
    answer = story.killed("pack", number, lambda: story.alice.post("/case/o5ep/"), seed)
    states = rows(
        story.site,
        "SELECT status, (SELECT count(*) FROM evidence_sealedfile f WHERE f.pack_id = p.id) FROM evidence_pack p",
    )
    assert not answer or states
    assert all(files == (2 if status == "ready" else 0) for status, files in states)
    change(story.site, "UPDATE evidence_pack SET beat_at = '2026-01-01 00:00:00' WHERE status = 'making'")
    assert "making" not in {status for status, _ in states} or "topped" in story.alice.get("/case/o5ep/").text


def delete(story, number, seed):
    answer = story.killed("delete", number, lambda: story.alice.post("/case/y3qm/"), seed)
    ((status, hidden_at),) = rows(story.site, "SELECT status, hidden_at FROM evidence_case")
    assert (status == "hidden") is (hidden_at is not None)
    assert status == "hidden" or not answer or answer.status != 200
    sessions, wraps = rows(story.site, "SELECT count(*) FROM evidence_opensession"), rows(story.site, WRAPS)
    if status == "hidden":
        assert (sessions, wraps) == ([(0,)], [(0,)])
        assert story.alice.post("/case/u6pf/", {"x_1": story.words, "c": "back"}).url.endswith("/case/k4bs/")
    story.again()


def pieces(story, number, seed):
    """A large file: whatever is killed, it goes on where the last piece ended that was acknowledged."""
    data = b"%PDF-1.7\n" + random.Random(f"{seed}{number}").randbytes(PIECE * PIECES)  # noqa: S311  just bytes
    told = {"y": "on", "k": f"k{number}{seed}", "n": "0", "u": f"{story.mark}.pdf", "z": str(len(data)), "v": "7"}
    heard = []
    story.killed("pieces", number, lambda: sending(story.alice, told, data, heard), seed)
    there = heard[-1] if heard else 0
    if there < len(data):
        at = begun(story.alice, told)["at"]
        assert there <= at <= min(there + PIECE, len(data))
    sending(story.alice, told, data, heard)
    story.saved.add(hashlib.sha256(data).hexdigest())


def begun(alice, told):
    return json.loads(alice.post("/case/p8nd/a/", told).body)


def put(alice, path, data, at):
    headers = {"Content-Type": "application/octet-stream", "Upload-Offset": str(at), "X-CSRFToken": alice.cookie("c")}
    asked = urllib.request.Request(urllib.parse.urljoin(alice.address, path), data, headers)  # noqa: S310  our own
    return json.loads(alice._ask(asked).body)


def sending(alice, told, data, heard):
    """As the script does it: announce, then piece after piece; `heard` is how many bytes the site said are kept."""
    if heard and heard[-1] == len(data):
        return heard
    here = begun(alice, told)
    at, last = here["at"], False
    while not last:
        said = put(alice, f"/case/p8nd/b/{here['id']}/", data[at : at + PIECE], at)
        at, last = said["at"], bool(said.get("saved"))
        heard.append(at - (at == len(data) and not last))
    return heard


OFFERED = "SELECT count(*) FROM evidence_grant WHERE status = 'offered'"
WRAPS = "SELECT count(*) FROM evidence_offerwrap"
VERSION = "SELECT secret_version, rotate_due FROM evidence_case"
ACTS = (edit, pieces, share, revoke, pack, delete)
FEW = ("edit", "pieces", "revoke", "pack", "delete")  # killed in the timed suite, once each


# --- the timed suite --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    yield from told(tmp_path_factory)


def told(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("served") / "local").start()
    try:
        yield Story(site)
    finally:
        site.stop()


def test_fifty_additions_at_once_get_fifty_numbers_without_a_gap(story):
    ready, saved = threading.Barrier(AT_ONCE), []

    def add(number):
        ready.wait()
        saved.append(story.note(f"at once {number}"))

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


# --- make test-long ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def long_story(tmp_path_factory):
    yield from told(tmp_path_factory)


@pytest.mark.long
def test_many_kills_in_every_act_lose_nothing_and_leave_nothing_half_made(long_story):
    for number in range(LONG + 1):  # the first round is measured
        for act in ACTS:
            act(long_story, number, SEED)
    found = holds(long_story)
    kept = (
        f"{len(found['items'])} items kept, {found['reaped']} orphans reaped, {len(found['acts'])} entries in the log"
    )
    print(f"\n{long_story.kills} kills, seed {SEED}: {long_story.cut} without an answer; {kept}")  # noqa: T201
    assert long_story.kills == LONG * len(ACTS)
    assert long_story.cut >= long_story.kills // 5
    nothing_is_readable(long_story)


def holds(story):
    """All that was acknowledged can be read, numbers have no gap, the log holds and tells each addition once."""
    found = json.loads(story.site.run("-c", READ, given=story.words.encode()))
    assert [number for number, *_ in found["items"]] == list(range(1, len(found["items"]) + 1))
    assert story.titles <= {title for _, title, *_ in found["items"]}
    assert story.saved == {read for *_, read, _ in found["items"] if read}
    assert all(read == observed for *_, read, observed in found["items"])
    assert found["acts"].count("item-added") == len(found["items"])
    stored = {path.name for path in (story.site.folder / "data").rglob("*") if path.is_file()}
    assert stored == {name for (name,) in rows(story.site, "SELECT name FROM evidence_sealedfile")}
    return found


def nothing_is_readable(story):
    forms = {"what was typed": set(needles.of_text(story.mark)), "words": set(needles.phrases(story.alice.words))}
    forms["hash"] = {form for read in story.saved for form in needles.of_bytes(bytes.fromhex(read))}
    places = needles.files(story.site.folder, but={"secrets", "static"})
    assert needles.found_in({"everything": b"\0".join(places.values())}, forms) == set()
