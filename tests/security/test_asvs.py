"""`docs/asvs.md` has every requirement once, and nothing counts as met without a test or a file that is there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tests.journeys.site import ROOT
from tests.security.named import is_there

PAGE = (ROOT / "docs" / "asvs.md").read_text()
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([123]) \| (.+?) \| (.+?) \| (.+) \|$", PAGE, re.MULTILINE)
NUMBERS = dict(line.split() for line in (Path(__file__).parent / "asvs_numbers.txt").read_text().splitlines())


def test_the_list_of_numbers_is_that_of_the_standard():
    levels = Counter(NUMBERS.values())
    assert (levels["1"], levels["2"]) == (70, 183)
    assert {number.split(".")[0] for number, level in NUMBERS.items() if level == "3"} == {"5", "14"}


def test_every_requirement_has_one_row_with_its_level():
    assert [number for number, *_ in ROWS] == list(NUMBERS)
    assert {number: level for number, level, *_ in ROWS} == NUMBERS


def test_every_row_is_met_or_does_not_apply_or_is_not_met():
    states = Counter(state for _, _, _, state, _ in ROWS)
    assert set(states) == {"met", "not applicable", "not met"}
    for state, count in states.items():
        assert re.search(rf"\b{count} (are|do)\b.*{'apply' if state == 'not applicable' else state}", PAGE), state


def test_what_is_met_names_what_shows_it():
    shown = {number: re.findall(r"`([^`]+)`", where) for number, _, _, state, where in ROWS if state == "met"}
    assert [number for number, named in shown.items() if not named] == []
    assert [f"{number}: {one}" for number, named in shown.items() for one in named if not is_there(one)] == []


def test_what_is_not_met_or_does_not_apply_says_why():
    least = {"met": 1, "not met": 3, "not applicable": 2}
    assert [number for number, _, _, state, where in ROWS if len(where.split()) < least[state]] == []


def test_a_name_that_is_not_there_would_be_seen():
    assert not is_there("security/test_asvs.py::test_that_nobody_wrote")
    assert not is_there("docs/nowhere.md")
    assert is_there("security/test_asvs.py::test_a_name_that_is_not_there_would_be_seen")


def test_every_attack_that_is_said_to_be_tried_has_its_test():
    tried = (
        (ROOT / "docs" / "reliability.md").read_text().partition("## Attacks that are tried")[2].partition("\n## ")[0]
    )
    named = re.findall(r"`([^`]+::test_[^`]+)`", tried)
    assert len(named) > 35
    assert [one for one in named if not is_there(one)] == []
