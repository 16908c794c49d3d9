"""The helpline's rows: who works here, their open desks, invitations and sign-in limits; nothing but rows."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

KEY_FIELDS = ("public_key", "key_signature", "key_salt", "key_memory_kib", "key_iterations", "key_blob")


class Workers(BaseUserManager["Worker"]):
    """Finds workers; `helpline_worker` (the command) and `invitations.accept` are what makes them."""


class Worker(AbstractBaseUser):
    """A helpline worker: the sign-in of Django, and a key pair whose private half only their password opens.

    `public_key` is X-Wing (1216 bytes), signed by the instance key; `key_blob` is the 32-byte seed sealed
    under Argon2id of the password with `key_salt` and the stored costs. A worker who has not set a
    password yet has none of these. `key_version` counts key pairs: 0 before the first.
    """

    last_login = None  # a clock of who worked when is nobody's business but the custody log's

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9._-]*\Z", "Use small letters, digits, dots, dashes.")],
    )
    display_name = models.CharField(max_length=60)  # the first name that owners of cases see
    is_active = models.BooleanField(default=True)
    is_supervisor = models.BooleanField(default=False)
    takes_new_cases = models.BooleanField(default=True)
    must_set_password = models.BooleanField(default=True)
    created_on = models.DateField()

    key_version = models.PositiveIntegerField(default=0)
    public_key = models.BinaryField(max_length=1216, null=True)
    key_signature = models.BinaryField(max_length=64, null=True)
    key_salt = models.BinaryField(max_length=16, null=True)
    key_memory_kib = models.PositiveIntegerField(null=True)
    key_iterations = models.PositiveIntegerField(null=True)
    key_blob = models.BinaryField(null=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    objects: ClassVar[Workers] = Workers()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="worker_key_whole_or_none",
                condition=Q(**{f"{name}__isnull": True for name in KEY_FIELDS})
                | Q(**{f"{name}__isnull": False for name in KEY_FIELDS}, key_version__gte=1),
            ),
            models.CheckConstraint(
                name="worker_without_key_must_set_password",
                condition=Q(must_set_password=True) | Q(public_key__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name


class Desk(models.Model):
    """The server's half of an opened desk: the worker's seed, sealed under one browser's cookie."""

    row_id = models.BinaryField(max_length=32, primary_key=True)
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="desks")
    half = models.BinaryField()
    born_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="desk_seen_after_born", condition=Q(seen_at__gte=F("born_at")))]

    def __str__(self) -> str:
        return "desk"


class SignIn(models.Model):
    """One session of a worker, so that she sees and ends it: hours only, no network, no browser; gone with it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="sign_ins")
    stored_key = models.CharField(max_length=40, unique=True)  # the hash of the cookie, as in the table of sessions
    born_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return "sign-in"


class Invitation(models.Model):
    """A code, kept as its SHA-256, with which a worker sets a password once."""

    worker = models.OneToOneField(Worker, on_delete=models.CASCADE, related_name="invitation")
    code_hash = models.BinaryField(max_length=32, unique=True)
    ends_at = models.DateTimeField()

    def __str__(self) -> str:
        return "invitation"


class SignInLimit(models.Model):
    """How often something was tried at sign-in. `key` is an HMAC: it names nobody to a reader."""

    key = models.BinaryField(max_length=32, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    shut_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sign_in_shut_after_since",
                condition=Q(shut_until__isnull=True) | Q(shut_until__gte=F("since")),
            )
        ]

    def __str__(self) -> str:
        return "limit"
