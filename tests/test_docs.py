"""What the documents say is held to what is there: settings, commands, decisions, sizes of code, containers."""

from __future__ import annotations

import ast
import importlib
import json
import math
import re
import statistics
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from evidence.views import uploading

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
ROOMS = ("abuse_help", "evidence", "guidance")
FOLDERS = (*ROOMS, "templates", "static", "tests", "docs", ".ci")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SECRETS = {"secret", "secret_bytes"}
READ_BY = {"env", "given", *SECRETS}
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
ROW = re.compile(r"^\| `([A-Z0-9_]+)` \| ([^|]*) \|", re.MULTILINE)

# Written in two halves, so that this file does not hold what it looks for.
HOSTS = [a + b for a, b in (("py", "pi.org"), ("files.python", "hosted.org"), ("registry.npm", "js.org"))]
PLACES = [a + b for a, b in (("/ro", "ot/"), ("/wo", "rk/"), ("/Us", "ers/"), ("/ho", "me/"))]


def settings_read() -> Iterator[tuple[str, str | None]]:
    """Each name that settings.py reads, with its default where that is written as plain text."""
    tree = ast.parse((ROOT / "abuse_help" / "settings.py").read_text())
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
            continue
        name, default = node.args[0], node.args[1] if len(node.args) > 1 else None
        if node.func.id in READ_BY and isinstance(name, ast.Constant):
            plain = isinstance(default, ast.Constant) and default.value
            yield str(name.value), str(plain) if plain else None


def explained() -> dict[str, str]:
    return dict(ROW.findall((DOCS / "operations.md").read_text()))


def texts() -> list[Path]:
    """Every text file of the project: no caches, no local data, no pictures."""
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    files += [path for path in ROOT.iterdir() if not path.name.startswith(".coverage")]
    return [path for path in files if path.is_file() and "__pycache__" not in path.parts and _is_text(path)]


def _is_text(path: Path) -> bool:
    return b"\0" not in path.read_bytes()[:4096]


def code(folders: tuple[str, ...]) -> list[Path]:
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return [path for path in found if "migrations" not in path.parts]


def function_lengths() -> list[int]:
    """Lines of each function of the product, its decorators and docstring included."""
    trees = [ast.parse(path.read_text()) for path in code(ROOMS)]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    return sorted((node.end_lineno or 0) - node.lineno + 1 for node in nodes)


# --- operations ---------------------------------------------------------------------------------------------


def test_operations_explains_every_setting_and_no_other():
    assert set(explained()) == {name for name, _ in settings_read()}


def test_operations_names_every_plain_default():
    rows = explained()
    defaults = {name: default for name, default in settings_read() if default}
    assert len(defaults) > 10
    for name, default in defaults.items():
        shown = rows[name].replace("`", "")
        assert default in shown or name in {"ALLOWED_HOSTS", "MODE"}, f"{name}: {default} is not in {shown!r}"


