"""No step of signing in can be skipped, at any address of the staff side."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from evidence.helpline import urls
from evidence.helpline.models import Desk
from tests.evidence.helpline.conftest import PASSWORD, Clock, Person, invite

pytestmark = pytest.mark.django_db

OPEN_TO_ALL = {"account_login", "first-time"}
TEXT = "Dear you, I have read it all."


def every_name(patterns: list[Any]) -> list[tuple[str, list[str]]]:
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += every_name(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            found.append((str(pattern.name), list(pattern.pattern.converters)))
    return found


NAMES = every_name(urls.urlpatterns)


def address(name: str, arguments: list[str]) -> str:
    values = {"pk": 1}
    kwargs = {argument: values.get(argument, uuid.uuid4()) for argument in arguments}
    return reverse(name if "_" in name else f"helpline:{name}", kwargs=kwargs)


def answers(browser: Client, name: str, arguments: list[str]) -> list[Any]:
    where = address(name, arguments)
    return [browser.get(where), browser.post(where), browser.post(where, {"text": TEXT})]


guarded = pytest.mark.parametrize(
    ("name", "arguments"),
    [entry for entry in NAMES if entry[0] not in OPEN_TO_ALL],
    ids=str,
)


def test_the_address_list_is_whole() -> None:
    assert len(NAMES) == 31


@guarded
def test_a_stranger_gets_nothing_but_the_way_in(name: str, arguments: list[str]) -> None:
    for answer in answers(Client(), name, arguments):
        assert answer.status_code in {302, 403, 405}
        if answer.status_code == 302:
            assert answer.url.startswith(reverse("account_login"))


@guarded
def test_a_password_alone_leads_nowhere(hana: Person, name: str, arguments: list[str]) -> None:
    hana = hana.elsewhere()
    hana.sign_in()
    for answer in answers(hana.browser, name, arguments):
        assert answer.status_code in {302, 403, 405} or name == "mfa_authenticate"
        if answer.status_code == 302:
            assert answer.url.split("?")[0] in {reverse("account_login"), reverse("mfa_authenticate")}


NEEDS_NO_FACTOR_YET = {
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "app-picture",
    "sign-out",
}


@pytest.mark.parametrize(
    ("name", "arguments"), [entry for entry in NAMES if entry[0] not in NEEDS_NO_FACTOR_YET | OPEN_TO_ALL]
)
def test_without_a_second_factor_every_page_leads_to_setting_one_up(
    clock: Clock, name: str, arguments: list[str]
) -> None:
    hana = Person(Client(), clock, "hana")
    hana.first_time(invite("hana", clock))
    for answer in answers(hana.browser, name, arguments):
        assert answer.status_code in {302, 403, 404, 405}
        if answer.status_code == 302:
            assert answer.url.split("?")[0] in {
                reverse("mfa_activate_totp"),
                reverse("account_reauthenticate"),
            }


AFTER_FACTOR = {
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_authenticate",
}


@pytest.mark.parametrize(
    ("name", "arguments"),
    [entry for entry in NAMES if entry[0] not in AFTER_FACTOR | OPEN_TO_ALL | {"sign-out"}],
)
def test_a_session_from_before_the_second_factor_was_set_up_is_worth_nothing_after(
    clock: Clock, name: str, arguments: list[str]
) -> None:
    hana = Person(Client(), clock, "hana")
    hana.first_time(invite("hana", clock))
    thief = Person(Client(), clock, "hana")
    thief.sign_in()
    thief.post("account_reauthenticate", x_password=PASSWORD)
    hana.set_up_app()
    for answer in answers(thief.browser, name, arguments):
        assert answer.status_code in {302, 403, 405}
        if answer.status_code == 302:
            assert answer.url.split("?")[0] == reverse("mfa_reauthenticate")


def test_the_second_factor_makes_such_a_session_whole(clock: Clock) -> None:
    hana = Person(Client(), clock, "hana")
    hana.first_time(invite("hana", clock))
    other = Person(Client(), clock, "hana")
    other.sign_in()
    hana.set_up_app()
    other.secret = hana.secret
    assert b"Your second factor" in other.get("mfa_reauthenticate").content
    assert other.post("mfa_reauthenticate", code=other.code()).status_code == 302
    assert other.open_desk().url == reverse("helpline:queue")


AT_DESK = [entry for entry in NAMES if entry[0] in {"queue", "offer-accept"} or "grant" in entry[1]]


@pytest.mark.parametrize(("name", "arguments"), AT_DESK)
def test_without_an_open_desk_every_case_page_asks_for_the_password(
    hana: Person, name: str, arguments: list[str]
) -> None:
    for answer in answers(hana.browser, name, arguments):
        assert answer.status_code in {302, 403, 405}
        if answer.status_code == 302:
            assert answer.url.startswith(reverse("helpline:desk"))


@pytest.mark.parametrize(("name", "arguments"), [entry for entry in AT_DESK if entry[0] != "queue"])
def test_a_worker_without_a_grant_gets_404_everywhere(hana: Person, name: str, arguments: list[str]) -> None:
    hana.open_desk()
    assert {answer.status_code for answer in answers(hana.browser, name, arguments)} <= {404, 405}
    assert 404 in {answer.status_code for answer in answers(hana.browser, name, arguments)}


def test_text_survives_a_closed_desk(hana: Person) -> None:
    where = reverse("helpline:messages", args=[uuid.uuid4()])
    asked = hana.browser.post(where, {"text": TEXT, "x_code": "secret"})
    assert (asked.status_code, TEXT.encode() in asked.content, b"secret" in asked.content) == (
        403,
        True,
        False,
    )
    wrong = hana.post("helpline:desk", x_password="wrong-wrong-wrong", text=TEXT, then=where)
    assert TEXT.encode() in wrong.content
    opened = hana.open_desk(text=TEXT, then=where)
    assert opened.status_code == 200
    assert f'action="{where}"'.encode() in opened.content
    assert TEXT.encode() in opened.content
    assert Desk.objects.count() == 1


def test_text_survives_the_end_of_a_session() -> None:
    answer = Client().post(reverse("helpline:messages", args=[uuid.uuid4()]), {"text": TEXT})
    assert TEXT.encode() in answer.content
    assert b"You were signed out" in answer.content


@pytest.mark.parametrize("elsewhere", ["https://evil.example/helpline/", "//evil.example/", "/case/", "javascript:1"])
def test_opening_the_desk_leads_to_no_other_site_or_room(hana: Person, elsewhere: str) -> None:
    assert hana.open_desk(then=elsewhere).url == reverse("helpline:queue")
    assert elsewhere.encode() not in hana.get("helpline:desk", next=elsewhere).content


@pytest.mark.parametrize("elsewhere", ["https://evil.example/helpline/", "//evil.example/"])
def test_signing_in_leads_to_no_other_site(hana: Person, elsewhere: str) -> None:
    hana = hana.elsewhere()
    hana.browser.post(f"{reverse('account_login')}?next={elsewhere}", {"login": "hana", "x_password": PASSWORD})
    assert hana.show_second_factor().url == "/helpline/"


def test_signing_out_is_a_post(hana: Person) -> None:
    hana.open_desk()
    assert hana.get("helpline:sign-out").status_code == 405
    assert hana.get("helpline:queue").status_code == 200
    assert hana.post("helpline:sign-out").status_code == 302
    assert hana.get("helpline:queue").url.startswith(reverse("account_login"))
    assert not Desk.objects.exists()


def test_signing_out_needs_the_form_of_this_site(hana: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = hana.browser.cookies
    assert strict.post(reverse("helpline:sign-out")).status_code == 403
    assert hana.get("helpline:password").status_code == 200


@pytest.mark.parametrize("name", ["helpline:queue", "helpline:desk", "account_login"])
def test_fetching_ahead_changes_nothing(hana: Person, name: str) -> None:
    answer = hana.browser.get(reverse(name), headers={"Sec-Purpose": "prefetch"})
    assert (answer.status_code, answer.content) == (204, b"")


def test_looking_at_the_head_of_a_case_page_is_refused(hana: Person) -> None:
    hana.open_desk()
    assert hana.browser.head(reverse("helpline:case", args=[uuid.uuid4()])).status_code == 405


def test_no_page_answers_in_json(hana: Person) -> None:
    answer = Client().get(reverse("account_login"), headers={"Accept": "application/json"})
    assert answer["Content-Type"].startswith("text/html")
