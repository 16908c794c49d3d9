"""What the source of evidence/crypto may never contain."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import evidence.crypto

SOURCES = sorted(Path(evidence.crypto.__file__).parent.glob("*.py"))
every_file = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)


def imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def called(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            names.add(ast.unparse(node.func))
    return names


def test_the_package_is_looked_at_whole():
    assert {"fields", "streams", "wraps", "words", "halves", "envelopes"} <= {path.stem for path in SOURCES}


@every_file
def test_lesson_f16_nothing_is_cached(source):
    """A cached derivation keeps passphrases and keys in memory after they were locked away."""
    assert not re.search(r"\b(lru_cache|cached_property|cache)\b|functools", source.read_text())


@every_file
def test_lesson_f20_nothing_is_printed_or_logged(source):
    tree = ast.parse(source.read_text())
    assert not called(tree) & {"print", "breakpoint"}
    assert not {name for name in imported(tree) if name.split(".")[0] in {"logging", "warnings", "pprint", "sys"}}


@every_file
def test_lesson_f05_randomness_comes_from_secrets_alone(source):
    roots = {name.split(".")[0] for name in imported(ast.parse(source.read_text()))}
    assert not roots & {"random", "os", "uuid4", "numpy"}


@every_file
def test_the_package_knows_no_framework_and_nothing_above_it(source):
    names = imported(ast.parse(source.read_text()))
    assert not {
        name for name in names if name.split(".")[0] in {"django", "PIL", "weasyprint", "guidance", "abuse_help"}
    }
    assert not {name for name in names if name.startswith("evidence.") and not name.startswith("evidence.crypto.")}


def test_argon2id_is_called_at_one_place_with_one_lane():
    calls = [
        node
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Argon2id")
    ]
    [call] = calls
    assert {word.arg: ast.unparse(word.value) for word in call.keywords}["lanes"] == "LANES"
    assert "LANES = 1" in Path(evidence.crypto.wraps.__file__).read_text().splitlines()


def test_lesson_f06_no_cipher_is_handed_a_nonce_of_our_own_making_but_in_the_reader():
    users = {path.stem for path in SOURCES if "AESGCM" in path.read_text()}
    assert users == {"chunks"}
    assert "encrypt(" not in (SOURCES[0].parent / "chunks.py").read_text().replace("decrypt(", "")
