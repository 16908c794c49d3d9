"""Takes in the bodies of requests, so that slow senders never hold every thread of a process."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterable
from typing import Protocol
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

LEAST, MOST = 1024, 256 * 1024  # bytes asked for at a time: small while they come slowly
QUICK = 0.1  # seconds in which a piece comes from a sender who is asked for larger ones next
GRACE, PACE = 5.0, 4 * 1024  # seconds and bytes a second: who was slower for longer gives way when others wait


class TooSlow(TimeoutError):
    """So little came, while every place was taken, that this body gives way: 408."""


class NoPlace(OSError):
    """As many bodies are coming in as may at a time: 503. The slowest gives way, and its place is free in a moment."""


class Source(Protocol):
    """What a server gives: `read` waits until `size` bytes are there, or the sender has gone. Nothing can stop it.

    Not from a thread of its own either: granian 2.8 stops all of the process where a request is answered while its
    body is being read.
    """

    def read(self, size: int, /) -> bytes: ...


class Places:
    """The bodies that one process takes in at a time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._taken: set[Body] = set()

    def take(self, body: Body) -> None:
        """A place for this body. NoPlace; then the slowest gives way as soon as anything of it comes."""
        with self._lock:
            if len(self._taken) >= self._most:
                self._one_less()
                raise NoPlace
            self._taken.add(body)

    def _one_less(self) -> None:
        slow = [body for body in self._taken if body.age > GRACE and body.pace < PACE and not body.gives_way]
        if slow:
            min(slow, key=lambda body: body.pace).gives_way = True

    def leave(self, body: Body) -> None:
        with self._lock:
            self._taken.discard(body)


class Body(io.RawIOBase):
    """One body of at most `left` bytes: it takes its place at the first read, and leaves it with the last byte."""

    def __init__(self, source: Source, left: int, places: Places) -> None:
        super().__init__()
        self._source, self._left, self._places = source, left, places
        self._piece = LEAST
        self._received = 0
        self._began_at: float | None = None
        self.gives_way = False

    @property
    def age(self) -> float:
        """Seconds since the first byte was asked for."""
        return 0.0 if self._began_at is None else time.monotonic() - self._began_at

    @property
    def pace(self) -> float:
        """Bytes a second."""
        return self._received / max(self.age, 0.001)

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """`size` bytes, or all; fewer only at the end. TooSlow, NoPlace, and what the server raises."""
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        pieces = []
        while wanted:
            piece = self._next(min(wanted, self._piece))
            if not piece:  # the sender has gone
                break
            pieces.append(piece)
            wanted -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def end(self) -> None:
        """Nothing more is read, and the place is free."""
        self._left = 0
        self._places.leave(self)

    def _next(self, size: int) -> bytes:
        if self._began_at is None:
            self._places.take(self)
            self._began_at = time.monotonic()
        if self.gives_way:
            self._places.leave(self)
            raise TooSlow
        asked_at = time.monotonic()
        came = self._source.read(size)
        quick = time.monotonic() - asked_at < QUICK
        self._piece = min(self._piece * 8, MOST) if quick else max(self._piece // 8, LEAST)
        self._received += len(came)
        self._left -= len(came)
        if not came or not self._left:
            self.end()
        return came


def patient(application: WSGIApplication, *, at_once: int) -> WSGIApplication:
    """`application`, with bodies that come in by `Body`. One without a plain length stays as it is: it is refused."""
    places = Places(at_once)

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = str(environ.get("CONTENT_LENGTH") or "")
        left = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 0
        body = Body(environ["wsgi.input"], left, places)
        if left:
            environ["wsgi.input"] = body
        try:
            return application(environ, start_response)
        finally:
            body.end()

    return answer
