"""An event of security is one line of JSON with ids that tell nobody anything, or it is not written at all."""

from __future__ import annotations

import json
import logging
import uuid

import pytest

from evidence import events


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, logger="security")
    logging.getLogger("security").addHandler(caplog.handler)
    yield lambda: [(record.levelname, json.loads(record.getMessage())) for record in caplog.records]
    logging.getLogger("security").removeHandler(caplog.handler)


def test_an_event_is_one_line_of_json_with_its_ids(lines):
    worker, case = uuid.uuid4(), uuid.uuid4()
    events.note("signed-in", worker=worker)
    events.note("chain-broken", case=case)
    events.note("refused", of="404:case/t6zx/<uuid:item_id>/")
    assert lines() == [
        ("INFO", {"event": "signed-in", "worker": str(worker)}),
        ("WARNING", {"event": "chain-broken", "case": str(case)}),
        ("WARNING", {"event": "refused", "of": "404:case/t6zx/<uuid:item_id>/"}),
    ]


@pytest.mark.parametrize("of", ["Hana Smith", "hana@example.org", "x\ny", "https://a.example/?q", "x" * 81])
def test_nothing_that_a_person_might_have_typed_is_written(lines, of):
    with pytest.raises(ValueError, match="refused"):
        events.note("refused", of=of)
    assert lines() == []


def test_an_event_that_is_not_listed_is_none(lines):
    with pytest.raises(ValueError, match="made-up"):
        events.note("made-up")
    assert lines() == []
