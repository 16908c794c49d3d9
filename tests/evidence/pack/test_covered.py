"""A reader of the pack is told where parts of a picture are hidden."""

from __future__ import annotations

import dataclasses

import pytest

from evidence.pack import exhibits


@pytest.mark.parametrize("covered", [True, False])
def test_an_exhibit_says_whether_parts_of_it_are_hidden(snapshot, covered):
    shown = next(item for item in snapshot.items if item.include_picture)
    page = exhibits.exhibit(snapshot, dataclasses.replace(shown, covered=covered), (540, 1170))
    assert ("Parts hidden" in [fact.name for fact in page.recorded]) is covered
