"""What is left out is left out of every file of the pack, at every depth."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

import pytest
from PIL import Image

from evidence.pack.disclosure import HELD, LOCATION_HELD, ORIGINAL_HELD
from tests.evidence.pack import opening
from tests.evidence.pack.conftest import pack_of
from tests.evidence.pack.demonstration import Case

WINDOW = 64  # longer than what two PNG files of one size have in common (headers, code tables)
VARIED = 40  # different bytes in a run: a code table repeats a few, noise does not
CHOSEN = {"intimate": False, "include_picture": True, "include_original": True}


def noise(side: int = 160) -> Image.Image:
    """A picture that no compression can hide and nothing else resembles."""
    return Image.frombytes("RGB", (side, side), secrets.token_bytes(side * side * 3))


def case_of(*choices: dict[str, Any]) -> Case:
    case = Case()
    for number, chosen in enumerate(choices, 1):
        case.picture(f"Picture {number}", noise(), {"what": f"What picture {number} shows"}, **chosen)
    return case


def found_in(parts: dict[str, bytes], secret: bytes) -> list[str]:
    """The names of the parts that hold some run of the secret's bytes, looked for all along it.

    The first bytes of every JPEG or PNG are alike, so the search starts behind them.
    """
    every = (secret[at : at + WINDOW] for at in range(1000, len(secret) - WINDOW, 97))
    runs = [run for run in every if len(set(run)) > VARIED]
    assert len(runs) > 100
    return [name for name, data in parts.items() if any(run in data for run in runs)]


@pytest.fixture(scope="module")
def default():
    case = case_of({}, {}, {})
    return case, pack_of(case, case.snapshot())


def test_the_search_finds_what_is_there():
    case = case_of(CHOSEN)
    parts = opening.depths(pack_of(case, case.snapshot()))
    assert "data/originals/ABC-001.png" in found_in(parts, case.originals["item-1"])
    copy = found_in(parts, case.copies["item-1"])
    assert "data/copies/ABC-001.jpg" in copy
    assert any(name.startswith("stream") for name in copy)


def test_the_default_pack_holds_no_byte_of_any_picture(default):
    case, pack = default
    parts = opening.depths(pack)
    for name in case.originals:
        assert found_in(parts, case.originals[name]) == []
        assert found_in(parts, case.copies[name]) == []


def test_the_default_report_draws_no_picture_not_even_a_blurred_one(default):
    _, pack = default
    assert opening.pictures(opening.files(pack)["data/report.pdf"]) == []


def test_the_default_pack_has_neither_originals_nor_copies(default):
    _, pack = default
    assert not [name for name in opening.files(pack) if name.startswith(("data/originals/", "data/copies/"))]


def test_description_hash_size_and_words_stand_in_its_place(default):
    case, pack = default
    files = opening.files(pack)
    listed = files["data/originals-sha256.txt"].decode()
    items = json.loads(files["data/items.json"])["items"]
    for item, name in zip(items, case.originals, strict=True):
        digest = hashlib.sha256(case.originals[name]).hexdigest()
        assert item["observed"]["sha256"] == digest
        assert item["observed"]["size"] == len(case.originals[name])
        assert item["claimed"]["what"].startswith("What picture")
        assert (item["original_in_pack"], item["copy_in_pack"], item["held"]) == (None, None, HELD)
        assert f"{digest}  held-by-the-person/ABC-{item['number']:03d}.png\n" in listed


@pytest.fixture(scope="module")
def mixed():
    """Two that stay, one shown whole, one without its original, two with a location of which one is released.

    What stays behind is taken out of the pack maker's reach, so that even reading it would fail.
    """
    place = {"has_location": True}
    case = case_of(
        {},
        {"intimate": False},
        CHOSEN,
        CHOSEN | {"include_original": False},
        CHOSEN | {"observed": dict(place)},
        CHOSEN | {"observed": dict(place), "location_included": True},
    )
    originals, copies = dict(case.originals), dict(case.copies)
    for stays in ("item-1", "item-2"):
        del case.originals[stays], case.copies[stays]
    pack = pack_of(case, case.snapshot())
    return originals, copies, opening.depths(pack), json.loads(opening.files(pack)["data/items.json"])["items"]


@pytest.mark.parametrize("stays", ["item-1", "item-2"])
def test_a_chosen_picture_takes_no_other_with_it(mixed, stays):
    originals, copies, parts, _ = mixed
    assert found_in(parts, originals[stays]) == []
    assert found_in(parts, copies[stays]) == []


def test_as_many_pictures_are_drawn_as_were_chosen(mixed):
    assert len(opening.pictures(mixed[2]["data/report.pdf"])) == 4


def test_a_picture_can_be_shown_while_its_original_stays(mixed):
    originals, _, parts, items = mixed
    assert found_in(parts, originals["item-4"]) == []
    assert items[3]["held"] == ORIGINAL_HELD
    assert items[3]["copy_in_pack"]["file"] == "data/copies/ABC-004.jpg"


def test_a_location_leaves_only_by_its_own_choice(mixed):
    originals, copies, parts, items = mixed
    assert found_in(parts, originals["item-5"]) == []
    assert parts["data/originals/ABC-006.png"] == originals["item-6"]
    assert (items[4]["held"], items[5]["held"]) == (LOCATION_HELD, None)
    assert "data/report.pdf" in found_in(parts, copies["item-5"])
