"""Everything in the documents that the project began with is kept, replaced or dropped, with the reason."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest

from guidance import content
from tests.guidance import seed_items, test_seed_instructions

TABLE = tomllib.loads((content.FOLDER / "seeds.toml").read_text(encoding="utf-8"))["seeds"]
ROWS = {(row["seed"], row["kind"], row["says"]): row for row in TABLE}
KEYS = {"seed", "kind", "says", "fate", "now", "reason", "needs_editor"}
DROPPED = sorted({row["says"] for row in TABLE if row["fate"] == "dropped" and row["kind"] in ("link", "phone")})
DOCUMENTS = os.environ.get("SEEDS", "")  # their folder; they are not in the repository


def everything() -> str:
    """All that editors wrote and people read, but not the table of the seeds and not the names of sources."""
    files = [path for path in content.FOLDER.rglob("*") if path.suffix in (".md", ".toml")]
    return "\n".join(
        path.read_text(encoding="utf-8") for path in files if path.name not in ("seeds.toml", "sources.toml")
    )


@pytest.mark.parametrize("item", seed_items.listed(), ids=" ".join)
def test_every_link_number_and_name_has_a_row(item):
    assert item in ROWS


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['seed']} {row['says'][:60]}")
def test_a_row_says_what_became_of_it(row, loaded):
    assert row.keys() - {"test"} == KEYS
    assert row["fate"] in ("kept", "replaced", "dropped")
    assert row["kind"] in ("link", "phone", "service", "law", "instruction")
    assert len(row["reason"]) > 15
    assert (row["now"] == "") == (row["fate"] == "dropped")
    known = {*loaded.contacts, *loaded.platforms, *loaded.laws, *loaded.steps, "site", ""}
    assert row["now"] in known


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['seed']} {row['says'][:60]}")
def test_an_instruction_that_stands_names_the_test_that_looks_for_it(row):
    if "test" in row or (row["kind"] == "instruction" and row["fate"] != "dropped"):
        assert callable(getattr(test_seed_instructions, row["test"]))


def test_every_test_of_an_instruction_is_named_by_a_row():
    named = {row["test"] for row in TABLE if "test" in row}
    assert named == {name for name in vars(test_seed_instructions) if name.startswith("test_")}


@pytest.mark.parametrize("says", DROPPED)
def test_what_was_dropped_stands_nowhere(says):
    bare = says.removeprefix("https://").removeprefix("www.").rstrip("/")
    assert bare.casefold() not in everything().casefold()
    if digits := re.sub(r"\D", "", says if not says.startswith("http") else ""):
        assert digits not in re.sub(r"[ -]", "", everything())


@pytest.mark.parametrize("name", ["ZA217007", "ISO27001", "OnlineSOS", "Facebook Pilot", "Litus", "DigiPol"])
def test_names_that_were_dropped_stand_nowhere(name):
    assert name.casefold() not in everything().casefold()


def test_what_is_kept_is_the_record_that_says_it(loaded):
    for row in TABLE:
        if row["kind"] == "link" and row["fate"] == "kept":
            assert loaded.contacts[row["now"]].web.rstrip("/") == row["says"].rstrip("/")
        if row["kind"] == "phone" and row["fate"] == "kept":
            contact = loaded.contacts[row["now"]]
            assert row["says"] in f"{contact.phone} {contact.note}"


if DOCUMENTS:

    def test_the_list_holds_everything_in_the_documents():
        assert seed_items.items(Path(DOCUMENTS)) == seed_items.listed()


def test_a_thing_that_the_list_lacks_is_found(tmp_path):
    """The finder finds: a new link, number and name in a document would be missed by nobody."""
    text = "Ask Safe Harbour Trust on 0800 123 4567, see https://new.example/page. Since 2015 it is so."
    for number in range(seed_items.DOCUMENTS):
        (tmp_path / f"{number}.txt").write_text(text if number == 1 else "nothing", encoding="utf-8")
    assert seed_items.items(tmp_path) == [
        ("SEED1", "law", "2015"),
        ("SEED1", "link", "https://new.example/page"),
        ("SEED1", "phone", "0800 123 4567"),
        ("SEED1", "service", "Ask Safe Harbour Trust"),
    ]
