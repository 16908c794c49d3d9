"""One test for each published finding about what a site like this one is built from: F-31, F-40, F-48, F-49."""

from __future__ import annotations

import ast
import re
import tomllib

from django.conf import settings
from django.template import engines

from tests.journeys.site import ROOT
from tests.security.searching import ROOMS, matching, requirement, tracked

# What every page is given: words and addresses, no settings, no ids.
GIVEN = {
    "about", "crisis_code", "csrf_token", "exit_url", "language", "offered", "organisation", "request", "reviewed",
    "site_name",
}  # fmt: skip
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{16}|"
    r"\b[A-Z_]*(?:SECRET|PEPPER|_KEY|PASSWORD|TOKEN)[\"']?\s*[:=]\s*[\"']?(?![A-Z_]+\b)[A-Za-z0-9+/_-]{32,}"
)


def test_lesson_F31_pages_get_named_values_only_and_secrets_are_not_in_the_repository(rf):
    (engine,) = engines.all()
    given = engine.from_string("").template.engine.template_context_processors
    assert settings.TEMPLATES[0]["OPTIONS"]["context_processors"][0] == "django.template.context_processors.request"
    values = {name: value for processor in given for name, value in processor(rf.get("/")).items()}
    assert set(values) == GIVEN
    assert not [name for name, value in values.items() if value is settings]

    names = [name for name in tracked() if name]
    assert not [name for name in names if re.search(r"\.local/|/secrets/|\.sqlite3|\.pem$|\.key$|(^|/)\.env", name)]
    texts = {name: (ROOT / name).read_bytes().decode(errors="replace") for name in names if (ROOT / name).is_file()}
    assert len(texts) > 900
    assert [name for name, text in texts.items() if SECRET.search(text)] == []


# What leaves a test out without a word; and where a whole file or folder is left out.
OFF = re.compile(r"\bmark\.(skip|xfail)\b|pytest\.xfail\(|\bimportorskip\(|unittest\.skip|__test__\s*=\s*False")
LEFT_OUT = re.compile(r"--deselect|--ignore|(^|\s)-k[\s=]|(^|\s)-m[\s=]")


def test_lesson_F40_no_test_is_switched_off():
    here = {
        str(path.relative_to(ROOT / "tests")): path.read_text()
        for path in (ROOT / "tests").rglob("*.py")
        if path.name != "test_lessons_repository.py"
    }
    assert [name for name, text in here.items() if OFF.search(text)] == []
    # what only a store of objects knows runs beside servers, and what brings a site of its own does not
    bounds = {bound for text in here.values() for bound in re.findall(r"mark\.skipif\((.+?), reason", text)}
    assert bounds <= {"not BESIDE_SERVERS", "bool(BESIDE_SERVERS)"}
    assert sum(text.count("mark.skipif") for text in here.values()) <= 3
    # where the machine lacks a tool, or a drawn card has nothing to test
    may = {"evidence/test_concurrency.py", "evidence/test_ways.py", "evidence/pack/test_report.py"}
    assert {name for name, text in here.items() if "pytest.skip(" in text} <= may
    # the stores have a run of their own, beside servers; long tests run by a mark that is on none but theirs
    ignoring = re.compile(r"collect_ignore|pytest_ignore_collect")
    found = [path for path in (ROOT / "tests").rglob("*.py") if ignoring.search(path.read_text())]
    assert [path for path in found if path.name != "test_lessons_repository.py"] == [ROOT / "tests" / "conftest.py"]
    given = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert not LEFT_OUT.search(given["addopts"])
    assert given["testpaths"] == ["tests"]
    assert set(given) & {"norecursedirs", "python_files", "python_functions", "python_classes"} == set()
    assert [path.name for path in (ROOT / "tests").rglob("test_*.py") if not _collected(path.read_text())] == []


def _collected(text):
    """Whether pytest finds a test in the file, and no function there was renamed so that it finds it no more."""
    names = [node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    return any(name.startswith("test_") for name in names) and not any(
        re.match(r"_+test_|(off|no|x|old|skip|disabled|todo)_?test_", name) for name in names
    )


def test_lesson_F48_the_site_runs_without_special_rights():
    text = (ROOT / "Dockerfile").read_text()
    last = text.rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (\S+)$", last, re.MULTILINE) == ["site"]
    assert re.search(r"useradd .*--uid 10001 .* site\b", last)
    assert "sudo" not in text
    assert matching(r"\bsudo\b", *ROOMS) == []
    compose = (ROOT / "compose.yaml").read_text()
    for line in ('user: "10001"', "cap_drop: [ALL]", "no-new-privileges:true", "read_only: true"):
        assert line in compose
    assert not re.search(r"privileged:\s*true|cap_add|network_mode|pid:\s*host|docker\.sock", compose)


def test_lesson_F49_weasyprint_is_new_enough():
    assert requirement("weasyprint") >= (70, 0)
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    (bound,) = [line for line in wanted if line.startswith("weasyprint")]
    assert int(re.search(r">=(\d+)", bound)[1]) >= 70
