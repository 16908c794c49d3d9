"""What a helpline worker knew of a case opens nothing that comes after the share has ended."""

from __future__ import annotations

import pytest
from django.urls import reverse

from evidence.models import Item, OpenSession
from tests.security import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    """Her case was shared with hana, who has just handed it back while alice's case is open."""
    hana, alice = people.worker("hana"), people.owner()
    people.open_the_gate(alice)
    grant = people.share(alice)
    hana.accept(grant)
    hana.browser.post(reverse("helpline:hand-back", args=[grant]))
    alice.case.refresh_from_db()
    assert alice.case.rotate_due
    return alice


def test_a_picture_sent_afterwards_is_kept_under_a_new_secret(alice):
    before = alice.case.secret_version

    kept = people.keep_a_picture(alice, people.png())

    assert Item.objects.get(pk=kept).key_version == before + 1
    assert alice.browser.get(reverse("evidence:item", args=[kept])).status_code == 200


def test_an_address_typed_afterwards_is_kept_under_a_new_secret(alice):
    before = alice.case.secret_version

    kept = people.keep_an_address(alice, "https://social.example/p/1")

    assert Item.objects.get(pk=kept).key_version == before + 1


def test_her_other_browsers_open_again_with_the_words(alice):
    other = alice.open_elsewhere()
    alice.case.refresh_from_db()
    assert not alice.case.rotate_due  # opening it there changed the keys, and ended what was open before

    assert other.get(reverse("evidence:home")).status_code == 200
    assert alice.browser.get(reverse("evidence:home")).status_code == 302
    assert OpenSession.objects.filter(case=alice.case).count() == 1
