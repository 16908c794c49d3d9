"""Films and sounds play from the sealed file: after a press, for their owner alone, part by part."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from evidence import custody, gate, index, items, playing, vault
from evidence.arriving import Arriving
from evidence.crypto.streams import PIECE
from evidence.custody import OWNER, Actor
from evidence.intake import media
from evidence.items import Telling
from evidence.models import CustodyEntry, OpenSession
from evidence.vault import Opened
from evidence.views.playing import PART, part_of
from tests.evidence import making_media as making
from tests.security import people

pytestmark = pytest.mark.django_db
RECORDING = making.made("webm")


@pytest.fixture
def alice(alice):
    """Alice, who has said that everyone was an adult."""
    people.open_the_gate(alice)
    return alice


@pytest.fixture
def keep(alice):
    """Keeps a recording in a case; gives its id."""

    def keeps(data=RECORDING, person=alice):
        arriving = Arriving(people.opened(person), "VID_0042.webm")
        for start in range(0, len(data), 60_000):
            arriving.write(data[start : start + 60_000])
        return arriving.keep(Telling("What he sent"), by=OWNER, at=timezone.now()).id

    return keeps


def address(item_id, name="recording-play"):
    return reverse(f"evidence:{name}", args=[item_id])


def press(person, item_id):
    return person.browser.post(address(item_id, "recording-reveal"))


def play(person, item_id, asked="", method="get", **headers):
    headers = {**headers, **({"Range": asked} if asked else {})}
    return getattr(person.browser, method)(address(item_id), headers=headers)


def body(answer):
    return b"".join(answer.streaming_content)


def presses(person):
    entries = custody.everything(people.opened(person))
    return [entry for entry in entries if entry.act.what == "recording-played"]


# --- the press ------------------------------------------------------------------------------------


def test_nothing_plays_before_the_press(alice, keep):
    item_id = keep()
    assert play(alice, item_id).status_code == 404
    assert play(alice, item_id, method="head").status_code == 404
    answer = press(alice, item_id)
    assert (answer.status_code, answer.url) == (302, reverse("evidence:item", args=[item_id]))
    assert body(play(alice, item_id)) == RECORDING


def test_a_press_is_one_entry_and_playing_is_none(alice, keep):
    item_id = keep()
    press(alice, item_id)
    press(alice, item_id)
    before = CustodyEntry.objects.count()
    for start in range(0, len(RECORDING), 10_000):
        body(play(alice, item_id, f"bytes={start}-{start + 9_999}"))
    assert CustodyEntry.objects.count() == before
    assert [(entry.act.about, entry.by) for entry in presses(alice)] == [(str(item_id), OWNER)]


def test_what_has_no_recording_does_not_play(alice, keep):
    shown = people.keep_an_address(alice, "https://social.example/p/1")
    picture = people.keep_a_picture(alice, people.png())
    unplayable = keep(making.made("amr"))
    for item_id in (shown, picture, unplayable):
        assert press(alice, item_id).status_code == 404
        assert play(alice, item_id).status_code == 404
    assert presses(alice) == []


def test_another_persons_recording_is_not_there(alice, keep):
    item_id, mallory = keep(), people.owner()
    people.open_the_gate(mallory)
    press(alice, item_id)
    assert press(mallory, item_id).status_code == 404
    assert play(mallory, item_id).status_code == 404


def test_one_press_opens_one_recording(alice, keep):
    first, second = keep(), keep(making.made("wav"))
    press(alice, first)
    assert play(alice, second).status_code == 404


def test_a_lock_ends_playing(alice, keep):
    item_id = keep()
    press(alice, item_id)
    gate.lock(people.opened(alice), by=OWNER, at=timezone.now())
    assert play(alice, item_id).status_code == 404
    assert press(alice, item_id).status_code == 404


def test_a_shut_case_asks_for_the_words(alice, keep):
    item_id = keep()
    press(alice, item_id)
    OpenSession.objects.all().delete()
    for method in ("get", "head"):
        answer = play(alice, item_id, method=method)
        assert (answer.status_code, answer.url) == (302, reverse("evidence:open"))


def test_who_holds_no_owners_key_plays_nothing(alice, keep):
    item_id, now = keep(), timezone.now()
    opened = people.opened(alice)
    lent = Opened(opened.case, opened.secret)
    worker = Actor("worker", "1", "Hana")
    with pytest.raises(items.NoSuchItem):
        playing.reveal(lent, item_id, by=worker, at=now)
    playing.reveal(opened, item_id, by=OWNER, at=now)
    with pytest.raises(items.NoSuchItem):
        playing.playable(lent, item_id, by=worker, at=now)


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(2.0, 10), (3_600.0, 70), (None, 60), (90_000.0, 240)],
    ids=["short", "hour", "none", "day"],
)
def test_it_plays_as_long_as_it_lasts_and_ten_minutes(alice, keep, monkeypatch, seconds, minutes):
    seen = media.Media(seconds=seconds, has_picture=True)
    monkeypatch.setattr(media, "examine_media", lambda *_args, **_more: seen)
    item_id, now = keep(), timezone.now()
    opened = people.opened(alice)
    item = items.peek(opened, item_id)
    playing.reveal(opened, item_id, by=OWNER, at=now)
    for entry in range(50):  # what is written meanwhile does not hide the press
        custody.record(opened.case, custody.Act("item-viewed", str(entry)), by=OWNER, at=now, secret=opened.secret)
    lasts = timedelta(minutes=minutes)
    assert playing.is_open(opened, item, by=OWNER, at=now + lasts - timedelta(seconds=3))
    assert not playing.is_open(opened, item, by=OWNER, at=now + lasts + timedelta(seconds=3))
    assert not playing.is_open(opened, item, by=Actor("worker", "1", "Hana"), at=now)


# --- the parts ------------------------------------------------------------------------------------


def test_all_of_it_comes_where_no_part_is_asked_for(alice, keep):
    item_id = keep()
    press(alice, item_id)
    answer = play(alice, item_id)
    assert answer.status_code == 200
    assert answer["Content-Length"] == str(len(RECORDING))
    assert body(answer) == RECORDING


@pytest.mark.parametrize("start", [0, 1, 16_383, 16_384, 20_000, len(RECORDING) - 1])
def test_a_part_is_the_same_bytes(alice, keep, start):
    item_id = keep()
    press(alice, item_id)
    for asked, stop in ((f"{start}-", len(RECORDING)), (f"{start}-{start + 99}", min(start + 100, len(RECORDING)))):
        answer = play(alice, item_id, f"bytes={asked}", **{"If-Range": '"anything"'})
        assert answer.status_code == 206
        assert answer["Content-Range"] == f"bytes {start}-{stop - 1}/{len(RECORDING)}"
        assert answer["Content-Length"] == str(stop - start)
        assert body(answer) == RECORDING[start:stop]


def test_the_end_can_be_asked_for(alice, keep):
    item_id = keep()
    press(alice, item_id)
    assert body(play(alice, item_id, "bytes=-100")) == RECORDING[-100:]
    assert body(play(alice, item_id, "bytes=-999999999")) == RECORDING


def test_what_lies_beyond_the_end_is_refused_with_the_size(alice, keep):
    item_id = keep()
    press(alice, item_id)
    for asked in (f"{len(RECORDING)}-", "999999999-", "-0"):
        answer = play(alice, item_id, f"bytes={asked}")
        assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(RECORDING)}")
        assert answer.content == b""


def test_a_part_near_the_end_costs_no_more_than_one_at_the_start(alice, keep, monkeypatch):
    data = making.made("wav") + bytes(3_000_000)
    item_id, read = keep(data), []
    press(alice, item_id)
    kind = type(vault.store())
    open_sealed = kind.open_sealed
    monkeypatch.setattr(kind, "open_sealed", lambda *of: Counted(open_sealed(*of), read))
    costs = []
    for start in (0, len(data) * 9 // 10):
        read.clear()
        body(play(alice, item_id, f"bytes={start}-{start + 999}"))
        costs.append(sum(read))
    assert 0 < costs[1] <= 2 * costs[0] < 200_000


class Counted:
    """A stored file that notes how many bytes are asked of it."""

    def __init__(self, source, asked):
        self.seek, self._source, self._asked = source.seek, source, asked

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._source.close()

    def read(self, count):
        self._asked.append(count)
        return self._source.read(count)


def test_a_long_part_is_given_short_so_that_no_player_holds_a_thread(alice, keep):
    data = making.made("wav") + bytes(PART + 3 * PIECE)
    item_id = keep(data)
    press(alice, item_id)
    answer = play(alice, item_id, "bytes=10-")
    assert answer["Content-Range"] == f"bytes 10-{10 + PART - 1}/{len(data)}"
    assert body(answer) == data[10 : 10 + PART]


SIZE = 1_000


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("", None),
        ("bytes=0-", (0, SIZE)),
        ("Bytes=0-0", (0, 1)),
        (" bytes=5-9 ", (5, 10)),
        ("bytes=5-4000", (5, SIZE)),
        ("bytes=-1", (SIZE - 1, SIZE)),
        ("bytes=-5000", (0, SIZE)),
        ("bytes=-0", (SIZE, SIZE)),
        ("bytes=1000-", (SIZE, SIZE)),
        ("bytes=-", None),
        ("bytes=9-5", None),
        ("bytes=0-1,5-6", None),
        ("items=0-1", None),
        ("bytes=a-b", None),
        ("bytes=٣-٤", None),
        ("bytes=1-" + "9" * 40, None),
        ("bytes = 1-2", None),
    ],
)
def test_a_range_means_what_the_standard_says_or_nothing(header, told):
    assert part_of(header, SIZE) == told


def test_head_tells_the_size_and_moves_nothing(alice, keep):
    item_id = keep()
    press(alice, item_id)
    OpenSession.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    before = OpenSession.objects.get().seen_at, CustodyEntry.objects.count()
    answer = play(alice, item_id, "bytes=0-9", method="head")
    assert answer.status_code == 200
    assert (answer["Content-Length"], answer["Accept-Ranges"]) == (str(len(RECORDING)), "bytes")
    assert answer.content == b""
    assert (OpenSession.objects.get().seen_at, CustodyEntry.objects.count()) == before


def test_what_is_fetched_ahead_plays_nothing(alice, keep):
    item_id = keep()
    press(alice, item_id)
    assert play(alice, item_id, **{"Sec-Purpose": "prefetch"}).status_code == 204


# --- how it is sent -------------------------------------------------------------------------------


SENT_AS = {
    "mp4": "video/mp4",
    "mov": "video/mp4",
    "3gp": "video/mp4",
    "webm": "video/webm",
    "mkv": "video/webm",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "aac": "audio/aac",
}


@pytest.mark.parametrize(("name", "media_type"), SENT_AS.items())
def test_each_kind_is_sent_under_a_fixed_type(alice, keep, name, media_type):
    item_id = keep(making.made(name))
    press(alice, item_id)
    answer = play(alice, item_id, "bytes=0-99")
    assert answer.status_code == 206
    assert answer["Content-Type"] == media_type
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == "inline"
    assert answer["Cache-Control"] == "no-store"
    assert body(answer) == making.made(name)[:100]


def test_a_voice_note_in_a_films_clothes_is_a_sound(alice, keep):
    item_id = keep(making.made("mp4 without picture"))
    assert index.read(people.opened(alice)).find(item_id).kind == index.SOUND
    press(alice, item_id)
    assert body(play(alice, item_id)) == making.made("mp4 without picture")


def test_a_changed_file_is_found_out_before_the_answer_begins(alice, keep, vault_folder):
    data = making.made("wav") + bytes(500_000)
    item_id = keep(data)
    press(alice, item_id)
    stored = max(vault_folder.iterdir(), key=lambda path: path.stat().st_size)
    changed = bytearray(stored.read_bytes())
    changed[300_000] ^= 1
    stored.chmod(0o600)
    stored.write_bytes(bytes(changed))
    assert play(alice, item_id, "bytes=299000-").status_code >= 500
    assert body(play(alice, item_id, "bytes=0-9999")) == data[:10_000]
