"""A site of many cases and gigabytes is copied while it runs and restored elsewhere; what it costs is printed."""

from __future__ import annotations

import hashlib
import resource
import secrets
import time

import pytest

from evidence import backups, cases, custody, index, restoring, vault
from evidence.custody import OWNER
from evidence.gate import answer
from evidence.index import Gate
from evidence.models import Case, SealedFile
from tests.conftest import PIXELS, new_owner
from tests.long.sizes import SIZE

pytestmark = [pytest.mark.long, pytest.mark.django_db]
CASES = SIZE or 60
PICTURES = 8
BYTES = 2 * 1024**2  # of each picture; its copy to look at is as large


def digests():
    """The SHA-256 of every stored file, one at a time."""
    store = vault.store()
    found = {}
    for name in store.names():
        with store.open_sealed(name) as source:
            found[name] = hashlib.file_digest(source, "sha256").hexdigest()
    return found


def timed(what, act):
    start = time.monotonic()
    done = act()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what}: {time.monotonic() - start:,.1f} s, {peak:,.0f} MiB at most so far")  # noqa: T201
    return done


@pytest.fixture
def cast(in_service, at, keep_picture):
    owners = []
    for _ in range(CASES):
        owner = new_owner(at)
        answer(owner.opened, Gate(shown="adults", now="adult", whose="mine"), by=OWNER, at=at)
        for number in range(PICTURES):
            keep_picture(owner.opened, PIXELS + secrets.token_bytes(BYTES), name=f"IMG_{number}.png")
        owners.append(owner)
    return owners


def test_a_large_site_comes_back_whole(cast, another_site, tmp_path, at):
    files, size = digests(), sum(SealedFile.objects.values_list("stored_size", flat=True))
    bulk, keystore = tmp_path / "bulk", tmp_path / "keystore"
    print(f"\n{CASES} cases, {len(files)} stored files, {size / 1e9:.2f} GB")  # noqa: T201
    made = timed("backup", lambda: backups.make(bulk, keystore, at=at))
    again = timed("the next one", lambda: backups.make(bulk, keystore, at=at.replace(hour=13)))
    assert (made.copied, again.copied) == (len(files), 0)
    light = sum(path.stat().st_size for path in (keystore / made.stamp).iterdir())
    print(f"keystore: {light / 1e6:.2f} MB, {light / CASES / 1e3:.1f} KB a case")  # noqa: T201
    another_site("elsewhere")
    back = timed("restore", lambda: restoring.restore(bulk, keystore))
    assert (back.objects, back.logs, back.left_out) == (len(files), CASES, 0)
    assert digests() == files
    for owner in (cast[0], cast[len(cast) // 2], cast[-1]):
        opened = cases.open_with(owner.words, device="a browser", at=at).opened
        assert len(index.read(opened).kept()) == PICTURES
        assert custody.everything(opened)
    assert Case.objects.count() == CASES
