"""Whether a test or a file that a document names is there."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def is_there(named: str) -> bool:
    """`path::name` of a test below tests/, or the path of a file in the repository."""
    path, _, test = named.partition("::")
    return test in named_in(ROOT / "tests" / path) if test else (ROOT / path).is_file()


@cache
def named_in(path: Path) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    nodes = ast.walk(ast.parse(path.read_text()))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))
