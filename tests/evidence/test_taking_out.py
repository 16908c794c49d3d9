"""A person's own copy: all that her case holds and nothing else, and no file where the gate is not open."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import io
import re
import tracemalloc
import zipfile
from html.parser import HTMLParser

import pytest
from django.utils import translation

from evidence import (
    cases,
    details,
    gate,
    holds,
    index,
    items,
    messages,
    sending,
    taking_out,
    vault,
    whole_case,
)
from evidence.custody import OWNER
from evidence.index import Gate, When
from evidence.items import Telling
from evidence.vault import Opened
from tests.conftest import PIXELS, acts
from tests.evidence.taking import page_of, taken, told

pytestmark = pytest.mark.django_db
CLOSED = (
    ("under18", "adult", "mine"),
    ("unsure", "adult", "mine"),
    ("adults", "under18", "mine"),
    ("adults", "adult", "other"),
)


# --- who, and what must not be in it ---------------------------------------------------------------------------------


@pytest.mark.parametrize("said", CLOSED, ids="-".join)
def test_no_file_and_no_look_of_one_leaves_where_the_gate_is_not_open(story, at, said):
    with items.holding(story.opened) as whole:
        whole.put(dataclasses.replace(whole.lines[0], look="a1b2c3"))
    assert "a1b2c3" in taken(story, at).read("everything.json").decode()
    gate.answer(story.opened, Gate(*said), by=OWNER, at=at)
    archive = taken(story, at)
    assert archive.namelist() == ["index.html", "everything.json"]
    assert "files/" not in page_of(archive)
    assert "a1b2c3" not in archive.read("everything.json").decode()
    assert "No picture and no file is in this copy." in page_of(archive)


def test_no_file_leaves_once_the_pictures_are_locked_or_the_site_may_take_none(story, at, settings):
    settings.UPLOADS_ALLOWED = False
    assert taken(story, at).namelist() == ["index.html", "everything.json"]
    settings.UPLOADS_ALLOWED = True
    gate.lock(story.opened, by=OWNER, at=at)
    assert taken(story, at).namelist() == ["index.html", "everything.json"]


def stopped(pieces):
    """What still came before the copy was stopped."""
    came = bytearray()
    with pytest.raises(sending.LockedMeanwhile):
        came.extend(b for piece in pieces for b in piece)
    return bytes(came)


@pytest.mark.parametrize(("megabytes", "sent"), [(4, b"\x89PNG"), (9, b"large")])
def test_a_lock_on_the_way_stops_the_copy_in_the_middle_of_a_file(alice, open_gate, keep_picture, at, megabytes, sent):
    data = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"large or small  " * 4 + bytes(megabytes * 1024**2)
    keep_picture(alice.opened, data)
    pieces, came = taking_out.take(alice.opened, by=OWNER, at=at), b""
    while sent not in came:
        came += next(pieces)
    gate.lock(alice.opened, by=OWNER, at=at)
    came += stopped(pieces)
    assert len(came) < 2.5 * sending.LOOK
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(came))


def test_a_lock_before_a_file_keeps_all_of_it(alice, open_gate, keep_picture, at):
    keep_picture(alice.opened)
    pieces = taking_out.take(alice.opened, by=OWNER, at=at)
    gate.lock(alice.opened, by=OWNER, at=at)
    assert PIXELS[:40] not in stopped(pieces)


def test_a_lock_before_the_list_of_items_keeps_it_with_what_could_tell_a_picture_again(story, at, monkeypatch):
    drawn, real = [], taking_out._Archive._items
    monkeypatch.setattr(taking_out._Archive, "_items", lambda self: drawn.append(1) or real(self))
    pieces = taking_out.take(story.opened, by=OWNER, at=at)
    next(pieces)
    gate.lock(story.opened, by=OWNER, at=at)
    stopped(pieces)
    assert drawn == []


def test_new_keys_or_the_end_of_the_case_on_the_way_stop_the_copy(alice, hana, open_gate, keep_picture, at):
    keep_picture(alice.opened)
    pieces = taking_out.take(alice.opened, by=OWNER, at=at)
    cases.hide(alice.session, at=at)
    stopped(pieces)


def test_a_worker_who_reads_the_case_takes_no_copy_of_it(story, at):
    opened = Opened(story.case, story.opened.secret)
    before = acts(story.opened)
    with pytest.raises(vault.Shut):
        taking_out.take(opened, by=OWNER, at=at)
    assert acts(story.opened) == before


def test_it_is_recorded_before_the_first_byte(story, at):
    taking_out.take(story.opened, by=OWNER, at=at)
    assert acts(story.opened)[-1] == "copy-taken"


# --- the page ---------------------------------------------------------------------------------------------------------


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.addresses, self.attributes = set(), [], set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value for name, value in attrs if name in {"href", "src", "action"}]


def read(page):
    reader = Reader()
    reader.feed(page)
    return reader


def test_the_page_stands_alone_and_asks_nobody_for_anything(story, at):
    page = page_of(taken(story, at))
    seen = read(page)
    assert not seen.tags & {"script", "img", "iframe", "link", "form", "object", "video", "audio"}
    assert set(seen.addresses) == {"files/001.png"}
    assert "style" not in seen.attributes
    assert "<title>Copy</title>" in page
    sheet = page.split("<style>")[1].split("</style>")[0]
    stated = f"'sha256-{base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()}'"
    assert stated in page.replace("&#x27;", "'")


def test_nothing_that_was_typed_becomes_markup_or_a_link(alice, at, open_gate, keep_picture):
    hostile = "</dd></style><script>alert(1)</script><img src=x onerror=alert(1)> =HYPERLINK(1) https://evil.example/"
    opened, who = alice.opened, {"by": OWNER, "at": at}
    keep_picture(opened, name=hostile, title=hostile)
    for kind in index.TYPED:
        claims = dict.fromkeys(items.CLAIMS[kind], hostile)
        line = items.add(opened, kind, Telling(hostile, When("2026-03-01", "exact", hostile), claims), **who)
        items.edit(opened, line.id, Telling(hostile, When(), claims), **who)
    details.save(opened, dict.fromkeys(details.NAMES, hostile), **who)
    messages.write(opened, text=hostile, **who)
    holds.place(alice.case, holds.Order(hostile, hostile, "2026-02-01"), at=at)
    archive = taken(alice, at)
    seen = read(page_of(archive))
    assert not seen.tags & {"script", "img"}
    assert set(seen.addresses) == {"files/001.png"}
    assert told(archive)["messages"][0]["text"] == hostile


@pytest.mark.parametrize("kind", index.TYPED)
def test_every_claim_has_words_of_its_own_on_the_page(alice, at, kind):
    claims = {name: f"said of {name}" for name in items.CLAIMS[kind]}
    items.add(alice.opened, kind, Telling("T", claims=claims), by=OWNER, at=at)
    page = page_of(taken(alice, at))
    names = re.findall(r"<dt>([^<]*)</dt><dd dir=.auto.>said of (\w+)</dd>", page)
    assert {name for _, name in names} == set(claims)
    assert [label for label, name in names if label == name] == []


def test_every_detail_has_words_of_its_own_on_the_page(alice, at):
    details.save(alice.opened, dict.fromkeys(details.NAMES, "given"), by=OWNER, at=at)
    page = page_of(taken(alice, at))
    assert not {f"<dt>{name}</dt>" for name in details.NAMES} & set(re.findall(r"<dt>[^<]*</dt>", page))


@pytest.mark.parametrize("name", whole_case.LISTS)
def test_every_list_has_a_heading_of_its_own(alice, at, name):
    heading = taking_out.render_to_string("evidence/copy_list.html", {"name": name})
    assert heading.strip() in page_of(taken(alice, at))
    assert ("Log" in heading) == (name == "log")


def test_it_is_in_the_language_of_the_person_whatever_the_thread_speaks_by_then(story, at):
    with translation.override("cy"):
        pieces = taking_out.take(story.opened, by=OWNER, at=at)
        said = translation.gettext("The case was made")
    with translation.override("en-gb"):
        page = page_of(zipfile.ZipFile(io.BytesIO(b"".join(pieces))))
        assert translation.get_language() == "en-gb"
    assert '<html lang="cy"' in page
    assert said != "The case was made"
    assert said in page.replace("&#x27;", "'")


# --- size -------------------------------------------------------------------------------------------------------------


def test_a_large_file_passes_through_a_little_memory(alice, at, open_gate, keep_picture, settings):
    settings.PICTURE_MAX_BYTES = 64 * 1024**2
    data = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(24 * 1024**2)
    keep_picture(alice.opened, data)
    digest, size = hashlib.sha256(), 0
    pieces = taking_out.take(alice.opened, by=OWNER, at=at)
    del data
    tracemalloc.start()
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 24 * 1024**2
    assert peak < 4 * 1024**2


def test_beyond_what_32_bits_hold_the_archive_is_written_with_64(story, at, monkeypatch):
    monkeypatch.setattr(taking_out, "_FAR", 100)
    archive = taken(story, at)
    assert archive.read("files/001.png") == PIXELS
    assert archive.getinfo("files/001.png").extract_version >= zipfile.ZIP64_VERSION
