"""While a case is open, whoever copies the database, the disk, the logs or a process's papers reads nothing of it."""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import time
import zlib
from contextlib import closing
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.journeys.site import ROOT, Site
from tests.journeys.visitor import PASSWORD, Alice, Hana
from tests.security import needles

pytestmark = pytest.mark.xdist_group("plaintext")

# Writes down, for every Python process of the site, which files it opened for writing. ctypes keeps what a linker
# said about a library in a temporary file: that is none of a case's.
HOOK = """
import os, sys
_said = os.open({said!r}, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
def _hook(event, args):
    if event != "open":
        return
    path, mode, flags = args
    if isinstance(path, int) or not (set(mode or "") & set("wax+") or flags & (os.O_WRONLY | os.O_RDWR)):
        return
    frame = sys._getframe()
    while frame:
        if frame.f_code.co_filename.endswith("ctypes/util.py"):
            return
        frame = frame.f_back
    os.write(_said, (os.fspath(path) if isinstance(path, str) else repr(path)).encode() + b"\\n")
sys.addaudithook(_hook)
"""
MARK = {name: f"zq{secrets.token_hex(8)}" for name in ("address", "note", "account", "title", "message", "answer")}
MARK |= {
    name: f"zq{secrets.token_hex(8)}" for name in ("purpose", "happened", "file name", "refused", "lost", "metadata")
}


TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'evidence_%'"


def picture():
    """A PNG that can't be packed smaller, with a mark in its metadata."""
    out, told = io.BytesIO(), PngInfo()
    told.add_text("Comment", MARK["metadata"])
    Image.frombytes("RGB", (160, 160), secrets.token_bytes(160 * 160 * 3)).save(out, "PNG", pnginfo=told)
    return out.getvalue()


