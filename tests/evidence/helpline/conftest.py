"""The staff side in tests: cheap derivations, hana and sam, and a browser that goes through every step."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

from evidence.crypto import wraps
from evidence.helpline import invitations
from evidence.helpline.models import Worker

PASSWORD = "ladder-orbit-velvet-nine"


class Derivations:
    """Stands in for Argon2id: as distinct for every input, at no cost, and counted."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, secret: bytes, *, salt: bytes, cost: wraps.Cost, pepper: bytes) -> bytes:
        self.count += 1
        parts = (secret, salt, pepper, f"{cost.memory_kib} {cost.iterations}".encode())
        return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).digest()


@pytest.fixture(autouse=True)
def derivations(monkeypatch: pytest.MonkeyPatch) -> Derivations:
    cheap = Derivations()
    monkeypatch.setattr(wraps, "argon2id", cheap)
    return cheap


@dataclass
class Clock:
    """The time, where tests can move it."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def time(self) -> float:
        return self.at.timestamp()

    def pass_(self, **spell: int) -> None:
        self.at += timedelta(**spell)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Starts now, since the database has a clock of its own for sessions."""
    clock = Clock(datetime.now(tz=UTC).replace(microsecond=0))
    monkeypatch.setattr("evidence.helpline.views.gates.timezone", clock)
    for module in (
        "mfa.totp.internal.auth",
        "account.internal.flows.login",
        "account.internal.flows.reauthentication",
    ):
        monkeypatch.setattr(f"allauth.{module}.time", clock)
    return clock


@dataclass
class Person:
    """Somebody at a browser."""

    browser: Client
    clock: Clock
    username: str
    password: str = PASSWORD
    secret: str = ""

    @property
    def worker(self) -> Worker:
        return Worker.objects.get(username=self.username)

    def get(self, name: str, /, *args: Any, **data: Any) -> Any:
        return self.browser.get(reverse(name, args=args), data)

    def post(self, name: str, /, *args: Any, **data: Any) -> Any:
        return self.browser.post(reverse(name, args=args), data)

    def code(self) -> str:
        """What her app shows now: a new code each time, as half a minute has passed."""
        self.clock.pass_(seconds=30)
        return code_of(self.secret, self.clock)

    def first_time(self, code: str) -> Any:
        return self.post("helpline:first-time", x_code=code, x_new=self.password, x_again=self.password)

    def set_up_app(self) -> Any:
        self.get("mfa_activate_totp")
        self.secret = self.browser.session[totp.SECRET_SESSION_KEY]
        return self.post("mfa_activate_totp", code=self.code())

    def sign_in(self, **more: str) -> Any:
        return self.post("account_login", login=self.username, x_password=self.password, **more)

    def show_second_factor(self) -> Any:
        return self.post("mfa_authenticate", code=self.code())

    def open_desk(self, **more: str) -> Any:
        return self.post("helpline:desk", x_password=self.password, **more)

    def elsewhere(self, network: str = "198.51.100.7") -> Person:
        """The same person at another browser, in another network."""
        return replace(self, browser=Client(REMOTE_ADDR=network))


def code_of(secret: str, clock: Clock) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(clock.time()) // 30))


def invite(username: str, clock: Clock, *, supervisor: bool = False) -> str:
    return invitations.create(
        username=username, display_name=username.capitalize(), is_supervisor=supervisor, at=clock.now()
    )


def bring_in(username: str, clock: Clock, *, supervisor: bool = False) -> Person:
    person = Person(Client(REMOTE_ADDR="192.0.2.10"), clock, username)
    person.first_time(invite(username, clock, supervisor=supervisor))
    person.set_up_app()
    return person


@pytest.fixture
def hana(db: None, clock: Clock) -> Person:
    """A helpline worker with a password and an app, signed in, her desk not open yet."""
    return bring_in("hana", clock)


@pytest.fixture
def sam(db: None, clock: Clock) -> Person:
    """A supervisor, signed in likewise."""
    return bring_in("sam", clock, supervisor=True)


@pytest.fixture
def mallory(db: None, clock: Clock) -> Person:
    """A stranger who knows hana's name."""
    return Person(Client(REMOTE_ADDR="203.0.113.66"), clock, "hana", "not-her-password")
