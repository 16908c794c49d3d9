"""Setting up, using and removing second factors: there is always one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from evidence.custody import SYSTEM
from evidence.helpline import context, invitations
from evidence.helpline.models import Desk, Invitation, SignInLimit
from tests.evidence.helpline.conftest import PASSWORD, Clock, Person, invite
from tests.evidence.helpline.security_key import SecurityKey

pytestmark = pytest.mark.django_db


def again(person: Person) -> None:
    person.post("account_reauthenticate", x_password=PASSWORD)


def add_key(person: Person, name: str = "Blue key") -> SecurityKey:
    key = SecurityKey()
    options = person.get("mfa_add_webauthn").context["js_data"]["creation_options"]
    person.post("mfa_add_webauthn", name=name, credential=key.register(plain(options)))
    return key


def plain(options: Any) -> Any:
    """The options as the browser reads them from the page."""
    return {"publicKey": {"challenge": options["publicKey"]["challenge"]}}


def test_a_security_key_can_be_the_only_second_factor(clock: Clock) -> None:
    hana = Person(Client(), clock, "hana")
    hana.first_time(invite("hana", clock))
    key = add_key(hana)
    assert hana.open_desk().url == reverse("helpline:queue")
    hana = hana.elsewhere()
    hana.sign_in()
    options = hana.get("mfa_authenticate").context["js_data"]["request_options"]
    assert hana.post("mfa_authenticate", credential=key.sign_in(plain(options))).url == "/helpline/"
    assert hana.open_desk().url == reverse("helpline:queue")


def test_another_key_does_not_sign_in(hana: Person) -> None:
    again(hana)
    add_key(hana)
    hana = hana.elsewhere()
    hana.sign_in()
    options = hana.get("mfa_authenticate").context["js_data"]["request_options"]
    answer = hana.post("mfa_authenticate", credential=SecurityKey().sign_in(plain(options)))
    assert answer.status_code == 200
    assert hana.get("helpline:queue").url.startswith(reverse("account_login"))


def test_a_key_shown_again_makes_an_old_session_whole(clock: Clock) -> None:
    hana = Person(Client(), clock, "hana")
    hana.first_time(invite("hana", clock))
    other = Person(Client(), clock, "hana")
    other.sign_in()
    key = add_key(hana)
    page = other.get("mfa_reauthenticate_webauthn")
    assert b"Your security key" in page.content
    options = page.context["js_data"]["request_options"]
    other.post("mfa_reauthenticate_webauthn", credential=key.sign_in(plain(options)))
    assert other.open_desk().url == reverse("helpline:queue")


def test_the_last_second_factor_can_not_be_removed(hana: Person) -> None:
    again(hana)
    assert b"Set up another second factor first" in hana.get("mfa_deactivate_totp").content
    assert hana.post("mfa_deactivate_totp").status_code == 200
    add_key(hana)
    assert hana.post("mfa_deactivate_totp").status_code == 302
    key = Authenticator.objects.get(type="webauthn")
    assert b"Blue key" in hana.get("mfa_remove_webauthn", key.pk).content
    assert hana.post("mfa_remove_webauthn", key.pk).status_code == 409
    assert Authenticator.objects.filter(type="webauthn").exists()
    add_key(hana, "Red key")
    assert b"Red key" in hana.get("mfa_list_webauthn").content
    assert hana.post("mfa_remove_webauthn", key.pk).status_code == 302


def test_nobody_removes_the_key_of_a_colleague(hana: Person, sam: Person) -> None:
    again(hana)
    add_key(hana)
    again(sam)
    key = Authenticator.objects.get(type="webauthn")
    assert sam.get("mfa_remove_webauthn", key.pk).status_code == 404
    assert sam.post("mfa_remove_webauthn", key.pk).status_code == 404


def test_changing_a_factor_asks_for_the_password_again(hana: Person) -> None:
    hana.clock.pass_(minutes=6)
    for name in ("mfa_add_webauthn", "mfa_view_recovery_codes", "mfa_deactivate_totp"):
        assert hana.get(name).url.startswith(reverse("account_reauthenticate"))
    wrong = hana.post("account_reauthenticate", x_password="wrong-wrong-wrong")
    assert b"The password is not right" in wrong.content
    again(hana)
    assert hana.get("mfa_add_webauthn").status_code == 200


def test_the_overview_shows_what_is_set_up(hana: Person) -> None:
    assert b"An authenticator app is set up." in hana.get("mfa_index").content
    assert hana.get("mfa_activate_totp").url == reverse("mfa_deactivate_totp")


def test_a_recovery_code_signs_in_once(hana: Person) -> None:
    code = hana.get("mfa_view_recovery_codes").context["unused_codes"][0]
    first, second = hana.elsewhere(), hana.elsewhere()
    first.sign_in()
    second.sign_in()
    assert first.post("mfa_authenticate", code=code).status_code == 302
    hana.clock.pass_(minutes=16)
    assert b"That code is not right" in second.post("mfa_authenticate", code=code).content


def test_new_recovery_codes_end_the_old_ones(hana: Person) -> None:
    old = hana.get("mfa_view_recovery_codes").context["unused_codes"]
    assert b"Make new recovery codes?" in hana.get("mfa_generate_recovery_codes").content
    assert hana.post("mfa_generate_recovery_codes").status_code == 302
    assert not set(old) & set(hana.get("mfa_view_recovery_codes").context["unused_codes"])


def test_a_wrong_first_code_sets_nothing_up(clock: Clock) -> None:
    hana = Person(Client(), clock, "hana")
    hana.first_time(invite("hana", clock))
    hana.get("mfa_activate_totp")
    assert b"That code is not right" in hana.post("mfa_activate_totp", code="000000").content
    assert not Authenticator.objects.exists()


def test_a_code_that_two_browsers_use_at_once_is_used_once(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    code = invite("hana", clock)

    def beaten(**_: Any) -> Any:
        raise invitations.NotInvited

    monkeypatch.setattr(invitations, "accept", beaten)
    assert b"This code was used a moment ago" in Person(Client(), clock, "hana").first_time(code).content


def test_a_code_that_is_gone_between_looking_and_using_is_refused(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = invite("hana", clock)
    worker = Invitation.objects.get().worker
    Invitation.objects.all().delete()
    monkeypatch.setattr(invitations, "find", lambda *_, **__: worker)
    with pytest.raises(invitations.NotInvited):
        invitations.accept(code=code, password=PASSWORD, at=clock.now())


def test_old_invitations_go(clock: Clock) -> None:
    invite("hana", clock)
    assert invitations.prune(at=clock.now() + timedelta(hours=23)) == 0
    assert invitations.prune(at=clock.now() + timedelta(hours=24)) == 1


def test_a_disabled_worker_can_not_use_an_invitation(hana: Person) -> None:
    code = invitations.reset(worker=hana.worker, lost_second_factor=False, by=SYSTEM, at=hana.clock.now())
    type(hana.worker).objects.update(is_active=False)
    assert b"This code does not work" in hana.elsewhere().first_time(code).content


def test_pages_outside_the_staff_side_know_no_worker(hana: Person, django_assert_num_queries: Any) -> None:
    request: HttpRequest = RequestFactory().get("/case/")
    request.user = hana.worker
    with django_assert_num_queries(0):
        assert context.worker(request) == {}
    request.path = "/helpline/"
    assert context.worker(request) == {"worker": request.user}
    del request.user
    assert context.worker(request) == {}


def test_rows_say_nothing_of_anybody() -> None:
    assert [str(row()) for row in (Desk, Invitation, SignInLimit)] == ["desk", "invitation", "limit"]
