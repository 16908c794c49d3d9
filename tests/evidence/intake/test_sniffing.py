from __future__ import annotations

import pytest
from PIL import Image

from evidence.intake.sniffing import Kind, sniff
from tests.evidence.intake import make

HONEST = {
    Kind.PNG: make.saved(make.screenshot((20, 30)), "PNG"),
    Kind.JPEG: make.saved(make.screenshot((20, 30)), "JPEG"),
    Kind.WEBP: make.saved(make.screenshot((20, 30)), "WEBP"),
    Kind.HEIC: make.heic(make.screenshot((64, 64))),
    Kind.AVIF: make.saved(make.screenshot((64, 64)), "AVIF"),
    Kind.GIF: make.saved(make.screenshot((20, 30)), "GIF"),
}


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_is_known_by_its_content(kind):
    assert sniff(HONEST[kind]) is kind


@pytest.mark.parametrize("kind", Kind)
def test_no_kind_is_known_by_less_than_its_start(kind):
    assert [sniff(HONEST[kind][:length]) for length in range(4)] == [None] * 4


@pytest.mark.parametrize(("name", "head"), make.foreign().items(), ids=make.foreign().keys())
def test_everything_else_is_refused(name, head):
    assert sniff(head) is None


def test_every_way_of_saving_webp_is_known():
    image = make.screenshot((20, 30))
    lossless = make.saved(image, "WEBP", lossless=True)
    extended = make.saved(image, "WEBP", exif=make.exif())
    assert {sniff(lossless), sniff(extended), sniff(make.animated("WEBP"))} == {Kind.WEBP}


def test_a_heif_that_names_its_coding_second_is_known():
    assert sniff(b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic") is Kind.HEIC


def test_every_way_of_saving_gif_and_avif_is_known():
    plain = make.saved(Image.new("L", (20, 30)), "GIF")
    assert plain[:6] == b"GIF87a"
    assert {sniff(plain), sniff(make.animated("GIF"))} == {Kind.GIF}
    assert {sniff(make.animated("AVIF")), sniff(b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1avif")} == {Kind.AVIF}


def test_a_gif_is_known_by_the_block_after_its_colours():
    whole = HONEST[Kind.GIF]
    first_block = 13 + (3 << (whole[10] & 7) + 1)
    assert sniff(whole[: first_block + 1]) is Kind.GIF
    assert sniff(whole[:first_block]) is None
    assert sniff(whole[:first_block] + b"<" + whole[first_block + 1 :]) is None


def test_media_types_are_the_registered_ones():
    assert [kind.media_type for kind in Kind] == [
        f"image/{name}" for name in ("png", "jpeg", "webp", "heic", "avif", "gif")
    ]
