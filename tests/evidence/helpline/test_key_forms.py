"""What is sent in the place of a security key's answer is a wrong answer: nothing fails over it."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from tests.security import people

ANSWERS = [
    "9" * 5_000,
    "[" * 100_000,
    "{}",
    "[]",
    "null",
    '"words"',
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}),
    json.dumps({"id": 1, "rawId": None, "response": {"clientDataJSON": "%%", "attestationObject": 3}}),
    json.dumps(
        {
            "id": "AA",
            "rawId": "AA",
            "type": "public-key",
            "response": {
                "clientDataJSON": "e30",
                "attestationObject": "oA",
                "authenticatorData": "AA",
                "signature": "AA",
            },
        }
    ),
]


def failed(browser, address):
    """Which answers made this page fail."""
    assert browser.get(reverse(address)).status_code == 200  # now the site waits for a key
    statuses = {said: browser.post(reverse(address), {"name": "a", "credential": said}).status_code for said in ANSWERS}
    assert set(statuses.values()) <= {200, 500}
    return [said[:40] for said, status in statuses.items() if status == 500]


@pytest.mark.django_db
def test_no_answer_makes_adding_a_key_fail():
    assert failed(people.worker("hana").browser, "mfa_add_webauthn") == []


@pytest.mark.django_db
def test_no_answer_makes_the_second_factor_fail():
    people.worker("hana")
    browser = people.browser()
    browser.post(reverse("account_login"), {"login": "hana", "x_password": people.PASSWORD})

    assert failed(browser, "mfa_authenticate") == []
