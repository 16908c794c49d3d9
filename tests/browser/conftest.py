"""A real Chromium in front of the real site: every middleware, static files as served, no other host.

`served` is the site's address; `page`, `phone`, `nojs` and `dark` are windows on it, each on its own.
A window fails its test when a page breaks its own content policy, throws, or asks another host for anything.
The database is there for all of them. Guidance is read at noon on a weekday, and pages weigh what they weigh at most.
"""

from __future__ import annotations

import copy
import os
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import override_settings
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser.looking import PATIENCE
from tests.journeys.site import Site

# Playwright's loop runs in the thread of the tests, where Django would refuse to touch the database
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 900}}
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # a Tuesday: the same services answer in every run

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def collected(tmp_path_factory):
    """The folder that `collectstatic` fills, as `make run` does."""
    root = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=str(root)):
        call_command("collectstatic", "--noinput", verbosity=0)
    return root


class Weather(BaseHTTPRequestHandler):
    """The page that nobody wonders about."""

    def do_GET(self):
        self.server.told.append((self.path, self.headers["Referer"]))
        page = b"<!doctype html><title>Weather</title><p>Sunny"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_):
        pass


class Elsewhere(ThreadingHTTPServer):
    """A site of another name, which notes what it is asked for and where from."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Weather)
        self.told: list[tuple[str, str | None]] = []
        self.address = f"http://localhost:{self.server_port}/"


@pytest.fixture(scope="session")
def elsewhere():
    server = Elsewhere()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def neutral(elsewhere):
    """The address that leaving leads to."""
    return elsewhere.address


class Server(ThreadedWSGIServer):
    """Django's threaded server, ending with its test and quiet about browsers that went away."""

    daemon_threads = True

    def handle_error(self, request, client_address):
        pass

    def _close_connections(self):
        """The connection is the test's own; a browser that went away late must not close it from its thread."""


class Attending:
    """The site, counting what it is answering, so that no request of one test reaches into the next."""

    def __init__(self, application):
        self.application = application
        self.answering = 0
        self.changed = threading.Condition()

    def __call__(self, environ, start_response):
        self._count(1)
        try:
            answer = self.application(environ, start_response)
            try:
                return [b"".join(answer)]
            finally:
                getattr(answer, "close", lambda: None)()
        finally:
            self._count(-1)

    def _count(self, change):
        with self.changed:
            self.answering += change
            self.changed.notify_all()

    def settle(self):
        """Wait for the last answer."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.answering == 0, timeout=PATIENCE / 1000)


@pytest.fixture
def noon(monkeypatch):
    """Guidance always at the same minute: who answers now, and so what a page says and weighs, is no matter of luck."""

    class Stopped(datetime):
        @classmethod
        def now(cls, tz=None):
            return NOON.astimezone(tz)

    monkeypatch.setattr("guidance.views.visit.datetime", Stopped)


@pytest.fixture
def heaviest(monkeypatch):
    """The bytes of random length that hide the size of a page are as many as there can be."""
    most = SimpleNamespace(randbelow=lambda limit: limit - 1)
    monkeypatch.setattr("guidance.packing.secrets", most)
    monkeypatch.setattr("django.utils.text.secrets", most)


@pytest.fixture
def small_site(settings):
    """The few addresses of tests/abuse_help/addresses.py, for what is about the frame of any page."""
    settings.ROOT_URLCONF = "tests.abuse_help.addresses"
    settings.TEMPLATES = copy.deepcopy(settings.TEMPLATES)
    settings.TEMPLATES[0]["DIRS"].append(Path(__file__).parent.parent / "abuse_help" / "templates")


@pytest.fixture
def served(db, settings, collected, neutral, noon, heaviest):
    """The address of the site, served on this machine while the test runs, without a slash at its end.

    With `db`: Django looks at every connection as a request begins, whether or not the page needs one.
    """
    settings.STATIC_ROOT, settings.EXIT_URL = str(collected), neutral
    sqlite = [connection for connection in connections.all() if connection.vendor == "sqlite"]
    shared = {one.alias: one for one in sqlite if cast("DatabaseWrapper", one).is_in_memory_db()}
    for connection in shared.values():
        connection.inc_thread_sharing()
    server = Server(("127.0.0.1", 0), QuietWSGIRequestHandler, connections_override=shared)
    site = Attending(get_wsgi_application())
    server.set_app(site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
    site.settle()
    for connection in shared.values():
        connection.dec_thread_sharing()


@dataclass
class Windows:
    """Opens browser windows on one site and remembers what went wrong in any of them."""

    browser: Browser
    served: str
    exit_url: str
    contexts: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def open(self, **options):
        """A page in a window of its own."""
        context = self.browser.new_context(base_url=self.served, reduced_motion="reduce", **options)
        self.contexts.append(context)
        context.on("request", self._asked)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        context.on("console", self._said)
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    def _asked(self, request):
        if not request.url.startswith((self.served, self.exit_url)):
            self.faults.append(f"asked another host: {request.url}")

    def _said(self, message):
        if "Content Security Policy" in message.text or "Permissions-Policy" in message.text:
            self.faults.append(message.text)

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture
def windows(chromium, served, settings):
    """Opens windows by Playwright's own options; `page`, `phone`, `nojs` and `dark` come from here."""
    windows = Windows(chromium, served, settings.EXIT_URL)
    yield windows
    windows.close()
    assert windows.faults == []


@pytest.fixture
def page(windows):
    """A window on a desk: 1280 x 900."""
    return windows.open(**DESK)


@pytest.fixture
def phone(windows):
    """A phone: 360 x 740, touch, no Shift."""
    return windows.open(**PHONE)


@pytest.fixture
def nojs(windows):
    """The phone with scripts off."""
    return windows.open(**PHONE, java_script_enabled=False)


@pytest.fixture
def dark(windows):
    """The phone of someone who has it dark."""
    return windows.open(**PHONE, color_scheme="dark")


@pytest.fixture(scope="session")
def site(tmp_path_factory, neutral):
    """The site as `make run` serves it; one for all the journeys of a run."""
    site = Site(tmp_path_factory.mktemp("site") / "local", {"EXIT_URL": neutral}).start()
    yield site
    site.stop()


@pytest.fixture
def browsers(chromium, site):
    """Windows on that site: no other host is asked, nothing breaks the content policy, no script throws."""
    windows = Windows(chromium, site.address, site.more["EXIT_URL"])
    yield windows
    windows.close()
    assert windows.faults == []
