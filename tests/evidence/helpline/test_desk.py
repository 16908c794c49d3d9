"""A desk opens with the password, for one browser, and closes by itself."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings as site
from django.test import RequestFactory
from django.urls import reverse

from evidence.helpline import desk, keys
from evidence.helpline.models import Desk
from evidence.worker_keys import signed_public
from tests.evidence.helpline.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db


def is_open(person: Person) -> bool:
    return person.get("helpline:queue").status_code == 200


def test_a_desk_closes_after_thirty_minutes_without_use(hana: Person) -> None:
    hana.open_desk()
    for _ in range(3):
        hana.clock.pass_(minutes=29)
        assert is_open(hana)
    hana.clock.pass_(minutes=30)
    assert not is_open(hana)
    assert not Desk.objects.exists()


def test_a_desk_closes_after_eight_hours_however_busy(hana: Person) -> None:
    hana.open_desk()
    for _ in range(19):
        hana.clock.pass_(minutes=25)
        assert is_open(hana)
    hana.clock.pass_(minutes=5)
    assert not is_open(hana)


def test_a_desk_opens_in_one_browser_only(hana: Person) -> None:
    other = hana.elsewhere()
    other.sign_in()
    other.show_second_factor()
    hana.open_desk()
    assert is_open(hana)
    assert not is_open(other)


def test_the_cookie_of_a_colleague_opens_nothing(hana: Person, sam: Person) -> None:
    hana.open_desk()
    sam.browser.cookies[desk.cookie_name()] = hana.browser.cookies[desk.cookie_name()].value
    assert not is_open(sam)
    assert is_open(hana)


@pytest.mark.parametrize("value", ["", "x", "é", base64.urlsafe_b64encode(bytes(31)).decode(), "A" * 43])
def test_a_made_up_cookie_opens_nothing(hana: Person, value: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES[desk.cookie_name()] = value
    assert desk.seed_of(request, worker=hana.worker, at=hana.clock.now()) is None


def test_a_desk_from_before_a_new_key_pair_is_closed(hana: Person) -> None:
    hana.open_desk()
    row = Desk.objects.get()
    keys.new_key_pair(worker=hana.worker, password=PASSWORD)
    row.save(force_insert=True)
    request = RequestFactory().get("/")
    request.COOKIES[desk.cookie_name()] = hana.browser.cookies[desk.cookie_name()].value
    assert desk.seed_of(request, worker=hana.worker, at=hana.clock.now()) is None
    assert not Desk.objects.exists()


def test_the_cookie_has_no_lifetime_and_is_not_for_scripts(hana: Person) -> None:
    cookie = hana.open_desk().cookies[desk.cookie_name()]
    assert (cookie["max-age"], cookie["expires"], cookie["httponly"], cookie["samesite"]) == (
        "",
        "",
        True,
        "Strict",
    )
    for name, other in hana.browser.cookies.items():
        assert not other["max-age"], name


def test_cookies_are_secure_in_production(hana: Person, settings) -> None:
    settings.LOCAL = False
    assert hana.open_desk().cookies[desk.cookie_name()]["secure"]


def test_closing_leaves_the_worker_signed_in(hana: Person) -> None:
    hana.open_desk()
    assert hana.post("helpline:desk-close").url == reverse("helpline:desk")
    assert not Desk.objects.exists()
    assert b"Open your desk" in hana.get("helpline:desk").content


def test_opening_again_leaves_no_second_half(hana: Person) -> None:
    hana.open_desk()
    hana.open_desk()
    assert Desk.objects.count() == 1


def test_a_key_that_the_site_did_not_sign_opens_no_desk(hana: Person) -> None:
    type(hana.worker).objects.update(key_signature=bytes(64))
    assert b"Your key can&#x27;t be trusted" in hana.open_desk().content
    assert not Desk.objects.exists()


def test_an_empty_form_says_what_is_missing(hana: Person) -> None:
    assert b"error-summary" in hana.post("helpline:desk").content


def test_changing_the_password_keeps_the_key_closes_desks_and_ends_other_sessions(hana: Person) -> None:
    other = hana.elsewhere()
    other.sign_in()
    other.show_second_factor()
    before = keys.seed_of(worker=hana.worker, password=PASSWORD)
    new = "mango-tunnel-frost-six"
    wrong = hana.post("helpline:password", x_old="wrong-wrong-wrong", x_new=new, x_again=new)
    assert b"The password is not right" in wrong.content
    hana.open_desk()
    answer = hana.post("helpline:password", x_old=PASSWORD, x_new=new, x_again=new)
    assert answer.url == reverse("helpline:desk")
    assert not is_open(hana)
    assert other.get("helpline:desk").url.startswith(reverse("account_login"))
    assert keys.seed_of(worker=hana.worker, password=new) == before
    hana.password = new
    hana.open_desk()
    assert is_open(hana)


def test_the_old_password_can_not_be_guessed_there_without_end(hana: Person) -> None:
    new = "mango-tunnel-frost-six"
    for _ in range(5):
        hana.post("helpline:password", x_old="wrong-wrong-wrong", x_new=new, x_again=new)
    answer = hana.post("helpline:password", x_old=PASSWORD, x_new=new, x_again=new)
    assert b"There were too many tries" in answer.content
    assert hana.worker.check_password(PASSWORD)


def test_old_desks_go(hana: Person) -> None:
    hana.open_desk()
    at = hana.clock.now()
    assert desk.prune(at=at + timedelta(minutes=29)) == 0
    assert desk.prune(at=at + timedelta(minutes=30)) == 1
    hana.open_desk()
    Desk.objects.update(seen_at=at + timedelta(hours=7, minutes=59))
    assert desk.prune(at=at + timedelta(hours=8)) == 1


def test_while_a_desk_is_open_the_database_holds_neither_seed_nor_password_nor_cookie(hana: Person) -> None:
    hana.open_desk()
    seed = keys.seed_of(worker=hana.worker, password=PASSWORD)
    cookies = [cookie.value for cookie in hana.browser.cookies.values() if cookie.key != site.CSRF_COOKIE_NAME]
    secrets = [seed, seed.hex().encode(), base64.b64encode(seed), PASSWORD.encode(), hana.secret.encode()]
    secrets += [value.encode() for value in cookies]
    secrets.append(base64.urlsafe_b64decode(hana.browser.cookies[desk.cookie_name()].value + "="))
    rows = [row for model in apps.get_models() for row in model._default_manager.values_list()]
    dump = b"\0".join(bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for row in rows for v in row)
    assert hana.worker.username.encode() in dump
    assert [secret for secret in secrets if secret in dump] == []


def test_a_busy_server_says_so_and_asks_to_come_back(hana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from evidence.turns import Busy

    def busy(**_: object) -> bytes:
        raise Busy

    monkeypatch.setattr(keys, "seed_of", busy)
    answer = hana.open_desk()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_opening_a_desk_renews_a_cheap_derivation_and_she_stays_signed_in(hana: Person, settings) -> None:
    hana.open_desk()
    hashed = hana.worker.password
    settings.ARGON2_ITERATIONS = 4
    hana.open_desk()
    worker = type(hana.worker).objects.get(pk=hana.worker.pk)
    assert worker.key_iterations == 4
    assert worker.password != hashed
    assert is_open(hana)
    assert keys.seed_of(worker=worker, password=PASSWORD)


def test_opening_a_desk_gives_a_worker_a_public_key_of_the_sites_suite(hana: Person, settings) -> None:
    settings.WRAP_SUITE = "classic"
    hana.open_desk()
    assert len(signed_public(type(hana.worker).objects.get(pk=hana.worker.pk))) == 32
    assert is_open(hana)
