"""Slow bodies: few are taken in at a time, and the slowest gives way."""

from __future__ import annotations

import io
import threading

import pytest

from abuse_help import receiving
from abuse_help.receiving import Body, NoPlace, Places, TooSlow, patient


class Phone:
    """A sender that the test moves: `read` waits, as a server's does, until `send` or `leave` was called."""

    def __init__(self):
        self.asked, self.sent, self.left = threading.Semaphore(0), threading.Semaphore(0), False

    def read(self, size):
        self.asked.release()
        self.sent.acquire()
        return b"" if self.left else b"x" * size

    def send(self):
        self.sent.release()

    def leave(self):
        self.left = True
        self.sent.release()


@pytest.fixture
def phone():
    made = Phone()
    yield made
    made.leave()


@pytest.fixture
def places():
    return Places(1)


def reading(body, size=-1):
    """Another thread that reads the body; `heard` is what it got, or how that failed."""
    heard = []

    def read():
        try:
            heard.append(body.read(size))
        except OSError as error:
            heard.append(type(error))

    thread = threading.Thread(target=read)
    thread.start()
    return thread, heard


def test_a_body_comes_whole_in_as_many_reads_as_one_likes(places):
    sent = bytes(range(256)) * 4_000
    assert Body(io.BytesIO(sent), len(sent), places).read() == sent
    body = Body(io.BytesIO(sent), len(sent), places)
    assert b"".join(iter(lambda: body.read(70_001), b"")) == sent


def test_nothing_is_read_past_the_declared_length(places):
    body = Body(io.BytesIO(b"mine and the next request"), 4, places)
    assert (body.read(100), body.read(100), body.read()) == (b"mine", b"", b"")


def test_what_was_cut_short_ends_early(places):
    body = Body(io.BytesIO(b"half"), 8, places)
    assert (body.read(), body.read(1)) == (b"half", b"")


@pytest.mark.parametrize(("error", "status"), [(TooSlow, 408), (NoPlace, 503)])
def test_a_form_that_did_not_come_in_time_is_answered_with_a_page_that_says_so(client, error, status):
    class Late:
        readline = None

        def read(self, size):
            raise error

    answer = client.post("/guide/", {"a": "b"}, **{"wsgi.input": Late()})
    assert (answer.status_code, answer["Retry-After"]) == (status, "5")
    assert "What you saved before is still there." in answer.content.decode()


def test_what_a_server_raises_is_raised_where_it_was_asked_for(places):
    class Broken:
        def read(self, size):
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        Body(Broken(), 8, places).read()


def test_another_hears_at_once_that_there_is_no_place(phone, places):
    thread, _ = reading(Body(phone, 8, places))
    assert phone.asked.acquire(timeout=30)
    with pytest.raises(NoPlace):
        Body(io.BytesIO(b"next"), 4, places).read()
    phone.send()
    thread.join(30)
    assert Body(io.BytesIO(b"next"), 4, places).read() == b"next"


def test_the_slowest_gives_way_as_soon_as_anything_of_it_comes(monkeypatch, phone, places):
    monkeypatch.setattr(receiving, "GRACE", -1)
    thread, heard = reading(Body(phone, 8_000, places))
    assert phone.asked.acquire(timeout=30)
    for _ in range(2):
        with pytest.raises(NoPlace):
            Body(io.BytesIO(b"next"), 4, places).read()
    phone.send()
    thread.join(30)
    assert heard == [TooSlow]
    assert Body(io.BytesIO(b"next"), 4, places).read() == b"next"


def test_of_two_the_slower_gives_way(monkeypatch):
    monkeypatch.setattr(receiving, "GRACE", -1)
    places, bodies = Places(2), []
    for size in (1, 3):
        bodies.append(Body(io.BytesIO(b"x" * 9), 9, places))
        bodies[-1].read(size)
    with pytest.raises(NoPlace):
        Body(io.BytesIO(b"next"), 4, places).read()
    assert [body.gives_way for body in bodies] == [True, False]
    with pytest.raises(TooSlow):
        bodies[0].read()


def test_who_sends_fast_enough_gives_way_to_nobody(monkeypatch, phone, places):
    monkeypatch.setattr(receiving, "GRACE", -1)
    monkeypatch.setattr(receiving, "PACE", 0)
    thread, heard = reading(Body(phone, 8, places))
    assert phone.asked.acquire(timeout=30)
    with pytest.raises(NoPlace):
        Body(io.BytesIO(b"next"), 4, places).read()
    phone.send()
    thread.join(30)
    assert heard == [b"x" * 8]


def test_who_has_just_begun_gives_way_to_nobody(phone, places):
    thread, heard = reading(Body(phone, 8, places))
    assert phone.asked.acquire(timeout=30)
    with pytest.raises(NoPlace):
        Body(io.BytesIO(b"next"), 4, places).read()
    phone.send()
    thread.join(30)
    assert heard == [b"x" * 8]


def test_a_body_that_nobody_reads_takes_no_place(places):
    unread = Body(io.BytesIO(b"never"), 5, places)
    assert Body(io.BytesIO(b"next"), 4, places).read() == b"next"
    unread.end()
    assert unread.read() == b""


def test_an_answer_given_early_frees_the_place(places):
    body = Body(io.BytesIO(bytes(100)), 100, places)
    assert body.read(1) == b"\0"
    body.end()
    assert Body(io.BytesIO(b"next"), 4, places).read() == b"next"


@pytest.mark.parametrize("length", [None, "", "0", "x", "-1", "²", "1" * 16])
def test_what_has_no_plain_length_is_left_as_it_is(length):
    given = io.BytesIO(b"body")
    seen = []
    application = patient(lambda environ, _: seen.append(environ["wsgi.input"]) or [], at_once=1)
    application({"wsgi.input": given, "CONTENT_LENGTH": length}, None)
    assert seen == [given]


def test_a_body_ends_with_its_answer():
    seen = []
    application = patient(lambda environ, _: seen.append(environ["wsgi.input"]) or [], at_once=1)
    application({"wsgi.input": io.BytesIO(b"body"), "CONTENT_LENGTH": "4"}, None)
    assert isinstance(seen[0], Body)
    assert seen[0].readable()
    assert seen[0].read() == b""
