from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from evidence.intake import decoder, media, pictures
from evidence.intake.sniffing import Kind
from tests.evidence.intake.reading import REQUEST


@pytest.fixture
def as_in_the_child(monkeypatch):
    """Pillow as strict in this process as it is in the child."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", REQUEST["pixels"])
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)
    for kind in Kind:
        decoder.prepare(kind)


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def children() -> list[str]:
    return Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()


@pytest.fixture
def nothing_is_left_behind(tmp_path, monkeypatch):
    """After every test: no file, no child, no descriptor, no thread, both slots free."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    before, threads, others = descriptors(), threading.active_count(), children()
    yield
    assert list(tmp_path.iterdir()) == []
    assert children() == others
    assert descriptors() == before
    assert threading.active_count() == threads
    assert pictures._slots._value == pictures.CHILDREN_AT_ONCE
    assert media._slots._value == media.CHILDREN_AT_ONCE


@pytest.fixture
def child(monkeypatch):
    """Put another child in the decoder's place."""

    def place(code: str) -> None:
        monkeypatch.setattr(pictures, "DECODER", (sys.executable, "-I", "-B", "-c", code))

    return place