# --- decisions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_context_decision_and_consequences_on_one_page(path):
    text = path.read_text()
    assert re.fullmatch(r"\d{4}(-[a-z0-9]+){2,}", path.stem)
    assert text.startswith(f"# {path.stem[:4]} ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert len(text.split()) <= 450


def test_decisions_are_numbered_without_a_gap():
    assert [int(path.stem[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_every_library_has_its_reason():
    told = (DOCS / "decisions" / "0006-choose-libraries.md").read_text()
    project = (ROOT / "pyproject.toml").read_text().partition("dependencies = [")[2].partition("\n]")[0]
    for name in re.findall(r'"([a-z-]+)', project):
        assert name in told, name


# --- readme and links ---------------------------------------------------------------------------------------


def test_the_commands_of_the_readme_are_in_the_makefile():
    commands = set(re.findall(r"(?:^|`)make ([a-z-]+)", (ROOT / "README.md").read_text(), re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"run", "test", "demo", "worker"} <= commands
    assert commands <= targets


def test_every_link_between_documents_leads_somewhere():
    for path in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        for target in LINK.findall(path.read_text()):
            assert "://" in target or (path.parent / target).exists(), f"{path.name}: {target}"


def test_management_commands_named_in_the_documents_exist():
    there = {path.stem for room in ROOMS for path in (ROOT / room).rglob("management/commands/*.py")}
    there |= {"migrate", "check", "collectstatic"}
    for path in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        assert set(re.findall(r"manage\.py ([a-z_]+)", path.read_text())) <= there, path.name


# --- the code's own measure ---------------------------------------------------------------------------------


def test_no_file_is_longer_than_300_lines():
    long = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in code(ROOMS)}
    assert {name: lines for name, lines in long.items() if lines > 300} == {}


def test_functions_are_short():
    lengths = function_lengths()
    assert statistics.median(lengths) <= 8
    assert lengths[math.ceil(len(lengths) * 0.9) - 1] <= 25


def test_every_module_says_in_one_docstring_what_only_it_does():
    for path in code(ROOMS):
        if path.name != "__init__.py" or path.read_text().strip():
            assert ast.get_docstring(ast.parse(path.read_text())) or path.name == "manage.py", path


@pytest.mark.parametrize("word", HOSTS + PLACES)
def test_no_text_names_a_registry_or_a_place_on_somebodys_machine(word):
    assert [path.relative_to(ROOT).as_posix() for path in texts() if word.encode() in path.read_bytes()] == []


# --- containers ---------------------------------------------------------------------------------------------


def dockerfile() -> list[tuple[str, str]]:
    """Instructions and their arguments, continued lines joined."""
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ").splitlines()
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined if line.strip())]


def copied(steps: list[tuple[str, str]]) -> set[str]:
    """What the image takes from the folder that it is built in."""
    lines = [rest for word, rest in steps if word == "COPY" and "--from" not in rest]
    return {source for line in lines for source in line.split()[:-1]}


def allowed() -> set[str]:
    """What .dockerignore lets through."""
    return {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}


def compose() -> dict[str, Any]:
    """The example, parsed; from Python 3.13 on the parser that comes with the tools has another name."""
    yaml = importlib.import_module("yaml" if find_spec("yaml") else "yaml_ft")
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return found


def test_the_image_runs_as_nobody_special_and_serves_wsgi():
    steps = dockerfile()
    last = dict(steps)
    assert last["USER"] == "site"
    assert steps.index(("USER", "site")) > max(n for n, (word, _) in enumerate(steps) if word == "RUN")
    command = json.loads(last["CMD"])
    assert command[:3] == ["granian", "--interface", "wsgi"]
    assert command[-1] == "abuse_help.wsgi:application"
    assert "--access-log" not in command
    assert "/healthz/" in last["HEALTHCHECK"]


def test_the_image_takes_only_what_is_there_and_checks_packages():
    steps = dockerfile()
    assert not [word for word, _ in steps if word == "ADD"]
    sources = {source for source in copied(steps) if source != "requirements.txt"}
    assert sources == {name for name in allowed() if name != "requirements.txt"}
    assert all((ROOT / source).exists() for source in sources)
    (install,) = (rest for _, rest in steps if "pip install" in rest)
    assert "--require-hashes" in install
    assert "--only-binary :all:" in install


def test_no_secret_and_no_local_data_can_enter_an_image():
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert ignored[0] == "*"
    assert not {name for name in allowed() if name.startswith(".") or "secret" in name}
    environment = dict(dockerfile())["ENV"]
    assert not re.search(r"KEY|PEPPER", environment)


def test_every_service_is_read_only_and_gets_secrets_as_files():
    file = compose()
    assert set(file["services"]) == {"migrate", "site", "housekeeping"}
    for service in file["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["user"] == "10001"
        assert {name for name in service["environment"] if name.endswith("_FILE")} == {
            f"{name}_FILE" for name in file["secrets"]
        }
        assert set(service["secrets"]) == set(file["secrets"])


def test_compose_gives_every_secret_that_the_settings_ask_for():
    tree = (ROOT / "abuse_help" / "settings.py").read_text()
    asked = set(re.findall(r'= secret(?:_bytes)?\("([A-Z_]+)"\)', tree))
    assert set(compose()["secrets"]) == asked
    known = {name for name, _ in settings_read()} | {f"{name}_FILE" for name in asked}
    for service in compose()["services"].values():
        assert set(service["environment"]) <= known


def test_the_site_is_reached_through_a_proxy_alone():
    assert compose()["services"]["site"]["ports"] == ["127.0.0.1:8000:8000"]


def test_the_proxies_of_the_examples_let_through_what_the_site_takes():
    told = (DOCS / "operations.md").read_text()
    sizes = re.findall(r"client_max_body_size\s+(\d+)m;|max_size (\d+)MiB", told)
    assert len(sizes) == 2
    assert {int(nginx or caddy) for nginx, caddy in sizes} == {math.ceil(uploading.most_bytes() / 1024**2)}
