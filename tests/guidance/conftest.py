from __future__ import annotations

import shutil
import tomllib

import pytest
from django.test import Client

from guidance import content


@pytest.fixture(scope="session")
def loaded():
    return content.read(content.FOLDER)


@pytest.fixture
def tree(tmp_path):
    """A copy of the content that a test may break."""
    shutil.copytree(content.FOLDER, tmp_path / "content")
    return tmp_path / "content"


@pytest.fixture
def graph():
    """The raw flow.toml, to be changed by a test."""
    return tomllib.loads((content.FOLDER / "flow.toml").read_text(encoding="utf-8"))


@pytest.fixture
def alice():
    """A browser without scripts that checks form tokens."""
    return Client(enforce_csrf_checks=True)
