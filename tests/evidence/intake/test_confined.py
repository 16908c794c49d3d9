from __future__ import annotations

import io
import json
import sys
import types

import pytest
from hypothesis import given
from hypothesis import strategies as some

from evidence.intake import confined
from evidence.intake.confined import Pipes, RemoteFile

RAW = bytes(range(251)) * 2_000


def frame(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4) + body


@given(some.lists(some.tuples(some.integers(0, len(RAW) + 10), some.integers(0, 200_000)), max_size=8))
def test_a_file_read_by_asking_reads_as_any_other(steps):
    asked = []

    def read_at(offset: int, length: int) -> bytes:
        asked.append((offset, length))
        return RAW[offset : offset + length]

    remote, plain = io.BufferedReader(RemoteFile(read_at, len(RAW)), 65_536), io.BytesIO(RAW)
    for offset, length in steps:
        assert remote.seek(offset) == plain.seek(offset)
        assert remote.read(length) == plain.read(length)
        assert remote.tell() == plain.tell()
    assert all(0 < length <= 1_048_576 and offset + length <= len(RAW) for offset, length in asked)


def test_it_can_be_read_from_its_end_and_not_before_its_start():
    remote = RemoteFile(lambda offset, length: RAW[offset : offset + length], len(RAW))
    assert remote.seek(-5, io.SEEK_END) == len(RAW) - 5
    assert remote.read() == RAW[-5:]
    remote.seek(10)
    assert remote.seek(-3, io.SEEK_CUR) == 7
    with pytest.raises(OSError, match="before"):
        remote.seek(-1)


def test_reading_on_in_order_asks_for_more_at_a_time():
    big, asked = 5_000_000, []

    def read_at(_offset: int, length: int) -> bytes:
        asked.append(length)
        return bytes(length)

    remote = io.BufferedReader(RemoteFile(read_at, big), 65_536)
    while remote.read(65_536):
        pass
    assert asked[:5] == [65_536, 131_072, 262_144, 524_288, 1_048_576]
    assert sum(asked) == big


def test_one_request_is_answered_within_its_limits(monkeypatch):
    request = json.dumps({"size": 5, "memory": 1, "cpu_seconds": 2, "word": "x"}).encode()
    came, went, capped = io.BytesIO(frame(b"Q", request) + frame(b"D", b"hello")), io.BytesIO(), {}
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=came))
    monkeypatch.setattr(sys, "stdout", types.SimpleNamespace(buffer=went))
    monkeypatch.setattr(confined, "confine", lambda **caps: capped.update(caps))

    def answer(asked, file):
        assert capped == {"memory": 1, "cpu_seconds": 2}
        yield asked["word"].encode() + file.read()

    confined.serve(answer)
    read = (0).to_bytes(8) + (5).to_bytes(4)
    assert went.getvalue() == frame(b"R", read) + frame(b"A", b"xhello") + frame(b"E", b"")


@pytest.mark.parametrize("came", [b"", b"Q", frame(b"A", b"{}")])
def test_a_child_whose_parent_is_gone_ends(came):
    with pytest.raises(EOFError):
        Pipes(io.BytesIO(came), io.BytesIO()).request()
