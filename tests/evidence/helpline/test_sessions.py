"""A stolen session table opens no session and tells nothing."""

from __future__ import annotations

import base64

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings as site
from django.contrib.sessions.models import Session
from django.test import Client

from evidence.helpline.sessions import SessionStore, stored_key
from tests.evidence.helpline.conftest import Clock, Person, invite

pytestmark = pytest.mark.django_db


def test_what_stands_in_the_table_is_no_cookie(hana: Person) -> None:
    stored = Session.objects.get()
    thief = Client()
    thief.cookies[site.SESSION_COOKIE_NAME] = stored.session_key
    assert thief.get("/helpline/").url.startswith("/helpline/sign-in/")
    assert hana.browser.cookies[site.SESSION_COOKIE_NAME].value not in stored.session_key + stored.session_data
    assert len(stored.session_key) == 40


def test_the_table_does_not_tell_who_is_signed_in(hana: Person) -> None:
    stored = Session.objects.get()
    assert Session.objects.get().get_decoded() == {}
    assert str(hana.worker.pk) not in stored.session_data
    assert str(hana.worker.pk).encode() not in base64.b64decode(stored.session_data)


def test_a_row_moved_under_another_cookie_is_an_empty_session(hana: Person) -> None:
    other = SessionStore()
    other["x"] = "y"
    other.save()
    data = Session.objects.exclude(session_key=stored_key(other.session_key)).get().session_data
    Session.objects.filter(session_key=stored_key(other.session_key)).update(session_data=data)
    assert list(SessionStore(other.session_key).keys()) == []


def test_data_that_is_none_of_ours_is_an_empty_session() -> None:
    session = SessionStore()
    session.save()
    Session.objects.update(session_data="é")
    assert list(SessionStore(session.session_key).keys()) == []


def test_a_session_comes_back_and_goes() -> None:
    session = SessionStore()
    session["x"] = "y"
    session.save()
    key = session.session_key
    assert SessionStore(key)["x"] == "y"
    assert SessionStore().exists(key)
    session.flush()
    assert not Session.objects.exists()
    SessionStore().delete()


def test_the_other_way_of_saving_would_write_the_cookie_and_is_shut() -> None:
    with pytest.raises(NotImplementedError):
        SessionStore("a" * 32).acreate_model_instance({}).send(None)


def test_a_secret_that_is_being_set_up_is_nowhere_in_the_database(clock: Clock) -> None:
    hana = Person(Client(), clock, "hana")
    hana.first_time(invite("hana", clock))
    page = hana.get("mfa_activate_totp")
    secret = hana.browser.session[totp.SECRET_SESSION_KEY]
    assert secret not in "".join(Session.objects.values_list("session_data", flat=True))
    assert secret.encode() in page.content.replace(b" ", b"")
    assert b"data:image" not in page.content
    picture = hana.get("helpline:app-picture")
    assert picture["Content-Type"] == "image/svg+xml"
    assert b"style=" not in picture.content
    assert b'fill="white"' in picture.content
    assert hana.set_up_app().status_code == 302
    assert hana.get("helpline:app-picture").status_code == 404


def test_second_factors_are_sealed(hana: Person) -> None:
    stored = {row.type: row.data for row in Authenticator.objects.all()}
    assert hana.secret not in str(stored)
    assert stored["totp"]["secret"] != hana.secret
    codes = hana.get("mfa_view_recovery_codes").context["unused_codes"]
    assert len(codes) == 10
    assert not [code for code in codes if code in str(stored)]


def test_second_factors_do_not_open_without_the_pepper(hana: Person, settings) -> None:
    from evidence.crypto.errors import SealBroken
    from evidence.helpline.adapters import MFAAdapter

    sealed = Authenticator.objects.get(type="totp").data["secret"]
    assert MFAAdapter().decrypt(sealed) == hana.secret
    settings.PEPPER = bytes(32)
    with pytest.raises(SealBroken):
        MFAAdapter().decrypt(sealed)
