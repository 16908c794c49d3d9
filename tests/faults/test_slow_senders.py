"""People and programs that send a form and never finish, against the site as `make serve` runs it."""

from __future__ import annotations

import contextlib
import select
import socket
import time
import urllib.parse

import pytest

from tests.conftest import BESIDE_SERVERS
from tests.journeys.site import Site
from tests.journeys.visitor import Alice, Visitor

pytestmark = [
    pytest.mark.xdist_group("slow"),
    pytest.mark.skipif(bool(BESIDE_SERVERS), reason="it brings its own site, on the defaults"),
]
THREADS = 2 * 16
HELD = 2 * 8  # bodies that both workers take in at a time
MORE = 40  # than there are threads
LONG = 300  # seconds that a busy machine may need
PART = b"9c1d6a70b8e5"


class Slow:
    """One connection that says it will send much, and sends a little."""

    def __init__(self, site, address, *headers, body=b"a="):
        self.line = socket.create_connection(("127.0.0.1", urllib.parse.urlsplit(site.address).port), LONG)
        head = (f"POST {address} HTTP/1.1", "Host: 127.0.0.1", "Content-Length: 400000", *headers)
        self.line.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + body)

    def more(self):
        with contextlib.suppress(OSError):  # it was answered
            self.line.sendall(b"x" * 1000)

    def close(self):
        self.line.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("slow") / "local").start()
    for _ in range(8):  # the first pages of a process take long
        assert answers(site)
        assert Visitor(site.address).post("/guide/").status < 500
    yield site
    site.stop()


@pytest.fixture
def hold(site):
    """Holds so many bodies open: `hold(count, address)`; all are closed at the end."""
    held = []

    def more(count, address, *headers, body=b"a="):
        held.extend(Slow(site, address, *headers, body=body) for _ in range(count))
        return held

    yield more
    for one in held:
        one.close()


def refused(held, count):
    """What those hear that can't be taken in, once `count` of them heard it."""
    until, heard = time.monotonic() + LONG, {}
    while len(heard) < count and time.monotonic() < until:
        for line in select.select([one.line for one in held if one.line not in heard], [], [], 1)[0]:
            heard[line] = line.recv(12)
    assert len(heard) >= count
    return set(heard.values())


def answers(site, address="/"):
    return Visitor(site.address).get(address).status == 200


def test_eight_uploads_that_are_held_open_leave_pages_answering(site, hold):
    alice = Alice(site.address).start()
    alice.post("/case/g5rq/", {"a": "adults", "b": "adult", "c": "mine"})
    kept = "; ".join(f"{cookie.name}={cookie.value}" for cookie in alice.jar)
    token = f'--{PART.decode()}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n'
    kind = f"Content-Type: multipart/form-data; boundary={PART.decode()}"
    held = hold(8, "/case/p8nd/x/", f"Cookie: {kept}", kind, body=token.encode())
    for one in held:
        one.more()
    assert all(answers(site) for _ in range(THREADS))


def test_more_forms_than_threads_that_never_end_leave_pages_answering(site, hold):
    held = hold(MORE, "/guide/")
    assert refused(held, MORE - HELD) == {b"HTTP/1.1 503"}
    assert all(answers(site) for _ in range(THREADS))


def test_the_slowest_give_way_to_a_form_that_comes_at_once(site, hold):
    held = hold(MORE, "/guide/")
    refused(held, MORE - HELD)
    alice, until = Visitor(site.address), time.monotonic() + LONG
    while (said := alice.post("/case/d2xj/", {"x_1": "no such words"}).status) == 503 and time.monotonic() < until:
        time.sleep(0.5)  # until the others have been slow for long enough
        for one in held:
            one.more()
    assert said == 200  # her words were read, and are asked for again
