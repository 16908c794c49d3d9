"""The log as its owner reads it: the last value to write down, and plain words where it does not hold together."""

from __future__ import annotations

import pytest
from django.urls import reverse

from evidence import custody
from evidence.models import CustodyBody
from tests.security import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(alice, read):
    """Alice's page of the log, as it reads now."""
    people.keep_an_address(alice, "https://social.example/p/1")

    def page(number=1):
        answer = alice.browser.get(reverse("evidence:log"), {"p": number})
        assert answer.status_code == 200
        return read(answer)

    return page


def test_the_last_value_can_be_written_down_in_groups(alice, log):
    page, (_, head) = log(), custody.head_of(alice.case)
    assert " ".join(head.hex()[i : i + 8] for i in range(0, 64, 8)) in page
    assert "does not hold together" not in page


@pytest.mark.parametrize("harm", ["lost", "changed", "swapped"])
def test_a_log_that_was_touched_says_so_and_shows_no_line_of_itself(alice, log, harm):
    first, second = CustodyBody.objects.filter(case=alice.case)[:2]
    if harm == "lost":
        first.delete()
    else:
        first.body = second.body if harm == "swapped" else bytes(first.body)[:-1] + bytes([bytes(first.body)[-1] ^ 1])
        first.save()
    page = log()
    assert "The log does not hold together" in page
    assert "Do not rely on it until they have looked." in page
    assert "The last value of the chain" not in page


def test_a_long_log_goes_on_on_the_next_page(alice, log):
    for _ in range(30):
        alice.post("lock")
        alice.post("open", {"x_1": alice.code})
    assert ">1. " not in log()
    assert ">1. " in log(9)  # beyond the last: the last
