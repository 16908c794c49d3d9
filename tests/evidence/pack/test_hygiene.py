"""Text on paper shows what it hides."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.pack import fonts
from evidence.pack.hygiene import code, direction, shown, unusual


@pytest.mark.parametrize(
    "char",
    [
        *("\u202e", "\u2066", "\u061c", "\u200b", "\u200d", "\ufeff", "\u00ad", "\U000e0041"),
        *("\x00", "\x07", "\x85", "\u2028", "\ue000", "\U0010ffff", "\ufffe", "\ud800", "\u0378"),
        *("\ufe01", "\ufe0f", "\u3164", "\u115f", "\u034f", "\u2800"),
    ],
)
def test_a_character_that_hides_is_shown_as_its_code(char):
    assert shown(f"a{char}b") == f"a\u27e8U+{ord(char):04X}\u27e9b"


@pytest.mark.parametrize(
    "text",
    [
        "plain, with £ and é and Ж",
        "two\nlines",
        "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u0995\u09cd\u200d\u09b7",
        "\u2764\ufe0f",
        "1\ufe0f\u20e3",
        "\U0001f469\u200d\U0001f467",
        "\U0001f469\ufe0f\u200d\u2764\ufe0f",
        "e\u0301\u0302",
        "漢字かな한국",
    ],
)
def test_honest_text_is_left_alone(text):
    assert shown(text) == text


def test_joiners_between_latin_letters_are_shown():
    assert shown("pay\u200cpal") == "pay⟨U+200C⟩pal"
    assert shown("\u200d") == "⟨U+200D⟩"
    assert shown("\ufe0f") == "⟨U+FE0F⟩"


def test_line_ends_become_one_kind_and_tabs_become_spaces():
    assert shown("a\r\nb\rc\td") == "a\nb\nc    d"


def test_a_tower_of_marks_is_cut_down_to_what_can_be_read():
    tower = shown("Z" + "\u0301" * 10)
    assert tower.startswith("Z" + "\u0301" * 4)
    assert tower.count("⟨U+0301⟩") == 6


def test_a_character_that_no_font_has_is_shown_as_its_code():
    assert shown("a\U0001fae8", drawable=lambda char: char == "a") == "a⟨U+1FAE8⟩"


@given(st.text())
@settings(derandomize=True, max_examples=300, deadline=None)
def test_nothing_hidden_is_left_in_any_text(text):
    out = shown(text)
    kept = {"\n", "\u200c", "\u200d", "\ufe0f"}
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not [char for char in out if unicodedata.category(char) in hidden and char not in kept]


@pytest.mark.parametrize(
    ("text", "way"),
    [("abc", "ltr"), ("שלום", "rtl"), ("123 العربية", "rtl"), ("a العربية", "ltr"), ("", "ltr")],
)
def test_a_line_runs_the_way_of_its_first_letter(text, way):
    assert direction(text) == way


def test_only_unusual_characters_are_asked_about():
    assert unusual("abcé Жю λ") == set()
    assert unusual("漢\U0001f480") == {"漢", "\U0001f480"}
    assert code("\n") == "⟨U+000A⟩"


def test_fonts_say_what_they_can_draw():
    assert fonts.drawable({"漢", "ע", "\U0001fae9"}) == {"漢", "ע"}


def test_nothing_is_asked_where_there_is_nothing_to_ask(monkeypatch):
    monkeypatch.setattr(fonts.subprocess, "run", lambda *_a, **_k: pytest.fail("asked"))
    assert fonts.drawable(set()) == set()


def test_without_the_tool_every_character_counts_as_drawable(monkeypatch):
    monkeypatch.setattr(fonts.shutil, "which", lambda _name: None)
    assert fonts.drawable({"\U0001fae9"}) == {"\U0001fae9"}


def test_coloured_fonts_are_kept_out(monkeypatch):
    monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    fonts.without_colour()
    rules = fonts.Path(fonts.os.environ["FONTCONFIG_FILE"]).read_text()
    assert '<patelt name="color"><bool>true</bool></patelt>' in rules
