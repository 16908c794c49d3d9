from __future__ import annotations

import io
import json

import pytest

from evidence.intake.answer import AnswerBroken, Refusal, bare_jpeg_size, read_answer
from tests.evidence.intake import make

VIEW = make.saved(make.screenshot((60, 90)), "JPEG", quality=85, subsampling=0)
COVER = make.saved(make.screenshot((20, 30)), "JPEG", quality=40)
SAID = {
    "width": 60,
    "height": 90,
    "taken": None,
    "dates": [["DateTime", "2026:03:01 14:02:09"]],
    "orientation": 1,
    "device": "",
    "software": "",
    "has_location": False,
    "frames": 1,
    "seconds": 0.0,
    "look": "0" * 72,
    "view_width": 60,
    "view_height": 90,
    "transform": "none",
    "view_bytes": len(VIEW),
    "cover_bytes": len(COVER),
}


def spoken(said=SAID, view=VIEW, cover=COVER) -> bytes:
    header = json.dumps(said).encode()
    return len(header).to_bytes(4) + header + view + cover


def heard(data: bytes):
    return read_answer(io.BytesIO(data))


def test_a_sound_answer_is_heard():
    said, view, cover = heard(spoken())
    assert (said.width, said.view_height, view, cover) == (60, 90, VIEW, COVER)


def test_a_refusal_is_heard():
    assert heard(spoken({"refused": "damaged"}, b"", b"")) == Refusal(refused="damaged")


def test_an_answer_that_ends_early_is_broken_wherever_it_ends():
    whole = spoken()
    for kept in range(len(whole)):
        with pytest.raises(AnswerBroken):
            heard(whole[:kept])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(4),
        b"\xff\xff\xff\xff" + bytes(100),
        (20_000).to_bytes(4) + bytes(20_000),
        (5).to_bytes(4) + b"hello",
        spoken() + b"x",
        spoken({"refused": "<script>"}, b"", b""),
        spoken({"refused": "damaged", "more": 1}, b"", b""),
        spoken(SAID | {"more": 1}),
        spoken({key: value for key, value in SAID.items() if key != "width"}),
        spoken(SAID | {"width": "60"}),
        spoken(SAID | {"width": 0}),
        spoken(SAID | {"has_location": 1}),
        spoken(SAID | {"device": "x" * 201}),
        spoken(SAID | {"frames": 0}),
        spoken(SAID | {"frames": 10_001}),
        spoken(SAID | {"seconds": -1.0}),
        spoken(SAID | {"seconds": float("nan")}),
        spoken(SAID | {"look": "0" * 71 + "G"}),
        spoken(SAID | {"look": "0" * 73}),
        spoken(SAID | {"view_bytes": 25_000_000}),
        spoken(SAID | {"cover_bytes": 3_001}),
        spoken(SAID | {"view_width": 61}),
        spoken(SAID | {"cover_bytes": len(COVER) + 6}, cover=COVER + b"marker"),
        spoken(SAID | {"view_bytes": len(COVER), "cover_bytes": len(VIEW)}),
    ],
)
def test_any_other_answer_is_broken(data):
    with pytest.raises(AnswerBroken):
        heard(data)


def test_what_a_broken_answer_said_is_not_repeated():
    with pytest.raises(AnswerBroken) as caught:
        heard(spoken(SAID | {"device": 5, "software": "marker"}))
    assert "marker" not in f"{caught.value!r}{caught.value.__cause__!r}"


def test_a_bare_jpeg_tells_its_size():
    assert bare_jpeg_size(VIEW) == (60, 90)


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(data) + 2).to_bytes(2) + data


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"\xff\xd8",
        b"\x89PNG",
        VIEW + b"\x00",
        VIEW + VIEW,
        VIEW[:-1],
        VIEW[:-2],
        VIEW[:2] + segment(0xFE, b"a remark") + VIEW[2:],
        VIEW[:2] + segment(0xE1, b"Exif\x00\x00") + VIEW[2:],
        VIEW[:2] + segment(0xED, b"Photoshop") + VIEW[2:],
        VIEW[:2] + segment(0xE0, b"JFXX\x00" + bytes(50)) + VIEW[2:],
        VIEW[:2] + segment(0xE2, b"ICC_PROFILE\x00") + VIEW[2:],
        VIEW[:2] + b"\xff\xdb\x00\x00" + VIEW[2:],
        VIEW[:-2] + b"\xff\xfe\x00\x08marker" + VIEW[-2:],
        VIEW.replace(b"\xff\xc0", b"\xff\xc2"),
        make.saved(make.screenshot((60, 90)), "JPEG", progressive=True),
        make.saved(make.screenshot((60, 90)), "JPEG", exif=make.exif()),
        make.saved(make.screenshot((60, 90)), "JPEG", comment=b"a remark"),
        VIEW[:2] + VIEW[VIEW.index(b"\xff\xda") :],
        make.jpeg_and_zip(),
    ],
)
def test_a_jpeg_that_carries_anything_else_is_not_bare(blob):
    with pytest.raises(AnswerBroken):
        bare_jpeg_size(blob)
