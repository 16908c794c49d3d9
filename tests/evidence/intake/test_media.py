"""What films and sounds say of themselves: made by the real ffmpeg, read by the real libraries."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image, ImageChops, ImageStat

from evidence.intake import media, media_child
from evidence.intake.answer import bare_jpeg_size
from tests.evidence import making_media as making
from tests.evidence.intake.make import MARKER
from tests.evidence.intake.watching import here, there

pytestmark = pytest.mark.usefixtures("nothing_is_left_behind")


# --- what they say --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", making.FILMS)
def test_a_film_tells_its_length_and_size_and_gives_a_picture(name):
    seen = here(making.made(name))
    assert seen.problem == ""
    assert seen.has_picture
    assert seen.seconds == pytest.approx(making.SECONDS, abs=0.1)
    assert (seen.width, seen.height) == ((176, 144) if name == "3gp" else (160, 120))
    assert seen.codecs[0] in {"h264", "vp8", "vp9", "h263", "mpeg4"}
    assert bare_jpeg_size(seen.poster) == (seen.poster_width, seen.poster_height)
    assert "FFmpeg" in seen.transform


@pytest.mark.parametrize("name", making.SOUNDS)
def test_a_sound_tells_its_length_and_has_no_picture(name):
    seen = here(making.made(name))
    assert seen.problem == ""
    assert seen.has_picture is False
    assert seen.seconds == pytest.approx(making.SECONDS, abs=0.1)
    assert len(seen.codecs) == 1
    assert (seen.poster, seen.cover, seen.width, seen.height) == (b"", b"", 0, 0)


@pytest.mark.parametrize("name", ["mp4", "webm", "amr", "mov on its side"])
def test_the_child_says_the_same(name):
    data = making.made(name)
    assert there(data) == here(data)


def test_what_a_phone_writes_into_a_film_is_shown_as_it_is_written():
    seen = here(making.made("mov"))
    assert ("com.apple.quicktime.creationdate", making.TAKEN_THERE) in seen.dates
    assert ("creation_time", making.TAKEN) in seen.dates
    assert (seen.device, seen.software, seen.container) == ("Fone X 15", "18.4", "mov qt")


@pytest.mark.parametrize("name", ["mov", "mp4 android"])
def test_a_place_is_noticed_and_told_only_on_request(name):
    data = making.made(name)
    without, told = here(data), here(data, with_place=True)
    assert without.has_location
    assert without.place == ()
    assert any(text.startswith("+51.5074-000.1278+11" if name != "mov" else making.PLACE) for _, text in told.place)
    assert "51.5074" not in json.dumps([without.observed(), told.observed()])


def test_a_film_without_a_place_says_that_there_is_none():
    assert not here(making.made("mp4")).has_location


@pytest.mark.parametrize("track", [b"gpmd", b"camm", b"mebx"])
def test_a_track_in_which_cameras_write_places_may_hold_one(track):
    data = making.made("mp4")
    at = data.index(b"mp4a")
    data = data.replace(b"soun", b"meta").replace(b"mp4a", track)
    assert at
    assert here(data).has_location


def test_text_inside_a_film_is_one_clean_line():
    hostile = ("-metadata", f"make=\u202eFone\u0007 {MARKER.decode()}", "-metadata", "model=" + "x" * 5_000)
    seen = here(making.run("mov", *making.PATTERN, *making.H264, "-movflags", "use_metadata_tags", *hostile))
    assert seen.device.startswith(f"Fone {MARKER.decode()}")
    assert len(seen.device) <= 200
    assert seen.device.isprintable()


def test_no_more_dates_and_codecs_are_told_than_fit():
    tracks = ("-map", "0") * 20
    tones = making.run("matroska", *making.LOW_TONE, *tracks, "-c:a", "pcm_s16le", "-t", "0.2")
    assert len(here(tones).codecs) == media_child.MOST_CODECS


def test_the_cover_of_a_song_is_no_film():
    seen = here(making.with_cover_art())
    assert seen.has_picture is False
    assert seen.codecs == ("mp3",)
    assert seen.poster == b""


# --- the picture of a film ------------------------------------------------------------------------


def test_the_picture_of_a_film_that_was_held_upright_stands_upright():
    lying, standing = (Image.open(io.BytesIO(here(making.made(name)).poster)) for name in ("mov", "mov on its side"))
    assert standing.size == lying.size[::-1]
    apart = ImageChops.difference(standing, lying.transpose(Image.Transpose.ROTATE_270))
    assert max(ImageStat.Stat(apart).mean) < 3


def test_the_picture_comes_from_a_tenth_into_the_film():
    every_frame = (*making.PATTERN[:-1], "testsrc2=size=160x120:rate=10:duration=20", *making.H264, "-g", "1")
    assert here(making.run("mp4", *every_frame)).poster_at == pytest.approx(2, abs=0.2)


def test_pictures_carry_pixels_and_nothing_else():
    seen = here(making.made("mov"))
    for blob in (seen.poster, seen.cover):
        assert set(Image.open(io.BytesIO(blob)).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert b"Fone" not in blob


def test_nothing_can_be_recognised_on_the_cover():
    seen = here(making.made("mp4"))
    cover = Image.open(io.BytesIO(seen.cover))
    assert cover.width == media.COVER_WIDTH
    assert len(seen.cover) < 3_000
    edges = ImageChops.difference(cover, cover.resize((9, 7)).resize(cover.size, Image.Resampling.BICUBIC))
    assert max(ImageStat.Stat(edges).mean) < 8


def test_a_picture_is_at_most_as_wide_as_it_may_be():
    seen = here(making.made("mp4"), poster_width=100, poster_pixels=4_000)
    assert bare_jpeg_size(seen.poster)[0] <= 73


def test_a_film_with_too_many_pixels_keeps_its_facts_and_gives_no_picture():
    data = making.large("1920x1080")
    assert here(data).poster_width == 1080
    seen = here(data, pixels=1_000_000)
    assert (seen.problem, seen.width, seen.poster) == ("", 1920, b"")


def test_the_largest_film_fits_into_the_child():
    seen = there(making.large("7680x4320"))
    assert (seen.problem, seen.width, seen.poster_width) == ("", 7680, 1080)


def test_a_codec_that_is_not_on_the_list_is_never_decoded():
    seen = here(making.run("matroska", *making.PATTERN, "-c:v", "ffv1"))
    assert (seen.codecs, seen.width, seen.poster) == (("ffv1",), 160, b"")


def test_a_film_that_stops_half_way_keeps_what_it_said():
    whole = making.made("mp4 index first")
    start = whole.index(b"mdat")
    seen = here(whole[:start] + bytes(len(whole) - start))
    assert (seen.problem, seen.seconds, seen.poster) == ("", 2.0, b"")
