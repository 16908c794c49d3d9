"""`docs/access.md` says of every field who sees it: a worker's page and a pack are asked, and agree."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest

from evidence import index, items
from evidence.freezing_items import Choices, frozen_item
from evidence.helpline import wording
from evidence.index import Gate, Line, When
from evidence.items import ItemView

PAGE = (Path(__file__).parent.parent.parent / "docs" / "access.md").read_text()
CLAIMS = sorted({claim for claims in items.CLAIMS.values() for claim in claims})
OBSERVED = {
    "received_at": "2026-03-02T12:00:00+00:00",
    "type": "image/png",
    "size": 4_711,
    "sha256": "a" * 64,
    "sha512": "b" * 128,
    "crc32": 0xFEEDBEEF,
    "name": "NAME-MARKER.png",
    "taken": "2026:03:01 14:02:09",
    "device": "DEVICE-MARKER",
}
IN_A_PACK = {**OBSERVED, "crc32": "feedbeef"}
ON_A_PAGE = {**OBSERVED, "received_at": "2 March 2026", "size": "4711", "crc32": "feedbeef"}


def told(heading):
    """The rows below a heading: a field, and whether owner, worker and pack have it."""
    part = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (yes|no) \| (yes|no) \| (yes|no) \|$", part, re.MULTILINE)
    return {name: tuple(cell == "yes" for cell in cells) for name, *cells in rows}


def view(kind, claims):
    line = Line(uuid.uuid4(), 1, kind, "A title", When("2026-03-01"), received_at=OBSERVED["received_at"])
    return ItemView(line, claims, OBSERVED if kind == index.PICTURE else {}, 0, can_undo=False, key=b"")


def of_claim(claim):
    """Whether an item with this claim shows it to a worker, and carries it into a pack."""
    for kind in [kind for kind, claims in items.CLAIMS.items() if claim in claims and kind != index.MESSAGE]:
        if kind in index.FILES[1:]:
            continue
        found = view(kind, {claim: "CLAIM-MARKER"})
        page = any("CLAIM-MARKER" in text for _, text in wording.claimed(found))
        yield page, "CLAIM-MARKER" in repr(frozen_item(found, Choices(), Gate("adults", "adult", "mine")))


@pytest.mark.parametrize("claim", CLAIMS)
def test_every_claim_is_seen_by_whom_the_page_names(claim):
    owner, worker, pack = told("What the person says of an item")[claim]
    assert owner
    assert {page for page, _ in of_claim(claim)} == {worker}
    in_a_pack = {packed for _, packed in of_claim(claim)}
    assert in_a_pack == {pack} or claim == "state"  # of an address it stands in the list of addresses


@pytest.mark.parametrize("fact", OBSERVED)
def test_every_fact_of_a_file_is_seen_by_whom_the_page_names(fact):
    owner, worker, pack = told("What this site saw of a file")[fact]
    found = view(index.PICTURE, {})
    page = " ".join(text for _, text in wording.observed(found))
    assert owner
    assert (str(ON_A_PAGE[fact]) in page) == worker
    assert (str(IN_A_PACK[fact]) in repr(frozen_item(found, Choices(), Gate("adults", "adult", "mine")))) == pack


def test_the_page_names_every_claim_and_no_other():
    assert sorted(told("What the person says of an item")) == CLAIMS
    assert set(told("What this site saw of a file")) == set(OBSERVED)
