"""Passwords and codes of helpline workers: how they are typed, which are taken, and how long a code lives."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from evidence.helpline import invitations, keys
from tests.security import people

pytestmark = pytest.mark.django_db
TELLING = ["Next-Steps-2026", "helpline-worker-1", "aaaaaaaaaaaaaaaa", "zyxwvutsrqponm", "Welcome-Winter-26"]


def boxes(page):
    """Every input for a secret of a worker: its attributes, as written."""
    return re.findall(r"<input[^>]*name=\"x_(?:password|new|again|old)\"[^>]*>", page.content.decode())


def first_time(password):
    code = invitations.create(username="hana", display_name="Hana", is_supervisor=False, at=timezone.now())
    browser = people.browser()
    answer = browser.post(reverse("helpline:first-time"), {"x_code": code, "x_new": password, "x_again": password})
    return browser, answer


def test_what_is_typed_is_covered_and_may_be_pasted_or_filled_in():
    hana = people.worker("hana")
    found = boxes(people.browser().get(reverse("account_login")))
    found += boxes(hana.browser.get(reverse("helpline:desk"))) + boxes(hana.browser.get(reverse("helpline:password")))

    assert len(found) >= 4
    for box in found:
        assert 'type="password"' in box
        assert not re.search(r'onpaste|readonly|autocomplete="off"|maxlength="(\d|[1-5]\d|6[0-3])"', box)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "x7-Quartz-" * 12,
        "длинный-пароль-для-ханы",
        " spaces at both ends ",
        "🐎🔋📎 twelve signs",
    ],
)
def test_any_signs_and_great_lengths_are_taken_as_typed(password):
    _, answer = first_time(password)
    assert answer.status_code == 302
    worker = people.Worker.objects.get(username="hana")

    assert keys.seed_of(worker=worker, password=password)
    for other in (password[:-1], password.swapcase(), password[:64], password.strip() + "x"):
        if other != password:
            with pytest.raises(keys.WrongPassword):
                keys.seed_of(worker=worker, password=other)


@pytest.mark.parametrize(
    "password", ["short", "password1234", "123456789012", "hana-hana-hana", "qwertyuiopas", *TELLING]
)
def test_short_common_and_telling_ones_are_refused(password):
    _, answer = first_time(password)
    assert answer.status_code == 200
    assert not people.Worker.objects.get(username="hana").has_usable_password()


def test_nothing_asks_for_kinds_of_signs_or_for_a_new_password_by_date():
    names = {row["NAME"].rpartition(".")[2] for row in settings.AUTH_PASSWORD_VALIDATORS}
    known = {"MinimumLengthValidator", "CommonPasswordValidator", "UserAttributeSimilarityValidator"}
    assert names == known | {"NotWhatEverybodyKnows"}
    assert not [field for field in people.Worker._meta.get_fields() if "expire" in field.name]


@pytest.mark.parametrize(("ago", "works"), [(0, True), (2, False), (20, False)])
def test_a_code_of_an_app_lives_for_half_a_minute(ago, works):
    hana = people.worker("hana")
    hana.browser.post(reverse("helpline:sign-out"))
    again = people.browser()
    again.post(reverse("account_login"), {"login": "hana", "x_password": people.PASSWORD})
    step = int(time.time()) // 30 - ago
    code = totp.format_hotp_value(totp.hotp_value(hana.secret, step + (1 if works else 0)))
    answer = again.post(reverse("mfa_authenticate"), {"code": code})
    assert works or answer.status_code == 200
