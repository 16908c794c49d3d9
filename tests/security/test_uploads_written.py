"""What may be uploaded, how large, and what becomes of it is written down, and is what the code takes."""

from __future__ import annotations

import re

from evidence.intake import families, sniffing
from tests.journeys.site import ROOT

PAGE = (ROOT / "docs" / "threat-model.md").read_text()
TABLE = PAGE.partition("## What may be uploaded")[2].partition("\n## ")[0]
ROWS = {row.split(" | ")[0]: row for row in re.findall(r"^\| ([a-z]+ \|.*) \|$", TABLE, re.MULTILINE)}
SOURCE = (ROOT / "evidence" / "intake" / "families.py").read_text()
ENDINGS = set(re.findall(r'"[a-z]+/[^"]+", "([a-z0-9]{2,4})"', SOURCE)) | set(re.findall(r'b"\w+": "(od\w)"', SOURCE))
PICTURES = {"jpg" if kind.value == "jpeg" else kind.value for kind in sniffing.Kind}


def test_every_kind_that_is_taken_is_written_down_with_its_limit():
    written = {word for row in ROWS.values() for word in re.findall(r"\b[a-z0-9]{2,4}\b", row.split(" | ")[1])}

    assert {family.value for family in families.Family} == set(ROWS) - {"kind"}
    assert len(ENDINGS) > 15
    assert written >= ENDINGS | PICTURES
    assert all("MAX_BYTES" in row for name, row in ROWS.items() if name != "kind")


def test_nothing_is_written_down_that_is_not_taken():
    listed = {
        word for row in ROWS.values() for one in re.findall(r"\(([a-z0-9, ]+)\)", row) for word in one.split(", ")
    }
    assert listed <= ENDINGS | PICTURES
