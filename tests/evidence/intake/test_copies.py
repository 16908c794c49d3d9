from __future__ import annotations

import itertools

import pytest
from PIL import Image, ImageChops, ImageStat

from evidence.intake import copies
from tests.evidence.intake import make
from tests.evidence.intake.reading import FILES, UPRIGHT, corners, decoded, quarters

pytestmark = pytest.mark.usefixtures("as_in_the_child")


@pytest.mark.parametrize("kind", FILES)
def test_the_view_shows_the_picture(kind):
    said, view, _ = decoded(kind, FILES[kind](quarters()))
    assert (said["width"], said["height"], view.size, view.mode) == (80, 40, (80, 40), "RGB")
    assert corners(view) == UPRIGHT


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_picture_is_shown_upright_whichever_way_it_was_held(kind, orientation):
    back = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}[orientation]
    stored = copies.upright(quarters(), back)
    options = {"lossless": True} if kind == "webp" else {}
    raw = make.saved(stored, kind.upper(), exif=make.exif(orientation=orientation), **options)
    said, view, _ = decoded(kind, raw)
    assert (said["width"], said["height"]) == stored.size
    assert view.size == (80, 40)
    assert corners(view) == UPRIGHT
    assert ("turned upright" in said["transform"]) is (orientation > 1)


def test_a_turned_heic_is_turned_once():
    raw = make.heic(copies.upright(quarters((160, 80)), 8), exif=make.exif(orientation=6).tobytes())
    assert corners(decoded("heic", raw)[1]) == UPRIGHT


@pytest.mark.parametrize("nonsense", [0, 9, 65_535])
def test_a_senseless_direction_is_no_direction(nonsense):
    raw = make.saved(quarters(), "JPEG", exif=make.exif(orientation=nonsense))
    assert corners(decoded("jpeg", raw)[1]) == UPRIGHT


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "AVIF"])
def test_only_the_first_picture_of_a_moving_one_is_shown(kind):
    said, view, _ = decoded(kind.lower(), make.animated(kind))
    assert view.getpixel((20, 30))[0] > 200 > view.getpixel((20, 30))[1]
    assert (said["view_width"], said["frames"], said["seconds"]) == (40, 3, 0.15)
    assert "the first of 3 pictures in the file" in said["transform"]


def test_the_first_of_several_pictures_in_a_jpeg_is_shown():
    raw = make.saved(quarters(), "MPO", save_all=True, append_images=[Image.new("RGB", (80, 40))])
    assert corners(decoded("jpeg", raw)[1]) == UPRIGHT


def see_through(mode: str) -> bytes:
    """Left half black and solid, right half wholly transparent."""
    solid = Image.new("L", (80, 40), 0)
    solid.paste(255, (0, 0, 40, 40))
    image = Image.new("RGB", (80, 40), "black")
    image.putalpha(solid)
    if mode == "P":
        return make.saved(image.convert("P"), "PNG", transparency=bytes([0] * 256))
    return make.saved(image.convert(mode), "PNG")


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_is_laid_on_white(mode):
    said, view, _ = decoded("png", see_through(mode))
    assert max(view.getpixel((10, 20))) < 8
    assert min(view.getpixel((70, 20))) > 247
    assert "transparent laid on white" in said["transform"]


