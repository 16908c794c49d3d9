from __future__ import annotations

import re
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from django.conf import settings as project
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

from abuse_help import sheets


def test_one_request_brings_the_whole_look(collected, sheet):
    text = (collected / sheet.removeprefix("/static/")).read_text()

    assert "@import" not in text
    for found in ["--paper:", "main {", ".button", "@media print"]:
        assert found in text


def test_the_look_weighs_less_than_four_kilobytes(collected, sheet):
    packed = collected / (sheet.removeprefix("/static/") + ".br")

    assert packed.stat().st_size < 4096
    assert brotli.decompress(packed.read_bytes()).decode() == sheets.joined()


def test_a_sheet_that_is_missing_stops_the_collecting(monkeypatch):
    monkeypatch.setattr(finders, "find", lambda name: None)

    with pytest.raises(sheets.SheetMissing):
        sheets.joined()


def test_a_file_that_was_never_collected_fails_no_page(site, tmp_path):
    site.STATIC_ROOT = str(tmp_path)
    site.STORAGES = {**site.STORAGES}

    assert staticfiles_storage.url("css/site.css") == "/static/css/site.css"


def test_sheets_name_sides_by_the_way_people_read():
    left_or_right = re.compile(
        r"(?<![\w-])(left|right|(margin|padding|border)-(left|right|top|bottom)|text-align:\s*(left|right))\s*:"
    )
    for file in (Path(project.BASE_DIR) / "static/css").glob("*.css"):
        assert not left_or_right.search(file.read_text()), file.name


def test_only_the_tokens_and_paper_name_colours():
    for name in ["base.css", "components.css"]:
        assert not re.search(r"#[0-9a-f]{3,8}\b|rgb|hsl", (Path(project.BASE_DIR) / "static/css" / name).read_text())
