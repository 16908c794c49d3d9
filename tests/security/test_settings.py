"""The site refuses to start where a setting would make it unsafe, and every setting is explained."""

from __future__ import annotations

import ast
import base64
import os
import re
import runpy
import secrets
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.journeys.site import ROOT, SECRETS, new_secret

FILE = ROOT / "abuse_help" / "settings.py"
GUIDE = ROOT / "docs" / "operations.md"
READ_ELSEWHERE = {"BEHIND_PROXY", "PORT", "HOST", "CHROMIUM", "PYTHON"}


def production(tmp_path, **more):
    strong = {name: new_secret(name) for name in SECRETS}
    database = f"sqlite:///{tmp_path / 'db.sqlite3'}"
    return {"MODE": "production", "ALLOWED_HOSTS": "site.example", "DATABASE_URL": database, **strong, **more}


@pytest.fixture
def start(monkeypatch, tmp_path):
    """Reads the settings file afresh with the settings of production and `more`; None takes one away."""

    def start(**more):
        for name in (*names_read(), *(f"{name}_FILE" for name in SECRETS)):
            monkeypatch.delenv(name, raising=False)
        for name, value in production(tmp_path, **more).items():
            if value is not None:
                monkeypatch.setenv(name, value)
        return runpy.run_path(str(FILE))

    return start


