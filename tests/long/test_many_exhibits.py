"""A pack of five hundred exhibits is made and verifies; what it costs is printed, not asserted."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile

import pytest

from evidence.pack import verify
from tests.journeys.site import ROOT
from tests.long.sizes import SIZE

pytestmark = pytest.mark.long
EXHIBITS = max(SIZE, 12) if SIZE else 500


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    """The unpacked pack."""
    folder = tmp_path_factory.mktemp("many")
    command = [sys.executable, "-m", "tests.long.making", str(EXHIBITS), str(folder / "pack.zip")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    took = json.loads(done.stdout)
    print(f"\n{EXHIBITS} exhibits: " + ", ".join(f"{name} {value:,.1f}" for name, value in took.items()))  # noqa: T201
    with zipfile.ZipFile(folder / "pack.zip") as whole:
        whole.extractall(folder / "unpacked")
    return next(path.parent for path in (folder / "unpacked").rglob("manifest-sha256.txt"))


def test_a_pack_of_many_exhibits_verifies(pack):
    assert verify.faults(pack) == []
    listed = subprocess.run(["sha256sum", "--quiet", "-c", "manifest-sha256.txt"], cwd=pack, check=False)
    assert listed.returncode == 0


def test_every_original_of_many_is_in_the_pack_and_one_changed_byte_of_one_is_noticed(pack):
    originals = sorted(path for path in pack.rglob("*.png") if path.is_file())
    assert len(originals) == EXHIBITS

    changed = originals[len(originals) // 2]
    was = changed.read_bytes()
    changed.write_bytes(was[:-1] + bytes([was[-1] ^ 1]))
    try:
        assert any(changed.name in fault for fault in verify.faults(pack))
    finally:
        changed.write_bytes(was)
