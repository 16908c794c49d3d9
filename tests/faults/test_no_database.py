"""The database goes down before, during and after an upload: plain words, advice goes on, and so does the site."""

from __future__ import annotations

import html
import io
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError, connections
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from evidence import coverings, custody, index, items, resuming, vault
from evidence.arriving import Arriving
from evidence.custody import OWNER
from evidence.intake import covering
from evidence.intake.boxes import Box
from evidence.items import Telling
from evidence.models import Item, SealedFile
from evidence.resuming import Announced, Piece
from tests.conftest import PIXELS
from tests.faults.databases import served
from tests.security import people

pytestmark = pytest.mark.django_db
RECOVERS = 5  # seconds
WROTE = "He wrote to me on Monday, and again on Tuesday."
ADVICE = ("/", "/help/", "/guide/", "/platforms/", "/safety/", "/privacy/", "/accessibility/")
INNER = ("Traceback", "OperationalError", "InterfaceError", "sqlite", "psycopg", "File &quot;", ".py")


@pytest.fixture
def alice(database, everybody):
    alice, _ = everybody()
    upload(alice, PIXELS)
    return alice


def upload(person, data):
    sent = {"y": "on", "f": [SimpleUploadedFile("a.png", data)]}
    return served(person.browser.post, reverse("evidence:upload"), sent)


def page(person, name="home"):
    return served(person.browser.get, reverse(f"evidence:{name}"))


def words(answer):
    return html.unescape(answer.content.decode())


def is_plain(answer):
    """503 in plain words, and not a word of what happened inside."""
    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    assert "What you saved before is still there" in words(answer)
    assert not [word for word in INNER if word in answer.content.decode()]
    return True


def whole(person):
    """Everything opens, each file has its row and each row its file, the log holds; how many items there are."""
    opened = people.opened(person)
    for line in index.read(opened).lines:
        item = items.peek(opened, line.id)
        for row in items.files_of(item).values():
            assert b"".join(vault.chunks(vault.ref(item.key, row)))
    assert custody.everything(opened)
    assert set(vault.store().names()) >= set(SealedFile.objects.values_list("name", flat=True))
    return len(index.read(opened).lines)


def test_an_upload_that_finds_no_database_is_answered_in_plain_words(alice, database):
    with database.gone():
        assert is_plain(upload(alice, PIXELS + b"2"))
    assert upload(alice, PIXELS + b"2").status_code == 200
    assert whole(alice) == 3


class Body(io.BytesIO):
    """A body on its way, in whose middle something happens."""

    def __init__(self, data, happens):
        super().__init__(data)
        self._happens, self._half = happens, len(data) // 2

    def read(self, size=-1):
        if self.tell() >= self._half:
            self._happens()
        return super().read(size)


def test_an_upload_that_loses_the_database_on_its_way_leaves_no_item(alice, database):
    sent = {"y": "on", "f": [SimpleUploadedFile("a.png", PIXELS + bytes(300_000))]}
    body = encode_multipart(BOUNDARY, {**sent, "csrfmiddlewaretoken": "x"})
    more = {"content_type": MULTIPART_CONTENT, "wsgi.input": Body(body, database.down)}
    answer = served(alice.browser.generic, "POST", reverse("evidence:upload"), body, **more)
    assert is_plain(answer)
    database.up()
    assert served(lambda: whole(alice)) == 2
    assert upload(alice, PIXELS + b"2").status_code == 200
    assert whole(alice) == 3


def test_what_was_acknowledged_before_is_there_after(alice, database):
    assert upload(alice, PIXELS + b"2").status_code == 200
    with database.gone():
        for name in ("home", "log", "pictures", "timeline"):
            assert is_plain(page(alice, name))
    assert page(alice).status_code == 200
    assert whole(alice) == 3


def test_the_first_request_after_it_is_back_is_served(alice, database):
    with database.gone():
        assert page(alice).status_code == 503
    began = time.monotonic()
    assert page(alice).status_code == 200
    assert time.monotonic() - began < RECOVERS


