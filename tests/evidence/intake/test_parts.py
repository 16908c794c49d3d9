from __future__ import annotations

import io
import logging
from pathlib import Path

import pytest

from evidence.intake.parts import (
    READ_SIZE,
    Field,
    FileData,
    FileDropped,
    FileEnd,
    FileStart,
    NotMultipart,
    TooMuchSent,
    UploadCutShort,
    UploadLimits,
    read_parts,
)

TYPE = "multipart/form-data; boundary=edge"


def part(name: str, data: bytes, *, file: str | None = None, kind: str = "image/png") -> bytes:
    disposition = f'Content-Disposition: form-data; name="{name}"'
    if file is not None:
        disposition += f'; filename="{file}"\r\nContent-Type: {kind}'
    return b"--edge\r\n" + disposition.encode() + b"\r\n\r\n" + data + b"\r\n"


def body(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--edge--\r\n"


class Watched(io.BytesIO):
    """A body that remembers how much was asked for at a time."""

    def __init__(self, data: bytes, *, most: int = READ_SIZE) -> None:
        super().__init__(data)
        self.asked: list[int] = []
        self._most = most

    def read(self, size=-1, /):
        self.asked.append(size)
        return super().read(min(size, self._most))


def read(data: bytes, *, limits: UploadLimits | None = None, most: int = READ_SIZE):
    return list(read_parts(Watched(data, most=most), TYPE, len(data), limits=limits))


def test_fields_and_files_come_in_the_order_in_which_they_were_sent():
    data = body(part("a", b"one"), part("f", b"\x89PNG", file="shot.png"), part("b", "zw\u00f6lf".encode()))
    assert read(data) == [
        Field("a", "one"),
        FileStart("f", "shot.png", "image/png"),
        FileData(b"\x89PNG"),
        FileEnd(4),
        Field("b", "zw\u00f6lf"),
    ]


@pytest.mark.parametrize("most", [1, 2, 7, 64, READ_SIZE])
def test_the_parts_are_the_same_however_the_body_arrives(most):
    payload = bytes(range(256)) * 3 + b"\r\n--edg" + b"\r\r\n"
    parts = read(body(part("a", b"one"), part("f", payload, file="x")), most=most)
    assert parts[0] == Field("a", "one")
    assert b"".join(p.data for p in parts if isinstance(p, FileData)) == payload
    assert parts[-1] == FileEnd(len(payload))


def test_fields_are_handed_over_before_the_first_byte_of_a_file_is_read():
    data = body(part("a", b"one"), part("f", b"x" * 300_000, file="x"))
    stream = Watched(data)
    assert next(read_parts(stream, TYPE, len(data))) == Field("a", "one")
    assert stream.tell() <= READ_SIZE


def test_never_more_than_64_kib_are_asked_for_or_handed_over():
    data = body(part("f", b"x" * 1_000_000, file="x"))
    stream = Watched(data)
    sizes = [len(p.data) for p in read_parts(stream, TYPE, len(data)) if isinstance(p, FileData)]
    assert max(stream.asked) <= READ_SIZE
    assert 0 < min(sizes) <= max(sizes) <= READ_SIZE + len("\r\n--edge--")


def test_nothing_behind_the_stated_length_is_read():
    data = body(part("a", b"one"))
    stream = Watched(data + b"GET / HTTP/1.1")
    assert list(read_parts(stream, TYPE, len(data))) == [Field("a", "one")]
    assert stream.tell() == len(data)


def test_an_empty_file_input_is_no_part():
    assert read(body(part("f", b"", file=""), part("a", b"one"))) == [Field("a", "one")]


def test_a_named_empty_file_is_a_file_of_no_bytes():
    assert read(body(part("f", b"", file="x"))) == [FileStart("f", "x", "image/png"), FileEnd(0)]


def test_a_file_without_a_name_is_a_file():
    assert read(body(part("f", b"x", file=""))) == [
        FileStart("f", "", "image/png"),
        FileData(b"x"),
        FileEnd(1),
    ]


def test_a_body_without_parts_has_none():
    assert read(b"--edge--\r\n") == []


@pytest.mark.parametrize("sent", ["../../etc/passwd", "C:\\\\fake\\\\passwd", "pass\u202ewd"])
def test_a_file_name_is_never_a_path(sent):
    start = read(body(part("f", b"x", file=sent)))[0]
    assert start.name == "passwd"


def test_what_people_sent_is_not_in_what_a_log_would_show():
    parts = read(body(part("a", b"marker"), part("f", b"marker", file="marker.png")))
    assert "marker" not in repr(parts)


def test_a_field_that_is_no_utf_8_is_kept_as_far_as_it_is():
    assert read(body(part("a", b"\xffx"))) == [Field("a", "\ufffdx")]


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/x-www-form-urlencoded",
        "multipart/mixed; boundary=edge",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "x" * 71,
        "multipart/form-data; boundary=\u00e9dge",
        'multipart/form-data; boundary="ed\x01ge"',
    ],
)
def test_any_other_content_type_is_refused_before_a_byte_is_read(content_type):
    stream = Watched(body(part("a", b"one")))
    with pytest.raises(NotMultipart):
        read_parts(stream, content_type, 10)
    assert stream.asked == []


@pytest.mark.parametrize("length", [None, -1])
def test_a_body_of_unknown_length_is_refused(length):
    with pytest.raises(NotMultipart):
        read_parts(Watched(b""), TYPE, length)


