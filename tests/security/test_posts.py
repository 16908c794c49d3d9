"""Forms that nobody would send, by the thousand: none fails, leaks, forgets what was typed, or leads elsewhere."""

from __future__ import annotations

import io
import logging
import os
import random
import secrets
import time
from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.signals import got_request_exception
from django.db import transaction
from django.template import Template
from django.test.utils import _TestState
from django.urls import reverse

from abuse_help.logs import WithoutValues
from evidence import cases, custody
from tests.conftest import BESIDE_SERVERS
from tests.long.sizes import SIZE
from tests.security import form_reading, posting
from tests.security.form_reading import LINES
from tests.security.nasty import MARK
from tests.security.spoiling import Sent, spoiled
from tests.security.test_access import TABLE
from tests.security.test_headers import faults

pytestmark = pytest.mark.django_db
FEW, MANY, A_WORLD = 1_000, 50_000, 5_000
SEED = os.environ.get("FUZZ_SEED", "")  # printed; the same seed draws the same posts again
TAKES_FORMS = sorted(name for name, row in TABLE.items() if any(one.split()[2] != "405" for one in row.values()))
DELIBERATE = {503, 507}  # busy, full: with the time after which to try again
# What is kept of what was sent, so that the next forms meet it; anything else is undone at once.
STAYS = {
    *("evidence:item-add", "evidence:item-edit", "evidence:item-undo", "evidence:item-remove"),
    *("evidence:item-bring-back", "evidence:details", "evidence:talk", "evidence:note", "evidence:list-keep"),
    *("evidence:picture-intimate", "evidence:picture-covering", "evidence:conversation", "evidence:upload"),
    *("evidence:keeping", "evidence:keeping-longer", "helpline:messages", "evidence:upload-begin"),
}
SECRETS = {"x_1", "x_2", "x_3", "x_code"}


class Run:
    """Some thousand posts to one cast after the other, and what came of them."""

    def __init__(self, monkeypatch, seed, log):
        self.monkeypatch, self.seed, self.log = monkeypatch, seed, log
        self.statuses, self.of, self.wrong, self.given_back = Counter(), {}, [], 0
        self.began, self.failed = time.monotonic(), []

    def go(self, many, of_a_world):
        for first in range(0, many, of_a_world):
            with transaction.atomic():
                self.cast = posting.cast(self.monkeypatch)
                if first == 0:
                    self.every_form_once()
                for number in range(first, min(many, first + of_a_world)):
                    self.one(number)
                self.what_is_left()
                transaction.set_rollback(True)
            print(f"{number + 1:,} posts, {self.told()}", flush=True)  # noqa: T201  it takes long

    def every_form_once(self):
        """Unspoiled first: what comes later is no deeper than this."""
        for name in TAKES_FORMS:
            for kind, target in self.shown(name) or self.bare(name)[:1]:
                rng = random.Random(f"{self.seed} {kind} {target.path}")  # noqa: S311
                sent = posting.good(rng, self.cast.people[kind], target, self.cast.files).packed()
                self.send(f"{kind}, unspoiled", kind, target, sent, stays=False)

    def shown(self, name):
        """Who sees such a form, and which."""
        by_kind = self.cast.targets[name]
        return [(kind, one) for kind, every in sorted(by_kind.items()) for one in every if one.form is not None]

    def shown_by_pages(self):
        return {name for name, kinds in self.cast.targets.items() if set(kinds) != {"anybody"}}

    def bare(self, name):
        """Those who are let in there, then everybody."""
        target = self.cast.targets[name]["anybody"][0]
        let_in = [kind for kind, row in TABLE[name].items() if row.split()[2] not in {"403", "404", "405"}]
        return [(kind, target) for kind in (*let_in, *self.cast.people)]

    def one(self, number):
        rng = random.Random(f"{self.seed}:{number}")  # noqa: S311  forms, not secrets
        name = rng.choice(TAKES_FORMS)
        shown = self.shown(name)
        kind, target = rng.choice(shown if shown and rng.random() < 0.9 else self.bare(name))
        if rng.random() < 0.1:  # a form of somebody else's page
            kind = rng.choice(sorted(self.cast.people))
        sent = posting.good(rng, self.cast.people[kind], target, self.cast.files)
        sent = spoiled(rng, sent, self.cast.others, self.cast.files)
        self.send(f"number {number}, {kind}", kind, target, sent, stays=name in STAYS and rng.random() < 0.2)

    def send(self, about, kind, target, sent: Sent, *, stays):
        person, self.failed = self.cast.people[kind], []
        cookies = person.browser.cookies.copy()
        with transaction.atomic():
            answer, page = pressed(person, target.path, sent)
            status = answer.status_code
            stays = stays and status < 500
            transaction.set_rollback(not stays)
        if not stays:
            person.browser.cookies = cookies
        self.statuses[status] += 1
        self.of.setdefault(target.name, Counter())[status] += 1
        self.wrong += [f"{about}, {target.name}: {one}" for one in self.faults_of(answer, page, sent)]
        assert len(self.wrong) < 20, self.told()

    def faults_of(self, answer, page, sent):
        found = faults(answer)
        if answer.status_code >= 500 and not (answer.status_code in DELIBERATE and answer.get("Retry-After")):
            found.append(f"{answer.status_code} {self.failed}")
        to = urlsplit(answer.get("Location", ""))
        if to.scheme or to.netloc or answer.get("Location", "/")[:2] in {"//", "/\\"} or to.path[:1] not in {"", "/"}:
            found.append(f"leads to {answer['Location']!r}")
        if MARK in self.log.getvalue():
            found.append("what was typed stands in the log")
        self.log.seek(0)
        self.log.truncate()
        return found + self.lost(answer, page, sent)

    def lost(self, answer, page, sent):
        """Texts that the form came back without."""
        if answer.status_code not in {200, 422} or "error-summary" not in page:
            return []
        shown = {
            one.name: one.value for form in form_reading.read(page).forms for one in form.controls if one.kind in LINES
        }
        single = Counter(name for name, _ in sent.fields)
        typed = {
            name: value
            for name, value in sent.fields
            if single[name] == 1 and name in shown and name not in SECRETS and _is_plain(value)
        }
        if not typed or not answer.wsgi_request.POST:
            return []  # a body that could not be read
        self.given_back += len(typed)
        read = answer.wsgi_request.POST
        return [f"{name} did not come back" for name, value in typed.items() if read.get(name) == value != shown[name]]

    def what_is_left(self):
        """After all of it: each log holds, and every page of the case and of the desk shows what stands there now."""
        for owner in (self.cast.alice, self.cast.mallory):
            session = cases.open_with(" ".join(owner.words), device="", at=posting.timezone.now())
            assert custody.everything(session.opened)
        for kind in ("owner", "share"):
            browser = self.cast.people[kind].browser
            for name, every in self.cast.targets.items():
                if TABLE[name][kind].startswith("200"):
                    answer = browser.get(every["anybody"][0].path)
                    list(answer.streaming_content if answer.streaming else ())  # to its end, so that it is closed
                    assert answer.status_code < 500, (name, self.failed)
        whole = self.cast.people["owner"]
        answer, _ = pressed(whole, reverse("evidence:copy"), Sent([]).packed())
        assert answer.status_code == 200
        assert mail.outbox == []

    def told(self):
        minutes, statuses = (time.monotonic() - self.began) / 60, dict(sorted(self.statuses.items()))
        return "\n".join([f"seed {self.seed}, {minutes:.1f} minutes, {statuses}", *self.wrong])


