"""What stands on every answer, whatever it is: a page, a refusal, a failure, a file."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from evidence.models import OpenSession
from tests.journeys.site import ROOT, SECRETS, new_secret
from tests.security import addresses, people

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
ONLY_OURS = {"script-src", "style-src", "img-src", "media-src", "font-src", "connect-src", "form-action"}
POWERS = ("camera=()", "microphone=()", "geolocation=()", "display-capture=()", "payment=()", "usb=()")


def faults(answer, *, static=False):
    """What is missing on one answer."""
    found = [name for name, value in ALWAYS.items() if answer.get(name) != value]
    policy = dict(part.strip().partition(" ")[::2] for part in answer.get("Content-Security-Policy", "").split(";"))
    nothing = dict.fromkeys(("default-src", "base-uri", "frame-ancestors"), "'none'")
    if policy != nothing | dict.fromkeys(ONLY_OURS, "'self'"):
        found.append(f"Content-Security-Policy {policy}")
    found += [power for power in POWERS if power not in answer.get("Permissions-Policy", "")]
    if not static and answer.get("Cache-Control") != "no-store":
        found.append("no-store")
    kind = answer.get("Content-Type", "")
    found += [kind] if kind.startswith("text/") and not kind.endswith("charset=utf-8") else []
    found += [name for name in answer.headers if name.lower().startswith("access-control")]
    cookies = answer.cookies.values()
    found += [f"cookie {one.key} lives on" for one in cookies if (one["max-age"] or one["expires"]) and one.value]
    found += [f"cookie {one.key}" for one in cookies if one.value and (one["samesite"] != "Strict" or one["domain"])]
    return found


def test_every_answer_of_every_address_is_safe(world):
    wrong = {}
    for address in addresses.everywhere():
        for kind in ("owner", "other owner", "share", "stranger"):
            for method in ("get", "head"):
                answer = getattr(world.people[kind], method)(address.path(world.ids))
                answer.close()
                if found := faults(answer):
                    wrong[f"{method} {address.name} by {kind}"] = found
    assert wrong == {}


def test_every_answer_to_a_form_is_safe(world):
    wrong = {}
    last = {"evidence:delete", "evidence:lock", "evidence:pictures-lock", "helpline:sign-out"}
    for address in sorted(addresses.everywhere(), key=lambda one: one.name in last):
        for kind in ("owner", "share", "stranger"):
            answer = world.people[kind].post(address.path(world.ids))
            answer.close()
            if found := faults(answer):
                wrong[f"{address.name} by {kind}"] = found
    assert wrong == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "ask"),
    [
        (400, {"path": "/", "HTTP_HOST": "elsewhere.example"}),
        (404, {"path": "/nowhere/"}),
        (404, {"path": "/case/nowhere/"}),
        (404, {"path": "/static/nowhere.css"}),
        (405, {"path": "/", "REQUEST_METHOD": "DELETE"}),
        (405, {"path": "/exit/", "REQUEST_METHOD": "POST", "CONTENT_LENGTH": "0"}),
        (411, {"path": "/case/p8nd/x/", "REQUEST_METHOD": "POST", "HTTP_TRANSFER_ENCODING": "chunked"}),
        (413, {"path": "/help/", "REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(10**9)}),
    ],
)
def test_every_refusal_is_safe(status, ask):
    answer = people.browser().generic(ask.pop("REQUEST_METHOD", "GET"), **ask)

    assert answer.status_code == status
    assert faults(answer) == []


@pytest.mark.django_db
def test_a_failure_is_safe(monkeypatch):
    monkeypatch.setattr("guidance.pages.door", None)

    answer = people.browser().get("/help/")

    assert answer.status_code == 500
    assert faults(answer) == []
    assert b"Traceback" not in answer.content


@pytest.mark.django_db
def test_a_form_without_its_token_and_a_shut_case_are_safe():
    for checks in (True, False):
        answer = people.browser(enforce_csrf_checks=checks).post("/case/x7ku/", {"t1": "typed"})
        assert answer.status_code == 403
        assert faults(answer) == []


def test_an_expired_case_is_safe(world):
    OpenSession.objects.update(seen_at=timezone.now() - timedelta(days=1))

    assert faults(world.people["owner"].get("/case/k4bs/")) == []


@pytest.mark.django_db
def test_a_missing_header_would_be_seen():
    with override_settings(MIDDLEWARE=["django.middleware.common.CommonMiddleware"]):
        answer = people.browser().get("/help/")
    assert {*ALWAYS, "no-store"} <= set(faults(answer))


# --- in production ----------------------------------------------------------------------------------------

ASK = """
import json, django
django.setup()
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_test_environment
call_command("migrate", verbosity=0)
setup_test_environment()
answers = []
def ask(method, path, data=None, secure=True):
    answer = getattr(client, method)(path, data, secure=secure, headers={"host": "site.example"})
    cookies = [str(morsel.OutputString()) for morsel in answer.cookies.values()]
    answers.append([path, secure, answer.status_code, dict(answer.items()), cookies])
client = Client(raise_request_exception=False)
for path in ("/", "/guide/", "/help/", "/case/q3vd/", "/nowhere/", "/helpline/sign-in/", "/exit/"):
    ask("get", path)
for path in ("/case/m8tz/", "/case/w7gn/", "/guide/", "/helpline/sign-in/"):
    ask("post", path, {"a": "2"})
ask("get", "/", secure=False)
ask("get", "/healthz/", secure=False)
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def in_production(tmp_path_factory):
    """Answers of the site with the settings of production: [address, over TLS, status, headers, cookies]."""
    folder = tmp_path_factory.mktemp("production")
    environment = {
        "MODE": "production",
        "ALLOWED_HOSTS": "site.example",
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "abuse_help.settings",
        "STATIC_ROOT": str(folder),
        "DATA_DIR": str(folder / "data"),
        **{name: new_secret(name) for name in SECRETS},
    }
    done = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_in_production_every_answer_over_tls_asks_for_tls_for_two_years(in_production):
    asked = [headers.get("Strict-Transport-Security", "") for _, secure, _, headers, _ in in_production if secure]

    assert asked
    assert set(asked) == {"max-age=63072000; includeSubDomains; preload"}


def test_in_production_every_cookie_is_bound_to_this_host_and_ends_with_the_browser(in_production):
    cookies = [one for *_, given in in_production for one in given if not one.split(";")[0].endswith(('=""', "="))]
    assert {one.split("=")[0] for one in cookies} >= {"__Host-c", "__Host-k", "__Host-a"}
    for cookie in cookies:
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert cookie.startswith("__Host-")
        assert {"secure", "path=/", "samesite=strict", "httponly"} <= parts
        assert not any(part.startswith(("max-age", "expires", "domain")) for part in parts)


def test_in_production_an_answer_without_tls_only_leads_to_tls(in_production):
    plain = [(path, status, headers) for path, secure, status, headers, _ in in_production if not secure]

    assert [(path, status) for path, status, _ in plain] == [("/", 301), ("/healthz/", 200)]
    assert plain[0][2]["Location"] == "https://site.example/"
    assert plain[0][2]["Cache-Control"] == "no-store"


def test_in_production_every_answer_is_safe_too(in_production):
    for path, _, status, headers, _ in in_production:
        assert status < 500, path
        assert {name: headers.get(name) for name in ALWAYS} == ALWAYS
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
