"""Under a box every pixel is black, nothing of what was there shows beside it, and nothing else rides along."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops

from evidence.intake import covering, decoder
from evidence.intake.answer import AnswerBroken, bare_jpeg_size, read_covered
from evidence.intake.boxes import MOST, Box, pixels
from evidence.intake.covering import TooManyBoxes, cover
from evidence.intake.pictures import DecoderFailed, Limits, NotAPicture, TooLarge
from tests.evidence.intake import make
from tests.evidence.intake.reading import FILES, REQUEST, quarters

pytestmark = pytest.mark.usefixtures("nothing_is_left_behind")
FACE = Box(300, 200, 400, 150)
SOME = (FACE, Box(0, 0, 50, 1000), Box(950, 960, 50, 40))


def opened(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    return image


def colours(image: Image.Image, box: Box) -> list:
    return image.crop(pixels(box, image.size)).getcolors(1_000_000)


@pytest.mark.parametrize("kind", FILES)
def test_under_the_boxes_every_pixel_is_black_in_every_kind(kind):
    made = cover([FILES[kind](make.screenshot((333, 501)))], SOME)
    image = opened(made.jpeg)
    assert image.size == (made.width, made.height) == (333, 501)
    for box in SOME:
        ((_, colour),) = colours(image, box)
        assert colour == (0, 0, 0)


def test_what_stood_under_a_box_shows_nowhere_else():
    """Two pictures that differ only under the box give the same bytes, to the last."""
    size = (1500, 2600)  # made smaller to 1080: each pixel mixes with its neighbours
    one, other = make.screenshot(size), make.screenshot(size)
    edges = [edge * side // 1000 for edge, side in zip((300, 200, 700, 350), size * 2, strict=True)]
    other.paste(make.screenshot((edges[2] - edges[0], edges[3] - edges[1]), seed=9), edges[:2])
    assert ImageChops.difference(one, other).getbbox() is not None
    first, second = (cover([make.saved(image, "PNG")], [FACE]).jpeg for image in (one, other))
    assert first == second


def test_outside_the_boxes_the_copy_is_the_view():
    raw = make.saved(make.screenshot(), "PNG")
    _, view, _ = decoder.answer({"kind": "png", **REQUEST}, raw)
    difference = ImageChops.difference(opened(cover([raw], [FACE]).jpeg), opened(view))
    left, top, right, bottom = difference.getbbox()
    edges = pixels(FACE, make.PHONE)
    assert left >= edges[0]
    assert top >= edges[1]
    assert right <= edges[2]
    assert bottom <= edges[3]


def test_the_copy_has_no_metadata_no_small_picture_and_nothing_behind_its_end():
    raw = make.saved(make.screenshot(), "JPEG", exif=make.exif(place=True), comment=make.MARKER) + make.MARKER
    made = cover([raw], [FACE])
    assert bare_jpeg_size(made.jpeg) == make.PHONE
    assert not opened(made.jpeg).getexif()
    assert b"marker" not in made.jpeg
    assert b"Fone" not in made.jpeg
    assert made.jpeg.count(b"\xff\xd8\xff") == 1


def test_boxes_lie_on_the_picture_as_it_is_shown_upright():
    stored = quarters((80, 160)).transpose(Image.Transpose.ROTATE_90)
    made = cover([make.saved(stored, "JPEG", exif=make.exif(orientation=6))], [Box(0, 0, 500, 100)])
    image = opened(made.jpeg)
    assert image.size == (80, 160)
    assert image.getpixel((10, 10)) == (0, 0, 0)
    assert image.getpixel((70, 10))[1] > 200


def test_how_it_was_made_is_said():
    made = cover([make.saved(make.screenshot(), "PNG")], SOME)
    assert "3 parts covered in black, each widened to whole blocks of 16 pixels" in made.transform
    assert "without metadata" in made.transform


@pytest.mark.parametrize("boxes", [[], [FACE] * (MOST + 1)])
def test_no_box_and_too_many_are_refused_before_anything_is_read(boxes):
    with pytest.raises(TooManyBoxes):
        cover((pytest.fail("was read") for _ in range(1)), boxes)


def test_as_many_boxes_as_may_be_are_drawn():
    assert len(cover([make.saved(make.screenshot(), "PNG")], [FACE] * MOST).jpeg) > 1000


@pytest.mark.parametrize(
    ("raw", "limits", "refusal"),
    [
        (make.saved(make.screenshot(), "PNG")[:-2000], Limits(), NotAPicture),
        (b"hello", Limits(), NotAPicture),
        (make.saved(make.screenshot(), "PNG"), Limits(pixels=1000), TooLarge),
        (make.saved(make.screenshot(), "PNG"), Limits(file_bytes=1000), TooLarge),
    ],
)
def test_what_can_not_be_decoded_is_refused_as_ever(raw, limits, refusal):
    with pytest.raises(refusal):
        cover([raw], [FACE], limits)


@pytest.mark.parametrize("code", ["import sys; sys.stdin.buffer.read()", "print('hello')", "raise SystemExit(3)"])
def test_a_child_that_says_something_else_harms_nothing(child, code):
    child(code)
    with pytest.raises(DecoderFailed):
        cover([make.saved(make.screenshot(), "PNG")], [FACE])


def test_an_answer_with_more_or_less_than_a_covered_copy_is_broken():
    said, view, _ = decoder.answer({"kind": "png", **REQUEST, "boxes": [FACE.as_list()]}, FILES["png"](quarters()))
    for wrong, data in (
        (said, view + b"x"),
        (said, view[:-1]),
        (said | {"view_width": 81}, view),
        (said | {"cover_bytes": 1}, view),
        (said | {"view_bytes": 0}, view),
    ):
        out = io.BytesIO()
        decoder.send(out, (wrong, data, b""))
        with pytest.raises(AnswerBroken):
            read_covered(io.BytesIO(out.getvalue()))


def test_a_covered_copy_is_not_shown_where_a_value_is_printed():
    made = covering.Covered(jpeg=b"marker", width=1, height=1, transform="")
    assert "marker" not in repr(made)