def names_read():
    """Every name that the settings file reads from the environment."""
    tree = ast.parse(FILE.read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    read = [node.args[0] for node in calls if node.func.id in {"env", "given", "secret", "secret_bytes"}]
    return {argument.value for argument in read if isinstance(argument, ast.Constant)}


def test_a_strong_production_site_starts(start):
    found = start()

    assert found["MODE"] == "production"
    assert found["DEBUG"] is False
    assert all(found[name] for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"))
    assert {found["SESSION_COOKIE_NAME"], found["CSRF_COOKIE_NAME"]} == {"__Host-s", "__Host-c"}


def test_production_is_what_a_site_is_unless_it_says_otherwise(start):
    assert start(MODE=None)["LOCAL"] is False


WEAK = {
    "missing": None,
    "empty": "",
    "short": "abcdefghijklmnop",
    "of one letter": "a" * 60,
    "of a few letters": "abcd" * 16,
    "a placeholder": "change-me-change-me-change-me-change-me-change-me",
}


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("weak", WEAK)
def test_a_missing_or_weak_secret_stops_the_start(start, name, weak):
    with pytest.raises(ImproperlyConfigured, match=name):
        start(**{name: WEAK[weak]})


@pytest.mark.parametrize("name", ["PEPPER", "ANSWERS_KEY", "LIMITS_KEY", "INSTANCE_KEY"])
def test_a_key_that_is_not_32_bytes_stops_the_start(start, name):
    with pytest.raises(ImproperlyConfigured, match=name):
        start(**{name: secrets.token_urlsafe(40)})
    with pytest.raises(ImproperlyConfigured, match=name):
        start(**{name: "é" + secrets.token_urlsafe(42)})


def test_local_secrets_are_never_taken_in_production(start, tmp_path):
    (tmp_path / "secrets").mkdir()
    for name in SECRETS:
        (tmp_path / "secrets" / name).write_text(new_secret(name))
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        start(LOCAL_DIR=str(tmp_path), SECRET_KEY=None)


def test_showing_errors_stops_the_start(start):
    with pytest.raises(ImproperlyConfigured, match="DEBUG"):
        start(DEBUG="1")


@pytest.mark.parametrize("hosts", [None, "", "  "])
def test_without_a_host_it_does_not_start(start, hosts):
    with pytest.raises(ImproperlyConfigured, match="ALLOWED_HOSTS"):
        start(ALLOWED_HOSTS=hosts)


def test_a_mode_that_nobody_knows_stops_the_start(start):
    with pytest.raises(ImproperlyConfigured, match="MODE"):
        start(MODE="staging")


@pytest.mark.parametrize(
    ("protocol", "allowed"), [(None, False), ("", False), ("yes", False), ("Protocol 3, 2026", True)]
)
def test_no_upload_exists_before_the_operator_has_attested(start, protocol, allowed):
    assert start(UPLOAD_PROTOCOL=protocol)["UPLOADS_ALLOWED"] is allowed


def test_a_secret_may_stand_in_a_file(start, tmp_path):
    secret, file = new_secret("PEPPER"), tmp_path / "pepper"
    file.write_text(f"{secret}\n")

    assert start(PEPPER=None, PEPPER_FILE=str(file))["PEPPER"] == base64.urlsafe_b64decode(secret + "=")
    with pytest.raises(ImproperlyConfigured, match="PEPPER_FILE"):
        start(PEPPER=None, PEPPER_FILE=str(tmp_path / "nowhere"))


def test_a_weak_secret_in_a_file_stops_the_start_too(start, tmp_path):
    (tmp_path / "weak").write_text("password")
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        start(SECRET_KEY=None, SECRET_KEY_FILE=str(tmp_path / "weak"))


def test_a_refusal_never_repeats_the_secret(start):
    with pytest.raises(ImproperlyConfigured) as refused:
        start(SECRET_KEY="hunter2-hunter2")
    assert "hunter2" not in str(refused.value)


def test_the_whole_site_does_not_start_without_its_secrets(tmp_path):
    given = {**production(tmp_path), "DJANGO_SETTINGS_MODULE": "abuse_help.settings", "PATH": os.environ["PATH"]}
    del given["PEPPER"]
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"], cwd=ROOT, env=given, capture_output=True, check=False
    )

    assert done.returncode != 0
    assert b"PEPPER is missing or weak" in done.stderr


# --- every setting is explained ---------------------------------------------------------------------------


def named_in_guide():
    return set(re.findall(r"`([A-Z][A-Z0-9_]+)`", GUIDE.read_text()))


def test_every_setting_is_explained_for_who_runs_a_site():
    assert names_read() - named_in_guide() == set()


def test_no_setting_is_explained_that_nobody_reads():
    table = re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", GUIDE.read_text(), re.MULTILINE)
    assert table, "the settings stand in a table whose first column is `NAME`"
    assert {name.removesuffix("_FILE") for name in table} - names_read() - READ_ELSEWHERE == set()


def test_nothing_but_the_settings_reads_the_environment():
    rooms = [path for room in ("evidence", "guidance", "abuse_help") for path in (ROOT / room).rglob("*.py")]
    readers = {str(path.relative_to(ROOT)) for path in rooms if re.search(r"os\.(environ|getenv)", path.read_text())}

    # packs.py hands its environment to the process that makes a pack, fonts.py sets a variable of fontconfig
    assert readers <= {"abuse_help/environment.py", "abuse_help/wsgi.py", "evidence/packs.py", "evidence/pack/fonts.py"}


# --- where rows and files lie -----------------------------------------------------------------------------


STORE = {"STORE_BUCKET": "sealed", "STORE_KEY_ID": "site", "STORE_SECRET": "chosen by the store"}


def test_a_bucket_takes_the_place_of_the_folder(start):
    found = start(**STORE, STORE_ENDPOINT="https://store.example", STORE_PREFIX="site-a/")

    assert {found["STORAGES"][name]["BACKEND"] for name in ("default", "sealed")} == {"evidence.objects.BucketStorage"}
    assert found["STORAGES"]["sealed"]["OPTIONS"]["prefix"] == "site-a/"


@pytest.mark.parametrize("name", ["STORE_KEY_ID", "STORE_SECRET"])
def test_a_bucket_without_its_key_is_refused(start, name):
    with pytest.raises(ImproperlyConfigured, match="STORE_BUCKET needs"):
        start(**{**STORE, name: None})


def test_a_store_in_the_clear_is_refused_in_production(start):
    with pytest.raises(ImproperlyConfigured, match="https"):
        start(**STORE, STORE_ENDPOINT="http://store.example")


def test_what_leads_to_database_and_store_may_stand_in_files(start, tmp_path):
    address = "postgres://site:word@rows.example/site?sslmode=verify-full"
    files = {"DATABASE_URL": address, "STORE_SECRET": "chosen by the store"}
    for name, value in files.items():
        (tmp_path / name).write_text(f"{value}\n")
    found = start(**{**STORE, **dict.fromkeys(files)}, **{f"{name}_FILE": str(tmp_path / name) for name in files})

    assert found["DATABASES"]["default"]["ENGINE"] == "django.db.backends.postgresql"
    assert found["DATABASES"]["default"]["HOST"] == "rows.example"
    assert found["STORAGES"]["sealed"]["OPTIONS"]["secret"] == "chosen by the store"


# --- what leads to other machines ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "postgres://site:x@db.example/site",
        "postgres://site:x@db.example/site?sslmode=require",
        "postgres://site:x@db.example/site?sslmode=verify-ca",
        "postgres://site:x@10.0.0.5:5432/site",
        "postgres://site:x@/site?host=db.example",
        "postgres://site:x@localhost/site?hostaddr=10.0.0.5",
    ],
)
def test_a_database_on_another_machine_whose_certificate_is_not_checked_stops_the_start(start, address):
    with pytest.raises(ImproperlyConfigured, match="sslmode=verify-full"):
        start(DATABASE_URL=address)


@pytest.mark.parametrize(
    "address",
    [
        "postgres://site:x@db.example/site?sslmode=verify-full",
        "postgres://site:x@localhost/site",
        "postgres://site:x@127.0.0.1/site",
        "postgres://site@%2Frun%2Fpostgresql/site",
    ],
)
def test_a_checked_certificate_a_socket_and_this_machine_start(start, address):
    assert start(DATABASE_URL=address)["DATABASES"]["default"]["ENGINE"].endswith("postgresql")
