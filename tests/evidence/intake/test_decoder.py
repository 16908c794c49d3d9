from __future__ import annotations

import io
import itertools
import json
import resource
import subprocess
import sys
import types
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFile, ImageStat

from evidence.intake import copies, decoder, facts
from evidence.intake.answer import bare_jpeg_size, read_answer
from evidence.intake.pictures import DECODER
from evidence.intake.sniffing import Kind
from tests.evidence.intake import make

REQUEST = {
    "file_bytes": 25_000_000,
    "pixels": 40_000_000,
    "side": 40_000,
    "view_width": 1080,
    "view_pixels": 8_000_000,
    "memory": 512 * 1024 * 1024,
    "cpu_seconds": 15,
}


@pytest.fixture(autouse=True)
def _as_in_the_child(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", REQUEST["pixels"])
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)
    for kind in Kind:
        decoder.prepare(kind)


def decoded(kind: str, raw: bytes, **other):
    said, view, cover = decoder.answer({"kind": kind, **REQUEST, **other}, raw)
    assert "refused" not in said, said
    return said, Image.open(io.BytesIO(view)), Image.open(io.BytesIO(cover))


def refusal(kind: str, raw: bytes, **other) -> str:
    said, view, cover = decoder.answer({"kind": kind, **REQUEST, **other}, raw)
    assert (view, cover) == (b"", b"")
    return said["refused"]


