"""Says which characters the machine's fonts can draw, and keeps coloured fonts out of the report."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Set
from functools import cache
from pathlib import Path

_RULES = Path(__file__).with_name("fonts.conf")


def without_colour() -> None:
    """Must run before the process draws its first text: fontconfig reads its rules once."""
    os.environ.setdefault("FONTCONFIG_FILE", str(_RULES))


def drawable(chars: Set[str]) -> Set[str]:
    """Those of the characters that at least one font has; all of them where fontconfig's tool is missing.

    One call of `fc-list` in a process (about 0.3 s); none where there is nothing to ask.
    """
    tool = shutil.which("fc-list")
    if not chars or tool is None:
        return set(chars)
    ranges = _ranges(tool)
    return {char for char in chars if any(low <= ord(char) <= high for low, high in ranges)}


@cache
def _ranges(tool: str) -> tuple[tuple[int, int], ...]:
    without_colour()
    answer = subprocess.run(  # noqa: S603 - a fixed command without any text of the case
        [tool, "-f", "%{charset}\n"], capture_output=True, text=True, timeout=60, check=False
    )
    found = set()
    for word in set(answer.stdout.split()):
        low, _, high = word.partition("-")
        found.add((int(low, 16), int(high or low, 16)))
    return tuple(_merged(sorted(found)))


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for low, high in ranges:
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged
