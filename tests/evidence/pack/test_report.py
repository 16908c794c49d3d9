"""The report is tagged, neutral on the outside, complete on the inside and the same every time."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from evidence.pack import making
from evidence.pack import report as reports
from evidence.pack.disclosure import originals_list
from tests.evidence.pack import demonstration, opening

pytestmark = pytest.mark.xdist_group("pack")  # one worker makes the demonstration pack, once

ROOT = Path(__file__).parents[3]
PRINT_HASH = (
    "import hashlib,sys\n"
    "from tests.evidence.pack import conftest, demonstration as d\n"
    "c = d.demonstration()\n"
    "sys.stdout.write(hashlib.sha256(conftest.pack_of(c, d.full(c))).hexdigest())\n"
)


@pytest.fixture(scope="module")
def opened(report):
    with pikepdf.open(io.BytesIO(report)) as pdf:
        yield pdf


def words(pdf: bytes, page: int | None = None, *, layout: bool = True) -> str:
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext is not installed")
    pages = ["-f", str(page), "-l", str(page)] if page else []
    done = subprocess.run(
        [tool, *(["-layout"] if layout else []), *pages, "-", "-"], input=pdf, capture_output=True, check=True
    )
    return done.stdout.decode()


def test_the_report_is_tagged_and_says_which_standards_it_keeps(opened):
    assert opened.Root.MarkInfo.Marked
    assert "/StructTreeRoot" in opened.Root
    assert str(opened.Root.Lang) == "en-GB"
    packet = opened.Root.Metadata.read_bytes()
    assert b'pdfaid:part="3"' in packet
    assert b'pdfaid:conformance="A"' in packet
    assert b"<pdfuaid:part>1</pdfuaid:part>" in packet
    assert b"pdfaSchema:namespaceURI" in packet


def test_no_picture_asks_to_be_smoothed(report):
    assert opening.pictures(report)
    assert {picture["/Interpolate"] for picture in opening.pictures(report)} == {"False"}


def test_every_picture_has_words_in_its_place(opened):
    figures = [
        thing for thing in opened.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure"
    ]
    assert len(figures) == 4
    assert all(str(figure.Alt).startswith("Exhibit ABC/") for figure in figures)


def test_the_title_and_the_dates_tell_nothing_but_the_reference(opened):
    assert str(opened.docinfo["/Title"]) == "Report AH-7K2M-91QD"
    assert str(opened.docinfo["/CreationDate"]) == "D:20261120140500+00'00"
    assert set(opened.docinfo.keys()) <= {"/Title", "/CreationDate", "/ModDate", "/Producer"}


def test_two_lists_are_attached_once_each_and_are_those_of_the_pack(report, pack, opened):
    attached = opening.attached(report)
    files = opening.files(pack)
    assert set(attached) == {"originals-sha256.txt", "exhibits.json"}
    assert attached["originals-sha256.txt"] == files["data/originals-sha256.txt"]
    assert attached["exhibits.json"] == files["data/items.json"]
    assert len(opened.Root.AF) == 2


def test_the_cover_prints_the_hash_of_the_list_and_the_head(report, snapshot):
    cover = words(report, 1).replace(" ", "").replace("\n", "")
    assert hashlib.sha256(originals_list(snapshot)).hexdigest() in cover
    assert snapshot.custody.head in cover


def test_page_two_is_for_the_officer_and_answers_without_gaps(report):
    page = " ".join(words(report, 2, layout=False).split())
    for said in (
        "For the officer",
        "No voicemail",
        "know where Alex works",
        "demanded £450",
        "about 13 November 2026",
        "18 November 2026, 19:50 GMT",
        "Leeds, England",
        "not known",
        "58213340917",
        "20/412233/26",
        "cdn-files.example",
    ):
        assert said in page, said


def test_what_may_be_deleted_soonest_is_asked_for_first(case, snapshot):
    text = reports.html(snapshot, case.copies)
    table = text[text.index("Ask for these first") : text.index("Contents")]
    assert table.index("@sm_collect") < table.index("@sofia.marlow_77") < table.index("cdn-files.example/v")


def test_every_part_is_there_and_the_contents_name_its_page(report, opened):
    contents = words(report, 3)
    for part, page in re.findall(r"^\s*(\S.*?)\.{3,}\s*(\d+)$", contents, re.MULTILINE):
        heading = part.split("  ")[-1].strip()
        assert heading == "Exhibits" or heading in " ".join(words(report, int(page)).split()), (heading, page)
    assert len(re.findall(r"\.{3,}\s*\d+$", contents, re.MULTILINE)) == 17
    assert f"Page 3 of {len(opened.pages)}" in contents


def test_each_exhibit_has_a_page_with_a_label_to_sign_and_the_hash_of_its_original(report, snapshot):
    text = words(report)
    pages = text.split("\f")
    for item in snapshot.items:
        if item.observed:
            label = snapshot.label(item.number)
            (page,) = [p for p in pages if f"Exhibit {label} ·" in p]
            assert "Signed" in page
            assert "Statement dated" in page
            digits = re.sub(r"[^0-9a-f]", "", page)
            assert all(item.observed.sha256[n : n + 8] in digits for n in range(0, 64, 8))


def test_nothing_is_said_of_what_was_not_asked_but_that(case):
    bare = case.snapshot(items=[], prepared_for=None)
    page = " ".join(words(making.make_report(bare, pictures={}), 2).split())
    assert page.count("not asked") >= 8
    assert "Nothing to ask for was given: no account, address or number." in page


def test_a_removed_number_is_named(case, snapshot):
    items = [item for item in case.items if item["number"] != 9]
    text = reports.html(case.snapshot(items=items), case.copies)
    assert "Not in this list: ABC/9." in text
    assert "Not in this list" not in reports.html(snapshot, case.copies)


def test_a_log_that_does_not_add_up_is_said_so_in_the_report(case):
    log = demonstration.custody()
    log["entries"][3]["body"]["act"] = "other"
    text = reports.html(case.snapshot(custody=log), case.copies)
    assert "The log does not add up." in text
    assert "Entry 4 of the custody log was changed" in text
    assert "every entry fitted the chain" not in text


def test_scotland_has_its_own_word(case):
    marks = {"initials": "XY", "separator": "", "word": "production"}
    text = reports.html(case.snapshot(marks=marks), case.copies)
    assert "Production XY1" in text
    assert "xhibit" not in re.sub(r"exhibits\.json|class=\"exhibit|<style.*?</style>", "", text)


def test_a_long_story_goes_on_in_its_own_part(case):
    story = "It went on. " * 200
    text = reports.html(case.snapshot(summary={"happened": story}), case.copies)
    assert "What happened, in full" in text
    assert text.count("It went on.") > 250


def test_a_picture_that_was_chosen_but_is_not_there_stops_the_report(case, snapshot):
    with pytest.raises(reports.PictureMissing, match="item 1"):
        making.make_report(snapshot, pictures={})


def test_the_progress_rises_to_a_hundred(case, snapshot):
    told: list[int] = []
    making.make_report(snapshot, pictures=case.copies, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 100
    assert len(told) > 8


def test_the_same_snapshot_gives_the_same_bytes_in_another_process(pack):
    made = subprocess.run(
        [sys.executable, "-c", PRINT_HASH],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert made.stdout == hashlib.sha256(pack).hexdigest()


def test_the_attached_data_holds_the_exact_words(report):
    data = json.loads(opening.attached(report)["exhibits.json"])
    note = data["items"][9]
    assert note["claimed"]["words_shown"] == "أرسل المال قبل الليلة وإلا سأنشر الفيديو"
    assert "custody" in data
    assert "keeps" not in data