def _is_plain(value):
    return isinstance(value, str) and value == value.strip() and len(value) <= 200 and value.isprintable()


def pressed(person, path, sent: Sent):
    """One POST as a server hands it over, read to its end; and the page, if it is one."""
    about = {
        "CONTENT_TYPE": sent.content_type,
        "CONTENT_LENGTH": str(len(sent.body or b"")),
        "QUERY_STRING": sent.query,
        "HTTP_X_CSRFTOKEN": person.token(),
        **sent.headers,
    }
    about = {name: value.encode("utf-8", "surrogatepass").decode("latin-1") for name, value in about.items()}
    answer = person.browser.generic("POST", path, **{"wsgi.input": io.BytesIO(sent.body or b""), **about})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # the client closes it
    return answer, body.decode() if answer.get("Content-Type", "").startswith("text/html") else ""


@pytest.fixture
def log():
    """What the site writes into its log, and all that Django and the site would write at its most talkative."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(WithoutValues("{levelname} {name} {message}", style="{"))
    loggers = [logging.getLogger(name) for name in ("", "django")]
    for logger in loggers:
        logger.addHandler(handler)
    yield out
    for logger in loggers:
        logger.removeHandler(handler)


@pytest.fixture
def run(monkeypatch, log):
    made = Run(monkeypatch, SEED or "2026-11-21", log)

    def note(request, **_):
        import sys
        import traceback

        error = sys.exc_info()[1]
        last = traceback.extract_tb(error.__traceback__)[-4:]
        made.failed.append(f"{error!r:.300} " + " < ".join(f"{one.filename}:{one.lineno}" for one in reversed(last)))

    monkeypatch.setattr(Template, "_render", _TestState.saved_data.template_render)  # nobody looks at the contexts
    got_request_exception.connect(note)
    yield made
    got_request_exception.disconnect(note)


def test_a_thousand_spoiled_forms_come_to_no_harm(run):
    run.go(FEW // (4 if BESIDE_SERVERS else 1), A_WORLD)

    assert run.wrong == [], run.told()
    assert run.given_back > 10
    assert set(TAKES_FORMS) - run.shown_by_pages() <= set(posting.BARE)


@pytest.mark.long
def test_fifty_thousand_spoiled_forms_come_to_no_harm(run):
    run.seed = SEED or secrets.token_hex(4)
    run.go(SIZE or MANY, A_WORLD)
    print(f"\n{run.told()}; {run.given_back} texts came back")  # noqa: T201
    for name, statuses in sorted(run.of.items()):
        print(f"{name:<40}{dict(sorted(statuses.items()))}")  # noqa: T201

    assert run.wrong == []
