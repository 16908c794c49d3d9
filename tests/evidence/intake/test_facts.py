from __future__ import annotations

import json
import zlib

import pytest

from evidence.intake import facts
from tests.evidence.intake import make
from tests.evidence.intake.reading import decoded, quarters

pytestmark = pytest.mark.usefixtures("as_in_the_child")


def observed(raw: bytes, kind: str = "jpeg") -> dict:
    return decoded(kind, raw)[0]


def test_metadata_is_told_as_text():
    said = observed(make.saved(quarters(), "JPEG", exif=make.exif()))
    assert said["taken"] == "2026:03:01 14:02:09 +01:00"
    assert said["device"] == "Fone X?1" + make.MARKER.decode()
    assert len(said["software"]) == 200
    assert said["has_location"] is False


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_metadata_is_told_of_every_kind(kind):
    said = observed(make.saved(quarters(), kind.upper(), exif=make.exif(place=True)), kind)
    assert (said["taken"], said["has_location"]) == ("2026:03:01 14:02:09 +01:00", True)


def test_metadata_is_told_of_a_heic():
    said = observed(make.heic(quarters(), exif=make.exif(place=True).tobytes()), "heic")
    assert (said["taken"], said["has_location"]) == ("2026:03:01 14:02:09 +01:00", True)


@pytest.mark.parametrize(
    ("taken", "offset", "told"),
    [
        ("2026:03:01 14:02:09", "", "2026:03:01 14:02:09"),
        ("2026:03:01 14:02:09", "<b>", "2026:03:01 14:02:09"),
        ("0000:00:00 00:00:00", "+01:00", None),
        ("    :  :     :  :  ", "", None),
        (make.MARKER.decode(), "", None),
        ("2026:03:01 14:02:09; more", "", None),
    ],
)
def test_a_time_is_told_only_if_it_is_one(taken, offset, told):
    assert observed(make.saved(quarters(), "JPEG", exif=make.exif(taken=taken, offset=offset)))["taken"] == told


def test_a_place_is_told_and_nothing_of_where_it_is():
    said = observed(make.saved(quarters(), "JPEG", exif=make.exif(place=True)))
    assert said["has_location"] is True
    assert "51" not in json.dumps({key: said[key] for key in ("taken", "device", "software")})


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_place_in_xmp_is_told(kind):
    packet = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a exif:GPSLatitude="51,30N"/></x:xmpmeta>'
    if kind == "png":
        text = b"XML:com.adobe.xmp\x00\x01\x00\x00\x00" + zlib.compress(packet)
        raw = make.png_with(make.chunk(b"iTXt", text))
    else:
        raw = make.saved(quarters(), kind.upper(), xmp=packet)
    assert observed(raw, kind)["has_location"] is True


def test_metadata_that_cannot_be_read_may_hold_a_place():
    class Odd:
        def getexif(self):
            raise SyntaxError

    assert facts.read_facts(Odd(), b"") == facts.Facts(has_location=True)


def test_bytes_and_numbers_where_text_should_be_do_no_harm():
    data = make.exif()
    data[0x0131], data[0x0110] = b"by\xfftes", 7
    said = observed(make.saved(quarters(), "JPEG", exif=data))
    assert said["device"].startswith("Fone")


def test_all_three_dates_are_told_each_with_its_offset():
    data = make.exif()
    data[0x0132] = "2026:03:02 09:00:00"
    data.get_ifd(0x8769)[0x9004] = "2026:03:01 14:02:10"
    data.get_ifd(0x8769)[0x9010] = "+00:00"
    said = observed(make.saved(quarters(), "JPEG", exif=data))
    assert dict(said["dates"]) == {
        "DateTimeOriginal": "2026:03:01 14:02:09 +01:00",
        "DateTimeDigitized": "2026:03:01 14:02:10",
        "DateTime": "2026:03:02 09:00:00 +00:00",
    }


def test_a_date_that_is_none_is_left_out_and_the_others_stand():
    data = make.exif(taken=make.MARKER.decode())
    data[0x0132] = "2026:03:02 09:00:00"
    assert dict(observed(make.saved(quarters(), "JPEG", exif=data))["dates"]) == {"DateTime": "2026:03:02 09:00:00"}


def test_the_direction_is_told():
    assert observed(make.saved(quarters(), "JPEG", exif=make.exif(orientation=6)))["orientation"] == 6
