"""The snapshot is frozen, complete and refuses what does not fit, naming the place."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from evidence.pack import snapshot as snapshots
from evidence.pack.decoding import DoesNotFit, decode, encode, map_strings
from evidence.pack.snapshot import Snapshot
from tests.evidence.pack import demonstration, hostile


def values(**more: Any) -> dict[str, Any]:
    return json.loads(json.dumps(encode(demonstration.full(demonstration.demonstration())))) | more


@pytest.fixture(scope="module")
def good() -> dict[str, Any]:
    return values()


def changed(good: dict[str, Any], path: list[str | int], value: Any) -> bytes:
    copy = json.loads(json.dumps(good))
    inner = copy
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    return json.dumps(copy).encode()


def test_a_snapshot_comes_back_from_json_as_it_went(snapshot):
    data = snapshots.to_json(snapshot)
    assert snapshots.from_json(data) == snapshot
    assert snapshots.to_json(snapshots.from_json(data)) == data


def test_hostile_text_survives_json_unchanged():
    case = hostile.hostile()
    frozen = case.snapshot(**hostile.extremes(case))
    assert snapshots.from_json(snapshots.to_json(frozen)) == frozen


def test_a_snapshot_cannot_be_changed(snapshot):
    with pytest.raises(dataclasses.FrozenInstanceError):
        snapshot.reference = "other"


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["made_at"], "2026-11-20T14:05:00", "made_at: an offset from UTC is expected"),
        (["made_at"], "soon", "made_at: a date and time is expected"),
        (["zone"], "Mars/Crater", "zone: a name such as Europe/London"),
        (["zone"], "../etc/passwd", "zone: a name such as Europe/London"),
        (["reference"], "case of Alex", "reference: capital letters"),
        (["marks", "initials"], "A/../", "marks.initials: two or three capital letters"),
        (["marks", "word"], "thing", "marks.word: one of exhibit, production"),
        (["items"], {}, "items: a list is expected"),
        (["items", 1, "number"], 1, "items: two have the same number"),
        (["items", 1, "id"], "item-1", "items: two have the same id"),
        (["items", 1, "number"], 0, "items[1].number: one or more"),
        (["items", 1, "number"], "2", "items[1].number: int is expected"),
        (["items", 1, "number"], True, "items[1].number: int is expected"),
        (["items", 1, "title"], None, "items[1].title: str is expected"),
        (["items", 1, "observed"], None, "items[1].observed: a file has observations"),
        (["items", 3, "observed"], "x", "items[3].observed: an object is expected"),
        (["items", 1, "observed", "sha256"], "AB" * 32, "items[1].observed.sha256: 64 lower-case hex"),
        (["items", 1, "observed", "type"], "text/x-unknown", "items[1].observed.type: one of image/png"),
        (["items", 1, "observed", "size"], 0, "items[1].observed.size: at least one byte"),
        (["items", 1, "observed", "camera"], "x", "items[1].observed.camera: unknown"),
        (["items", 1, "claims", "when", "at"], "14 Nov", "items[1].claims.when.at: a year, month"),
        (["items", 1, "claims", "when", "at"], "2026-02-30", "items[1].claims.when.at: there is no such day"),
        (
            ["items", 1, "claims", "when", "at"],
            None,
            "items[1].claims.when.at: expected where the time is known",
        ),
        (["items", 2, "include_original"], True, "items[2].include_original: what is left out"),
        (["items", 3, "recorded_at"], "x", "items[3].recorded_at: a date and time"),
        (["accounts", 0, "items"], [1, 99], "accounts[0].items: there is no item 99"),
        (["keeps", 0, "evidence"], "maybe", "keeps[0].evidence: one of timed, lose"),
        (["custody", "entries", 0, "salt"], None, "custody.entries[0].body: an open entry has a salt"),
        (["custody", "entries", 0, "seq"], 2, "custody.entries: numbered from one"),
        (["custody", "head"], "", "custody.head: 64 lower-case hex"),
        (["custody"], None, "custody: an object is expected"),
        (["software"], None, "software: str is expected"),
        (["gate"], None, "gate: an object is expected"),
        (["summary", "risks"], [None], "summary.risks[0]: str is expected"),
        (["custody", "entries", 0, "body"], [], "custody.entries[0].body: dict is expected"),
    ],
)
def test_what_does_not_fit_is_refused_and_its_place_named(good, path, value, said):
    with pytest.raises(DoesNotFit) as refused:
        snapshots.from_json(changed(good, path, value))
    assert said in str(refused.value)


def test_a_missing_value_is_named(good):
    lacking = {name: value for name, value in good.items() if name != "custody"}
    with pytest.raises(DoesNotFit, match="custody: missing"):
        decode(Snapshot, lacking)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'"x"', b"\xff"])
def test_what_is_no_snapshot_at_all_is_refused(data):
    with pytest.raises(DoesNotFit):
        snapshots.from_json(data)


def test_null_is_refused_where_a_list_must_stand(good):
    with pytest.raises(DoesNotFit, match=r"items: a list"):
        snapshots.from_json(changed(good, ["items"], None))


def test_every_string_is_reached_by_a_change(snapshot):
    louder = map_strings(lambda text: text + "!" if " " in text else text, snapshot)
    assert louder.items[1].claims.words_shown.endswith("!")
    assert louder.summary.risks[0].endswith("!")
    assert louder.accounts[0].how_known.endswith("!")
    assert louder.custody.entries[0].words.endswith("!")
    assert louder.custody.entries[0].body["detail"].endswith("!")


def test_labels_follow_the_marks(snapshot):
    marks = snapshots.Marks("XY", "", "production")
    assert dataclasses.replace(snapshot, marks=marks).label(7) == "XY7"
    assert snapshot.label(7) == "ABC/7"


def test_a_picture_counts_as_intimate_and_stays_behind_until_its_owner_says_otherwise():
    item = snapshots.Item("i", 1, "event", "t")
    assert (item.intimate, item.include_picture, item.include_original, item.location_included) == (
        True,
        False,
        False,
        False,
    )
