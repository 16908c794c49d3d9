"""Every specimen of the corpus gets the answer that stands beside it, and nothing rides along in what is shown."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections import Counter, defaultdict
from functools import cache
from itertools import starmap

import pytest
from PIL import Image

from evidence.intake import pictures
from evidence.intake.answer import Refusal, bare_jpeg_size, read_answer
from evidence.intake.labels import LONGEST, file_name
from evidence.intake.pictures import Limits, NotAPicture, PictureRefused, examine
from evidence.intake.sniffing import ENOUGH, sniff
from tests.evidence.intake import batch, corpus, corpus_bombs, corpus_names, make

pytestmark = pytest.mark.usefixtures("nothing_is_left_behind")

ALL = {drawer: [one for one in corpus.everything() if one.drawer == drawer] for drawer in corpus.DRAWERS}
AT_MOST = {"seconds of a processor": 1.5, "MiB of a child": 256, "MiB of the parent": 128}
GUESTS = (b"marker", b"PK\x03\x04", b"\x7fELF", b"%PDF")


def test_the_corpus_counts_at_least_300_files_and_each_has_a_name_of_its_own():
    names = Counter(one.name for each in ALL.values() for one in each)

    assert sum(names.values()) >= 300
    assert [name for name, times in names.items() if times > 1] == []
    assert all(len(each) >= 40 for each in ALL.values())
    assert all(one.make() == one.make() for one in ALL["broken"] + ALL["guests"][::7])


# --- what is no picture -----------------------------------------------------------------------------------


def test_what_is_no_picture_is_refused_and_starts_no_child(monkeypatch):
    monkeypatch.setattr(pictures, "Child", lambda *_: pytest.fail("was started"))
    for stranger in ALL["strangers"]:
        with pytest.raises(NotAPicture) as caught:
            examine([stranger.make()])
        assert caught.value.code in stranger.expect, stranger.name


# --- what looks like one ------------------------------------------------------------------------------------


@cache
def view_of(clean):
    """The copy of a clean picture, by its bytes: one child for each, however many guests show it."""
    return examine([clean]).view


def faults(specimen, heard):
    """What is wrong with an answer: nothing, it is to be hoped."""
    if isinstance(heard, Refusal):
        return "" if heard.refused in specimen.expect else f"{specimen.name}: {heard.refused}"
    said, view, cover = heard
    if "taken" not in specimen.expect:
        return f"{specimen.name}: was taken"
    if bare_jpeg_size(view) != (said.view_width, said.view_height) or any(one in view + cover for one in GUESTS):
        return f"{specimen.name}: something rode along"
    told = f"{said.taken} {said.device} {said.software}"
    if not told.isprintable() or len(told) > 3 * LONGEST:
        return f"{specimen.name}: what it says of itself is not one short line"
    shown = not specimen.shows or view == view_of(specimen.shows())
    return "" if shown else f"{specimen.name}: shows something else"


@pytest.mark.parametrize("drawer", ["broken", "guests"])
def test_every_hostile_picture_gets_the_answer_that_is_expected_of_it(drawer):
    by_kind = defaultdict(list)
    for specimen in ALL[drawer]:
        by_kind[sniff(specimen.make()[:ENOUGH])].append(specimen)
    assert None not in by_kind
    for kind, specimens in by_kind.items():
        answers = batch.answers(kind, (one.make() for one in specimens))
        heard = [read_answer(io.BytesIO(answer)) for answer in answers]
        assert [fault for fault in starmap(faults, zip(specimens, heard, strict=True)) if fault] == []


@pytest.mark.parametrize("drawer", ["broken", "guests"])
def test_one_in_ten_of_them_gets_the_same_answer_in_a_child_of_its_own(drawer):
    for specimen in ALL[drawer][::10]:
        try:
            answer = "taken" if examine([specimen.make()]) else ""
        except PictureRefused as refusal:
            answer = refusal.code
        assert answer in specimen.expect, specimen.name
    assert examine([make.saved(make.screenshot((60, 90)), "PNG")]).view_width == 60


# --- what asks for much -------------------------------------------------------------------------------------

# One process that reads bomb after bomb, as a worker of the site would, and says what each cost.
READ_ALL = """
import json, resource, sys
sys.path.append(sys.argv[1])
from evidence.intake.pictures import PictureRefused, examine
def spent():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
told = []
while size := int.from_bytes(sys.stdin.buffer.read(4)):
    raw, before = sys.stdin.buffer.read(size), spent()
    try:
        answer = "taken" if examine([raw]) else ""
    except PictureRefused as refusal:
        answer = refusal.code
    told.append([answer, spent() - before])
own = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([told, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, own // 1024]))
"""


def test_a_process_that_is_sent_every_bomb_lives_and_none_of_them_costs_much():
    bombs = [one.make() for one in ALL["bombs"]]
    command = [sys.executable, "-I", "-c", READ_ALL, pictures.DECODER[-1]]
    sent = b"".join(len(raw).to_bytes(4) + raw for raw in bombs) + bytes(4)
    done = subprocess.run(command, input=sent, capture_output=True, check=True, timeout=120)
    told, child, parent = json.loads(done.stdout)

    pairs = list(zip(ALL["bombs"], told, strict=True))
    assert [(one.name, answer) for one, (answer, _) in pairs if answer not in one.expect] == []
    assert [one.name for one, (_, seconds) in pairs if seconds > AT_MOST["seconds of a processor"]] == []
    assert child <= AT_MOST["MiB of a child"]
    assert parent <= AT_MOST["MiB of the parent"]


def test_a_picture_that_asks_for_its_pixels_again_and_again_is_stopped():
    large = Image.new("L", (6_000, 6_000), 90)
    with pytest.raises(PictureRefused) as caught:
        examine([corpus_bombs.scans(large, 400)], limits=Limits(cpu_seconds=1))
    assert caught.value.code == "too_slow"


# --- what they are called -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", corpus_names.every(), ids=ascii)
def test_no_name_stays_a_path_or_a_trick(name):
    kept = file_name(name)
    assert not set(kept) & {"/", "\\", *corpus_names.TURNS, *corpus_names.HIDDEN, *corpus_names.CONTROLS}
    assert len(kept) <= LONGEST
    assert kept.isprintable()
    assert len(kept.splitlines()) <= 1


def test_there_are_200_names():
    assert len(set(corpus_names.every())) >= 200
