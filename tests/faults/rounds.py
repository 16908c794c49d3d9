"""One round of each act that is killed on its way, and what must hold whether or not it was answered."""

from __future__ import annotations

import hashlib
import json
import random
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta

from tests.faults.kept import BESIDE_SERVERS, change, rows, unfinished
from tests.faults.killing import once

PIECE, PIECES = (3_000_000, 3) if BESIDE_SERVERS else (300_000, 4)  # in a bucket they become an upload in parts

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
OFFERED = "SELECT count(*) FROM evidence_grant WHERE status = 'offered'"
WRAPS = "SELECT count(*) FROM evidence_offerwrap"
ITEMS = "SELECT count(*) FROM evidence_item"
VERSION = "SELECT secret_version, rotate_due FROM evidence_case"
PACKS = "SELECT status, (SELECT count(*) FROM evidence_sealedfile f WHERE f.pack_id = p.id) FROM evidence_pack p"


def edit(story, number, seed):
    address, title = f"/case/t6zx/{story.first}/", f"first {number} {seed}"
    typed = {"t1": title, "t2": story.mark, "d3": "unknown"}
    answer = story.killed("edit", number, lambda: story.alice.post(f"{address}a/", typed), seed)
    shown = story.alice.get(address)
    page = shown.text
    assert title in page or (answer is None and story.title in page), (shown.status, shown.url)
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
    before = story.kills
    answer = story.killed("pack", number, lambda: story.alice.post("/case/o5ep/"), seed)
    states = rows(story.site, PACKS)
    assert not answer or states
    assert all(files == (2 if status == "ready" else 0) for status, files in states)
    if story.kills > before:  # nobody makes it any more
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


# --- a large file, in pieces ----------------------------------------------------------------------


def pieces(story, number, seed):
    """Whatever is killed, it goes on where the last piece ended that was acknowledged."""
    data, told = a_file(story, f"k{number}{seed}", PIECES)
    heard, before = [], rows(story.site, ITEMS)
    story.killed("pieces", number, lambda: sending(story.alice, told, data, heard), seed)
    there = heard[-1] if heard else 0
    if there < len(data):
        kept = rows(story.site, ITEMS) != before  # it became an item, and only the answer that said so was lost
        at = begun(story.alice, told)["at"]
        assert at == 0 if kept else there <= at <= min(there + PIECE, len(data)), (there, at, kept)
    sending(story.alice, told, data, heard)
    story.saved.add(hashlib.sha256(data).hexdigest())


def parts(story, number, seed):
    """The same, killed as soon as the bucket knows of an upload in parts: nothing shows, and what was sent goes."""
    data, told = a_file(story, f"p{number}{seed}", PIECES)
    heard, before, known = [], story.parts, unfinished(story.site)
    story.killed_when(lambda: sending(story.alice, told, data, heard), once(lambda: unfinished(story.site) != known))
    sending(story.alice, told, data, heard)
    story.saved.add(hashlib.sha256(data).hexdigest())
    return story.parts > before


def a_file(story, key, pieces):
    data = b"%PDF-1.7\n" + random.Random(key).randbytes(PIECE * pieces)  # noqa: S311  just bytes
    return data, {"y": "on", "k": key, "n": "0", "u": f"{story.mark}.pdf", "z": str(len(data)), "v": "7"}


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
