"""Recordings that are odd or hostile, and a child that misbehaves: the file is kept, nothing else is opened."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import time

import pytest

from evidence.intake import children, media, media_child
from evidence.intake.media import Media, MediaLimits, examine_media
from tests.evidence import making_media as making
from tests.evidence.intake.watching import here, kind_of, there

pytestmark = pytest.mark.usefixtures("nothing_is_left_behind")
MOVIE = "video/mp4"


@pytest.fixture
def reader(monkeypatch):
    """Put another child in the reader's place."""
    return lambda *command: monkeypatch.setattr(media, "READER", (sys.executable, "-I", "-B", "-c", *command))


# --- what is odd or hostile -----------------------------------------------------------------------


def test_without_the_library_the_file_is_kept_and_nothing_is_said(reader):
    code = children.command("evidence.intake.media_child")[4]
    reader("import sys; sys.modules['av'] = None; " + code, children._ROOT)
    assert there(making.made("mp4")) == Media(problem="no_reader")


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"", MOVIE),
        (b"\0\0\0\x18ftypisom" + bytes(4_000), MOVIE),
        (bytes(range(256)) * 400, MOVIE),
        (b"\x1a\x45\xdf\xa3" + bytes(200), "video/webm"),
        (b"RIFF\xff\xff\xff\xffWAVE" + bytes(300), "audio/wav"),
        (b"words", "text/plain"),
    ],
    ids=["nothing", "no index", "bytes", "matroska", "wave", "text"],
)
def test_what_is_no_recording_is_kept_and_may_hold_a_place(data, media_type):
    assert there(data, media_type) == Media(problem="unreadable", has_location=True)


