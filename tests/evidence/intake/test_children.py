from __future__ import annotations

import json
import os
import sys
import threading
import time

import pytest

from evidence.intake import pictures
from evidence.intake.pictures import (
    Busy,
    DecoderFailed,
    Limits,
    NotAPicture,
    PictureRefused,
    examine,
)
from evidence.intake.sniffing import Kind
from tests.evidence.intake import make

pytestmark = pytest.mark.usefixtures("nothing_is_left_behind")


SHOT = make.saved(make.screenshot(), "PNG")


def pieces(raw: bytes, size: int = 10_000):
    return (raw[at : at + size] for at in range(0, len(raw), size))


READ_ALL = "import sys, os, time, json\ndata = sys.stdin.buffer.read()\n"


@pytest.mark.parametrize(
    "code",
    [
        READ_ALL + "time.sleep(60)",
        READ_ALL + "sys.stdout.buffer.write(b'\\0\\0'); sys.stdout.flush(); time.sleep(60)",
        "import time; time.sleep(60)",
        READ_ALL + "if os.fork(): time.sleep(60)\ntime.sleep(60)",
        READ_ALL + "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass",
    ],
    ids=["silent", "half a word", "deaf", "with a child of its own", "busy"],
)
def test_a_hanging_child_is_ended_in_time(child, code):
    child(code)
    raw = SHOT + bytes(1_000_000)  # more than a pipe holds
    began = time.monotonic()
    with pytest.raises(DecoderFailed) as caught:
        examine(pieces(raw), limits=Limits(seconds=0.7))
    assert caught.value.code == "too_slow"
    assert time.monotonic() - began < 15


def test_a_child_that_uses_up_its_time_was_too_slow(child):
    child(READ_ALL + "os.kill(os.getpid(), 24)")
    with pytest.raises(DecoderFailed) as caught:
        examine([SHOT])
    assert caught.value.code == "too_slow"


@pytest.mark.parametrize(
    "code",
    [
        "raise SystemExit(0)",
        READ_ALL + "os._exit(3)",
        READ_ALL + "os.kill(os.getpid(), 11)",
        READ_ALL + "os.kill(os.getpid(), 9)",
        "import os; os.close(0); os.close(1); os._exit(0)",
        READ_ALL + "print('hello')",
        READ_ALL + "sys.stdout.buffer.write(b'\\xff' * 5_000_000)",
        READ_ALL + "while True: sys.stdout.buffer.write(b'\\0\\0\\0\\x02{}' * 1000)",
        READ_ALL + "sys.stdout.buffer.write(b'\\0\\0\\0\\x05hello')",
        READ_ALL + "os.close(1); time.sleep(60)",
    ],
    ids=["gone", "exit", "segfault", "killed", "closed", "text", "rubbish", "endless", "no json", "mute"],
)
def test_a_child_that_dies_or_talks_rubbish_harms_nothing(child, code, monkeypatch):
    child(code)
    with pytest.raises(DecoderFailed) as caught:
        examine(pieces(SHOT + bytes(1_000_000)), limits=Limits(seconds=10))
    assert caught.value.code == "decoder_ended"
    monkeypatch.undo()
    assert examine([SHOT]).kind is Kind.PNG


FORGE = """
import subprocess
done = subprocess.run(json.loads(sys.argv[1]), input=data, stdout=subprocess.PIPE).stdout
start = 4 + int.from_bytes(done[:4])
said = json.loads(done[4:start])
view, cover = done[start:][:said["view_bytes"]], done[start + said["view_bytes"]:]
view = view[:2] + bytes.fromhex(sys.argv[2]) + view[2:] + bytes.fromhex(sys.argv[3])
said["view_bytes"] = len(view)
header = json.dumps(said).encode()
sys.stdout.buffer.write(len(header).to_bytes(4) + header + view + cover)
"""


@pytest.mark.parametrize(
    ("before", "after", "passes"),
    [("", "", True), ("", b"marker".hex(), False), (b"\xff\xfe\x00\x08marker".hex(), "", False)],
    ids=["nothing", "behind the end", "a remark"],
)
def test_a_child_that_was_taken_over_cannot_pass_anything_on(monkeypatch, before, after, passes):
    command = (sys.executable, "-I", "-c", READ_ALL + FORGE, json.dumps(pictures.DECODER), before, after)
    monkeypatch.setattr(pictures, "DECODER", command)
    if passes:
        assert examine([SHOT]).kind is Kind.PNG
    else:
        with pytest.raises(DecoderFailed):
            examine([SHOT])


def test_the_child_inherits_nothing(child, monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "marker")
    inherited = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(inherited, True)
    child(
        READ_ALL
        + "open_now = [int(name) for name in os.listdir('/proc/self/fd')]\n"
        + "alone = os.getsid(0) == os.getpid() and os.getcwd() == '/'\n"
        + "clean = set(os.environ) <= {'MALLOC_ARENA_MAX', 'LC_CTYPE'} and max(open_now) <= 3\n"
        + "answer = b'{\"refused\": \"%s\"}' % (b'damaged' if alone and clean else b'too_long')\n"
        + "sys.stdout.buffer.write(len(answer).to_bytes(4, 'big') + answer)"
    )
    try:
        with pytest.raises(NotAPicture):
            examine([SHOT])
    finally:
        os.close(inherited)


def test_where_it_is_started_and_what_lies_there_change_nothing(monkeypatch, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for trap in ("PIL.py", "json.py", "sitecustomize.py", "evidence.py"):
        (elsewhere / trap).write_text("raise SystemExit(9)")
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("PYTHONPATH", str(elsewhere))
    monkeypatch.setenv("PYTHONSTARTUP", str(elsewhere / "json.py"))
    assert examine([SHOT]).kind is Kind.PNG


def test_no_more_than_two_children_work_at_once(child):
    child(READ_ALL + "time.sleep(1.2)")
    outcomes = []

    def one():
        try:
            examine([SHOT], limits=Limits(wait_seconds=0.2, seconds=10))
        except PictureRefused as refusal:
            outcomes.append(type(refusal))

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(Busy) == 2
    assert outcomes.count(DecoderFailed) == 2


def test_whoever_waits_long_enough_gets_a_turn():
    told = []
    threads = [threading.Thread(target=lambda: told.append(examine([SHOT]).kind)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [Kind.PNG] * 5


def test_a_child_writes_nothing_where_logs_are_kept(child, capfd):
    child(READ_ALL + "print('marker', file=sys.stderr); sys.exit('marker')")
    with pytest.raises(DecoderFailed):
        examine([SHOT])
    assert capfd.readouterr() == ("", "")
