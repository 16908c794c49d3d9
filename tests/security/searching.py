"""What the repository says and what is stored, to be searched by the tests of findings."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.journeys.site import ROOT
from tests.security import rows

ROOMS = ("evidence", "guidance", "abuse_help")


def code(*rooms: str) -> dict[Path, str]:
    """Every Python file of the rooms, by name."""
    return {path: path.read_text() for room in rooms for path in sorted((ROOT / room).rglob("*.py"))}


def matching(pattern: str, *rooms: str) -> list[str]:
    """Names of Python files in which `pattern` stands."""
    return [path.name for path, text in code(*rooms).items() if re.search(pattern, text, re.MULTILINE)]


def imported(*rooms: str) -> dict[Path, set[str]]:
    """What each Python file of the rooms imports, however it is written: modules, and `module.name`."""
    return {path: set(_imported(ast.parse(text))) for path, text in code(*rooms).items()}


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importing(names: set[str], *rooms: str) -> set[tuple[str, str]]:
    """Which file imports which of these modules, or something out of one."""
    wanted = tuple(f"{name}." for name in names)
    return {
        (file.name, module)
        for file, modules in imported(*rooms).items()
        for module in modules
        if f"{module}.".startswith(wanted)
    }


def tracked() -> list[str]:
    """Every file of the repository, as git names it."""
    return subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\n")


def requirement(name: str) -> tuple[int, int]:
    found = re.search(rf"^{name}==(\d+)\.(\d+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert found
    return int(found[1]), int(found[2])


def everything_stored() -> bytes:
    """All rows and files as one run of bytes."""
    values = [value for table in rows.stored().values() for row in table for value in row]
    return b"\0".join(value if isinstance(value, bytes) else str(value).encode() for value in values)