class Story:
    """An open case and an open desk on a site that runs, and all that was typed, sent and shown."""

    def __init__(self, folder):
        hooks = folder / "hooks"
        hooks.mkdir()
        self.opened_log = folder / "opened.txt"
        (hooks / "sitecustomize.py").write_text(HOOK.format(said=str(self.opened_log)))
        path = os.pathsep.join([str(hooks), str(ROOT)])
        self.site = Site(folder / "local", {"PYTHONPATH": path}).start()
        self.alice, self.hana = Alice(self.site.address), Hana(self.site.address)
        self.picture, self.seen, self.found = picture(), {}, set()

    def tell(self):
        """Everything that can be put into a case, and everything that can go wrong on the way."""
        alice, hana = self.alice.start(), self.hana.start(self.site.invite("hana"))
        self._keep(alice)
        self._share(alice, hana)
        self._go_wrong(alice)

    def _keep(self, alice):
        said = {"d3": "unknown"}
        alice.post("/case/n4vk/c4dk/", {**said, "t5": f"https://{MARK['address']}.example/"})
        alice.post("/case/n4vk/j7rp/", {**said, "t2": MARK["note"]})
        alice.post("/case/n4vk/m2wv/", {**said, "t4": MARK["account"]})
        alice.post("/case/g5rq/", {"a": "adults", "b": "adult", "c": "mine"})
        sent = {"y": "on", "t1": MARK["title"]}
        answer = alice.upload("/case/p8nd/x/", sent, [(f"{MARK['file name']}.png", self.picture)])
        assert "Saved 1 of 1" in answer.text
        alice.post("/case/x7ku/", {"t1": MARK["happened"], "t10": "AB", "t11": "england"})
        self.item = alice.get("/case/k4bs/").find(r"/case/t6zx/([0-9a-f-]{36})/")[0]
        alice.post(f"/case/t6zx/{self.item}/e/")
        self.seen["view"] = alice.get(f"/case/t6zx/{self.item}/f/").body
        self.seen["cover"] = alice.get(f"/case/t6zx/{self.item}/g/").body
        assert alice.post(f"/case/t6zx/{self.item}/h/").body == self.picture

    def _share(self, alice, hana):
        until = (datetime.now(UTC).date() + timedelta(days=9)).isoformat()
        alice.post("/case/c9mv/", {"t1": MARK["purpose"], "d1": until})
        offer = hana.get("/helpline/").find(r"/helpline/offers/([0-9a-f-]{36})/")[0]
        case = hana.post(f"/helpline/offers/{offer}/accept/")
        assert MARK["purpose"] in case.text
        hana.post(f"{case.url}messages/", {"text": MARK["answer"]})
        alice.post("/case/j2fy/", {"t1": MARK["message"]})
        assert MARK["answer"] in alice.get("/case/j2fy/").text
        assert MARK["message"] in hana.get(f"{case.url}messages/").text

    def _go_wrong(self, alice):
        """What fails is where others have leaked: a wrong file, a lost token, no such page, too much at once."""
        refused = alice.upload("/case/p8nd/x/", {"y": "on", "t1": ""}, [(f"{MARK['refused']}.txt", b"MZ\0" * 99)])
        assert refused.status == 422
        assert alice.post(f"/case/{secrets.token_hex(2)}/", {"t2": MARK["lost"]}).status == 404
        stranger = Alice(self.site.address)
        stranger.get("/help/")
        stranger.jar.clear()
        assert stranger.post("/case/n4vk/j7rp/", {"t2": MARK["lost"], "d3": "unknown"}).status == 403
        assert alice.post("/case/d2xj/", {"x_1": f"{' '.join(alice.words[:-1])} {MARK['lost']}"}).status == 200

    def half_an_upload(self):
        """An upload that stops in the middle and stays: returns the open connection."""
        kind, body = self.alice.form({"y": "on", "t1": ""}, [(f"{MARK['file name']}.png", self.picture)])
        head = f"POST /case/p8nd/x/ HTTP/1.1\r\nHost: {urlsplit(self.site.address).netloc}\r\nContent-Type: {kind}\r\n"
        cookies = "; ".join(f"{one.name}={one.value}" for one in self.alice.jar)
        head += f"Content-Length: {len(body)}\r\nCookie: {cookies}\r\n\r\n"
        connection = socket.create_connection(("127.0.0.1", urlsplit(self.site.address).port))
        connection.sendall(head.encode() + body[: len(body) // 2])
        time.sleep(1)
        return connection

    def needles(self):
        keys = json.loads(self.site.run("-c", needles.KEYS, given=" ".join(self.alice.words).encode()))
        self.case = keys.pop("case")
        forms = {name: set(needles.of_bytes(bytes.fromhex(key))) for name, key in keys.items()}
        forms |= {name: set(needles.of_text(text)) for name, text in MARK.items()}
        forms["seven words"] = set(needles.phrases(self.alice.words))
        forms["code"] = {*needles.of_text(self.alice.code), *needles.of_text(self.alice.code.replace("-", ""))}
        forms["password"], forms["app"] = set(needles.of_text(PASSWORD)), set(needles.of_text(self.hana.secret))
        for who, name in ((self.alice, "k"), (self.hana, "w"), (self.hana, "s")):
            forms[f"cookie {name}"] = set(needles.of_text(who.cookie(name)))
        for name in ("sha1", "sha256", "sha512"):
            forms[name] = set(needles.of_bytes(hashlib.new(name, self.picture).digest()))
        for name, data in {**self.seen, "original": self.picture}.items():
            forms[f"bytes of {name}"] = {data[at : at + 24] for at in range(200, len(data) - 24, 997)}
        return forms

    def look(self):
        """Keep a copy of everything that a thief could copy at this moment."""
        places = needles.files(self.site.folder, but={"secrets", "static"})
        return places | needles.of_processes(needles.family(self.site.process.pid))


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    story = Story(tmp_path_factory.mktemp("plaintext"))
    try:
        story.tell()
        yield story
    finally:
        story.site.stop()


@pytest.fixture(scope="module")
def forms(story):
    forms = story.needles()
    assert all(len(way) > 5 for ways in forms.values() for way in ways)
    return forms


def test_nothing_of_an_open_case_is_readable_anywhere(story, forms):
    places = story.look()

    assert any(place.endswith("-wal") for place in places)
    assert any(place.startswith("data/") for place in places)
    assert bytes.fromhex(story.case) in b"".join(places.values()) or story.case.encode() in b"".join(places.values())
    assert needles.found_in(places, forms) == set()


def test_no_word_stands_in_any_row_of_a_case(story, forms):
    with closing(sqlite3.connect(story.site.database)) as database:
        tables = [row[0] for row in database.execute(TABLES)]
        rows = [row for name in tables for row in database.execute(f'SELECT * FROM "{name}"').fetchall()]
    kept = b"\0".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)

    assert len(kept) > 10_000
    assert [word for word in story.alice.words if len(word) > 4 and word.encode() in kept.lower()] == []


def test_nothing_is_readable_while_a_file_is_on_its_way_nor_after_it_broke_off(story, forms):
    connection = story.half_an_upload()
    try:
        assert needles.found_in(story.look(), forms) == set()
    finally:
        connection.close()
    time.sleep(1)
    places = story.look()
    assert needles.found_in(places, forms) == set()
    assert not any(place.endswith(".part") for place in places)


def test_nothing_is_readable_while_a_pack_is_made_nor_after(story, forms):
    story.alice.post("/case/o5ep/", {"a": story.item, "b": story.item, "c": story.item})
    story.alice.post("/case/w7gn/")  # the making outlives the lock
    looked, until = {}, time.monotonic() + 90
    while (state := _pack_of(story)) == "making" and time.monotonic() < until:
        looked |= {f"{place} {zlib.crc32(data)}": data for place, data in story.look().items()}
    assert state == "ready"
    keys = {f"{name}, now": ways for name, ways in story.needles().items() if "key" in name}  # the pack's own too
    forms = {**forms, **keys, "report": {b"%PDF-1.", b"manifest-sha256.txt"}}

    assert any("evidence.pack.build" in data.decode(errors="replace") for data in looked.values())
    assert needles.found_in(looked, forms) == set()
    assert needles.found_in(story.look(), forms) == set()


def _pack_of(story):
    with closing(sqlite3.connect(story.site.database)) as database:
        return database.execute("SELECT status FROM evidence_pack").fetchone()[0]


def test_no_process_opened_a_file_for_writing_but_where_sealed_files_lie(story, forms):
    written = set(story.opened_log.read_text().splitlines())
    allowed = (f"{story.site.folder}/data", "/dev/null", f"{story.site.folder}/static", "/proc/self/fd")
    odd = {path for path in written if not path.startswith(allowed) and "__pycache__" not in path}

    assert any(path.startswith(allowed[0]) for path in written)
    assert odd == set()


# --- the search itself ------------------------------------------------------------------------------------


def test_whatever_was_readable_would_be_found_in_a_file(story, forms, tmp_path):
    for name, ways in forms.items():
        for way in ways:
            (tmp_path / "planted").write_bytes(secrets.token_bytes(500) + way + secrets.token_bytes(500))
            assert f"{name} in planted" in needles.found_in(needles.files(tmp_path, but=set()), forms)


def test_whatever_was_readable_would_be_found_in_a_database_and_its_log(forms, tmp_path):
    with closing(sqlite3.connect(tmp_path / "db.sqlite3", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE t (v)")
        for ways in forms.values():
            for way in ways:
                database.execute("INSERT INTO t VALUES (?)", (way,))
        places = needles.files(tmp_path, but=set())
    assert {found.split(" in ")[0] for found in needles.found_in(places, forms)} == set(forms)
    assert any(found.endswith("-wal") for found in needles.found_in(places, forms))


def test_a_key_handed_to_a_process_by_its_arguments_or_environment_would_be_found(story, forms):
    key = json.loads(story.site.run("-c", needles.KEYS, given=" ".join(story.alice.words).encode()))["case secret"]
    for arguments, environment in (([key], {}), ([], {"KEY": key})):
        command = [sys.executable, "-c", "import time; print(1, flush=True); time.sleep(60)", *arguments]
        with subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            found = needles.found_in(needles.of_processes({process.pid}), forms)
            process.kill()
        assert any(one.startswith("case secret in") for one in found)
