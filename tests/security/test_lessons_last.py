"""One test for each published finding in systems like this one: F-45 to F-52, and the table of all."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from functools import cache

import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image

from evidence.intake import pictures
from evidence.models import OfferWrap, SealedFile
from evidence.pack.fetching import AddressRefused, MemoryFetcher
from tests.journeys.site import ROOT
from tests.security import lessons, people
from tests.security.named import is_there, named_in
from tests.security.test_lessons_more import ROOMS, matching, requirement

pytestmark = pytest.mark.django_db
THREATS = ROOT / "docs" / "threat-model.md"


@pytest.fixture
def alice():
    alice = people.owner()
    people.open_the_gate(alice)
    return alice


@pytest.fixture
def hana():
    return people.worker("hana")


@pytest.mark.parametrize(
    "to", ["https://x.example/a.png", "file:///etc/passwd", "data:image/png;base64,AA", "ftp://x/"]
)
def test_lesson_F45_the_report_asks_for_nothing_but_what_it_was_given(to):
    with pytest.raises(AddressRefused):
        MemoryFetcher(kit={}, picture=lambda _: b"").fetch(to)


def test_lesson_F46_fields_are_bounded_and_no_document_is_opened(alice):
    many = {f"f{n}": "x" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    assert alice.post("details", many).status_code == 400
    assert matching(r"^\s*(import|from) (csv|openpyxl|docx|pypdf|pikepdf|fitz|tarfile)\b", "evidence/intake") == []
    # archives of chats are read in a process of their own, within bounds that tests/evidence/intake/exports hold
    assert set(matching(r"^\s*(import|from) zipfile\b", "evidence")) <= {"bundle.py"}


def test_lesson_F47_stored_names_are_random(alice):
    data = people.png()
    for _ in range(3):
        people.keep_a_picture(alice, data)
    names = set(SealedFile.objects.values_list("name", flat=True))
    assert len(names) == 9
    assert all(re.fullmatch(r"[0-9a-f]{32}", name) for name in names)


def test_lesson_F48_the_site_runs_without_special_rights():
    text = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER (?!root)\w+", text, re.MULTILINE)
    assert "sudo" not in text
    assert matching(r"\bsudo\b", *ROOMS) == []


def test_lesson_F49_weasyprint_is_new_enough():
    assert requirement("weasyprint") >= (70, 0)


@pytest.mark.parametrize(
    "data",
    [b"%!PS-Adobe-3.0 EPSF-3.0\n" + b"0" * 99, b"SIMPLE  =                    T" + b" " * 3000, b"II*\x00" + b"0" * 99],
    ids=["EPS", "FITS", "TIFF"],
)
def test_lesson_F50_no_other_decoder_is_reached(data):
    with pytest.raises(pictures.PictureRefused):
        pictures.examine(iter([data]), limits=pictures.Limits(file_bytes=10**6))
    assert requirement("pillow") >= (13, 0)


def test_lesson_F50_a_picture_of_too_many_pixels_is_refused_before_it_is_drawn():
    out = io.BytesIO()
    Image.new("1", (13_000, 13_000)).save(out, "PNG")
    with pytest.raises(pictures.PictureRefused):
        pictures.examine(iter([out.getvalue()]), limits=pictures.Limits(file_bytes=10**6))


def test_lesson_F51_each_worker_has_a_wrap_of_their_own(alice, hana):
    noor = people.worker("noor")
    offer = people.share(alice)
    blobs = {wrap.worker_id: bytes(wrap.blob) for wrap in OfferWrap.objects.filter(grant=offer)}
    assert set(blobs) == {hana.worker.pk, noor.worker.pk}
    assert len(set(blobs.values())) == 2
    hana.accept(offer)
    assert OfferWrap.objects.count() == 0
    assert noor.browser.get(reverse("helpline:case", args=[offer])).status_code == 404


def test_lesson_F52_a_pack_says_that_its_times_are_the_servers_clock_alone():
    pages = {name: (ROOT / "templates" / "pack" / name).read_text() for name in ("cover.html", "limits.html")}
    assert "server's clock only" in pages["cover.html"]
    assert "An outside time stamp" in pages["limits.html"].partition("What it does not show")[2]


def test_the_threat_model_names_for_each_finding_what_we_do_and_every_test_of_it():
    rows = re.findall(r"^\| (F-\d\d) \| .+? \| (.+?) \| (.+?) \|$", THREATS.read_text(), re.MULTILINE)
    printed = {number: (does, where) for number, does, where in rows}
    numbers = {f"F-{number:02}" for number in range(1, 53)}
    assert len(rows) == len(numbers)
    assert set(printed) == set(lessons.LEARNED) == numbers
    assert [number for number, does in lessons.LEARNED.items() if printed[number][0] != does] == []
    assert [number for number, why in lessons.LATER.items() if why not in printed[number][1]] == []
    named = {number: set(re.findall(r"`([^`]+::[^`]+)`", where)) for number, (_, where) in printed.items()}
    assert [number for number, tests in named.items() if not tests] == []
    assert {number: tests - lessons_of(number) for number, tests in named.items() if tests != lessons_of(number)} == {}


def lessons_of(number):
    """Every test of the suite that carries this number."""
    return carried().get(number, set())


@cache
def carried():
    found = defaultdict(set)
    for path in (ROOT / "tests").rglob("test_*.py"):
        for test in named_in(path):
            if lesson := re.match(r"test_lesson_f(\d\d)_", test, re.IGNORECASE):
                found[f"F-{lesson[1]}"].add(f"{path.relative_to(ROOT / 'tests')}::{test}")
    return found


def test_what_else_was_noted_is_in_the_threat_model_too():
    noted = THREATS.read_text().partition("### Also noted")[2]
    named = re.findall(r"`([^`]+::[^`]+)`", noted)
    assert len(named) >= 12
    assert [one for one in named if not is_there(one)] == []