@pytest.mark.parametrize("name", ["mp4", "mov", "webm", "mp3", "opus", "wav"])
def test_cut_or_changed_recordings_give_facts_or_a_reason(name):
    whole = making.made(name)
    for tenth in (1, 4, 7):
        cut = whole[: len(whole) * tenth // 10]
        changed = bytes(b ^ (at % 97 == tenth) * 0x55 for at, b in enumerate(whole))
        for data in (cut, changed):
            assert there(data, kind_of(whole)).problem in {"", "unreadable"}


LISTS = {
    "m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile '{}'\n",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\na=control:{}\n",
}


@pytest.mark.parametrize("media_type", sorted(media_child.DEMUXERS))
def test_lists_that_name_other_files_open_none(tmp_path_factory, monkeypatch, media_type):
    folder = tmp_path_factory.mktemp("others")
    monkeypatch.chdir(folder)
    (folder / "film.mp4").write_bytes(making.made("mp4"))
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        targets = ("film.mp4", str(folder / "film.mp4"), f"http://127.0.0.1:{server.getsockname()[1]}/film.mp4")
        for text in LISTS.values():
            for target in targets:
                seen = here(text.format(target).encode(), media_type)
                assert seen.width == 0
        with pytest.raises(BlockingIOError):
            server.accept()


def with_reference(film, target):
    """`film` with its frames said to lie in another file: a `url ` entry in the data reference box (8.7.2)."""
    here_entry = struct.pack(">I4sI", 12, b"url ", 1)
    body = struct.pack(">I", 0) + _alias(target)
    box = struct.pack(">I4s", 8 + len(body), b"alis") + body
    at = film.index(here_entry)
    grown = bytearray(film[:at] + box + film[at + 12 :])
    for name in (b"dref", b"dinf", b"minf", b"mdia", b"trak", b"moov"):
        start = grown.rindex(name, 0, at) - 4
        size = int.from_bytes(grown[start : start + 4]) + len(box) - 12
        grown[start : start + 4] = size.to_bytes(4)
    return bytes(grown)


def _alias(target):
    """An alias record with the absolute path of its file (mov.c, `mov_read_dref`)."""
    path = target.encode()
    fixed = bytes(10) + bytes([4]) + b"disk".ljust(27, b"\0") + bytes(12) + bytes([4]) + b"trap".ljust(63, b"\0")
    fixed += bytes(36)  # 16, no levels up or down, 16
    extra = struct.pack(">hh", 2, len(path)) + path + (b"\0" if len(path) % 2 else b"")
    return fixed + extra + struct.pack(">hh", -1, 0)


def test_a_film_whose_frames_lie_in_another_file_opens_none(tmp_path):
    trap = tmp_path / "trap"
    os.mkfifo(trap)
    seen = there(with_reference(making.made("mov"), str(trap)), limits=MediaLimits(seconds=8))
    trap.unlink()
    assert seen.problem == ""


def test_only_the_parts_that_are_needed_are_read():
    whole, gap, asked = making.made("mov"), 3_000_000_000, []
    at = whole.index(b"moov") - 4
    padding = struct.pack(">I4sQ", 1, b"free", gap)

    def read_at(offset, length):
        asked.append(length)
        return bytes(_byte_range(whole[:at] + padding, whole[at:], at + gap, offset, length))

    seen = examine_media(read_at, len(whole) + gap, "video/quicktime")
    assert (seen.problem, seen.seconds) == ("", 2.0)
    assert seen.poster
    assert sum(asked) < 2_000_000
    assert len(asked) < 30


def _byte_range(front, back, back_at, offset, length):
    """`length` bytes of a file that begins with `front`, has `back` at `back_at`, and zeros between."""
    part = bytearray(length)
    for start, data in ((0, front), (back_at, back)):
        first, last = max(offset, start), min(offset + length, start + len(data))
        if first < last:
            part[first - offset : last - offset] = data[first - start : last - start]
    return part


def test_a_source_that_fails_ends_the_child_and_is_heard():
    def gone(_offset, _length):
        raise FileNotFoundError("gone")

    with pytest.raises(FileNotFoundError):
        examine_media(gone, 1_000, MOVIE)


# --- a child that misbehaves ----------------------------------------------------------------------

TALK = """
import sys, os, time, json
def say(kind, body=b""):
    sys.stdout.buffer.write(kind + len(body).to_bytes(4, "big") + body)
    sys.stdout.flush()
head = sys.stdin.buffer.read(5)
sys.stdin.buffer.read(int.from_bytes(head[1:], "big"))
facts = dict(seconds=2.0, width=160, height=120, has_picture=True, codecs=["h264"], container="mov", dates=[],
             device="", software="", has_location=False, place=[])
about = dict(width=160, height=120, at=0.0, made="")
poster, cover = (bytes.fromhex(one) for one in sys.argv[1:3])
"""
FACTS = "say(b'A', json.dumps(facts).encode())\n"
DRAWN = "say(b'A', json.dumps(about).encode()); say(b'A', poster); say(b'A', cover)\n"


@pytest.fixture
def talker(reader):
    """A child that says what a sound one says of the MP4 film, but for `code`."""
    film = here(making.made("mp4"))

    def talks(code):
        reader(TALK + code, film.poster.hex(), film.cover.hex())
        return there(b"bytes of a film", MOVIE, limits=MediaLimits(seconds=8, cpu_seconds=2))

    return talks


def test_a_child_that_talks_soundly_is_believed(talker):
    seen = talker(FACTS + DRAWN + "say(b'E')")
    assert (seen.problem, seen.seconds, seen.poster_width) == ("", 2.0, 160)


@pytest.mark.parametrize(
    "code",
    [
        "os._exit(3)",
        "os.kill(os.getpid(), 11)",
        DRAWN,
        "say(b'A', b'hello'); say(b'E')",
        "facts['seconds'] = float('inf')\n" + FACTS,
        "facts['seconds'] = -1.0\n" + FACTS,
        "facts['width'] = 10 ** 9\n" + FACTS,
        "facts['device'] = 'a\\u202eb'\n" + FACTS,
        "facts['device'] = 'two\\nlines'\n" + FACTS,
        "facts['dates'] = [['a', 'b', 'c']]\n" + FACTS,
        "facts['codecs'] = ['x'] * 13\n" + FACTS,
        "facts['more'] = 1\n" + FACTS,
        "del facts['place']\n" + FACTS,
    ],
    ids=[
        "exit",
        "crash",
        "order",
        "text",
        "endless",
        "negative",
        "wide",
        "turned",
        "lines",
        "triple",
        "many",
        "more",
        "less",
    ],
)
def test_a_child_that_says_what_no_sound_one_says_is_not_believed(talker, code):
    assert talker(code) == Media(problem="reader_ended")


@pytest.mark.parametrize(
    "code",
    [
        "os.kill(os.getpid(), 11)",
        "about['width'] = 161\n" + DRAWN + "say(b'E')",
        "about['width'] = 2000\n" + DRAWN + "say(b'E')",
        "poster += b'marker'\n" + DRAWN + "say(b'E')",
        "poster = poster[:2] + bytes.fromhex('fffe0008') + b'marker' + poster[2:]\n" + DRAWN + "say(b'E')",
        "cover = poster\n" + DRAWN + "say(b'E')",
        DRAWN + "say(b'A', b'more'); say(b'E')",
        DRAWN + "say(b'A', b'more'); say(b'A', b'more'); say(b'E')",
        DRAWN,
    ],
    ids=["crash", "size", "wide", "behind", "remark", "cover", "five", "six", "unended"],
)
def test_whatever_follows_the_facts_they_stand_without_a_picture(talker, code):
    seen = talker(FACTS + code)
    assert (seen.problem, seen.seconds, seen.poster, seen.cover) == ("reader_ended", 2.0, b"", b"")


@pytest.mark.parametrize("code", ["time.sleep(60)", "while True: pass"], ids=["asleep", "busy"])
def test_a_child_that_hangs_is_ended_and_its_facts_stand(reader, code):
    reader(TALK + FACTS + code, "", "")
    began = time.monotonic()
    seen = there(b"bytes of a film", MOVIE, limits=MediaLimits(seconds=1.0))
    assert (seen.problem, seen.seconds) == ("too_slow", 2.0)
    assert time.monotonic() - began < 10


def test_where_all_children_are_at_work_the_file_is_kept_unread(monkeypatch):
    for _ in range(media.CHILDREN_AT_ONCE):
        media._slots.acquire()
    try:
        seen = there(making.made("wav"), limits=MediaLimits(wait_seconds=0.05))
    finally:
        media._slots.release(media.CHILDREN_AT_ONCE)
    assert seen == Media(problem="busy")


def test_the_process_that_serves_never_loads_the_library():
    code = "import sys; sys.path.insert(0, sys.argv[1]); import evidence.intake.media; sys.exit('av' in sys.modules)"
    assert subprocess.run([sys.executable, "-I", "-c", code, children._ROOT], check=False).returncode == 0
