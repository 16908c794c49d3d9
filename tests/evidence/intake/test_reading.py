"""The parent's side, with real children and real exports."""

from __future__ import annotations

import json
import resource
import sys
import threading

import pytest

from evidence.intake import reading
from evidence.intake.children import Bounds
from evidence.intake.reading import Asked, Limits, NotRead, read_export, read_mail, read_messages, read_page
from tests.evidence.intake.exports import building
from tests.evidence.intake.exports.building import EVERY_KIND, iphone, zipped
from tests.evidence.intake.test_asked_children import TALK

pytestmark = pytest.mark.usefixtures("nothing_is_left_behind")

CHAT = iphone().encode()
MAIL = b"From: Max <max@example.org>\r\nSubject: pay\r\nDate: Fri, 20 Nov 2026 21:34:05 +0000\r\n\r\nsend it\r\n"


@pytest.fixture(autouse=True)
def _slots_are_free():
    yield
    assert reading._slots._value == reading.CHILDREN_AT_ONCE


def at(raw: bytes):
    return lambda offset, length: raw[offset : offset + length]


def export(raw: bytes, **other):
    return read_export(at(raw), len(raw), **other)


def refused(raw: bytes, **other) -> str:
    with pytest.raises(NotRead) as caught:
        export(raw, **other)
    return caught.value.code


@pytest.fixture
def child(monkeypatch):
    """Put another child in the reader's place."""

    def place(code: str) -> None:
        monkeypatch.setattr(reading, "EXPORTS", (sys.executable, "-I", "-B", "-c", TALK + code))

    return place


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_kind_of_export_is_read_in_its_child(kind):
    told = export(EVERY_KIND[kind])
    assert kind.split()[0] in (told.kind, "meta")
    assert told.messages == sum(one.messages for one in told.conversations) > 1
    assert told.people


def test_a_page_and_picked_messages_are_read_again_from_the_file():
    page = read_page(at(CHAT), len(CHAT), Asked(conversation=1, start=2, count=2))
    assert [(one.position, one.text) for one in page.messages] == [
        (3, "I have your pictures"),
        (4, building.TALK[2][1]),
    ]
    assert page.more
    picked = read_messages(at(CHAT), len(CHAT), (1, [5]), around=1)
    assert [one.position for one in picked.messages] == [4, 5, 6]
    assert not picked.more


def test_dates_that_the_file_leaves_open_can_be_settled_by_the_person():
    raw = b"[05/06/2026, 21:30:00] Max: hi\n"
    told = export(raw)
    assert (told.date_order, told.notes) == ("unsure", ("dates_unsure",))
    settled = export(raw, date_order="month-first")
    assert (settled.date_order, settled.conversations[0].first) == ("month-first", "2026-05-06T21:30:00")
    page = read_page(at(raw), len(raw), Asked(conversation=1), date_order="month-first")
    assert (page.messages[0].at, page.messages[0].exact) == ("2026-05-06T21:30:00", True)


def test_a_mail_is_read_in_its_child():
    mail = read_mail(at(MAIL), len(MAIL))
    assert (mail.sender[0].address, mail.subject, mail.at, mail.text) == (
        "max@example.org", "pay", "2026-11-20T21:34:05+00:00", "send it"
    )  # fmt: skip


def test_an_export_full_of_films_is_read_without_reading_the_films():
    film = bytes(30_000_000)
    raw = zipped({"a.mp4": film, "_chat.txt": iphone(), "b.mp4": film}, method=0)
    given = []

    def read_at(offset: int, length: int) -> bytes:
        given.append(length)
        return raw[offset : offset + length]

    assert read_export(read_at, len(raw)).messages == 6
    assert sum(given) < 1_000_000


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b"just a note, nothing more", "unknown_kind"),
        (b"\x89PNG\r\n\x1a\n" + bytes(1000), "unknown_kind"),
        (zipped({"a.txt": "hello"}), "unknown_kind"),
        (zipped({"_chat.txt": iphone()})[:-30], "damaged"),
        (b'{"participants": [{"name": "A"}], "messages": []}', "no_messages"),
        (b'{"participants": [{"name": "A"}], "messages": [', "damaged"),
    ],
    ids=["empty", "a note", "a picture", "no chat", "cut", "no messages", "cut json"],
)
def test_what_can_not_be_read_is_refused_by_name(raw, code):
    assert refused(raw) == code


@pytest.mark.parametrize(
    "code",
    [
        "say(b'E')",
        "say(b'A', b'{}'); say(b'E')",
        "say(b'A', b'{\"refused\": \"because\"}'); say(b'E')",
        "say(b'A', b'{\"more\": true}'); say(b'E')",
        "say(b'A', b'\\xff'); say(b'E')",
        "bytearray(10**12)",
        "raise SystemExit",
    ],
)
def test_a_child_that_dies_or_lies_is_one_refusal(child, code):
    child(code)
    assert refused(CHAT) == "ended"


