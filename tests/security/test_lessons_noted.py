"""What else was noted in others' findings and in the framework's own: held by looking at all of our code."""

from __future__ import annotations

import ast
import re

import pytest
from django.conf import settings

from tests.journeys.site import ROOT
from tests.security.searching import ROOMS, matching, requirement

FLOORS = {"django": (5, 2), "pillow": (13, 0), "cryptography": (50, 0), "weasyprint": (70, 0), "django-htmx": (1, 29)}
PYTHON = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]


def calls():
    """Every call in our code: where it stands, and what is called, as written."""
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                yield path, ast.unparse(node.func), node


@pytest.mark.parametrize("package", FLOORS)
def test_packages_are_no_older_than_the_releases_that_mended_them(package):
    assert requirement(package) >= FLOORS[package]


def test_django_has_the_fixes_for_slow_multipart_bodies():
    found = re.search(r"^django==(\d+)\.(\d+)\.(\d+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert tuple(map(int, found.groups())) >= (5, 2, 19)


def test_no_asgi_door_exists():
    assert matching(r"get_asgi_application|ASGI_APPLICATION", *ROOMS) == []
    served = [path for path in (ROOT / "Makefile", ROOT / "Dockerfile") if "granian" in path.read_text()]
    assert len(served) == 2
    assert all("--interface wsgi" in path.read_text() or '"wsgi"' in path.read_text() for path in served)


def test_no_upload_handler_but_ours_runs_before_the_token_of_a_form_is_checked():
    assert settings.FILE_UPLOAD_HANDLERS == ["evidence.intake.handler.RefuseFiles"]
    order = settings.MIDDLEWARE
    assert order.index("abuse_help.middleware.byte_caps") < order.index("django.middleware.csrf.CsrfViewMiddleware")


def test_htmx_keeps_no_pages_and_runs_nothing():
    config = (ROOT / "templates" / "_htmx.html").read_text()
    for setting in ('"historyCacheSize":0', '"allowEval":false', '"allowScriptTags":false', '"selfRequestsOnly":true'):
        assert setting in config
    assert '"includeIndicatorStyles":false' in config


def test_no_question_to_the_database_is_pasted_together():
    pasted = []
    for path, called, node in calls():
        if called.endswith((".execute", "objects.raw", ".extra", "RawSQL", "RunSQL")) and node.args:
            text = node.args[0]
            fixed = isinstance(text, ast.Constant) or (isinstance(text, ast.Name) and text.id.isupper())
            pasted += [] if fixed else [f"{path.name}: {ast.unparse(node)[:80]}"]
    assert [one for one in pasted if not one.startswith(OUR_OWN)] == []


# constants of the same file, one after the other, and names of our own tables; never what was sent
OUR_OWN = ("cases.py: cursor.execute(statement)", "restoring.py: cursor.execute(statement)")
OUR_OWN += ("cases.py: cursor.execute(f'VACUUM ",)


def test_no_shell_is_ever_started():
    assert [
        path.name for path, called, _ in calls() if called in {"os.system", "os.popen", "subprocess.getoutput"}
    ] == []
    shells = [
        path.name
        for path, _, node in calls()
        for word in node.keywords
        if word.arg == "shell" and not (isinstance(word.value, ast.Constant) and word.value.value is False)
    ]
    assert shells == []


def test_no_pattern_is_made_of_what_was_typed():
    """Each pattern is written in the code, or made of constants of the same file."""
    made = []
    for path, called, node in calls():
        if re.fullmatch(r"re\.(compile|match|search|fullmatch|sub|split|findall|finditer)", called) and node.args:
            names = {one.id for one in ast.walk(node.args[0]) if isinstance(one, ast.Name)}
            typed = {name for name in names if name in {"request", "data", "value", "typed", "text", "form", "query"}}
            made += [f"{path.name}: {ast.unparse(node.args[0])[:80]}"] if typed else []
    assert made == []


def test_nothing_that_was_sent_is_run_or_unpickled():
    never = {"eval", "exec", "compile", "pickle.loads", "pickle.load", "marshal.loads", "yaml.load", "shelve.open"}
    assert [f"{path.name}: {called}" for path, called, _ in calls() if called in never] == []
    assert matching(r"^\s*(import|from) (pickle|marshal|shelve|yaml|dill|joblib)\b", *ROOMS) == []


def test_no_reader_of_xml_is_used():
    assert matching(r"^\s*(import|from) (xml|lxml|defusedxml|xmltodict|BeautifulSoup|bs4)\b", *ROOMS) == []


def test_no_weak_hash_is_used():
    assert [
        f"{path.name}: {called}" for path, called, _ in calls() if re.search(r"\b(md5|sha1|MD5|SHA1)$", called)
    ] == []


def test_no_view_reads_a_value_without_saying_from_where():
    assert matching(r"request\.(REQUEST|GET\s*or\s*request\.POST|POST\s*or\s*request\.GET)", *ROOMS) == []


def test_the_end_of_a_log_is_kept_elsewhere_too():
    """A chain alone does not notice that its end is missing (Aegis, PR 173)."""
    assert "head: str" in (ROOT / "evidence" / "pack" / "snapshot.py").read_text()
    assert "head" in (ROOT / "templates" / "evidence" / "log.html").read_text()


def test_the_report_says_what_it_does_not_prove():
    """A bundle with hashes proves nothing about the page that was captured (ArchiveBox, 1878)."""
    assert "What it does not show" in (ROOT / "templates" / "pack" / "limits.html").read_text()
    assert "What it does not show" in (ROOT / "templates" / "pack" / "VERIFY.txt").read_text()
