"""One test for each published finding in systems like this one: F-45 to F-47 and F-50 to F-52, and the table of all."""

from __future__ import annotations

import ast
import io
import re
from collections import defaultdict
from functools import cache

import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image, ImageFile

from evidence import vault
from evidence.crypto.errors import SealBroken
from evidence.helpline import keys
from evidence.intake import decoder, pictures
from evidence.intake.sniffing import Kind
from evidence.models import OfferWrap, SealedFile
from evidence.pack.fetching import AddressRefused, MemoryFetcher
from tests.evidence.intake.reading import REQUEST
from tests.journeys.site import ROOT
from tests.security import lessons, people
from tests.security.named import is_there, named_in
from tests.security.searching import ROOMS, code, importing, matching, requirement

pytestmark = pytest.mark.django_db
# What would open a document, write a table that a program runs, or unpack an archive that names its own files.
READERS = {
    "csv",
    "openpyxl",
    "docx",
    "pypdf",
    "PyPDF2",
    "pikepdf",
    "fitz",
    "pdfminer",
    "pptx",
    "odf",
    "xlrd",
    "tarfile",
}
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


def test_lesson_F45_every_page_that_is_laid_out_is_given_that_fetcher():
    calls = [node for text in code(*ROOMS).values() for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    asks = {name: [call for call in calls if called(call) == name] for name in ("HTML", "CSS", "Attachment")}
    assert len(asks["HTML"]) == 1
    assert not asks["CSS"]
    (fetcher,) = [word.value for word in asks["HTML"][0].keywords if word.arg == "url_fetcher"]
    assert ast.unparse(fetcher) == "fetcher"
    assert "fetcher = MemoryFetcher(" in (ROOT / "evidence" / "pack" / "report.py").read_text()
    assert all({word.arg for word in call.keywords} & {"url", "filename"} == set() for call in asks["Attachment"])


def called(call):
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def test_lesson_F46_fields_are_bounded_and_no_document_is_opened(alice):
    many = {f"f{n}": "x" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    assert len(many) <= 201
    assert alice.post("details", many).status_code == 400
    assert importing(READERS, *ROOMS) == set()
    # archives of chats are read in a process of their own, within bounds that tests/evidence/intake/exports hold
    assert set(matching(r"^\s*(import|from) zipfile\b", "evidence")) <= {"bundle.py"}


def test_lesson_F47_stored_names_are_random(alice):
    data = people.png()
    for _ in range(3):
        people.keep_a_picture(alice, data)
    names = set(SealedFile.objects.values_list("name", flat=True))
    assert len(names) == 9
    assert all(re.fullmatch(r"[0-9a-f]{32}", name) for name in names)
    alike = [place for place, digits in enumerate(zip(*names, strict=True)) if len(set(digits)) == 1]
    assert alike == []  # counted, or made of the time, they would begin alike


@pytest.mark.parametrize(
    "data",
    [b"%!PS-Adobe-3.0 EPSF-3.0\n" + b"0" * 99, b"SIMPLE  =                    T" + b" " * 3000, b"II*\x00" + b"0" * 99],
    ids=["EPS", "FITS", "TIFF"],
)
def test_lesson_F50_no_other_decoder_is_reached(data):
    with pytest.raises(pictures.PictureRefused) as refused:
        pictures.examine(iter([data]), limits=pictures.Limits(file_bytes=10**6))
    assert refused.value.code == "unknown_kind"
    assert requirement("pillow") >= (13, 0)


@pytest.mark.parametrize("other", ["TIFF", "BMP", "PPM", "GIF", "JPEG"])
def test_lesson_F50_the_child_reads_the_kind_that_it_was_told_and_no_other(monkeypatch, other):
    monkeypatch.setattr(pictures, "sniff", lambda _: Kind.PNG)  # somebody found a way past it
    out = io.BytesIO()
    Image.new("RGB", (60, 60), "teal").save(out, other)
    with pytest.raises(pictures.PictureRefused) as refused:
        pictures.examine(iter([out.getvalue()]))
    assert refused.value.code == "damaged"


def test_lesson_F50_a_picture_of_too_many_pixels_is_refused_before_it_is_drawn(monkeypatch):
    out = io.BytesIO()
    Image.new("1", (13_000, 13_000)).save(out, "PNG")
    with pytest.raises(pictures.PictureRefused) as refused:
        pictures.examine(iter([out.getvalue()]), limits=pictures.Limits(file_bytes=10**6))
    assert refused.value.code == "too_many_pixels"

    def draw(*_):
        raise AssertionError("drawn")

    monkeypatch.setattr(ImageFile.ImageFile, "load", draw)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)  # the child sets it for itself
    said, *_ = decoder.answer({"kind": "png", **REQUEST}, out.getvalue())
    assert said == {"refused": "too_many_pixels"}


def test_lesson_F51_each_worker_has_a_wrap_of_their_own(alice, hana):
    noor = people.worker("noor")
    offer = people.share(alice)
    blobs = {wrap.worker_id: bytes(wrap.blob) for wrap in OfferWrap.objects.filter(grant=offer)}
    assert set(blobs) == {hana.worker.pk, noor.worker.pk}
    assert len(set(blobs.values())) == 2
    with pytest.raises(SealBroken):
        opened_by(noor, alice, blobs[hana.worker.pk], holder=hana)
    assert opened_by(noor, alice, blobs[noor.worker.pk], holder=noor) == people.opened(alice).secret
    hana.accept(offer)
    assert OfferWrap.objects.count() == 0
    assert noor.browser.get(reverse("helpline:case", args=[offer])).status_code == 404


def opened_by(worker, owner, blob, *, holder):
    """The case secret in a wrap that was made for `holder`, by the key of `worker`."""
    seed = keys.seed_of(worker=worker.worker, password=people.PASSWORD)
    owner.case.refresh_from_db()
    return vault.open_secret(seed, blob, owner.case, f"worker:{holder.worker.pk}")


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
