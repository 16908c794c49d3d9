"""One demonstration report and pack for all tests of the pack, made once; Pillow is left as it was."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import ImageFile

from evidence.pack import making
from evidence.pack.snapshot import Snapshot
from tests.evidence.pack import demonstration
from tests.evidence.pack.demonstration import Case


def pack_of(case: Case, snapshot: Snapshot, report: bytes | None = None) -> bytes:
    """The whole pack of a case, its originals read in two pieces."""

    def pieces(name: str) -> Iterator[bytes]:
        data = case.originals[name]
        yield data[:1000]
        yield data[1000:]

    pictures = case.copies
    return b"".join(making.make_pack(snapshot, pictures=pictures, open_original=pieces, report=report))


def unpacked(data: bytes, folder: Path) -> Path:
    """The folder inside the pack."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
    (inside,) = folder.iterdir()
    return inside


@pytest.fixture(scope="session", autouse=True)
def _pillow_as_before() -> Iterator[None]:
    """WeasyPrint makes Pillow accept truncated pictures; the rest of the tests must not notice."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    yield
    ImageFile.LOAD_TRUNCATED_IMAGES = before


@pytest.fixture(scope="session")
def case() -> Case:
    return demonstration.demonstration()


@pytest.fixture(scope="session")
def snapshot(case: Case) -> Snapshot:
    return demonstration.full(case)


@pytest.fixture(scope="session")
def report(case: Case, snapshot: Snapshot) -> bytes:
    return making.make_report(snapshot, pictures=case.copies)


@pytest.fixture(scope="session")
def pack(case: Case, snapshot: Snapshot, report: bytes) -> bytes:
    return pack_of(case, snapshot, report)


@pytest.fixture
def folder(pack: bytes, tmp_path: Path) -> Path:
    return unpacked(pack, tmp_path / "pack")
