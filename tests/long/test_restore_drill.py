"""A site of many cases and 20 GB is copied, lost and restored elsewhere; what that costs is printed."""

from __future__ import annotations

import hashlib
import resource
import secrets
import shutil
import time
from functools import partial

import pytest

from evidence import backups, cases, custody, index, restoring, vault
from evidence.custody import OWNER
from evidence.gate import answer
from evidence.index import Gate
from evidence.models import Case, SealedFile
from tests.conftest import BESIDE_SERVERS, PIXELS, new_owner
from tests.long.sizes import SIZE

pytestmark = [pytest.mark.long, pytest.mark.django_db]
CASES = SIZE or (60 if BESIDE_SERVERS else 600)  # 2 GB, which the throwaway bucket can hold twice; or 20 GB
PICTURES = 8
BYTES = 2 * 1024**2  # of each picture; its copy to look at is as large
ROOM = 3 * CASES * PICTURES * 2 * BYTES  # the site or what comes back, the backup, and some for others


def digests():
    """The SHA-256 of every stored file, one at a time."""
    store = vault.store()
    found = {}
    for name in store.names():
        with store.open_sealed(name) as source:
            pieces = iter(partial(source.read, 1024**2), b"")
            found[name] = _sha256(pieces)
    return found


def _sha256(pieces):
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def timed(what, act):
    start, spent = time.monotonic(), time.process_time()
    done = act()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    waited, spent = time.monotonic() - start, time.process_time() - spent
    print(f"{what}: {waited:,.1f} s, {spent:,.1f} s of a processor, {peak:,.0f} MiB at most so far", flush=True)  # noqa: T201
    return done


@pytest.fixture
def place(tmp_path):
    """Room for twice the site, and none of it taken afterwards."""
    assert shutil.disk_usage(tmp_path).free > ROOM, "too little free disk: LONG_SIZE=60 needs a tenth"
    yield tmp_path
    for each in tmp_path.iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()


@pytest.fixture
def cast(place, in_service, at, keep_picture):
    owners = []
    for _ in range(CASES):
        owner = new_owner(at)
        answer(owner.opened, Gate(shown="adults", now="adult", whose="mine"), by=OWNER, at=at)
        for number in range(PICTURES):
            keep_picture(owner.opened, PIXELS + secrets.token_bytes(BYTES), name=f"IMG_{number}.png")
        owners.append(owner)
    return owners


def test_a_large_site_comes_back_whole(cast, another_site, place, at):
    files, size = digests(), sum(SealedFile.objects.values_list("stored_size", flat=True))
    bulk, keystore = place / "bulk", place / "keystore"
    print(f"\n{CASES} cases, {len(files)} stored files, {size / 1e9:.2f} GB")  # noqa: T201
    made = timed("backup", lambda: backups.make(bulk, keystore, at=at))
    again = timed("the next one", lambda: backups.make(bulk, keystore, at=at.replace(hour=13)))
    assert (made.copied, again.copied) == (len(files), 0)
    light = sum(path.stat().st_size for path in (keystore / made.stamp).iterdir())
    print(f"keystore: {light / 1e6:.2f} MB, {light / CASES / 1e3:.1f} KB a case")  # noqa: T201
    vault.store().delete_all(files)  # the disk is lost
    another_site("elsewhere")
    assert vault.store().names() == []
    back = timed("restore", lambda: restoring.restore(bulk, keystore))
    assert (back.objects, back.logs, back.left_out) == (len(files), CASES, 0)
    assert digests() == files
    for owner in (cast[0], cast[len(cast) // 2], cast[-1]):
        opened = cases.open_with(owner.words, device="a browser", at=at).opened
        assert len(index.read(opened).kept()) == PICTURES
        assert custody.everything(opened)
    assert Case.objects.count() == CASES
