from __future__ import annotations

import pytest

from evidence.intake.sniffing import Kind, sniff
from tests.evidence.intake import make

HONEST = {
    Kind.PNG: make.saved(make.screenshot((20, 30)), "PNG"),
    Kind.JPEG: make.saved(make.screenshot((20, 30)), "JPEG"),
    Kind.WEBP: make.saved(make.screenshot((20, 30)), "WEBP"),
    Kind.HEIC: make.heic(make.screenshot((64, 64))),
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


def test_media_types_are_the_registered_ones():
    assert [kind.media_type for kind in Kind] == ["image/png", "image/jpeg", "image/webp", "image/heic"]
