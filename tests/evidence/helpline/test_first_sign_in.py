"""From the command to an open desk, as a worker goes through it."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from evidence.helpline import keys
from evidence.helpline.models import Invitation, Worker
from evidence.worker_keys import signed_public
from tests.evidence.helpline.conftest import PASSWORD, Clock, Person, bring_in, invite

pytestmark = pytest.mark.django_db


def printed_code(*args: str) -> str:
    out = StringIO()
    call_command("helpline_worker", *args, stdout=out)
    return next(line.strip() for line in out.getvalue().splitlines() if line.count("-") == 6)


def test_a_worker_comes_in_with_a_code_and_gets_to_the_queue(clock: Clock) -> None:
    hana = Person(Client(), clock, "hana")
    answer = hana.first_time(printed_code("hana", "--name", "Hana"))
    assert answer.url == reverse("mfa_activate_totp")
    assert hana.set_up_app().url == reverse("mfa_view_recovery_codes")
    assert b"I have kept them" in hana.get("mfa_view_recovery_codes").content
    assert hana.get("helpline:queue").url.startswith(reverse("helpline:desk"))
    assert hana.open_desk().url == reverse("helpline:queue")
    assert b"No case waits." in hana.get("helpline:queue").content


def test_the_next_sign_in_asks_for_both_factors_and_the_password_again(hana: Person) -> None:
    hana = hana.elsewhere()
    assert hana.sign_in().url == reverse("mfa_authenticate")
    assert b"Use a security key" in hana.get("mfa_authenticate").content
    assert hana.show_second_factor().url == "/helpline/"
    assert hana.get("helpline:queue").status_code == 302
    hana.open_desk()
    assert hana.get("helpline:queue").status_code == 200


def test_the_key_pair_is_made_with_the_password(hana: Person) -> None:
    worker = hana.worker
    assert (worker.key_version, worker.must_set_password) == (1, False)
    assert len(signed_public(worker)) == 1216
    assert len(keys.seed_of(worker=worker, password=PASSWORD)) == 32


def test_a_code_works_once(clock: Clock) -> None:
    code = invite("hana", clock)
    Person(Client(), clock, "hana").first_time(code)
    answer = Person(Client(), clock, "hana", "another-long-password").first_time(code)
    assert b"This code does not work" in answer.content
    assert Worker.objects.get().check_password(PASSWORD)


def test_a_code_ends_after_a_day(clock: Clock) -> None:
    code = invite("hana", clock)
    clock.pass_(hours=24)
    assert b"This code does not work" in Person(Client(), clock, "hana").first_time(code).content


def test_a_code_is_not_stored(clock: Clock) -> None:
    code = invite("hana", clock)
    stored = bytes(Invitation.objects.get().code_hash)
    assert code.replace("-", "").encode() not in stored
    assert len(stored) == 32


def test_a_mistyped_code_says_so(clock: Clock) -> None:
    assert b"This code does not work" in Person(Client(), clock, "hana").first_time("hello").content


@pytest.mark.parametrize("password", ["short", "password1234"])
def test_a_weak_password_is_refused_and_the_code_stays_good(clock: Clock, password: str) -> None:
    code = invite("hana", clock)
    answer = Person(Client(), clock, "hana", password).first_time(code)
    assert answer.status_code == 200
    assert Person(Client(), clock, "hana").first_time(code).status_code == 302


def test_two_different_passwords_are_refused(clock: Clock) -> None:
    hana = Person(Client(), clock, "hana")
    answer = hana.post("helpline:first-time", x_code=invite("hana", clock), x_new=PASSWORD, x_again="another-one-9")
    assert b"The two passwords differ" in answer.content


def test_codes_can_not_be_tried_without_end(clock: Clock) -> None:
    mallory = Person(Client(REMOTE_ADDR="203.0.113.66"), clock, "mallory")
    for _ in range(50):
        mallory.first_time("nonsense")
    code = invite("hana", clock)
    assert b"too many tries" in mallory.first_time(code).content
    assert mallory.elsewhere().first_time(code).status_code == 302


def test_the_command_refuses_a_name_that_exists(clock: Clock) -> None:
    printed_code("hana")
    with pytest.raises(CommandError, match="exists already"):
        printed_code("hana")


def test_the_command_refuses_a_name_that_can_not_be_typed_everywhere() -> None:
    with pytest.raises(CommandError, match="small letters"):
        printed_code("Hana Ü")


def test_the_command_makes_supervisors_and_shown_names(clock: Clock) -> None:
    printed_code("sam", "--name", "Sam", "--supervisor")
    sam = Worker.objects.get()
    assert (sam.display_name, sam.is_supervisor, sam.takes_new_cases) == ("Sam", True, True)


def test_a_forgotten_password_is_replaced_with_a_new_key_and_the_second_factor_stays(hana: Person) -> None:
    before = signed_public(hana.worker)
    code = printed_code("hana", "--reset")
    assert hana.worker.public_key is None
    assert hana.get("helpline:queue").url.startswith(reverse("account_login"))
    hana = hana.elsewhere()
    hana.password = "mango-tunnel-frost-six"
    assert hana.first_time(code).url == reverse("account_login")
    assert hana.sign_in().url == reverse("mfa_authenticate")
    assert signed_public(hana.worker) != before
    assert hana.worker.key_version == 2


def test_a_lost_phone_is_replaced_too(hana: Person) -> None:
    code = printed_code("hana", "--reset", "--lost-second-factor")
    assert not Authenticator.objects.exists()
    assert hana.elsewhere().first_time(code).url == reverse("mfa_activate_totp")


def test_a_reset_needs_a_worker() -> None:
    with pytest.raises(CommandError, match="no worker"):
        printed_code("nobody", "--reset")


def test_a_name_is_taken_once(clock: Clock) -> None:
    bring_in("hana", clock)
    clock.pass_(seconds=int(timedelta(hours=1).total_seconds()))
    with pytest.raises(CommandError):
        printed_code("hana", "--name", "Other")
