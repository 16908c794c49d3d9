"""A browser that fetches ahead is known by either header that browsers send."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from evidence.looking_ahead import fetched_ahead


@pytest.mark.parametrize(
    ("headers", "ahead"),
    [
        ({}, False),
        ({"Sec-Purpose": "prefetch"}, True),
        ({"Sec-Purpose": "prefetch;prerender"}, True),
        ({"Purpose": "prefetch"}, True),
        ({"Sec-Purpose": "", "Purpose": "prefetch"}, True),
        ({"Purpose": "other"}, False),
    ],
)
def test_either_header_tells(headers, ahead):
    assert fetched_ahead(RequestFactory().get("/", headers=headers)) is ahead
