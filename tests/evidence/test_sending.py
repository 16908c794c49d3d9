"""What is on its way out when a case is locked, deleted or given new keys does not come to its end."""

from __future__ import annotations

import pytest

from evidence import cases, gate, items, packs, pictures, vault
from evidence.custody import OWNER
from evidence.models import Pack
from evidence.pack import build
from evidence.playing import Playable
from evidence.sending import LOOK, LockedMeanwhile, while_open
from tests.conftest import acts

pytestmark = pytest.mark.django_db
LARGE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"large" * 1024**2


def came(pieces):
    """How many bytes still came before the end was refused."""
    sizes: list[int] = []
    with pytest.raises(LockedMeanwhile):
        sizes.extend(len(piece) for piece in pieces)
    return sum(sizes)


def an_original(alice, at, line):
    return pictures.original(alice.opened, line.id, by=OWNER, at=at)[1]


def a_recording(alice, at, line):
    item = items.peek(alice.opened, line.id)
    file = vault.ref(item.key, items.files_of(item)["original"])
    return Playable(file.size, "video/mp4", file, alice.opened).part(0, file.size)


def a_pack(alice, at, line):
    pack = packs._row(alice.opened, at)[0]
    key = vault.key_of(alice.opened, pack, pack.pk)
    build._finish(pack, [build._seal(pack, key, "bundle", "x.zip", "application/zip", iter([LARGE]))])
    return packs.download(alice.opened, pack.pk, "bundle", by=OWNER, at=at).chunks


def locked(alice, at):
    gate.lock(alice.opened, by=OWNER, at=at)


def deleted(alice, at):
    cases.hide(alice.session, at=at)


@pytest.mark.parametrize("end", [locked, deleted])
@pytest.mark.parametrize("sent", [an_original, a_recording, a_pack])
def test_a_download_under_way_ends_within_a_megabyte(alice, open_gate, keep_picture, at, sent, end):
    line = keep_picture(alice.opened, LARGE)
    pieces = sent(alice, at, line)
    first = len(next(pieces))
    end(alice, at)
    assert first + came(pieces) <= LOOK + 2 * 64 * 1024


@pytest.mark.parametrize("sent", [an_original, a_recording, a_pack])
def test_what_nobody_disturbs_comes_whole(alice, open_gate, keep_picture, at, sent):
    line = keep_picture(alice.opened, LARGE)
    assert b"".join(sent(alice, at, line)) == LARGE


def test_a_lock_between_the_press_and_the_first_byte_lets_nothing_out(alice, open_gate, keep_picture, at):
    pieces = an_original(alice, at, keep_picture(alice.opened, LARGE))
    locked(alice, at)
    assert came(pieces) == 0


def test_words_of_a_locked_case_still_leave(alice, open_gate, keep_picture, at):
    keep_picture(alice.opened)
    locked(alice, at)
    assert b"".join(while_open(alice.opened, iter([b"words"]))) == b"words"
    assert "pictures-locked" in acts(alice.opened)
    assert not Pack.objects.exists()
