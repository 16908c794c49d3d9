"""Loads the demonstration: a made-up case, a worker who holds it, and a finished pack. For trying things only."""

from __future__ import annotations

import secrets
import time
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evidence import demonstration, index, messages, packs, sharing
from evidence.custody import OWNER
from evidence.freezing_items import Choices
from evidence.helpline import keys
from evidence.helpline.models import Worker
from evidence.models import Grant, Pack
from evidence.vault import Opened


class Command(BaseCommand):
    help = "Loads a made-up case with twelve items, a share with a made-up worker, and a finished police pack."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError("The demonstration is for local mode: a site for people in need holds no made-up cases.")
        at = timezone.now()
        worker, password, secret = _worker(at)
        session, made = demonstration.make(at=at)
        opened = session.opened
        grant = demonstration.share(opened, at=at)
        seed = keys.seed_of(worker=worker, password=password)
        sharing.accept(worker=worker, offer_id=grant.pk, seed=seed, at=at)
        demonstration.talk(opened, at=at)
        _answer(worker, grant, seed, at)
        self._pack(opened, at)
        self.stdout.write(
            f"\nThe case.    Seven words:  {' '.join(made.words)}\n             Code:         {made.code}"
        )
        self.stdout.write(
            f"The worker.  Name: {worker.username}   Password: {password}\n             Authenticator secret: {secret}"
        )

    def _pack(self, opened: Opened, at: datetime) -> None:
        """Ask for the pack and wait for the process that makes it."""
        lines = index.read(opened).kept()
        shown = frozenset(line.id for line in lines if line.kind == index.PICTURE and not line.intimate)
        pack = packs.ask(opened, Choices(pictures=shown, originals=shown), by=OWNER, at=at)
        self.stdout.write("Making the pack ...")
        until = time.monotonic() + settings.PACK_MAX_TIME.total_seconds()
        while pack.status == Pack.Status.MAKING and time.monotonic() < until:
            time.sleep(0.5)
            pack.refresh_from_db()
        if pack.status != Pack.Status.READY:
            raise CommandError("The pack did not finish.")


def _worker(at: datetime) -> tuple[Worker, str, str]:
    """A worker with a password and an authenticator secret, each made now; the older made-up ones take no new cases."""
    Worker.objects.filter(username__startswith="demo-").update(takes_new_cases=False)
    worker = Worker(username=f"demo-{secrets.token_hex(3)}", display_name="Hana (demonstration)", created_on=at.date())
    worker.save()
    password, secret = secrets.token_urlsafe(12), totp.generate_totp_secret()
    keys.new_key_pair(worker=worker, password=password)
    totp.TOTP.activate(worker, secret)
    return worker, password, secret


def _answer(worker: Worker, grant: Grant, seed: bytes, at: datetime) -> None:
    opened = sharing.open_case(worker=worker, grant_id=grant.pk, seed=seed, at=at)
    text = "No, please do not answer them. Keep everything as it is. I will check the page today and write here."
    by = sharing.worker_actor(worker)
    messages.write(opened, text=text, by=by, at=at + timedelta(minutes=5))
