from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from evidence.intake.labels import LONGEST, file_name, one_line


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("  two\r\n\tlines ", "two lines"),
        ("cod\u202egpj.exe", "codgpj.exe"),
        ("nul\x00bell\x07", "nulbell"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("caf\u00e9 \U0001f600", "caf\u00e9 \U0001f600"),
        ("\ud800lone", "lone"),
        ("a" * 5000, "a" * LONGEST),
        ("", ""),
    ],
)
def test_text_becomes_one_visible_line(given_text, kept):
    assert one_line(given_text) == kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\alice\\shot.png", "shot.png"),
        ("/", ""),
        ("shot.png\x00.exe", "shot.png.exe"),
        ("CON", "CON"),
    ],
)
def test_a_name_never_carries_a_path(sent, kept):
    assert file_name(sent) == kept


@given(some.text(max_size=400))
def test_no_text_keeps_a_line_break_or_grows(text):
    kept = one_line(text)
    assert len(kept) <= LONGEST
    assert len(kept.splitlines()) <= 1
    assert one_line(kept) == kept
