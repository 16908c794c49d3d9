from __future__ import annotations

import io
import json
import resource
import subprocess
import sys

import pytest
from PIL import Image

from evidence.intake import pictures
from evidence.intake.answer import bare_jpeg_size
from evidence.intake.pictures import (
    Limits,
    NotAPicture,
    PictureRefused,
    TooLarge,
    examine,
)
from evidence.intake.sniffing import Kind
from tests.evidence.intake import make
from tests.evidence.intake.conftest import descriptors

pytestmark = pytest.mark.usefixtures("nothing_is_left_behind")


SHOT = make.saved(make.screenshot(), "PNG")


def pieces(raw: bytes, size: int = 10_000):
    return (raw[at : at + size] for at in range(0, len(raw), size))


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (Kind.PNG, SHOT),
        (Kind.JPEG, make.saved(make.screenshot(), "JPEG")),
        (Kind.WEBP, make.saved(make.screenshot(), "WEBP")),
        (Kind.HEIC, make.heic(make.screenshot())),
        (Kind.AVIF, make.saved(make.screenshot(), "AVIF")),
        (Kind.GIF, make.saved(make.screenshot(), "GIF")),
    ],
    ids=lambda value: value if isinstance(value, Kind) else "",
)
def test_each_kind_comes_back_as_facts_and_copies(kind, raw):
    picture = examine(pieces(raw))
    assert (picture.kind, picture.width, picture.height) == (kind, *make.PHONE)
    assert (picture.view_width, picture.view_height) == bare_jpeg_size(picture.view) == make.PHONE
    assert bare_jpeg_size(picture.thumb)[0] == 160
    assert len(picture.thumb) < 3000
    assert picture.transform.startswith(f"{kind.upper()} read with Pillow ")


def test_metadata_comes_back_and_the_copies_have_none():
    raw = make.saved(make.screenshot(), "JPEG", exif=make.exif(place=True))
    picture = examine([raw])
    assert (picture.taken, picture.has_location) == ("2026:03:01 14:02:09 +01:00", True)
    assert picture.device.startswith("Fone X")
    assert b"Fone" not in picture.view + picture.thumb


@pytest.mark.parametrize("size", [1, 7, 511, 512, 513, 65_536])
def test_a_picture_may_come_in_pieces_of_any_size(size):
    small = make.saved(make.screenshot((60, 90)), "PNG")
    assert examine(pieces(small, size)).view_width == 60


def test_empty_pieces_are_not_the_end():
    assert examine([b"", SHOT[:100], b"", SHOT[100:], b""]).width == make.PHONE[0]


def test_the_smallest_picture_is_a_picture():
    assert examine([make.saved(Image.new("RGB", (1, 1)), "PNG")]).view_width == 1


def test_a_very_long_capture_comes_back_legible():
    picture = examine([make.saved(make.screenshot((1080, 12_000)), "PNG")])
    assert picture.view_width > 840
    assert picture.view_width * picture.view_height <= 8_000_000


@pytest.mark.parametrize("chunks", [[], [b""], [b"", b""]])
def test_an_empty_file_is_told_from_a_strange_one(chunks):
    with pytest.raises(NotAPicture) as caught:
        examine(chunks)
    assert caught.value.code == "empty"


@pytest.mark.parametrize("name", make.foreign())
def test_no_child_is_started_for_what_is_no_picture(name, monkeypatch):
    monkeypatch.setattr(pictures, "Child", lambda *_: pytest.fail("was started"))
    with pytest.raises(NotAPicture) as caught:
        examine([make.foreign()[name]])
    assert caught.value.code == "unknown_kind"


@pytest.mark.parametrize("raw", [SHOT[:-2000], SHOT[:600], SHOT[:33], SHOT[:40] + b"\x00" * 900])
def test_a_damaged_picture_is_refused(raw):
    with pytest.raises(NotAPicture) as caught:
        examine([raw])
    assert caught.value.code == "damaged"


def test_pictures_that_hide_something_come_back_without_it():
    for raw in (make.png_and_html(), make.jpeg_and_zip()):
        picture = examine([raw])
        assert b"marker" not in picture.view + picture.thumb
        assert bare_jpeg_size(picture.view) == (60, 90)


@pytest.mark.parametrize(("side", "packed"), [(30_000, 130_000), (13_000, 30_000)])
def test_a_bomb_is_refused_at_little_cost(side, packed):
    bomb = make.png_bomb(side)
    assert len(bomb) < packed
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(TooLarge) as caught:
        examine([bomb])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert caught.value.code == "too_many_pixels"
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.5


@pytest.mark.parametrize("bomb", [make.text_bomb, make.profile_bomb])
def test_a_bomb_beside_the_pixels_is_refused(bomb):
    with pytest.raises(NotAPicture):
        examine([bomb()])


MEASURE = """
import json, resource, sys
sys.path.append(sys.argv[1])
from evidence.intake.pictures import PictureRefused, examine
raw = sys.stdin.buffer.read()
try:
    told = examine([raw]).view_width
except PictureRefused as refusal:
    told = refusal.code
print(json.dumps([told, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024]))
"""


def measured(raw: bytes) -> list:
    """What a process that does nothing else is told, and the most MiB that its child held."""
    command = [sys.executable, "-I", "-c", MEASURE, pictures.DECODER[-1]]
    return json.loads(subprocess.run(command, input=raw, capture_output=True, check=True, timeout=60).stdout)


def test_a_bomb_takes_no_memory():
    told, mebibytes = measured(make.png_bomb(30_000))
    assert told == "too_many_pixels"
    assert mebibytes <= 96


def test_the_largest_picture_stays_within_its_memory():
    # Transparency and shrinking both make copies of what they work on: this is the dearest honest PNG.
    told, mebibytes = measured(make.saved(Image.new("RGBA", (7_300, 5_475), "#80402080"), "PNG", compress_level=1))
    assert told == 1080
    assert mebibytes <= 256


def test_a_picture_that_needs_more_memory_than_there_is_is_refused():
    raw = make.saved(Image.new("RGB", (6_000, 5_000)), "PNG")
    with pytest.raises(TooLarge) as caught:
        examine([raw], limits=Limits(memory=120 * 1024 * 1024))
    assert caught.value.code == "too_much_memory"


def test_a_file_with_too_many_bytes_is_refused_without_reading_the_rest():
    read = []

    def endless():
        yield SHOT
        while True:
            read.append(1)
            yield bytes(10_000)

    with pytest.raises(TooLarge) as caught:
        examine(endless(), limits=Limits(file_bytes=len(SHOT) + 50_000))
    assert caught.value.code == "too_many_bytes"
    assert len(read) == 6


def test_a_file_of_exactly_the_most_bytes_is_taken():
    assert examine([SHOT], limits=Limits(file_bytes=len(SHOT))).kind is Kind.PNG


class Lost(Exception):
    pass


def test_fifty_sources_that_break_off_leave_nothing():
    def breaking():
        yield SHOT[:1000]
        raise Lost

    before = descriptors()
    for _ in range(50):
        with pytest.raises(Lost):
            examine(breaking())
    assert descriptors() == before


def test_every_refusal_is_a_plain_sentence_without_a_word_of_the_file():
    for code, reason in pictures._REASONS.items():
        refusal = PictureRefused(code)
        assert (refusal.code, str(refusal)) == (code, reason)
        assert reason.endswith(".")
        assert all(len(sentence.split()) < 15 for sentence in reason.split(". "))


def test_a_view_opens_as_a_picture():
    assert Image.open(io.BytesIO(examine([SHOT]).view)).size == make.PHONE
