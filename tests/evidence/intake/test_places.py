"""A place is read only when it is asked for: what the file says of it, as it stands there, in lines of text."""

from __future__ import annotations

import io
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image

from evidence.intake import place_child, places
from evidence.intake.media import Media
from evidence.intake.places import NotReadNow, Place
from tests.evidence import making_media as making
from tests.evidence.intake import make
from tests.evidence.intake.reading import quarters

pytestmark = pytest.mark.usefixtures("nothing_is_left_behind")
LONDON = "51.507222, -0.127500"
WHERE = "GPSLatitude, GPSLongitude"


def exif(north=(51.0, 30.0, 26.0), east=(0.0, 7.0, 39.0), sides=("N", "W"), **more):
    data = Image.Exif()
    data[0x010F] = "Fone"
    place = data.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = sides[0], north, sides[1], east
    place.update({int(tag[1:]): value for tag, value in more.items()})
    return data


def read(raw, media_type="image/jpeg"):
    return places.read_place(lambda at, n: raw[at : at + n], len(raw), media_type)


def here(raw, kind="jpeg"):
    """The same in this process."""
    return Place(places._checked(place_child.answer({"kind": kind, "pixels": 40_000_000}, file(raw))))


def file(raw):
    return io.BufferedReader(io.BytesIO(raw))


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "heic"])
def test_the_place_of_a_picture_is_told_in_degrees(kind):
    image = quarters()
    raw = make.heic(image, exif=exif().tobytes()) if kind == "heic" else make.saved(image, kind.upper(), exif=exif())
    assert here(raw, kind).degrees == LONDON


def test_the_child_tells_the_same():
    assert read(make.saved(quarters(), "JPEG", exif=exif())) == Place(((WHERE, LONDON),))


def test_how_far_it_may_be_off_and_the_rest_stand_as_they_are_written():
    more = {"_31": 12.5, "_5": b"\x00", "_6": 35.25, "_29": "2026:03:01", "_7": (14.0, 2.0, 9.0), "_18": "WGS-84"}
    said = dict(here(make.saved(quarters(), "JPEG", exif=exif(**more, _27=b"ASCII\0\0\0GPS"))).fields)
    assert list(said)[:2] == [WHERE, "GPSHPositioningError"]
    assert said == {
        WHERE: LONDON,
        "GPSHPositioningError": "12.5",
        "GPSAltitudeRef": "0",
        "GPSAltitude": "35.25",
        "GPSDateStamp": "2026:03:01",
        "GPSTimeStamp": "14 2 9",
        "GPSMapDatum": "WGS-84",
        "GPSProcessingMethod": "GPS",
    }


def test_south_and_east_have_their_signs():
    assert here(make.saved(quarters(), "JPEG", exif=exif(sides=("S", "E")))).degrees == "-51.507222, 0.127500"


def test_a_place_in_xmp_is_told_as_it_is_written():
    place = b'exif:GPSLatitude="51,30.4N" exif:GPSLongitude="0,7.7W"'
    packet = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a ' + place + b"/></x:xmpmeta>"
    told = here(make.saved(quarters(), "JPEG", xmp=packet))
    assert (told.fields, told.degrees) == ((("XMP GPSLatitude, GPSLongitude", "51,30.4N, 0,7.7W"),), "")


@pytest.mark.parametrize("north", [(91.0, 0.0, 0.0), (51.0, 30.0)], ids=["beyond", "short"])
def test_a_place_that_is_none_is_not_told(north):
    assert here(make.saved(quarters(), "JPEG", exif=exif(north=north))) == Place()


@pytest.mark.parametrize(
    "raw", [b"", b"words", make.saved(quarters(), "JPEG"), make.saved(quarters(), "JPEG", exif=exif())[:200]]
)
def test_what_has_no_place_or_is_no_picture_tells_none(raw):
    assert read(raw) == Place()


@pytest.mark.parametrize(("name", "kind"), [("mov", "video/quicktime"), ("mp4 android", "video/mp4")])
def test_the_place_of_a_film_is_told_as_it_is_written_and_in_degrees(name, kind):
    told = read(making.made(name), kind)
    assert any(text.startswith("+51.5074-000.1278") for _, text in told.fields)
    assert told.degrees == "51.507400, -0.127800"


@pytest.mark.parametrize(
    ("written", "degrees"),
    [
        ("+51.5074-000.1278+011.000/", "51.507400, -0.127800"),
        ("-33.8688+151.2093/", "-33.868800, 151.209300"),
        ("+51-000CRSWGS_84/", "51.000000, 0.000000"),
        ("+91.0000+000.0000/", ""),
        ("+513026-0000739/", ""),
        ("12.345", ""),
        ("1.500000, 2.500000", "1.500000, 2.500000"),
        ("London", ""),
    ],
)
def test_degrees_are_told_where_the_file_says_them(written, degrees):
    assert Place((("location", written),)).degrees == degrees


@given(some.text(max_size=200))
def test_no_text_of_a_file_is_too_odd_for_degrees(text):
    assert len(Place((("location", text),)).degrees) < 30


@pytest.mark.parametrize(
    "code",
    ["import os; os._exit(3)", "import sys; sys.stdout.write('A' * 99)", "import time; time.sleep(60)"],
    ids=["gone", "rubbish", "asleep"],
)
def test_a_child_that_misbehaves_tells_no_place(monkeypatch, code):
    monkeypatch.setattr(places, "PLACER", (sys.executable, "-I", "-c", code))
    monkeypatch.setattr(places, "SECONDS", 1.0)
    with pytest.raises(NotReadNow):
        read(make.saved(quarters(), "JPEG", exif=exif()))


@pytest.mark.parametrize("problem", ["busy", "too_slow", "reader_ended", "no_reader"])
def test_where_nobody_could_look_into_a_film_that_is_said(monkeypatch, problem):
    monkeypatch.setattr(places, "examine_media", lambda *_, **__: Media(problem=problem))
    with pytest.raises(NotReadNow):
        read(b"x", "video/mp4")


def test_a_film_that_can_not_be_read_tells_no_place():
    assert read(b"no film", "video/mp4") == Place()


@pytest.mark.parametrize(
    "piece",
    [
        b"",
        b"{}",
        b'{"place": 1}',
        b'{"place": "a"}',
        b'{"place": [["a", "two\\nlines"]]}',
        b'{"place": [["a"]]}',
        b'{"place": [], "more": 1}',
    ],
)
def test_what_no_sound_child_says_is_not_believed(piece):
    with pytest.raises(NotReadNow):
        places._checked([piece])
