"""A worker sees in which browsers she is signed in, to the hour, and ends them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from evidence.helpline import sign_ins
from evidence.helpline.models import Desk, SignIn
from evidence.helpline.sessions import SessionStore
from tests.evidence.helpline.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db


def signed_in_elsewhere(person: Person) -> Person:
    other = person.elsewhere()
    other.sign_in()
    other.show_second_factor()
    other.open_desk()
    return other


def is_in(person: Person) -> bool:
    return person.get("mfa_index").status_code == 200


def page(person: Person) -> str:
    answer = person.get("helpline:sessions")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_both_browsers_are_listed_and_this_one_is_marked(hana: Person) -> None:
    signed_in_elsewhere(hana)
    shown = page(hana)
    assert shown.count("signed in since") == 2
    assert shown.count("This browser") == shown.count("Another browser") == 1


def test_a_row_holds_whole_hours_and_nothing_of_network_or_browser(hana: Person) -> None:
    row = SignIn.objects.get()
    assert (row.born_at.minute, row.born_at.second, row.seen_at.minute, row.seen_at.second) == (0, 0, 0, 0)
    columns = {field.name for field in SignIn._meta.concrete_fields}
    assert columns == {"id", "worker", "stored_key", "born_at", "seen_at"}
    assert row.stored_key == Session.objects.get().session_key


def test_the_hour_moves_and_looking_within_it_writes_nothing(hana: Person) -> None:
    before = SignIn.objects.get().seen_at
    hana.clock.pass_(hours=2)
    hana.get("mfa_index")
    assert SignIn.objects.get().seen_at == before + timedelta(hours=2)
    assert SignIn.objects.get().born_at == before


def test_another_one_is_ended_and_its_desk_with_it(hana: Person) -> None:
    other = signed_in_elsewhere(hana)
    theirs = SignIn.objects.order_by("pk").exclude(stored_key=_key(hana)).get()
    assert hana.post("helpline:session-end", theirs.pk).url == reverse("helpline:sessions")
    assert not is_in(other)
    assert is_in(hana)
    assert not Desk.objects.exists()
    assert SignIn.objects.count() == 1


def _key(person: Person) -> str:
    from evidence.helpline.sessions import stored_key

    return stored_key(person.browser.session.session_key or "")


def test_every_other_one_is_ended_at_once(hana: Person) -> None:
    others = [signed_in_elsewhere(hana) for _ in range(2)]
    assert hana.post("helpline:sessions-end").status_code == 302
    assert [is_in(person) for person in (*others, hana)] == [False, False, True]
    assert page(hana).count("signed in since") == 1


def test_nobody_ends_what_is_another_workers(hana: Person, sam: Person) -> None:
    hers = SignIn.objects.get(worker=hana.worker)
    assert sam.post("helpline:session-end", hers.pk).status_code == 404
    assert sam.post("helpline:sessions-end").status_code == 302
    assert is_in(hana)
    assert "Another browser" not in page(sam)


@pytest.mark.parametrize("name", ["helpline:sessions", "helpline:sessions-end"])
def test_the_password_is_asked_for_again_after_a_while(hana: Person, name: str) -> None:
    signed_in_elsewhere(hana)
    hana.clock.pass_(minutes=30)
    ask: Any = hana.get if name == "helpline:sessions" else hana.post
    assert ask(name).url.startswith(reverse("account_reauthenticate"))
    assert SignIn.objects.count() == 2
    hana.post("account_reauthenticate", x_password=PASSWORD)
    assert page(hana).count("signed in since") == 2


def test_a_new_password_keeps_this_one_on_the_list(hana: Person) -> None:
    new = "velvet-ladder-nine-orbit"
    hana.post("helpline:password", x_old=PASSWORD, x_new=new, x_again=new)
    assert SignIn.objects.get().stored_key == Session.objects.get().session_key
    assert "This browser" in page(hana)


def test_signing_out_and_running_out_leave_no_row(hana: Person, sam: Person) -> None:
    hana.post("helpline:sign-out")
    assert SignIn.objects.get().worker == sam.worker
    Session.objects.update(expire_date=timezone.now() - timedelta(hours=1))
    assert not sign_ins.listed(sam.worker).exists()
    SessionStore.clear_expired()
    assert not SignIn.objects.exists()
