"""One gigabyte through the form of a served site: it is all there, and no worker grew by more than 32 MiB."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import urllib.parse

import pytest

from tests.bench.servers import Server
from tests.journeys.site import Site
from tests.journeys.visitor import Alice
from tests.long.sizes import SIZE
from tests.stores import objects

pytestmark = pytest.mark.long
MIB = 1024 * 1024
SENT = (SIZE or 1000) * MIB
MOST = 32  # MiB
BLOCK = os.urandom(MIB)
FIRST = b"%PDF-1.7\n"
EDGE = "9c1d6a70b8e54f0f"

# Run inside the site's own settings: opens the case with the seven words, reads the file from end to end.
READ = """
import hashlib, json, sys, django
django.setup()
from django.utils import timezone
from evidence import cases, index, items, vault
opened = cases.open_with(sys.stdin.read(), device="a look", at=timezone.now()).opened
(line,) = index.read(opened).lines
item = items.peek(opened, line.id)
(file,) = [vault.ref(item.key, row) for role, row in items.files_of(item).items() if role == "original"]
read = hashlib.sha256()
for piece in vault.chunks(file):
    read.update(piece)
print(json.dumps([read.hexdigest(), file.size, item.observed["sha256"], item.observed["size"]]))
"""


@pytest.fixture(params=["folder", "bucket"])
def site(request, tmp_path):
    with contextlib.ExitStack() as stack:
        more = stack.enter_context(objects.running(tmp_path / "objects")) if request.param == "bucket" else {}
        site = Site(tmp_path / "local", more).start()
        stack.callback(site.stop)
        yield site


def pieces(size):
    """A file of so many bytes that the site takes for a document."""
    yield FIRST
    left = size - len(FIRST)
    while left:
        yield BLOCK[: min(left, MIB)]
        left -= min(left, MIB)


def sent(alice, size):
    """Sends it by the plain form, as a browser without scripts does; returns the page that comes back."""
    fields = {"csrfmiddlewaretoken": alice.cookie("c"), "y": "on"}
    parts = [
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields.items()
    ]
    parts.append(f'--{EDGE}\r\nContent-Disposition: form-data; name="f"; filename="a.pdf"\r\n\r\n')
    head, tail = "\r\n".join(parts).encode(), f"\r\n--{EDGE}--\r\n".encode()
    line = http.client.HTTPConnection("127.0.0.1", urllib.parse.urlsplit(alice.address).port, timeout=3600)
    line.putrequest("POST", "/case/p8nd/x/")
    line.putheader("Cookie", "; ".join(f"{cookie.name}={cookie.value}" for cookie in alice.jar))
    line.putheader("Content-Type", f"multipart/form-data; boundary={EDGE}")
    line.putheader("Content-Length", str(len(head) + size + len(tail)))
    line.endheaders(head)
    for piece in pieces(size):
        line.send(piece)
    line.send(tail)
    answer = line.getresponse()
    page = answer.read().decode()
    line.close()
    assert answer.status == 200, page[-3000:]


def test_a_gigabyte_comes_whole_and_no_worker_holds_it(site):
    alice = Alice(site.address).start()
    alice.post("/case/g5rq/", {"a": "adults", "b": "adult", "c": "mine"})
    workers = Server(0, site.process)
    for _ in range(8):  # the first pages of a process take memory that stays
        assert alice.get("/case/k4bs/").status == 200
    before = [workers.memory_of(pid) for pid in workers.workers]
    workers.forget_peak()
    sent(alice, SENT)
    grew = [workers.peak_of(pid) - held for pid, held in zip(workers.workers, before, strict=True)]
    print(f"\n{SENT / MIB:.0f} MiB; the workers grew by {', '.join(f'{each:.1f}' for each in grew)} MiB")  # noqa: T201
    read, size, told, told_size = json.loads(site.run("-c", READ, given=" ".join(alice.words).encode()))
    whole = hashlib.sha256()
    for piece in pieces(SENT):
        whole.update(piece)
    assert (read, size) == (told, told_size) == (whole.hexdigest(), SENT)
    assert max(grew) <= MOST
