"""Guessing is slow, and nobody can shut another person out by guessing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client, RequestFactory

from evidence.helpline import limits
from evidence.helpline.models import SignInLimit
from tests.evidence.helpline.conftest import PASSWORD, Derivations, Person

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
THREE = limits.Budget("test", 3)
WAIT_TEXT = b"There were too many tries"


def spend(times: int, at: datetime = NINE) -> None:
    for _ in range(times):
        limits.spend(THREE, b"hana", at=at)


def test_a_budget_shuts_for_a_whole_quarter_of_an_hour_after_its_last_try() -> None:
    spend(2)
    spend(1, NINE + timedelta(minutes=14))
    with pytest.raises(limits.TooManyTries):
        spend(1, NINE + timedelta(minutes=28))
    spend(1, NINE + timedelta(minutes=29))


def test_tries_of_a_quarter_of_an_hour_ago_do_not_count() -> None:
    spend(2)
    spend(2, NINE + timedelta(minutes=15))
    assert not limits.is_spent(THREE, b"hana", at=NINE + timedelta(minutes=15))


def test_a_right_try_is_given_back_and_wrong_ones_before_it_are_not() -> None:
    spend(3)
    limits.give_back(THREE, b"hana")
    spend(1)
    with pytest.raises(limits.TooManyTries):
        spend(1)


def test_giving_back_what_was_never_spent_gives_nothing() -> None:
    limits.give_back(THREE, b"hana")
    assert not SignInLimit.objects.exists()


def test_budgets_of_others_are_their_own() -> None:
    spend(3)
    limits.spend(THREE, b"sam", at=NINE)


def test_a_code_is_good_once_in_a_quarter_of_an_hour() -> None:
    assert limits.first_use(b"123456", at=NINE)
    assert not limits.first_use(b"123456", at=NINE + timedelta(minutes=14))
    assert limits.first_use(b"123456", at=NINE + timedelta(minutes=15))


def test_old_rows_go() -> None:
    spend(3)
    assert limits.prune(at=NINE + timedelta(minutes=29)) == 0
    assert limits.prune(at=NINE + timedelta(minutes=31)) == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.200", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("2001:db8:1::1", "2001:db8:1:ffff::2", True),
        ("2001:db8:1::1", "2001:db8:2::1", False),
    ],
)
def test_a_network_is_a_bucket_of_addresses(one: str, other: str, same: bool) -> None:
    networks = [limits.network_of(RequestFactory(REMOTE_ADDR=address).get("/")) for address in (one, other)]
    assert (networks[0] == networks[1]) is same


def test_behind_a_proxy_only_the_address_that_the_proxy_saw_counts(settings) -> None:
    settings.BEHIND_PROXY = True
    request = RequestFactory(REMOTE_ADDR="10.0.0.1").get("/", headers={"X-Forwarded-For": "1.1.1.1, 192.0.2.9"})
    assert limits.network_of(request) == bytes([192, 0, 2, 0])


def test_an_unknown_network_is_none() -> None:
    assert limits.network_of(RequestFactory(REMOTE_ADDR="").get("/")) == b""


def test_known_and_unknown_names_get_the_same_wait_and_the_same_words(hana: Person, mallory: Person) -> None:
    stranger = Person(Client(REMOTE_ADDR="203.0.113.66"), mallory.clock, "nobody", mallory.password)
    for _ in range(10):
        known, unknown = mallory.sign_in(), stranger.sign_in()
        assert known.context["form"].errors == unknown.context["form"].errors
    known, unknown = mallory.sign_in(), stranger.sign_in()
    assert WAIT_TEXT in known.content
    assert WAIT_TEXT in unknown.content
    assert mallory.elsewhere().sign_in().content.count(WAIT_TEXT) == 1


def test_the_code_is_asked_for_only_where_there_were_too_many_tries(hana: Person, mallory: Person) -> None:
    for _ in range(10):
        assert b'name="x_code"' not in mallory.sign_in().content
    assert b'name="x_code"' in mallory.sign_in().content
    assert b'name="x_code"' in mallory.sign_in(x_code="000000").content


def test_even_the_right_password_waits(hana: Person, mallory: Person) -> None:
    for _ in range(10):
        mallory.sign_in()
    mallory.password = PASSWORD
    assert WAIT_TEXT in mallory.sign_in().content
    mallory.clock.pass_(minutes=15)
    assert mallory.sign_in().status_code == 302


def test_guessing_elsewhere_does_not_shut_out_a_browser_that_has_signed_in_before(
    hana: Person, mallory: Person
) -> None:
    hana = hana.elsewhere()
    hana.sign_in()
    hana.show_second_factor()
    hana.post("helpline:sign-out")
    for _ in range(12):
        mallory.sign_in()
    assert hana.sign_in().status_code == 302


def test_guessing_in_her_own_network_does_not_shut_her_out_either(hana: Person, mallory: Person) -> None:
    hana = hana.elsewhere()
    hana.sign_in()
    hana.show_second_factor()
    hana.post("helpline:sign-out")
    guesser = Person(Client(REMOTE_ADDR="198.51.100.9"), hana.clock, "x", "wrong-wrong-wrong")
    for number in range(60):
        guesser.username = f"name{number}"
        guesser.sign_in()
    assert WAIT_TEXT in guesser.sign_in().content
    assert hana.sign_in().status_code == 302


def test_guessing_does_not_shut_out_a_new_browser_that_has_both_factors(hana: Person, mallory: Person) -> None:
    for _ in range(10):
        mallory.sign_in()
    hana = hana.elsewhere()
    assert WAIT_TEXT in hana.sign_in().content
    assert hana.sign_in(x_code=hana.code()).url == "/helpline/sign-in/second/"
    assert hana.show_second_factor().status_code == 302


def test_while_a_name_waits_a_right_password_with_a_wrong_code_reads_like_a_wrong_one(
    hana: Person, mallory: Person
) -> None:
    for _ in range(10):
        mallory.sign_in()
    wrong = mallory.sign_in(x_code="000000").context["form"].errors
    mallory.password = PASSWORD
    assert mallory.sign_in(x_code="000000").context["form"].errors == wrong


def test_a_known_browser_has_a_limit_too(hana: Person) -> None:
    hana = hana.elsewhere()
    hana.sign_in()
    hana.show_second_factor()
    hana.post("helpline:sign-out")
    hana.password = "guessing-at-her-desk"
    for _ in range(10):
        assert WAIT_TEXT not in hana.sign_in().content
    assert WAIT_TEXT in hana.sign_in().content


def test_a_device_of_one_worker_is_unknown_for_another_name(hana: Person) -> None:
    hana = hana.elsewhere()
    hana.sign_in()
    hana.show_second_factor()
    hana.post("helpline:sign-out")
    hana.username, hana.password = "sam", "guessing-at-her-desk"
    for _ in range(10):
        hana.sign_in()
    assert WAIT_TEXT in hana.elsewhere().sign_in().content


def test_second_factors_can_not_be_tried_without_end(hana: Person) -> None:
    hana = hana.elsewhere()
    hana.sign_in()
    for _ in range(5):
        assert b"That code is not right" in hana.post("mfa_authenticate", code="000000").content
    answer = hana.show_second_factor()
    assert b"There were too many tries. Wait 15 minutes." in answer.content
    hana.clock.pass_(minutes=15)
    assert hana.show_second_factor().status_code == 302


def test_a_code_that_was_seen_over_a_shoulder_does_not_work_again(hana: Person) -> None:
    first, second = hana.elsewhere(), hana.elsewhere("203.0.113.66")
    first.sign_in()
    second.sign_in()
    code = first.code()
    assert first.post("mfa_authenticate", code=code).status_code == 302
    assert b"or was used before" in second.post("mfa_authenticate", code=code).content


def test_desk_passwords_can_not_be_tried_without_end(hana: Person) -> None:
    right, hana.password = hana.password, "guessing-at-her-desk"
    for _ in range(5):
        assert b"The password is not right" in hana.open_desk().content
    hana.password = right
    assert b"too many tries" in hana.open_desk().content
    hana.clock.pass_(minutes=15)
    assert hana.open_desk().status_code == 302


@pytest.mark.parametrize("username", ["hana", "HANA ", "nobody", "new", "gone"])
def test_every_name_costs_one_derivation(hana: Person, derivations: Derivations, username: str) -> None:
    from tests.evidence.helpline.conftest import invite

    invite("new", hana.clock)
    Worker = type(hana.worker)
    Worker.objects.create(
        username="gone",
        display_name="Gone",
        created_on=NINE.date(),
        is_active=False,
        password=hana.worker.password,
    )
    stranger = Person(Client(), hana.clock, username, "wrong-wrong-wrong")
    before = derivations.count
    assert b"not right" in stranger.sign_in().content
    assert derivations.count == before + 1


def test_a_disabled_worker_can_not_sign_in_and_is_out_at_once(hana: Person) -> None:
    hana.open_desk()
    type(hana.worker).objects.update(is_active=False)
    assert hana.get("helpline:queue").url.startswith("/helpline/sign-in/")
    assert b"The name or the password is not right" in hana.elsewhere().sign_in().content


def test_no_name_and_no_address_is_stored_readable(hana: Person, mallory: Person) -> None:
    mallory.username = "unmistakable"
    for _ in range(11):
        mallory.sign_in()
    rows = b"".join(bytes(row.key) for row in SignInLimit.objects.all())
    assert rows
    assert b"unmistakable" not in rows
    assert bytes([203, 0, 113]) not in rows
