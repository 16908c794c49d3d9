"""A place is read only when it is asked for, and only as one line of text."""

from __future__ import annotations

import io
import sys

import pytest
from PIL import Image

from evidence.intake import place_child, places
from tests.evidence import making_media as making
from tests.evidence.intake import make
from tests.evidence.intake.reading import quarters

pytestmark = pytest.mark.usefixtures("nothing_is_left_behind")
LONDON = "51.507222, -0.127500"


def exif(north=(51.0, 30.0, 26.0), east=(0.0, 7.0, 39.0), sides=("N", "W")):
    data = Image.Exif()
    data[0x010F] = "Fone"
    place = data.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = sides[0], north, sides[1], east
    return data


def read(raw, media_type="image/jpeg"):
    return places.read_place(lambda at, n: raw[at : at + n], len(raw), media_type)


def here(raw, kind="jpeg"):
    """The same in this process."""
    (piece,) = place_child.answer({"kind": kind, "pixels": 40_000_000}, io.BufferedReader(io.BytesIO(raw)))
    return places._checked(piece)


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "heic"])
def test_the_place_of_a_picture_is_told_in_degrees(kind):
    image = quarters()
    raw = make.heic(image, exif=exif().tobytes()) if kind == "heic" else make.saved(image, kind.upper(), exif=exif())
    assert here(raw, kind) == LONDON


def test_the_child_tells_the_same():
    assert read(make.saved(quarters(), "JPEG", exif=exif())) == LONDON


def test_south_and_east_have_their_signs():
    assert here(make.saved(quarters(), "JPEG", exif=exif(sides=("S", "E")))) == "-51.507222, 0.127500"


def test_a_place_in_xmp_is_told_as_it_is_written():
    place = b'exif:GPSLatitude="51,30.4N" exif:GPSLongitude="0,7.7W"'
    packet = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a ' + place + b"/></x:xmpmeta>"
    assert here(make.saved(quarters(), "JPEG", xmp=packet)) == "51,30.4N, 0,7.7W"


@pytest.mark.parametrize("north", [(91.0, 0.0, 0.0), (51.0, 30.0)], ids=["beyond", "short"])
def test_a_place_that_is_none_is_not_told(north):
    assert here(make.saved(quarters(), "JPEG", exif=exif(north=north))) == ""


@pytest.mark.parametrize(
    "raw", [b"", b"words", make.saved(quarters(), "JPEG"), make.saved(quarters(), "JPEG", exif=exif())[:200]]
)
def test_what_has_no_place_or_is_no_picture_tells_none(raw):
    assert read(raw) == ""


@pytest.mark.parametrize("name", ["mov", "mp4 android"])
def test_the_place_of_a_film_is_told_as_it_is_written(name):
    kinds = {"mov": "video/quicktime", "mp4 android": "video/mp4"}
    assert read(making.made(name), kinds[name]).startswith("+51.5074-000.1278")


@pytest.mark.parametrize(
    "code",
    ["import os; os._exit(3)", "import sys; sys.stdout.write('A' * 99)", "import time; time.sleep(60)"],
    ids=["gone", "rubbish", "asleep"],
)
def test_a_child_that_misbehaves_tells_no_place(monkeypatch, code):
    monkeypatch.setattr(places, "PLACER", (sys.executable, "-I", "-c", code))
    monkeypatch.setattr(places, "SECONDS", 1.0)
    assert read(make.saved(quarters(), "JPEG", exif=exif())) == ""


@pytest.mark.parametrize(
    "piece", [b"", b"{}", b'{"place": 1}', b'{"place": "two\\nlines"}', b'{"place": "", "more": 1}']
)
def test_what_no_sound_child_says_is_not_believed(piece):
    assert places._checked(piece) == ""
