"""A child that is asked, and reads its file by parts, can harm nothing: it dies, hangs, grows or lies in vain."""

from __future__ import annotations

import sys
import threading
import time

import pytest

from evidence.intake.children import PIECE, AnswerBroken, Bounds, Child, Source, SourceCutShort, slot

pytestmark = pytest.mark.usefixtures("nothing_is_left_behind")

RAW = bytes(range(256)) * 1_000
TALK = """
import json, os, sys, time
came, went = sys.stdin.buffer, sys.stdout.buffer
def hear():
    head = came.read(5)
    return head[:1], came.read(int.from_bytes(head[1:], "big"))
def say(kind, body=b""):
    went.write(kind + len(body).to_bytes(4, "big") + body); went.flush()
def read(offset, length):
    say(b"R", offset.to_bytes(8, "big") + length.to_bytes(4, "big"))
    return hear()[1]
kind, asked = hear()
"""


def source(raw: bytes = RAW) -> Source:
    return Source(lambda offset, length: raw[offset : offset + length], len(raw))


def ask(code: str, *, seconds: float = 20, given: Source | None = None, **bounds) -> list[bytes]:
    with Child((sys.executable, "-I", "-B", "-c", TALK + code), seconds) as child:
        return list(child.ask({"what": "x"}, given or source(), Bounds(**bounds)))


def broken(code: str, **other) -> str:
    with pytest.raises(AnswerBroken) as caught:
        ask(code, **other)
    return str(caught.value)


def test_a_child_gets_the_request_and_the_parts_that_it_asks_for():
    told = ask(
        "say(b'A', asked)\n"
        "say(b'A', read(256, 5) + read(0, 2) + read(255_990, 10))\n"
        "say(b'E')"
    )  # fmt: skip
    assert told[0] == b'{"what": "x", "size": 256000, "memory": 536870912, "cpu_seconds": 15}'
    assert told[1] == RAW[256:261] + RAW[:2] + RAW[-10:]


@pytest.mark.parametrize(
    ("offset", "length"),
    [(0, 0), (256_000, 1), (255_999, 2), (2**63, 1), (0, PIECE + 1)],
    ids=["nothing", "behind the end", "over the end", "far away", "too much at once"],
)
def test_no_part_outside_the_file_is_given(offset, length):
    assert broken(f"read({offset}, {length})") == "read"


def test_reads_are_counted_and_summed():
    assert broken("for _ in range(11): read(0, 1)", reads=10) == "read"
    assert broken("for _ in range(3): read(0, 100)", read_bytes=250) == "read"


def test_what_a_child_says_is_counted_and_summed():
    assert broken("while True: say(b'A', b'x')", pieces=10) == "too much said"
    assert broken("while True: say(b'A', b'x' * 100)", answer_bytes=1_000) == "too much said"
    assert broken("say(b'A', b'x' * 1001)", piece_bytes=1_000) == "frame"


@pytest.mark.parametrize(
    "code",
    [
        "",
        "os._exit(3)",
        "os.kill(os.getpid(), 11)",
        "say(b'A', b'x')",
        "went.write(b'A\\xff\\xff\\xff\\xff')",
        "went.write(b'A\\0\\0\\0\\x09only')",
        "say(b'D', b'x')",
        "say(b'R', b'short')",
        "say(b'E', b'x')",

        "went.write(b'hello, world')",
        "went.write(b'\\xff' * 3_000_000)",
        "bytearray(10**12)",
    ],
    ids=["gone", "exit", "crash", "no end", "4 GB", "cut", "wrong kind", "half a read", "end with text",
         "text", "rubbish", "greedy"],
)  # fmt: skip
def test_a_child_that_dies_or_lies_ends_in_one_refusal(code):
    assert broken(code)
    assert ask("say(b'A', b'well'); say(b'E')") == [b"well"]


@pytest.mark.parametrize(
    "code",
    ["time.sleep(60)", "went.write(b'A'); went.flush(); time.sleep(60)",
     "say(b'R', bytes(8) + (9).to_bytes(4, 'big')); time.sleep(60)"],
    ids=["silent", "half a word", "deaf"],
)  # fmt: skip
def test_a_child_that_hangs_is_ended_in_time(code):
    began = time.monotonic()
    with Child((sys.executable, "-I", "-c", TALK + code), 0.8) as child:
        with pytest.raises(AnswerBroken):
            list(child.ask({}, source(), Bounds()))
        assert child.was_late()
    assert time.monotonic() - began < 15


def test_a_child_that_uses_up_its_time_on_the_processor_was_late():
    with Child((sys.executable, "-I", "-c", TALK + "os.kill(os.getpid(), 24)"), 20) as child:
        with pytest.raises(AnswerBroken):
            list(child.ask({}, source(), Bounds()))
        assert child.was_late()


def test_a_file_that_gives_too_little_is_not_passed_on():
    with pytest.raises(SourceCutShort):
        ask("read(0, 10)", given=Source(lambda _offset, _length: b"short", 100))


def test_what_the_file_raises_comes_through_and_the_child_is_gone():
    def lost(_offset: int, _length: int) -> bytes:
        raise KeyError("sealed")

    with pytest.raises(KeyError):
        ask("read(0, 10)", given=Source(lost, 100))


def test_whoever_stops_listening_leaves_no_child():
    with Child((sys.executable, "-I", "-c", TALK + "while True: say(b'A', b'x')"), 20) as child:
        assert next(child.ask({}, source(), Bounds())) == b"x"


def test_a_slot_is_free_again_after_a_failure():
    slots = threading.BoundedSemaphore(1)
    with pytest.raises(KeyError), slot(slots, 0.1, ValueError("busy")):
        raise KeyError
    with (
        slot(slots, 0.1, ValueError("busy")),
        pytest.raises(ValueError, match="busy"),
        slot(slots, 0.1, ValueError("busy")),
    ):
        pytest.fail("two at once")


def test_what_a_child_does_after_its_end_is_waited_for_by_nobody():
    began = time.monotonic()
    assert ask("say(b'A', b'well'); say(b'E'); say(b'A', b'more'); time.sleep(60)") == [b"well"]
    assert time.monotonic() - began < 15
