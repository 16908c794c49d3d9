"""Every kind of thing that a case keeps stands in the report and in the bundle, each in its own words."""

from __future__ import annotations

import dataclasses
import io
import subprocess
import zipfile
import zlib
from typing import get_args

import pytest
from stream_zip import stream_zip

from evidence import index
from evidence.intake import families
from evidence.intake.sniffing import Kind as Picture
from evidence.pack import bag
from evidence.pack import snapshot as frozen
from evidence.pack.bag import FIXED, Tally
from evidence.pack.decoding import DoesNotFit
from evidence.pack.disclosure import originals_list
from evidence.pack.endings import ENDINGS
from evidence.pack.exhibits import _KINDS
from evidence.pack.making import make_pack, make_report
from tests.evidence.pack.demonstration import Case, phone

FILES = {
    "film": ("video/mp4", "mp4"),
    "sound": ("audio/ogg", "ogg"),
    "document": ("application/pdf", "pdf"),
    "mail": ("message/rfc822", "eml"),
    "chat": ("application/zip", "zip"),
}
TYPED = ("address", "account", "contact", "demand", "payment", "note", "event", "message")


def known_types():
    rows = [row[1:] for row in families._BRANDS.values()] + [row[1:] for _, row in families._STARTS]
    return dict(rows) | {name: ending for _, name, ending in families._OFFICE}


def lasting_secret():
    return {"seconds": None, "inside": [["From", "hidden@scam.example"], ["Subject", "Hidden"]]}


def text_of(report):
    words = subprocess.run(["pdftotext", "-", "-"], input=report, capture_output=True, check=True).stdout.decode()
    return " ".join(words.split())


@pytest.fixture(scope="module")
def case():
    made = Case()
    made.picture("The threat", phone("Someone", ["Pay"]), {"what": "A threat"}, include_picture=True)
    for kind, (media_type, _) in FILES.items():
        made.file(kind, f"A {kind}", f"bytes of the {kind}".encode() * 99, media_type, {"what": f"About the {kind}"})
    made.file("film", "Kept back", b"secret film", "video/mp4", {}, include_original=False)
    lasting = {"seconds": 185, "inside": [["From", "max@scam.example"], ["Subject", "Pay me"]]}
    made.file("mail", "", b"a mail", "message/rfc822", {}, observed=lasting)
    made.file("mail", "", b"secret mail", "message/rfc822", {}, observed=lasting_secret(), include_original=False)
    for kind in TYPED:
        made.typed(kind, f"A {kind}", {"what": f"About the {kind}", "more": [["How much", f"250 for {kind}"]]})
    return made


@pytest.fixture(scope="module")
def made(case):
    snapshot = case.snapshot()
    shown = {name: case.copies[name] for name in ("item-1",)}
    report = make_report(snapshot, pictures=shown)
    opened = lambda name: iter([case.originals[name]])  # noqa: E731
    bundle = b"".join(make_pack(snapshot, report=report, pictures=shown, open_original=opened))
    return text_of(report), zipfile.ZipFile(io.BytesIO(bundle))


def test_the_report_names_each_kind_and_says_what_was_said(made):
    words, _ = made
    for kind in (*FILES, *TYPED):
        assert _KINDS[kind] in words, kind
        assert f"About the {kind}" in words, kind
    for kind in TYPED:
        assert f"250 for {kind}" in words
    assert "250 for demand, About the demand (ABC/13)" in words
    assert "250 for payment, About the payment (ABC/14)" in words


def test_a_chosen_file_leaves_whole_and_one_that_is_kept_back_does_not(made, case):
    words, bundle = made
    names = {name.partition("/")[2] for name in bundle.namelist()}
    for number, (_, ending) in enumerate(FILES.values(), start=2):
        name = f"data/originals/ABC-{number:03d}.{ending}"
        assert name in names
        assert bundle.read(f"AH-7K2M-91QD/{name}") == case.originals[f"item-{number}"]
        assert f"ABC-{number:03d}.{ending}" in words
    assert not [name for name in names if "ABC-007" in name]
    assert b"secret film" not in b"".join(bundle.read(name) for name in bundle.namelist())
    assert "Film or screen recording, held by the person" in words