def test_a_page_without_its_end_is_refused(child):
    child("say(b'A', b'{\"refused\": \"no_conversation\"}'); say(b'E')")
    with pytest.raises(NotRead, match="not in the file"):
        read_page(at(CHAT), len(CHAT), Asked(conversation=1))
    child("import json\none = dict(number=1, title='', place='', people=[], messages=1, undated=0, first='', last='')\n"
          "say(b'A', json.dumps({'conversation': one}).encode()); say(b'E')")  # fmt: skip
    with pytest.raises(NotRead, match="could not be read"):
        read_page(at(CHAT), len(CHAT), Asked(conversation=1))


def test_a_mail_child_that_lies_is_one_refusal(monkeypatch):
    monkeypatch.setattr(
        reading, "MAIL", (sys.executable, "-I", "-c", TALK + "say(b'A', b'{\"more\": true}'); say(b'E')")
    )
    with pytest.raises(NotRead):
        read_mail(at(MAIL), len(MAIL))


def test_a_child_that_hangs_was_too_slow(child):
    child("time.sleep(60)")
    assert refused(CHAT, limits=Limits(seconds=0.7)) == "too_slow"


def test_a_child_may_not_use_more_memory_than_it_is_given():
    raw = ('{"participants": [{"name": "A"}], "messages": [' + '"x",' * 100_000 + "1]}").encode()
    assert export(zipped({"messages/inbox/a/message_1.json": building.meta_json()})).messages == 5
    deep = json.dumps(
        {"messages": [{"sender_name": "x", "timestamp_ms": 1, "content": "y" * 1_000_000}] * 100}
    ).encode()
    assert refused(deep, limits=Limits(bounds=Bounds(memory=100 * 1024 * 1024))) == "too_much_memory"
    assert refused(raw) == "no_messages"


def test_a_zip_bomb_costs_little_and_is_refused():
    bomb = zipped({"_chat.txt": iphone() + "\n" * 20_000_000})
    assert len(bomb) < 50_000
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert refused(bomb) == "too_much"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 5


def test_no_more_than_two_children_read_at_once(child):
    child("time.sleep(1.2)")
    codes = []
    threads = [
        threading.Thread(target=lambda: codes.append(refused(CHAT, limits=Limits(wait_seconds=0.2, seconds=10))))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["busy", "busy", "ended", "ended"]


def test_no_request_asks_for_more_than_a_page(child):
    child("import json\nsaid = json.loads(asked)\nassert said['count'] == 200 and said['start'] == 0\n"
          "say(b'A', b'{\"more\": false}'); say(b'E')")  # fmt: skip
    assert not read_page(at(CHAT), len(CHAT), Asked(conversation=1, start=-5, count=10**9)).more
    child("import json\nsaid = json.loads(asked)\nassert len(said['positions']) == 200 and said['around'] == 25\n"
          "say(b'A', b'{\"more\": false}'); say(b'E')")  # fmt: skip
    assert not read_messages(at(CHAT), len(CHAT), (1, range(1, 10_000)), around=10**9).more


def test_what_the_sealed_file_raises_comes_through():
    class Lost(Exception):
        pass

    def lost(_offset: int, _length: int) -> bytes:
        raise Lost

    with pytest.raises(Lost):
        read_export(lost, 100)


def test_every_refusal_is_a_plain_sentence_without_a_word_of_the_file():
    for code, reason in reading._REASONS.items():
        refusal = NotRead(code)
        assert (refusal.code, str(refusal)) == (code, reason)
        assert reason.endswith(".")
        assert all(len(sentence.split()) < 20 for sentence in reason.split(". "))


LOADED = """
import sys; sys.path.append(sys.argv[1]); import {}
print(*sorted({{name.split('.')[0] for name in sys.modules}}))
"""


@pytest.mark.parametrize("module", ["evidence.intake.exports.child", "evidence.intake.mail"])
def test_the_children_load_neither_the_web_nor_the_keys(module):
    import subprocess

    code = LOADED.format(module)
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, reading.EXPORTS[-1]], capture_output=True, text=True, check=True, timeout=30
    )
    loaded = set(done.stdout.split())
    assert "json" in loaded
    assert not loaded & {"django", "cryptography", "weasyprint", "pydantic", "multipart", "PIL", "xml", "urllib3"}


def test_a_chat_of_years_is_summed_up_within_three_seconds_of_the_processor():
    rows = [(building.OTHER if n % 3 else building.ALICE, f"message {n}, as people write them") for n in range(100_000)]
    raw = iphone(rows).encode()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert export(raw).messages == 100_001
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 3
