"""A pack in tests: no process is started, and what one would have been given is there to look at."""

from __future__ import annotations

import io
import subprocess
from types import SimpleNamespace

import pytest

from evidence import packs
from evidence.custody import OWNER
from evidence.freezing_items import Choices
from evidence.pack import making
from tests.evidence.taking import story  # noqa: F401  a fixture


class Child:
    """Stands in for the process that makes a pack, and remembers how it was started."""

    started: list

    def __init__(self, command, **more):
        self.command, self.more, self.stdin = command, more, io.BytesIO()
        self.stdin.close = lambda: None
        Child.started.append(self)

    def poll(self):
        return None

    @property
    def order(self):
        return self.stdin.getvalue()


@pytest.fixture
def child(monkeypatch):
    """No process is started; `child.started` has what would have been."""
    Child.started = []
    mine = SimpleNamespace(Popen=Child, PIPE=subprocess.PIPE, DEVNULL=subprocess.DEVNULL)
    monkeypatch.setattr(packs, "subprocess", mine)
    monkeypatch.setattr(packs, "_children", [])
    return Child


@pytest.fixture
def ask(alice, child, at, django_capture_on_commit_callbacks):
    """Asks for a pack of Alice's case; gives the row and the order that its process got."""

    def asks(owner=alice, at=at, **choices):
        chosen = Choices(**{name: frozenset(ids) for name, ids in choices.items()})
        with django_capture_on_commit_callbacks(execute=True):
            pack = packs.ask(owner.opened, chosen, by=OWNER, at=at)
        return pack, child.started[-1].order

    return asks


@pytest.fixture
def cheap(monkeypatch):
    """Report and archive in no time: what they were given stands in them."""
    given = {}

    def report(frozen, *, pictures, progress):
        given["report"] = (frozen, pictures)
        progress(50)
        return b"%PDF " + b"".join(pictures.values())

    def pack(frozen, *, report, pictures, open_original, progress):
        chosen = [item.id for item in frozen.items if item.include_original]
        yield b"PK" + report
        progress(50)
        for name in chosen:
            yield b"".join(open_original(name))

    monkeypatch.setattr(making, "make_report", report)
    monkeypatch.setattr(making, "make_pack", pack)
    return given
