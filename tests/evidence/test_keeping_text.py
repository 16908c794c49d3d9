"""Text that was typed survives unlocking again; words, codes and tokens are never kept with it."""

from __future__ import annotations

import base64

import pytest
from django.http import QueryDict

from evidence import keeping_text
from evidence.keeping_text import held, hold

POSTED = QueryDict("t1=He+wrote&t1=twice&d1=2026-03-01&x_1=seven+words&x_new=secret&csrfmiddlewaretoken=TOKEN")


def opened(line):
    found = held(line)
    return found.path, dict(found.fields.lists())


def test_what_was_typed_comes_back_with_its_address():
    assert opened(hold("/case/add/", POSTED)) == ("/case/add/", {"t1": ["He wrote", "twice"], "d1": ["2026-03-01"]})


def test_words_codes_passwords_and_tokens_are_never_kept():
    line = hold("/case/add/", POSTED)
    assert not [name for name in held(line).fields if name.startswith("x_") or name == "csrfmiddlewaretoken"]
    assert "seven" not in str(opened(line))
    assert "TOKEN" not in str(opened(line))


def test_nothing_of_it_can_be_read_in_the_page():
    raw = base64.urlsafe_b64decode(hold("/case/add/", POSTED))
    assert b"wrote" not in raw
    assert b"/case/" not in raw


@pytest.mark.parametrize("change", ["", "A", "!!!!", "é", "x" * 1000])
def test_a_line_that_was_not_made_here_is_nothing(change):
    assert held(change) is None


def test_any_changed_byte_makes_it_nothing():
    raw = bytearray(base64.urlsafe_b64decode(hold("/case/add/", POSTED)))
    for place in range(0, len(raw), 7):
        raw[place] ^= 1
        assert held(base64.urlsafe_b64encode(raw).decode()) is None
        raw[place] ^= 1
    assert held(base64.urlsafe_b64encode(raw[:-1]).decode()) is None


def test_a_line_of_another_site_is_nothing(settings):
    line = hold("/case/add/", POSTED)
    settings.ANSWERS_KEY = bytes(32)
    assert held(line) is None


def test_more_than_a_page_can_carry_is_not_held():
    data = QueryDict(mutable=True)
    data["t1"] = "x" * keeping_text.MOST
    assert hold("/case/add/", data) == ""
