from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import SkipFile
from django.test import RequestFactory

from evidence.intake.handler import RefuseFiles


@pytest.fixture
def form(settings, tmp_path, monkeypatch):
    settings.FILE_UPLOAD_HANDLERS = ["evidence.intake.handler.RefuseFiles"]
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    big = SimpleUploadedFile("a.png", b"marker" * 1_000_000, content_type="image/png")
    return RequestFactory().post("/", {"before": "typed", "picture": big, "other": big, "later": "kept"})


def test_a_file_in_any_other_form_is_dropped_and_the_text_kept(form, tmp_path):
    assert dict(form.POST.items()) == {"before": "typed", "later": "kept"}
    assert not form.FILES
    assert list(tmp_path.iterdir()) == []


def test_no_descriptor_is_left_open(form):
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert form.POST
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_file_is_refused_before_its_first_byte():
    with pytest.raises(SkipFile):
        RefuseFiles().new_file("picture", "a.png", "image/png", 6)


def test_even_a_chunk_that_comes_all_the_same_is_not_kept():
    handler = RefuseFiles()
    assert handler.receive_data_chunk(b"marker", 0) is None
    assert handler.file_complete(6) is None
    assert b"marker" not in repr(vars(handler)).encode()
