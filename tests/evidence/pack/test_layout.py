"""Pictures are fitted, never enlarged, and tall ones are cut so that every row is shown."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from PIL import Image

from evidence.pack import jpeg, layout
from evidence.pack.facts import Fact, counted, fact, hash_lines, moment, short, span, weighed
from evidence.pack.times import When
from tests.evidence.pack.demonstration import view


@pytest.mark.parametrize(
    ("width", "height", "way"),
    [
        (1080, 2340, "side"),
        (1920, 1080, "top"),
        (1000, 1000, "side"),
        (1080, 12000, "tall"),
        (100, 900, "side"),
    ],
)
def test_each_shape_has_its_place(width, height, way):
    assert layout.place(width, height).way == way


@pytest.mark.parametrize("size", [(1080, 2340), (1920, 1080), (50, 40), (4000, 300), (2400, 2400)])
def test_a_picture_fits_keeps_its_shape_and_is_not_enlarged(size):
    place = layout.place(*size)
    width, height = float(place.width), float(place.height)
    assert width <= 176
    assert height <= 200
    assert width / height == pytest.approx(size[0] / size[1], rel=0.02)
    assert width <= size[0] * 25.4 / 96 + 0.01


@pytest.mark.parametrize("height", [2809, 5000, 12000, 30000])
def test_the_parts_of_a_tall_picture_leave_out_no_row(height):
    parts = layout.place(1080, height).parts
    assert parts[0].first_row == 1
    assert parts[-1].last_row == height
    for one, following in pairwise(parts):
        assert following.first_row == one.last_row - 59
    assert all(float(part.height) <= 200 for part in parts)


def test_the_size_of_a_copy_is_read_from_its_head():
    assert jpeg.size(view(Image.new("RGB", (123, 45)))) == (123, 45)


def test_a_copy_that_carries_metadata_never_leaves():
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x9003] = "2026:11:14 21:14:09"
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    with pytest.raises(jpeg.NotAViewCopy, match="metadata"):
        jpeg.size(out.getvalue())
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", comment=b"hello")
    with pytest.raises(jpeg.NotAViewCopy, match="metadata"):
        jpeg.size(out.getvalue())


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n", b"\xff\xd8", b"\xff\xd8\xff\xc0\x00\x04\x08", b"\xff\xd8\xff\xdb\x00\x00"]
)
def test_what_is_no_jpeg_is_refused(data):
    with pytest.raises(jpeg.NotAViewCopy):
        jpeg.size(data)


def test_a_fact_says_whether_it_was_asked():
    assert (fact("x", None).text, fact("x", "  ").text, fact("x", " y ").text) == (
        "not asked",
        "not known",
        "y",
    )
    assert moment("x", None, "Europe/London").text == "not asked"
    assert moment("x", When("unknown", basis="memory"), "Europe/London") == Fact("x", "not known", "missing", "memory")
    told = moment("x", When("about", "2026", words="last year"), "Europe/London")
    assert (told.text, told.note) == ("about 2026", "In the person's words: last year")


def test_each_line_of_a_fact_runs_its_own_way():
    assert fact("x", "abc\n\nعربي").lines == (("abc", "ltr"), ("عربي", "rtl"))
    assert fact("x", "a\nb", mono=True).lines == (("a", "mono ltr"), ("b", "mono ltr"))


def test_a_wide_or_long_fact_stands_higher():
    assert fact("x", "漢" * 60).height(72) > fact("x", "a" * 60).height(72) > fact("x", "a").height(72)
    assert fact("x", "a" * 200).height(72) > fact("x", "a" * 200).height(170)


def test_numbers_are_said_in_words():
    assert [weighed(n) for n in (912, 173_400, 2_100_000)] == ["912 bytes", "173 KB", "2.1 MB"]
    assert [counted(n, "entry", "entries") for n in (0, 1, 2)] == ["no entries", "1 entry", "2 entries"]
    assert hash_lines("0123456789abcdef" * 4)[1] == "01234567 89abcdef 01234567 89abcdef"
    assert short("a  b\nc") == "a b c"
    assert short("x" * 200).endswith("x …")
    assert span(When("unknown"), None, "Europe/London") is None
    assert span(When("exact", "2026"), When("exact", "2026"), "Europe/London") == "2026"
