"""Rows and constraints, nothing else: what is sealed is bytes here, and no rule stands in this file."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Case(models.Model):
    """One person's case. Public keys, a version, and one sealed index; nothing that tells what it is about."""

    class Status(models.TextChoices):
        NEW = "new"  # the words were shown, not yet entered again
        OPEN = "open"
        HIDDEN = "hidden"  # deleted by its owner: wraps stay until `hidden_at` + ERASE_AFTER
        ERASED = "erased"  # a tombstone: keys, wraps and blobs are gone

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    status = models.CharField(max_length=8, choices=Status, default=Status.NEW)
    created_on = models.DateField()
    hidden_at = models.DateTimeField(null=True)
    owner_public = models.BinaryField()
    case_public = models.BinaryField()
    secret_version = models.PositiveIntegerField(default=1)
    secret_wrap = models.BinaryField()  # the case secret of this version, sealed to `owner_public`
    rotate_due = models.BooleanField(default=False)
    held = models.BooleanField(default=False)  # its pictures are locked: nothing of it is deleted by the clock
    erase_on = models.DateField(null=True)  # the day on which it goes if nobody opens it until then
    index = models.BinaryField()  # sealed under the case secret

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="hidden", hidden_at__isnull=False)
                | (~Q(status="hidden") & Q(hidden_at__isnull=True)),
                name="case_hidden_has_time",
            ),
        ]


class OwnerWrap(models.Model):
    """The owner seed under one of the owner's ways in. `locator` finds the row; it opens nothing.

    `number` counts the pairs of words and code from 1. The newest pair has no end; one that was changed without being
    typed serves until `ends_at`.
    """

    class Kind(models.TextChoices):
        WORDS = "words"
        CODE = "code"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="owner_wraps")
    kind = models.CharField(max_length=5, choices=Kind)
    locator = models.BinaryField(unique=True)
    salt = models.BinaryField()
    memory_kib = models.PositiveIntegerField()
    iterations = models.PositiveIntegerField()
    blob = models.BinaryField()
    number = models.PositiveIntegerField(default=1)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "kind"], condition=Q(ends_at__isnull=True), name="one_wrap_a_way"),
            models.UniqueConstraint(fields=["case", "kind", "number"], name="one_wrap_a_number"),
        ]


class OpenSession(models.Model):
    """The server's half of an opened case: useless without the cookie that was given to one browser."""

    row_id = models.BinaryField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="sessions")
    half = models.BinaryField()
    shown = models.BinaryField(null=True)  # the words just made, sealed under the same cookie, until entered again
    born_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    old_number = models.PositiveIntegerField(null=True)  # opened with ways that are about to end: their number


class Item(models.Model):
    """One thing that is kept: its facts are sealed under a key of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="items")
    key_version = models.PositiveIntegerField()
    key_wrap = models.BinaryField()
    facts = models.BinaryField()
    created_on = models.DateField()


class Message(models.Model):
    """One message between the owner and a helpline worker."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    key_version = models.PositiveIntegerField()
    key_wrap = models.BinaryField()
    body = models.BinaryField()
    created_on = models.DateField()


class Pack(models.Model):
    """One police pack: being made, ready for a day, stopped, or frozen with the files of its case."""

    class Status(models.TextChoices):
        MAKING = "making"
        READY = "ready"
        STOPPED = "stopped"
        FROZEN = "frozen"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="packs")
    status = models.CharField(max_length=8, choices=Status, default=Status.MAKING)
    percent = models.PositiveSmallIntegerField(default=0)
    key_version = models.PositiveIntegerField()
    key_wrap = models.BinaryField()
    asked_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(status="making"), name="one_pack_in_making"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="percent_to_hundred"),
        ]


class Upload(models.Model):
    """One large file that comes in pieces: what it is and how much of it is here is sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="uploads")
    key_version = models.PositiveIntegerField()
    key_wrap = models.BinaryField()
    facts = models.BinaryField()
    seen_at = models.DateTimeField()


class Hold(models.Model):
    """A written order of the police or a court that this case is kept: while it stands the clock erases nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="holds")
    key_version = models.PositiveIntegerField()
    key_wrap = models.BinaryField()
    body = models.BinaryField()
    placed_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("placed_on")), name="hold_ends_after_it_began"
            )
        ]


class SealedFile(models.Model):
    """One sealed file in the store: a random name, and a sealed header that holds everything else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="files")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, null=True, related_name="files")
    pack = models.ForeignKey(Pack, on_delete=models.CASCADE, null=True, related_name="files")
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, null=True, related_name="files")
    name = models.CharField(max_length=64, unique=True)
    stored_size = models.PositiveBigIntegerField()  # padded: never the true size
    header = models.BinaryField()
    created_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=False, pack__isnull=True, upload__isnull=True)
                | Q(item__isnull=True, pack__isnull=False, upload__isnull=True)
                | Q(item__isnull=True, pack__isnull=True, upload__isnull=False),
                name="file_has_one_home",
            )
        ]


class Grant(models.Model):
    """A share of a case: offered to every worker who takes new cases, then held by the one who accepted."""

    class Status(models.TextChoices):
        OFFERED = "offered"
        LIVE = "live"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="grants")
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=7, choices=Status, default=Status.OFFERED)
    created_on = models.DateField()
    offer_ends_at = models.DateTimeField()
    until_on = models.DateField()
    terms = models.BinaryField()  # the purpose, sealed under the case secret
    secret_wrap = models.BinaryField(null=True)  # the case secret, sealed to the worker; gone when the grant ends

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="offered", worker__isnull=True, secret_wrap__isnull=True)
                | Q(status="live", worker__isnull=False, secret_wrap__isnull=False)
                | Q(status="ended", secret_wrap__isnull=True),
                name="grant_keys_match_status",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(status__in=["offered", "live"]), name="one_share_at_a_time"
            ),
        ]


class OfferWrap(models.Model):
    """The case secret sealed to one worker who may accept an offer; all of them go when one accepts."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="offers")
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    blob = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["grant", "worker"], name="one_offer_a_worker")]


class CustodyEntry(models.Model):
    """One link of a case's chain; a trigger refuses to change it, or to delete it before the case is erased."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="custody")
    seq = models.PositiveIntegerField()
    commitment = models.BinaryField()
    head = models.BinaryField()
    day = models.DateField()

    class Meta:
        ordering = ["case", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="one_entry_a_number"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="entries_count_from_one"),
        ]


class CustodyBody(models.Model):
    """The sealed words and salt behind a commitment; may be sealed again or erased."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="custody_bodies")
    seq = models.PositiveIntegerField()
    key_version = models.PositiveIntegerField()
    key_wrap = models.BinaryField()
    body = models.BinaryField()

    class Meta:
        ordering = ["case", "seq"]
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="one_body_a_number")]


class AddPass(models.Model):
    """A device that may add notes to a shut case and read nothing: found by its cookie, opens no key."""

    row_id = models.BinaryField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="add_passes")
    left = models.PositiveSmallIntegerField()
    ends_at = models.DateTimeField()


class Attempt(models.Model):
    """How often something was tried. `key` is an HMAC: it names nothing to whoever reads the table."""

    key = models.BinaryField(primary_key=True)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    shut_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(shut_until__isnull=True) | Q(shut_until__gte=F("since")), name="shut_after_since"
            )
        ]
