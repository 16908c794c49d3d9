from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import types
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from evidence.intake import confined as confined_child
from evidence.intake import decoder
from evidence.intake.answer import bare_jpeg_size, read_answer
from evidence.intake.pictures import DECODER
from evidence.intake.sniffing import Kind
from tests.evidence.intake import make
from tests.evidence.intake.reading import FILES, REQUEST, quarters, refusal

pytestmark = pytest.mark.usefixtures("as_in_the_child")


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


@pytest.mark.parametrize("polyglot", [("png", make.png_and_html), ("jpeg", make.jpeg_and_zip)], ids=["html", "zip"])
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
    monkeypatch.setattr(confined_child.ctypes, "CDLL", lambda _name: types.SimpleNamespace(prctl=lambda *_: 0))
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
    code = "print(open('/proc/self/status').read()); import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    assert confined(code).stdout.splitlines()[-1] == "0"


def test_the_child_sees_nobody_s_own_python_packages():
    assert confined("print(sys.flags.isolated, sys.flags.dont_write_bytecode)").stdout == "1 1\n"


def test_the_child_loads_neither_the_web_nor_the_keys():
    code = "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = set(confined(code).stdout.split())
    assert "PIL" in loaded
    assert not loaded & {"django", "cryptography", "weasyprint", "pydantic", "multipart"}
    assert Path(DECODER[-1], "evidence", "intake", "decoder.py").exists()
