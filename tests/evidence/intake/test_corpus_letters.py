"""Every hostile mail and export is read as text or refused; no name is a path, nothing is fetched or unpacked."""

from __future__ import annotations

import json
import socket

import pytest

from evidence.intake import reading
from evidence.intake.reading import NotRead
from tests.evidence.intake import corpus_letters, corpus_names
from tests.evidence.intake.exports.building import iphone

ALL = list(corpus_letters.drawer())
READERS = {"mails": reading.read_mail, "exports": reading.read_export}


def asked(specimen):
    """What the child that was started for it says: a code, or what it read."""
    raw = specimen.make()
    try:
        told = READERS[specimen.drawer](lambda at, length: raw[at : at + length], len(raw))
    except NotRead as refusal:
        return refusal.code, {}
    return "read", told.model_dump(mode="json")


def lines(value):
    """Every text in what was read."""
    if isinstance(value, dict):
        for each in value.values():
            yield from lines(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from lines(each)
    elif isinstance(value, str):
        yield value


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """A folder of its own, and no other host: afterwards there is no file, and nothing was asked for."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("was asked for"))
    yield
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("drawer", READERS)
def test_every_hostile_letter_gets_the_answer_that_is_expected_of_it(drawer):
    wrong = []
    for specimen in (one for one in ALL if one.drawer == drawer):
        code, told = asked(specimen)
        if code not in specimen.expect:
            wrong.append(f"{specimen.name}: {code}")
        if len(json.dumps(told)) > 4_000_000 or any(set(corpus_names.TURNS) & set(text) for text in lines(told)):
            wrong.append(f"{specimen.name}: too much, or turned round")
    assert wrong == []


def test_after_all_of_them_an_honest_one_is_read():
    raw = iphone().encode()
    assert reading.read_export(lambda at, length: raw[at : at + length], len(raw)).messages == 6


def test_there_are_fifty_letters_each_with_a_name_of_its_own():
    assert len({one.name for one in ALL}) == len(ALL) >= 50