def test_a_body_that_says_it_is_too_big_is_refused_before_a_byte_is_read():
    stream = Watched(b"")
    with pytest.raises(TooMuchSent):
        read_parts(stream, TYPE, 1001, limits=UploadLimits(total_bytes=1000))
    assert stream.asked == []


@pytest.mark.parametrize(
    "data",
    [
        b"x" * 40,
        b"--edge\nContent-Disposition: form-data; name=a\n\n--edge--",
        b"--edge\r\nContent-Type: text/plain\r\n\r\nx\r\n--edge--",
        b"--edge\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--edge--",
        b"--edge\r\nno header\r\n\r\nx\r\n--edge--",
        b"--edgeX\r\n\r\n",
    ],
)
def test_a_malformed_body_is_refused(data):
    with pytest.raises((NotMultipart, UploadCutShort)):
        read(data)


def test_a_refusal_never_repeats_what_was_sent(caplog):
    with caplog.at_level(logging.DEBUG), pytest.raises(NotMultipart) as caught:
        read(b"--edge\r\nContent-Disposition: marker; name=marker\r\nmarker\r\n\r\nx\r\n--edge--")
    assert "marker" not in f"{caught.value!r}{caught.value.__cause__}{caplog.text}"


LONG_HEADER = b"--edge\r\nContent-Disposition: form-data; name=a\r\nX: " + b"x" * 5000
MANY_HEADERS = b"--edge\r\nContent-Disposition: form-data; name=a\r\n" + b"X-Y: z\r\n" * 9


@pytest.mark.parametrize(
    ("data", "limits"),
    [
        (body(*[part("a", b"")] * 3), UploadLimits(fields=2)),
        (body(part("a", b"x" * 11)), UploadLimits(field_bytes=10)),
        (body(*[part("a", b"x" * 6)] * 2), UploadLimits(all_field_bytes=10)),
        (body(*[part("a", b"")] * 10_000), UploadLimits(fields=1_000_000)),
        (body(*[part("f", b"", file="")] * 101), UploadLimits()),
        (LONG_HEADER + b"\r\n\r\nx\r\n--edge--", UploadLimits()),
        (LONG_HEADER * 20, UploadLimits()),
        (MANY_HEADERS + b"\r\nx\r\n--edge--", UploadLimits()),
        (body(part("f", b"x", file="x")), UploadLimits(headers=1)),
    ],
)
def test_more_than_the_limits_allow_is_refused(data, limits):
    with pytest.raises(TooMuchSent):
        read(data, limits=limits)


def test_exactly_what_the_limits_allow_is_taken():
    limits = UploadLimits(fields=2, field_bytes=5, all_field_bytes=10, files=2, file_bytes=7, parts=4)
    parts = read(
        body(*[part("a", b"x" * 5)] * 2, *[part("f", b"y" * 7, file="x")] * 2),
        limits=limits,
    )
    assert [p for p in parts if isinstance(p, FileEnd)] == [FileEnd(7)] * 2


def test_a_file_that_is_too_big_is_dropped_and_the_next_one_kept():
    parts = read(
        body(part("f", b"x" * 200_000, file="big"), part("f", b"y", file="small")),
        limits=UploadLimits(file_bytes=100_000),
    )
    assert sum(len(p.data) for p in parts[: parts.index(FileDropped("too_big"))][1:]) <= 100_000
    assert parts[-3:] == [FileStart("f", "small", "image/png"), FileData(b"y"), FileEnd(1)]
    assert FileEnd(200_000) not in parts


def test_the_eleventh_file_is_dropped_and_no_byte_of_it_handed_over():
    parts = read(body(*[part("f", b"x", file=f"{n}") for n in range(11)]))
    assert parts.count(FileEnd(1)) == 10
    assert parts[-2:] == [FileStart("f", "10", "image/png"), FileDropped("too_many")]


@pytest.mark.parametrize("file", [None, "x"])
def test_a_body_that_ends_early_is_told_from_a_whole_one_wherever_it_ends(file):
    data = body(part("a", b"one"), part("f", b"y" * 30, file=file))
    whole = len(data) - len(b"\r\n")
    for kept in range(len(data)):
        with pytest.raises(UploadCutShort):
            list(read_parts(Watched(data[:kept]), TYPE, len(data)))
    with pytest.raises(UploadCutShort):
        list(read_parts(Watched(data[: whole - 3]), TYPE, whole - 3))


def test_files_that_ended_before_the_line_dropped_are_whole():
    data = body(part("f", b"one", file="1"), part("f", b"two", file="2"), part("f", b"three", file="3"))
    parts, stream = [], Watched(data[:-15], most=20)
    with pytest.raises(UploadCutShort):
        parts.extend(p for p in _each(read_parts(stream, TYPE, len(data)), parts))
    assert parts.count(FileEnd(3)) == 2
    assert FileEnd(5) not in parts


def _each(source, seen):
    for item in source:
        seen.append(item)
    return []


class Lost(io.RawIOBase):
    def read(self, size=-1, /):
        raise ConnectionResetError


def test_a_lost_connection_is_an_upload_cut_short():
    with pytest.raises(UploadCutShort):
        list(read_parts(Lost(), TYPE, 100))


def test_fifty_aborted_uploads_leave_no_descriptor_and_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    before = len(list(Path("/proc/self/fd").iterdir()))
    data = body(part("f", b"x" * 400_000, file="x"))
    for _ in range(50):
        with pytest.raises(UploadCutShort):
            list(read_parts(Watched(data[:200_000]), TYPE, len(data)))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert list(tmp_path.iterdir()) == []
