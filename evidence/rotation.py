"""A new case secret when a share has ended: every key is wrapped again, so that the old secret opens nothing new."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

from django.db import transaction

from evidence import custody, index, unlocking, vault, worker_keys
from evidence.crypto import keys
from evidence.custody import SYSTEM, Act
from evidence.models import Grant, Hold, Item, Message, OfferWrap, Pack, Upload
from evidence.unlocking import Session
from evidence.vault import Opened


@transaction.atomic
def rotate(session: Session, *, at: datetime) -> Session:
    """Give the case a new secret; this browser goes on, every other open session of the owner ends.

    Keys of items, messages, packs, uploads, orders and log bodies are wrapped again; files and facts stay as they
    are. The public keys are made in the suite that the site seals in now. A pack in making is stopped.
    Raises vault.Shut where another browser was quicker.
    """
    old = Opened(vault.hold(session.opened), session.opened.secret)
    Pack.objects.filter(case=old.case, status=Pack.Status.MAKING).update(status=Pack.Status.STOPPED)
    case = copy.copy(old.case)
    case.secret_version, case.rotate_due = old.case.secret_version + 1, False
    new = Opened(case, keys.new_key(), session.opened.owner_seed)
    _rewrap_rows(old, new)
    custody.rewrap(old, new.secret, case)
    refused = _rewrap_grants(old, new)
    whole = index.read(old)
    case.owner_public = _owner_public(new)
    case.case_public = vault.case_public(new.secret, case.pk, case.secret_version)
    case.secret_wrap = vault.seal_secret(bytes(case.owner_public), new.secret, case, "owner")
    case.save()
    index.write(new, whole)
    unlocking.end_others(session)
    custody.record(case, Act("keys-changed"), by=SYSTEM, at=at, secret=new.secret)
    for grant in refused:
        custody.record(case, Act("share-ended", str(grant.pk)), by=SYSTEM, at=at, secret=new.secret)
    return unlocking.reseal(session, new)


def _owner_public(opened: Opened) -> bytes:
    if opened.owner_seed is None:
        raise vault.Shut
    return vault.public_of(opened.owner_seed)


def _rewrap_rows(old: Opened, new: Opened) -> None:
    models: tuple[Any, ...] = (Item, Message, Pack, Upload, Hold)
    for model in models:
        rows = list(model.objects.filter(case=old.case))
        for row in rows:
            key = vault.key_of(old, row, row.pk)
            row.key_wrap = vault.wrap_key(key, secret=new.secret, case=new.case, about=row.pk)
            row.key_version = new.case.secret_version
        model.objects.bulk_update(rows, ["key_wrap", "key_version"], batch_size=200)


def _rewrap_grants(old: Opened, new: Opened) -> list[Grant]:
    """Every share goes on under the new secret, but for workers whose key this site did not sign: those that ended."""
    refused = []
    for grant in Grant.objects.filter(case=old.case).select_related("worker"):
        terms = vault.open_under_secret(old, grant.terms, "terms", grant.pk)
        grant.terms = vault.seal_under_secret(new, terms, "terms", grant.pk)
        if grant.status == Grant.Status.LIVE:
            grant.secret_wrap = _for_worker(new, grant.worker)
            if grant.secret_wrap is None:
                grant.status = Grant.Status.ENDED
                refused.append(grant)
        grant.save()
    for offer in OfferWrap.objects.filter(grant__case=old.case).select_related("worker"):
        blob = _for_worker(new, offer.worker)
        OfferWrap.objects.filter(pk=offer.pk).update(blob=blob) if blob else offer.delete()
    return refused


def _for_worker(new: Opened, worker: Any) -> bytes | None:
    """The new secret for one worker; None where there is no key that this site signed."""
    try:
        public = worker_keys.signed_public(worker)
    except worker_keys.KeyNotSigned:
        return None
    return vault.seal_secret(public, new.secret, new.case, f"worker:{worker.pk}")