def test_a_connection_that_died_while_nobody_asked_is_noticed_before_it_is_used(alice, database):
    assert page(alice).status_code == 200
    with database.gone():
        pass
    assert page(alice).status_code == 200


def test_advice_needs_no_database(alice, database):
    with database.gone():
        for address in ADVICE:
            assert served(alice.browser.get, address).status_code == 200, address
        assert served(alice.browser.get, "/exit/").status_code == 302
        assert served(alice.browser.get, "/healthz/").status_code == 503


def test_what_was_typed_comes_back_to_be_copied(alice, database):
    typed = {"t1": "Monday", "t2": WROTE, "d3": "unknown"}
    with database.gone():
        answer = served(alice.post, "item-add", typed, "j7rp")
    assert is_plain(answer)
    assert WROTE in words(answer)


@pytest.mark.parametrize("name", ["open", "bring-back"])
def test_words_that_open_a_case_never_come_back(alice, database, name):
    with database.gone():
        answer = served(alice.post, name, {"x_1": " ".join(alice.words), "c": "back"})
    assert is_plain(answer)
    assert not [word for word in alice.words if f" {word} " in words(answer)]


# --- the answer to a commit is lost ---------------------------------------------------------------


LOST = (OperationalError, InterfaceError)  # drivers say the one or the other


@pytest.fixture(params=LOST)
def silent(request, alice, monkeypatch):
    """`silent()`: the next transaction is kept, and the connection is lost before the database could say so."""
    connection = connections["default"]
    commit = connection._commit

    def lost():
        monkeypatch.setattr(connection, "_commit", commit)
        commit()
        raise request.param("server closed the connection unexpectedly")

    return lambda: monkeypatch.setattr(connection, "_commit", lost)


def test_a_picture_that_was_kept_though_nobody_could_say_so_is_whole(alice, silent):
    silent()
    assert is_plain(upload(alice, PIXELS + b"2"))
    assert Item.objects.count() == 4  # two notes, the first picture, and this one
    assert whole(alice) == 3


def test_the_same_of_the_act_alone(alice, silent, at):
    arriving = Arriving(people.opened(alice), "a.png")
    arriving.write(PIXELS + b"3")
    silent()
    with pytest.raises(LOST):
        arriving.keep(Telling("kept"), by=OWNER, at=at)
    arriving.drop()
    assert whole(alice) == 3


def test_a_piece_that_was_kept_though_nobody_could_say_so_is_gone_on_from(alice, silent, at):
    opened = people.opened(alice)
    here = resuming.begin(opened, Announced("a.pdf", 9_000, 1, "k", "t"), at=at)
    piece = Piece(opened, here, 0, 5_000)
    piece.write(b"%PDF-1.7\n" + bytes(4_991))
    silent()
    with pytest.raises(LOST):
        piece.keep(at=at)
    piece.drop()
    here = resuming.standing(opened, here.id)
    assert here.at == 5_000
    last = Piece(opened, here, 5_000, 4_000)
    last.write(bytes(4_000))
    last.keep(at=at)
    assert resuming.finish(opened, here.id, by=OWNER, at=at)
    assert whole(alice) == 3


def test_a_covered_copy_that_was_kept_though_nobody_could_say_so_is_whole(alice, silent, at, monkeypatch):
    opened = people.opened(alice)
    (line,) = [line for line in items.listed(opened) if line.kind == index.PICTURE]
    made = covering.Covered(jpeg=b"covered", width=1, height=1, transform="none")
    monkeypatch.setattr(covering, "cover", lambda *_, **__: made)
    silent()
    with pytest.raises(LOST):
        coverings.keep(opened, line.id, [Box(0, 0, 1, 1)], by=OWNER, at=at)
    assert items.peek(opened, line.id).line.covered
    assert whole(alice) == 2
