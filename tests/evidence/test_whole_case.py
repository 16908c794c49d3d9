"""Everything that a case holds is in its owner's copy, and nothing of another case."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re

import pytest
from django.apps import apps

from evidence import (
    cases,
    holds,
    index,
    messages,
    retention,
    taking_out,
    vault,
)
from evidence.custody import OWNER
from evidence.index import Index
from evidence.models import CustodyEntry, Item, SealedFile
from evidence.retention import Choice
from tests.conftest import PIXELS, note
from tests.evidence.taking import page_of, taken, told

pytestmark = pytest.mark.django_db
FROM_HER = (
    "He wrote to my sister",
    "An older title",
    "said in a claim",
    "They know where I work",
    "Please help me",
    "left here",
)


HOMES = {  # model -> how many of its rows the copy tells of
    "Case": lambda told: 1,
    "OwnerWrap": lambda told: len(told["case"]["ways_in"]),
    "OpenSession": lambda told: len(told["open_now"]),
    "Item": lambda told: len(told["items"]),
    "SealedFile": lambda told: sum(len(item.get("files", [])) for item in told["items"]),
    "Message": lambda told: len(told["messages"]),
    "Pack": lambda told: len(told["packs"]),
    "Upload": lambda told: len(told["unfinished_uploads"]),
    "Hold": lambda told: len(told["orders"]),
    "Grant": lambda told: len(told["shares"]),
    "CustodyEntry": lambda told: len(told["log"]),
    "CustodyBody": lambda told: len(told["log"]),
    "AddPass": lambda told: len(told["devices_that_may_add"]),
}
NOT_HERS = {"OfferWrap", "Attempt"}  # keys for workers, and counts of nobody knows whose tries


def test_every_row_of_every_table_is_told_of(story, at):
    copy = told(taken(story, at))
    models = {model.__name__: model for model in apps.get_app_config("evidence").get_models()}
    assert set(HOMES) | NOT_HERS == set(models)
    for name, count in HOMES.items():
        mine = {"pk": story.case.pk} if name == "Case" else {"case": story.case}
        assert count(copy) == models[name].objects.filter(**mine).count() > 0, name


def test_every_field_of_the_sealed_index_and_of_each_item_is_in_it(story, at):
    copy, whole = told(taken(story, at)), index.read(story.opened)
    assert {field.name for field in dataclasses.fields(Index)} - {"lines"} <= set(copy["case"])
    by_id = {item["id"]: item for item in copy["items"]}
    for line in whole.lines:
        assert {field.name for field in dataclasses.fields(line)} <= set(by_id[str(line.id)])
    for row in Item.objects.filter(case=story.case):
        facts = vault.open_facts(
            vault.key_of(story.opened, row, row.pk), row.facts, case_id=story.case.pk, about=row.pk
        )
        assert facts.items() <= by_id[str(row.pk)].items()
    assert copy["case"]["gate"] == dataclasses.asdict(whole.gate)
    assert copy["case"]["details"] == whole.details
    assert copy["case"]["steps"]["answers"] == [
        {"question": "what", "answer": "money", "words": copy["case"]["steps"]["answers"][0]["words"]}
    ]


@pytest.mark.parametrize("name", ["index.html", "everything.json"])
def test_what_she_and_others_wrote_stands_in_both_forms(story, at, name):
    text = taken(story, at).read(name).decode()
    for written in (*FROM_HER, "I am here", "Hana", "ref 12", "Help me take it down", "taken out again", "half.mov"):
        if (name, written) != ("index.html", "half.mov"):
            assert written in text, written


def test_messages_stand_in_the_order_in_which_they_were_written(story, at):
    assert [one["text"] for one in told(taken(story, at))["messages"]] == ["Please help me", "I am here"]


def test_the_log_of_the_copy_can_be_checked_by_itself(story, at):
    entries = sorted(told(taken(story, at))["log"], key=lambda entry: entry["seq"])
    head = bytes(32)
    names = ("seq", "at", "role", "who", "name", "act", "about", "detail")
    for entry in entries:
        body = json.dumps(
            {name: entry[name] for name in names}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        commitment = hashlib.sha256(b"v1" + bytes.fromhex(entry["salt"]) + body.encode()).digest()
        head = hashlib.sha256(b"\x01" + entry["seq"].to_bytes(8, "big") + head + commitment).digest()
    assert head == bytes(CustodyEntry.objects.get(case=story.case, seq=len(entries)).head)
    assert entries[-1]["act"] == "copy-taken"


def test_files_leave_as_they_came_in_under_names_that_tell_nothing(story, at):
    archive = taken(story, at)
    assert [name for name in archive.namelist() if name.startswith("files/")] == ["files/001.png"]
    assert archive.read("files/001.png") == PIXELS
    assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert archive.testzip() is None
    assert re.fullmatch(r"[A-Z]+\.zip", taking_out.NAME)


def test_a_copy_that_she_made_of_a_picture_leaves_beside_its_original(story, at):
    """As a covered copy is kept: a further file of the same item in a role of its own."""
    row = SealedFile.objects.filter(item__isnull=False).first()
    key = vault.key_of(story.opened, row.item, row.item_id)
    for one in SealedFile.objects.filter(item=row.item):
        header = vault.header_of(key, one)
        if header["role"] == "view":
            header["role"] = "covered"
            one.header = vault.seal_facts(key, header, case_id=one.case_id, about=one.pk, field="header")
            one.save()
    names = taken(story, at).namelist()
    assert [name for name in names if name.startswith("files/")] == ["files/001.png", "files/001-2.jpg"]


def test_several_covered_copies_leave_in_the_order_in_which_they_were_made(story, at):
    row = SealedFile.objects.filter(item__isnull=False).first().item
    key = vault.key_of(story.opened, row, row.pk)
    for turn in (6, 4, 7, 5, 3):
        keeping = vault.Keeping(key, story.case.pk)
        keeping.write(b"covered %d" % turn)
        header = {"role": "covered", "type": "image/jpeg", "turn": turn}
        facts = dataclasses.asdict(keeping.complete())
        keeping.row({**header, **facts}, on=at.date(), item_id=row.pk).save(force_insert=True)
    archive = taken(story, at)
    made = [archive.read(f"files/001-{place}.jpg") for place in range(2, 7)]
    assert made == [b"covered 3", b"covered 4", b"covered 5", b"covered 6", b"covered 7"]
    told_of = [file["turn"] for file in told(archive)["items"][0]["files"] if file["role"] == "covered"]
    assert told_of == [3, 4, 5, 6, 7]


def test_how_long_it_is_kept_and_by_which_orders_stands_in_both_forms(alice, at):
    before = taken(alice, at)
    assert told(before)["case"]["keeping"] == {"months": 0, "until": "", "police": False}
    assert "it is deleted by itself on" in page_of(before)
    retention.choose(alice.opened, Choice(until="2026-05-04", police=False), by=OWNER, at=at)
    chosen = taken(alice, at)
    assert told(chosen)["case"]["keeping"]["until"] == "2026-05-04"
    assert "even if you open it before" in page_of(chosen)
    holds.place(alice.case, holds.Order("Leeds Crown Court", "T2026/1", "2026-02-01", "2027-06-30"), at=at)
    ordered = taken(alice, at)
    assert told(ordered)["case"]["kept_by_order"]
    assert told(ordered)["orders"][0]["order"]["until"] == "2027-06-30"
    for words in (
        "A written order keeps this case.",
        "Leeds Crown Court",
        "T2026/1",
        "1 February 2026",
        "30 June 2027",
    ):
        assert words in page_of(ordered)


def test_nothing_of_another_case_is_in_it(story, mallory, at):
    note(mallory.opened, at, title="a stranger's note", what="a stranger's words")
    messages.write(mallory.opened, text="a stranger's message", by=OWNER, at=at)
    archive = taken(story, at)
    for name in archive.namelist():
        assert b"stranger" not in archive.read(name)
    for model in (Item, SealedFile):
        for pk in model.objects.filter(case=mallory.case).values_list("pk", flat=True):
            assert str(pk) not in archive.read("everything.json").decode()
    assert told(taken(mallory, at))["case"]["reference"] == cases.reference(mallory.case)