def test_what_is_read_inside_a_file_stands_on_its_page_and_on_the_officers_page(made):
    words, _ = made
    assert "Email, saved as a file".partition(",")[0] + ": Pay me" in words
    assert "Subject Pay me" in words
    assert "Mail service max@scam.example" in words
    assert "Sender of an email" in words
    assert "From max@scam.example Subject Pay me" in words
    assert "3 min 5 s" in words


def test_a_locked_file_is_said_to_be_locked_and_nobody_is_sent_to_the_person_for_it():
    made = Case()
    made.picture("The threat", phone("Someone", ["Pay"]), {"what": "A threat"})
    made.file("mail", "", b"a mail", "message/rfc822", {}, include_original=False)
    frozen_case = made.snapshot()
    locked = tuple(dataclasses.replace(item, locked=True) for item in frozen_case.items)
    frozen_case = dataclasses.replace(frozen_case, items=locked)
    words = text_of(make_report(frozen_case, pictures={}))
    assert words.count("It may show someone under 18. Nobody can open it in the service.") == 2
    assert "Picture, locked" in words
    assert "held by the person" not in words.lower()
    assert {line.split("/")[0].split()[-1] for line in originals_list(frozen_case).decode().splitlines()} == {"locked"}


@pytest.mark.parametrize("chosen", [{"include_picture": True}, {"include_picture": True, "include_original": True}])
def test_a_locked_picture_can_not_be_put_into_a_pack(chosen):
    made = Case()
    made.picture("The threat", phone("Someone", ["Pay"]), {"what": "A threat"})
    with pytest.raises(DoesNotFit):
        dataclasses.replace(made.snapshot().items[0], locked=True, **chosen)


def test_nothing_of_the_inside_of_a_file_that_stays_is_in_the_report(made):
    words, _ = made
    assert "idden" not in words


def test_a_picked_message_is_not_said_to_be_typed(made):
    words, _ = made
    assert words.index("Messages picked from exported chats The service read") < words.index("About the message")


def test_the_lists_of_kinds_and_types_are_the_same_in_every_room():
    assert set(get_args(frozen.Kind)) == set(index.KINDS) == set(_KINDS)
    assert index.FILES == frozen.FILES
    pictures = {kind.media_type: {"jpeg": "jpg"}.get(kind.value, kind.value) for kind in Picture}
    for media_type, ending in {**known_types(), **pictures}.items():
        assert ENDINGS[media_type] == ending


@pytest.mark.parametrize("family", list(families.Family))
def test_each_family_is_a_kind_of_the_index(family):
    assert family.value in index.FILES


def test_a_film_is_never_shown_in_the_report(case):
    film = next(item for item in case.snapshot().items if item.kind == "film")
    with pytest.raises(DoesNotFit, match="only a picture"):
        dataclasses.replace(film, include_picture=True)


@pytest.mark.parametrize(("wide", "needed"), [(False, 20), (True, 45)])
def test_a_bundle_beyond_four_gigabytes_is_a_zip_of_the_large_kind(wide, needed):
    member = ("a", FIXED, 0o100644, Tally(wide=wide).stored(1, zlib.crc32(b"x")), iter([b"x"]))
    made = zipfile.ZipFile(io.BytesIO(b"".join(stream_zip([member]))))
    assert made.infolist()[0].extract_version == needed
    assert made.read("a") == b"x"


def test_originals_beyond_four_gigabytes_make_it_so(case, monkeypatch):
    wide = []
    monkeypatch.setattr(bag, "Tally", lambda *, wide_=wide, wide: wide_.append(wide) or Tally(wide=wide))
    monkeypatch.setattr(bag, "_NARROW", 100)
    bundle = bag.bag(case.snapshot(), bag.Contents(b"%PDF", {}, lambda name: iter([case.originals[name]])))
    next(iter(bundle))
    assert set(wide) == {True}