def corners(image: Image.Image) -> list[str]:
    """The nearest plain colour in the middle of each quarter, from top left, by rows."""
    wide, tall = image.size
    spots = [(wide // 4, tall // 4), (wide * 3 // 4, tall // 4), (wide // 4, tall * 3 // 4)]
    spots.append((wide * 3 // 4, tall * 3 // 4))
    return ["".join("1" if level > 127 else "0" for level in image.getpixel(spot)) for spot in spots]


def quarters(size: tuple[int, int] = (80, 40)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    wide, tall = size[0] // 2, size[1] // 2
    for colour, at in (("red", (0, 0)), ("lime", (wide, 0)), ("blue", (0, tall))):
        image.paste(colour, (*at, at[0] + wide, at[1] + tall))
    return image


UPRIGHT = ["100", "010", "001", "111"]

FILES = {
    "png": lambda image: make.saved(image, "PNG"),
    "jpeg": lambda image: make.saved(image, "JPEG", quality=95, subsampling=0),
    "webp": lambda image: make.saved(image, "WEBP", lossless=True),
    "heic": make.heic,
}


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


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_only_the_first_picture_of_a_moving_one_is_shown(kind):
    said, view, _ = decoded(kind.lower(), make.animated(kind))
    assert view.getpixel((20, 30))[0] > 200 > view.getpixel((20, 30))[1]
    assert said["view_width"] == 40


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
    said, view, _ = decoded(
        "png", make.saved(quarters().convert(mode), "PNG", icc_profile=make.srgb_profile())
    )
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
    said, _, cover = decoded(
        "png", make.saved(make.screenshot(size) if size > (1, 1) else Image.new("1", size), "PNG")
    )
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
    assert (
        observed(make.saved(quarters(), "JPEG", exif=make.exif(taken=taken, offset=offset)))["taken"] == told
    )


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


@pytest.mark.parametrize("kind", FILES)
def test_no_copy_carries_anything_but_its_pixels(kind):
    extra = {"exif": make.exif(place=True).tobytes()} if kind != "png" else {"exif": make.exif(place=True)}
    extra |= {"icc_profile": make.srgb_profile()} if kind != "heic" else {}
    image = quarters()
    raw = make.heic(image, **extra) if kind == "heic" else make.saved(image, kind.upper(), **extra)
    _, view, cover = decoder.answer({"kind": kind, **REQUEST}, raw + make.MARKER)
    assert bare_jpeg_size(view) == (80, 40)
    assert bare_jpeg_size(cover)[0] == 160
    for blob in (view, cover):
        assert set(Image.open(io.BytesIO(blob)).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert b"marker" not in blob
        assert b"Fone" not in blob


@pytest.mark.parametrize(
    "polyglot", [("png", make.png_and_html), ("jpeg", make.jpeg_and_zip)], ids=["html", "zip"]
)
def test_what_hides_in_a_picture_is_not_in_the_copies(polyglot):
    kind, made = polyglot
    _, view, cover = decoder.answer({"kind": kind, **REQUEST}, made())
    assert bare_jpeg_size(view) == (60, 90)
    assert b"marker" not in view + cover
    assert b"PK\x03\x04" not in view + cover


@pytest.mark.parametrize("kind", FILES)
def test_a_truncated_picture_is_damaged(kind):
    raw = FILES[kind](make.screenshot((200, 300)))
    assert {refusal(kind, raw[: len(raw) * part // 10]) for part in (1, 5, 9)} == {"damaged"}


def test_a_library_that_accepts_truncated_pictures_does_not_loosen_the_child(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    decoder.prepare(Kind.PNG)
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("other", FILES)
def test_a_file_is_read_only_as_the_kind_that_it_was_sniffed_as(kind, other):
    raw = FILES[other](quarters())
    if kind != other:
        assert refusal(kind, raw) == "damaged"


@pytest.mark.parametrize("raw", [b"", b"\x89PNG\r\n\x1a\n", make.foreign()["eps"], make.foreign()["tiff"]])
def test_what_is_no_picture_is_damaged(raw):
    assert refusal("png", raw) == "damaged"


@pytest.mark.parametrize("bomb", [make.text_bomb, make.profile_bomb])
def test_a_packed_bomb_beside_the_pixels_is_refused(bomb):
    assert refusal("png", bomb()) == "damaged"


def test_pixels_are_counted_before_they_are_unpacked(monkeypatch):
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda _self: pytest.fail("was unpacked"))
    assert refusal("png", make.png_bomb(13_000)) == "too_many_pixels"
    assert refusal("jpeg", make.saved(Image.new("L", (100, 100)), "JPEG"), pixels=9_999) == "too_many_pixels"
    assert refusal("png", make.saved(Image.new("1", (40_001, 1)), "PNG")) == "too_long"


def test_exactly_the_most_pixels_are_taken():
    raw = make.saved(Image.new("L", (100, 100)), "JPEG")
    said, view, _ = decoder.answer({"kind": "jpeg", **REQUEST, "pixels": 10_000, "side": 100}, raw)
    assert (said["view_width"], bare_jpeg_size(view)) == (100, (100, 100))


def test_a_picture_that_grows_while_it_is_unpacked_is_refused(monkeypatch):
    def grow(image):
        image._size = (40_000, 40_000)

    monkeypatch.setattr(ImageFile.ImageFile, "load", grow)
    assert refusal("png", FILES["png"](quarters())) == "too_many_pixels"


def test_too_little_memory_is_told_apart_from_damage(monkeypatch):
    def starve(_image):
        raise MemoryError

    monkeypatch.setattr(ImageFile.ImageFile, "load", starve)
    assert refusal("png", FILES["png"](quarters())) == "too_much_memory"


def test_one_request_is_answered(monkeypatch):
    confined = {}
    request = json.dumps({"kind": "png", **REQUEST}).encode()
    spoken, sink = io.BytesIO(len(request).to_bytes(4) + request + FILES["png"](quarters())), io.BytesIO()
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=spoken))
    monkeypatch.setattr(sys, "stdout", types.SimpleNamespace(buffer=sink))
    monkeypatch.setattr(decoder, "confine", lambda **caps: confined.update(caps))
    decoder.main()
    said, view, _ = read_answer(io.BytesIO(sink.getvalue()))
    assert (said.width, bare_jpeg_size(view)) == (80, (80, 40))
    assert confined == {"memory": REQUEST["memory"], "cpu_seconds": REQUEST["cpu_seconds"]}


def test_every_limit_is_hard(monkeypatch):
    set_to = {}
    monkeypatch.setattr(resource, "setrlimit", lambda cap, pair: set_to.update({cap: pair}))
    monkeypatch.setattr(decoder.ctypes, "CDLL", lambda _name: types.SimpleNamespace(prctl=lambda *_: 0))
    decoder.confine(memory=1000, cpu_seconds=7)
    assert set_to == {
        resource.RLIMIT_AS: (1000, 1000),
        resource.RLIMIT_NOFILE: (24, 24),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_CPU: (7, 8),
    }


CONFINED = """
import sys; sys.path.append(sys.argv[1])
import evidence.intake.decoder as decoder
decoder.confine(memory=300 * 1024 * 1024, cpu_seconds=2)
"""


def confined(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*DECODER[:4], CONFINED + code, DECODER[-1], *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, env={})


def test_a_confined_child_cannot_write_a_file(tmp_path):
    code = """
import os, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
os.write(os.open(sys.argv[2], os.O_CREAT | os.O_WRONLY), b"marker")
"""
    done = confined(code, str(tmp_path / "kept"))
    assert "File too large" in done.stderr
    assert (tmp_path / "kept").read_bytes() == b""


def test_a_confined_child_cannot_grow():
    assert "MemoryError" in confined("bytearray(400 * 1024 * 1024)").stderr


def test_a_confined_child_cannot_open_many_files():
    assert "Too many open files" in confined("kept = [open('/dev/null') for _ in range(30)]").stderr


def test_a_confined_child_cannot_run_on():
    assert confined("while True: pass").returncode == -24


def test_a_confined_child_leaves_no_core_dump():
    code = "print(open('/proc/self/status').read()); print(decoder.ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    assert confined(code).stdout.splitlines()[-1] == "0"


def test_the_child_loads_neither_the_web_nor_the_keys():
    code = "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = set(confined(code).stdout.split())
    assert "PIL" in loaded
    assert not loaded & {"django", "cryptography", "weasyprint", "pydantic", "multipart"}
    assert Path(DECODER[-1], "evidence", "intake", "decoder.py").exists()
