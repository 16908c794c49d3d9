"""The process that makes one pack: what it leaves when it is done, stopped or broken."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
from PIL import ImageFile

from evidence import cases, items, packs, pictures
from evidence.arriving import Arriving
from evidence.custody import OWNER
from evidence.models import Pack, SealedFile
from evidence.pack import build, making, snapshot
from tests.conftest import PIXELS, acts
from tests.evidence.intake import make

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def fetch(owner, pack, role, at):
    return b"".join(packs.download(owner.opened, pack.pk, role, by=OWNER, at=at).chunks)


# --- making -----------------------------------------------------------------------------------------------


def test_a_pack_is_made_from_its_order_and_then_downloaded(alice, ask, open_gate, keep_picture, at, cheap):
    one, other = keep_picture(alice.opened), keep_picture(alice.opened, PIXELS + b"2")
    pack, order = ask(pictures=[one.id], originals=[one.id])
    assert build.main(order) == 0
    pack.refresh_from_db()
    assert (pack.status, pack.percent) == ("ready", 100)
    frozen, shown = cheap["report"]
    assert isinstance(frozen, snapshot.Snapshot)
    assert set(shown) == {str(one.id)}
    report = fetch(alice, pack, "report", at)
    assert report == b"%PDF view of " + PIXELS
    assert fetch(alice, pack, "bundle", at) == b"PK" + report + PIXELS
    assert acts(alice.opened)[-3:] == ["pack-made", "pack-downloaded", "pack-downloaded"]
    assert other


def test_a_real_pack_holds_the_picture_that_was_chosen_and_no_byte_of_the_other(alice, ask, open_gate, at):
    data = [make.saved(make.screenshot(seed=seed), "PNG") for seed in (1, 2)]
    lines = []
    for original in data:
        arriving = Arriving(alice.opened, "shot.png")
        arriving.write(original)
        lines.append(arriving.keep(items.Telling("A shot"), by=OWNER, at=at))
    pictures.set_intimate(alice.opened, lines[0].id, intimate=False, by=OWNER, at=at)
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        pack, order = ask(pictures=[lines[0].id], originals=[lines[0].id], locations=[lines[0].id])
        assert build.main(order) == 0
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
    assert fetch(alice, pack, "report", at).startswith(b"%PDF-1.7")
    with zipfile.ZipFile(io.BytesIO(fetch(alice, pack, "bundle", at))) as archive:
        inside = {hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    assert hashlib.sha256(data[0]).hexdigest() in inside
    assert hashlib.sha256(data[1]).hexdigest() not in inside


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize("when", ["before", "report", "bundle", "end"])
def test_one_that_was_stopped_leaves_nothing(alice, ask, monkeypatch, vault_folder, when):
    _, order = ask()

    def stop(*_args):
        packs.stop_all(alice.case)

    if when == "before":
        stop()
    elif when == "report":
        monkeypatch.setattr(making, "make_report", lambda frozen, *, pictures, progress: stop() or progress(9))
    elif when == "bundle":
        monkeypatch.setattr(making, "make_pack", lambda frozen, *, progress, **_: iter([b"PK", stop() or progress(9)]))
    else:
        real = build._finish
        monkeypatch.setattr(build, "_finish", lambda pack, rows: stop() or real(pack, rows))
    assert build.main(order) == 1
    assert Pack.objects.get().status == "stopped"
    assert not SealedFile.objects.exists()
    assert not vault_folder.exists() or list(vault_folder.iterdir()) == []
    assert "pack-made" not in acts(alice.opened)


def test_deleting_the_case_stops_its_pack(alice, ask, at, cheap, vault_folder):
    _, order = ask()
    cases.hide(alice.session, at=at)
    assert build.main(order) == 1
    assert not Pack.objects.exists()
    assert not SealedFile.objects.exists()


def test_one_that_fails_says_so_and_leaves_nothing(alice, ask, cheap, monkeypatch, vault_folder):
    _, order = ask()

    def broken(*_args, **_more):
        yield b"PK"
        raise ZeroDivisionError

    monkeypatch.setattr(making, "make_pack", broken)
    with pytest.raises(ZeroDivisionError):
        build.main(order)
    assert Pack.objects.get().status == "stopped"
    assert list(vault_folder.iterdir()) == []


def test_while_it_is_made_it_beats_and_says_how_far_it_is(alice, ask, cheap, monkeypatch):
    pack, order = ask()
    seen = []
    real = build._Beat.__call__

    def beat(self, percent):
        real(self, percent)
        row = Pack.objects.get()
        seen.append((row.percent, row.beat_at > pack.beat_at))

    monkeypatch.setattr(build._Beat, "__call__", beat)
    build.main(order)
    assert seen == [(1, True), (41, True), (90, True)]