def test_a_palette_with_transparency_is_laid_on_white():
    image = Image.new("P", (80, 40), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    image.paste(1, (40, 0, 80, 40))
    view = decoded("png", make.saved(image, "PNG", transparency=0))[1]
    assert min(view.getpixel((10, 20))) > 247
    assert view.getpixel((70, 20))[0] > 240 > view.getpixel((70, 20))[1]


@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_pictures_of_few_colours_are_shown(mode):
    image = quarters().convert("L").point(lambda level: 255 if level > 127 else 0).convert(mode)
    view = decoded("png", make.saved(image, "PNG"))[1]
    assert corners(view) == ["000", "111", "000", "111"]


def test_sixteen_bits_of_grey_are_narrowed_not_cut_off():
    image = Image.frombytes("I;16", (80, 40), (b"\x00\x20" * 40 + b"\x00\x80" * 40) * 40)
    view = decoded("png", make.saved(image, "PNG"))[1]
    assert abs(view.getpixel((10, 20))[0] - 0x20) < 4
    assert abs(view.getpixel((70, 20))[0] - 0x80) < 4


def test_printing_colours_become_screen_colours():
    raw = make.saved(quarters().convert("CMYK"), "JPEG", quality=95)
    assert corners(decoded("jpeg", raw)[1]) == UPRIGHT


def test_a_colour_profile_is_used_for_all_and_carried_by_none():
    said, view, _ = decoded("png", make.saved(quarters(), "PNG", icc_profile=make.srgb_profile()))
    assert "colour profile" in said["transform"]
    assert corners(view) == UPRIGHT
    assert "icc_profile" not in view.info


@pytest.mark.parametrize("mode", ["L", "RGBA", "P"])
def test_a_profile_is_used_whatever_the_picture_is_made_of(mode):
    said, view, _ = decoded("png", make.saved(quarters().convert(mode), "PNG", icc_profile=make.srgb_profile()))
    assert view.size == (80, 40)
    assert ("colour profile" in said["transform"]) is (mode != "L")


def test_a_strange_profile_changes_the_colours_by_its_rules():
    # Red and green change places: what the profile says must be seen in the result.
    profile = bytearray(make.srgb_profile())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    view = decoded("png", make.saved(quarters(), "PNG", icc_profile=bytes(profile)))[1]
    assert corners(view)[:2] == ["010", "100"]


@pytest.mark.parametrize("profile", [b"no profile", b"x" * 200_000, make.swapped_profile()])
def test_a_senseless_profile_is_dropped(profile):
    said, view, _ = decoded("jpeg", make.saved(quarters(), "JPEG", icc_profile=profile))
    assert "colour profile" not in said["transform"]
    assert corners(view) == UPRIGHT


@pytest.mark.parametrize(
    ("shown", "view"),
    [
        ((1080, 2340), (1080, 2340)),
        ((1, 1), (1, 1)),
        ((540, 1170), (540, 1170)),
        ((4032, 3024), (1080, 810)),
        ((1080, 7400), (1080, 7400)),
        ((20_000, 2), (1080, 1)),
        ((2, 40_000), (2, 40_000)),
    ],
)
def test_a_view_is_at_most_1080_wide_and_never_enlarged(shown, view):
    assert copies.view_size(shown, width=1080, pixels=8_000_000) == view


def test_a_very_long_capture_stays_legible():
    wide, tall = copies.view_size((1080, 12_000), width=1080, pixels=8_000_000)
    assert wide > 840
    assert wide * tall <= 8_000_000
    assert copies.view_size((1080, 37_000), width=1080, pixels=8_000_000)[0] > 480


def test_the_bands_of_a_shrunk_picture_join_without_a_seam(monkeypatch):
    image = make.screenshot((1500, 2100))
    size = (700, 980)
    whole = image.resize(size, Image.Resampling.LANCZOS)
    monkeypatch.setattr(copies, "_BAND_PIXELS", 100_000)
    banded = copies.shrink(image, size, tone=copies.plain)
    assert max(high for _, high in ImageChops.difference(whole, banded).getextrema()) <= 1


def test_a_picture_that_is_not_shrunk_keeps_every_pixel(monkeypatch):
    image = make.screenshot((300, 500))
    monkeypatch.setattr(copies, "_BAND_PIXELS", 10_000)
    assert copies.shrink(image, image.size, tone=copies.plain).tobytes() == image.tobytes()


def test_what_was_done_is_said_in_words():
    words = decoded("png", make.saved(make.screenshot((1500, 100)), "PNG"))[0]["transform"]
    assert words.startswith("PNG read with Pillow ")
    assert "made smaller; saved as JPEG, 1080 x 72 pixels, quality 85, 4:4:4, without metadata" in words
    same = decoded("webp", FILES["webp"](quarters()))[0]["transform"]
    assert "libwebp " in same
    assert "no change of size, colour or direction" in same
    assert "libheif " in decoded("heic", FILES["heic"](quarters()))[0]["transform"]


@pytest.mark.parametrize("size", [make.PHONE, (1170, 540), (200, 4000), (4000, 200), (1, 1)])
def test_a_cover_is_small_whatever_the_picture(size):
    said, _, cover = decoded("png", make.saved(make.screenshot(size) if size > (1, 1) else Image.new("1", size), "PNG"))
    assert cover.width == 160
    assert 80 <= cover.height <= 352
    assert said["cover_bytes"] < 3000


def test_nothing_can_be_recognised_in_a_cover():
    # Words, faces, skin: all are detail finer than a ninth of the width. Other words, the same cover.
    one, other = (decoded("png", make.saved(make.screenshot(seed=seed), "PNG"))[2] for seed in (1, 7))
    assert max(ImageStat.Stat(ImageChops.difference(one, other)).mean) < 2
    board = Image.new("L", (900, 900))
    for at in range(0, 900, 60):
        board.paste(255, (at, 0, at + 30, 900))
    flat = decoded("png", make.saved(board, "PNG"))[2].convert("L")
    low, high = flat.crop((20, 20, 140, 140)).getextrema()
    assert high - low < 60


def test_a_cover_has_no_sharp_edge():
    half = Image.new("RGB", (600, 600), "white")
    half.paste("black", (0, 0, 300, 600))
    cover = decoded("png", make.saved(half, "PNG"))[2].convert("L")
    row = [cover.getpixel((at, 80)) for at in range(160)]
    assert max(abs(one - next_) for one, next_ in itertools.pairwise(row)) < 16
