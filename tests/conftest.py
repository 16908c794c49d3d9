"""What every test has: a store of its own, a cheap derivation, the cast, and how long each folder took."""

from __future__ import annotations

import hmac
import os
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.stores.shelf import Shelf, folder
from tests.stores.sites import another_site, empty, in_service  # noqa: F401  fixtures

PASSWORD = "ladder-orbit-velvet-nine"
TESTS = Path(__file__).parent
BESIDE_SERVERS = os.environ.get("STORE_BUCKET")  # `python -m tests.stores` gave this run a database and a store
collect_ignore = [] if BESIDE_SERVERS else ["stores"]
REAL_DERIVATIONS = (TESTS / "evidence" / "crypto", TESTS / "bench")


# --- how a run is chosen and summed up ------------------------------------------------------------


def pytest_collection_modifyitems(config, items):
    """Tests marked `long` run only where LONG=1 (make test-long)."""
    if os.environ.get("LONG") == "1":
        return
    config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("long")])
    items[:] = [item for item in items if not item.get_closest_marker("long")]


def pytest_terminal_summary(terminalreporter):
    """Tests and seconds of each folder of tests/."""
    count, seconds = Counter(), Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if not hasattr(report, "duration"):
                continue
            place = _folder(report.nodeid)
            seconds[place] += report.duration
            count[place] += report.when == "call"
    if count:
        terminalreporter.section("folders")
    for place in sorted(count):
        terminalreporter.write_line(f"{place:<24}{count[place]:>6} tests {seconds[place]:>8.1f} s")


def _folder(nodeid):
    return "/".join(Path(nodeid.split("::")[0]).parts[:2])


# --- what every test stands on --------------------------------------------------------------------


@pytest.fixture(autouse=True)
def vault_folder(settings, tmp_path):
    """The store of this test alone, as a folder; in a run beside an S3-compatible store its part of the bucket."""
    settings.DATA_DIR = tmp_path / "vault"
    if settings.STORE_BUCKET:
        shelf = Shelf(settings.STORAGES["sealed"])
        own = shelf.setting
    else:
        shelf, own = settings.DATA_DIR, folder(settings.DATA_DIR)
    settings.STORAGES = {**settings.STORAGES, "default": own, "sealed": own}
    return shelf


@pytest.fixture(autouse=True)
def plain_language(settings):
    """No language that an earlier test's last request has left behind in this thread."""
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def empty_shelf():
    """No page that an earlier test has had drawn."""
    from guidance import drawn

    drawn.SHELF.clear()


@pytest.fixture(autouse=True)
def argon2_calls(request, monkeypatch):
    """Argon2id replaced by an HMAC over the same inputs, but where vectors need the real one; lists every call."""
    from evidence.crypto import wraps
    from evidence.crypto.contexts import context

    calls = []
    if any(folder in request.path.parents for folder in REAL_DERIVATIONS):
        return calls

    def cheap(secret, *, salt, cost, pepper):
        calls.append({"secret": secret, "salt": salt, "cost": cost, "pepper": pepper})
        return hmac.digest(pepper, context("cheap", secret, salt, cost.memory_kib, cost.iterations), "sha256")

    monkeypatch.setattr(wraps, "argon2id", cheap)
    return calls


@pytest.fixture
def at():
    """A moment that never moves."""
    return datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


# --- the cast -------------------------------------------------------------------------------------


@dataclass
class Owner:
    """Somebody with an open case, and the card with her ways into it."""

    session: object
    words: str
    code: str

    @property
    def opened(self):
        return self.session.opened

    @property
    def case(self):
        return self.session.opened.case


@dataclass
class Staff:
    """A helpline worker at an open desk: the row, and the seed that the password opened."""

    worker: object
    seed: bytes


def confirm(session, at):
    """Enter again what is asked of the words that wait; returns them."""
    from evidence import ways

    made, ask = ways.waiting(session)
    typed = ways.TypedAgain(made.words[ask[0]], made.words[ask[1]], made.code[-4:])
    ways.confirm(session, typed, at=at)
    session.opened.case.refresh_from_db()
    return made


def new_owner(at):
    """A case made and confirmed by the real acts."""
    from evidence import cases

    session = cases.make(device="Firefox on Android", at=at)
    made = confirm(session, at)
    return Owner(session, " ".join(made.words), made.code)


def new_staff(name, at, *, supervisor=False):
    """A worker with a signed key pair, as after the first sign-in."""
    from evidence.helpline import keys
    from evidence.helpline.models import Worker

    worker = Worker(username=name, display_name=name.capitalize(), is_supervisor=supervisor, created_on=at.date())
    keys.new_key_pair(worker=worker, password=PASSWORD)
    return Staff(worker, keys.seed_of(worker=worker, password=PASSWORD))


@pytest.fixture
def alice(db, at):
    """The person targeted, with an open case."""
    return new_owner(at)


@pytest.fixture
def hana(db, at):
    """A helpline worker."""
    return new_staff("hana", at)


@pytest.fixture
def sam(db, at):
    """A supervisor, who takes cases too."""
    return new_staff("sam", at, supervisor=True)


@pytest.fixture
def mallory(db, at):
    """A stranger, with a case of her own."""
    return new_owner(at)


# --- what an owner does, in short -----------------------------------------------------------------


def acts(opened):
    """The words of the log, oldest first."""
    from evidence import custody

    return [entry.act.what for entry in custody.everything(opened)]


def note(opened, at, title="He wrote to my sister", **claims):
    """One note in a case."""
    from evidence import items
    from evidence.custody import OWNER
    from evidence.index import NOTE
    from evidence.items import Telling

    return items.add(opened, NOTE, Telling(title, claims=claims), by=OWNER, at=at)


def share(opened, at, *, days=14):
    """Offer a case to the helpline for two weeks."""
    from evidence import sharing
    from evidence.custody import OWNER

    until = (at + timedelta(days=days)).date()
    return sharing.share(opened, purpose="Help me take it down", until=until, by=OWNER, at=at)


@pytest.fixture
def open_gate(alice, at):
    """Alice has said that her pictures are of her, an adult."""
    from evidence import gate
    from evidence.custody import OWNER
    from evidence.index import Gate

    return gate.answer(alice.opened, Gate(shown="adults", now="adult", whose="mine"), by=OWNER, at=at)


PIXELS = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"the pixels of a picture" * 40


@pytest.fixture
def keep_picture(monkeypatch, at):
    """Keeps a picture by the real act, with a decoder that costs nothing; `keep_picture(opened)` gives its line."""
    from evidence.arriving import Arriving
    from evidence.custody import OWNER
    from evidence.intake import pictures as intake
    from evidence.intake.sniffing import sniff
    from evidence.items import Telling

    def examine(chunks, *, limits):
        data = b"".join(chunks)
        return intake.Picture(
            kind=sniff(data),
            width=540,
            height=1170,
            taken="2026:03:01 14:02:09",
            device="Fone X",
            software="",
            has_location=True,
            view=b"view of " + data,
            view_width=540,
            view_height=1170,
            transform="none",
            thumb=b"cover of " + data[:8],
        )

    monkeypatch.setattr(intake, "examine", examine)

    def keep(opened, data=PIXELS, name="IMG_0042.png", title="The first threat"):
        arriving = Arriving(opened, name)
        try:
            arriving.write(data)
            return arriving.keep(Telling(title), by=OWNER, at=at)
        finally:
            arriving.drop()

    return keep
