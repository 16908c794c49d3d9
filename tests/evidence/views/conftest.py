"""Alice at her browser, and a site on which every place is taken."""

from __future__ import annotations

import html
from contextlib import ExitStack
from datetime import timedelta

import pytest

from evidence.turns import turn
from tests.security import people


@pytest.fixture
def alice(db):
    """The person targeted, brought to an open case through the site's own pages."""
    return people.owner()


@pytest.fixture
def read():
    """What a page says, as a person reads it."""
    return lambda answer: html.unescape(answer.content.decode())


@pytest.fixture
def crowd(settings):
    """`crowd("upload")` takes every place for it until the end of the test; nobody is kept waiting."""
    settings.WAIT_FOR_TURN = timedelta(0)
    places = {"upload": settings.UPLOADS_AT_ONCE, "derivation": settings.DERIVATIONS_AT_ONCE}
    with ExitStack() as taken:
        yield lambda what: [taken.enter_context(turn(what)) for _ in range(places[what])] and None
