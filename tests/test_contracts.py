"""A violation of each import contract, planted in a copy of the rooms: every one is caught."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# where a forbidden import is planted -> the names of the contracts that must break
PLANTED = {
    "guidance/engine.py": ["import evidence.models", "import django.http", "import guidance.views"],
    "evidence/cases.py": ["import guidance.views", "import evidence.views.items"],
    "evidence/views/items.py": ["import evidence.vault"],
    "evidence/models.py": ["import evidence.storage"],
    "evidence/packs.py": ["import cryptography", "import PIL", "import weasyprint"],
}


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What the linter says of a copy of the rooms with all of it planted."""
    copy = tmp_path_factory.mktemp("planted")
    for room in ("abuse_help", "evidence", "guidance"):
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__", "content"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for name, lines in PLANTED.items():
        file = copy / name
        file.write_text(file.read_text() + "\n" + "\n".join(lines) + "\n")
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return done.stdout


def contracts():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]]


@pytest.mark.parametrize("name", contracts())
def test_a_broken_contract_is_caught(said, name):
    assert re.search(rf"^{re.escape(name)}\s+BROKEN", said, re.MULTILINE)
