"""The archive is a BagIt folder with neutral names and fixed times, and never lets a changed original out."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

import pytest

from evidence.pack import making
from evidence.pack.bag import OriginalChanged
from tests.evidence.pack import opening
from tests.evidence.pack.conftest import pack_of
from tests.evidence.pack.demonstration import Case, phone

pytestmark = pytest.mark.xdist_group("pack")  # one worker makes the demonstration pack, once

NEUTRAL = re.compile(
    r"AH-7K2M-91QD/(bagit\.txt|bag-info\.txt|README\.txt|VERIFY\.txt|(tag)?manifest-sha256\.txt|"
    r"data/(report\.pdf|items\.json|custody-log\.jsonl|originals-sha256\.txt|"
    r"originals/ABC-\d{3}\.(png|jpg|webp|heic)|copies/ABC-\d{3}\.jpg))\Z"
)
CHOSEN = {"intimate": False, "include_picture": True, "include_original": True}


def one_picture(**observed) -> Case:
    case = Case()
    case.picture("t", phone("x", ["y"], (300, 400)), {}, **CHOSEN, observed=observed)
    return case


def test_names_are_neutral_and_times_are_fixed(pack):
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        assert archive.testzip() is None
        for entry in archive.infolist():
            assert NEUTRAL.match(entry.filename), entry.filename
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.comment == b""
        assert archive.comment == b""


def test_only_chosen_originals_and_copies_are_inside(pack, case):
    files = opening.files(pack)
    inside = {name: data for name, data in files.items() if name.startswith(("data/originals/", "data/copies/"))}
    assert set(inside) == {
        *(f"data/originals/ABC-{n:03d}.png" for n in (1, 2, 11)),
        *(f"data/copies/ABC-{n:03d}.jpg" for n in (1, 2, 5, 11)),
    }
    assert inside["data/originals/ABC-002.png"] == case.originals["item-2"]
    assert inside["data/copies/ABC-005.jpg"] == case.copies["item-5"]


def test_the_bag_counts_itself_rightly(pack):
    files = opening.files(pack)
    payload = [data for name, data in files.items() if name.startswith("data/")]
    assert f"Payload-Oxum: {sum(map(len, payload))}.{len(payload)}\n" in files["bag-info.txt"].decode()


def test_closed_entries_leave_only_their_commitment(pack):
    log = opening.files(pack)["data/custody-log.jsonl"].decode().splitlines()
    assert len(log) == 14
    assert '"salt"' not in log[4]
    assert '"body"' not in log[4]
    assert '"salt"' in log[3]


@pytest.mark.parametrize("crc", [False, True])
@pytest.mark.parametrize("change", ["flip", "cut", "more", "nothing", "other"])
def test_a_changed_original_never_leaves(change, crc):
    case = one_picture()
    data = case.originals["item-1"]
    if crc:
        case.items[0]["observed"]["crc32"] = f"{zlib.crc32(data):08x}"
    wrong = {
        "flip": data[:50] + bytes([data[50] ^ 1]) + data[51:],
        "cut": data[:-1],
        "more": data + b"\x00",
        "nothing": b"",
        "other": b"\x00" * len(data),
    }[change]
    case.originals["item-1"] = wrong
    sent: list[bytes] = []

    def read(name: str) -> Iterator[bytes]:
        yield wrong

    pieces = making.make_pack(case.snapshot(), pictures=case.copies, open_original=read, report=b"%PDF")
    with pytest.raises(OriginalChanged, match="item 1"):
        sent.extend(pieces)
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(sent)))


def test_a_known_crc_gives_the_same_files():
    plain = one_picture()
    known = one_picture(crc32=f"{zlib.crc32(plain.originals['item-1']):08x}")
    one, other = (pack_of(c, c.snapshot(), b"%PDF") for c in (plain, known))
    assert opening.files(one)["data/originals/ABC-001.png"] == opening.files(other)["data/originals/ABC-001.png"]


def test_the_whole_pack_tells_its_progress_up_to_a_hundred():
    case = one_picture()
    told: list[int] = []
    pieces = making.make_pack(
        case.snapshot(),
        pictures=case.copies,
        open_original=lambda name: iter([case.originals[name]]),
        progress=told.append,
    )
    assert b"".join(pieces)
    assert told == sorted(told)
    assert told[-1] == 100
