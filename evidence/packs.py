"""What a person can do with a police pack: ask for one, follow it, fetch it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from evidence import custody, freezing, items, pictures, vault
from evidence.crypto import keys
from evidence.custody import Act, Actor
from evidence.freezing_items import Choices
from evidence.models import Case, Pack, SealedFile
from evidence.pack import snapshot as frozen
from evidence.sending import while_open
from evidence.turns import Busy
from evidence.vault import FileRef, Opened

DEAD_AFTER = timedelta(seconds=45)
AT_ONCE = 2
_children: list[subprocess.Popen[bytes]] = []


class NoSuchPack(Exception):
    """There is no such pack, or its day is over."""


class MakingAlready(Exception):
    """One pack of this case is being made at the moment."""


@dataclass(frozen=True)
class Download:
    """One finished file of a pack: a neutral name, its type and size, and its bytes as they are opened."""

    name: str
    type: str
    size: int
    chunks: Iterator[bytes]


def ask(opened: Opened, choices: Choices, *, by: Actor, at: datetime) -> Pack:
    """Freeze the case and start the process that makes the pack. MakingAlready, turns.Busy."""
    notice_dead(opened.case, at=at)
    with transaction.atomic():
        vault.hold(opened)
        if Pack.objects.filter(case=opened.case, status=Pack.Status.MAKING).exists():
            raise MakingAlready
        if Pack.objects.filter(status=Pack.Status.MAKING, beat_at__gt=at - DEAD_AFTER).count() >= AT_ONCE:
            raise Busy
        custody.record(opened.case, Act("pack-asked"), by=by, at=at, secret=opened.secret)
        pack, key = _row(opened, at)
        order = _order(opened, pack, key, freezing.freeze(opened, pack.pk, choices, at=at))
        transaction.on_commit(lambda: _start(order))
    return pack


def _row(opened: Opened, at: datetime) -> tuple[Pack, bytes]:
    key, pack_id = keys.new_key(), uuid.uuid4()
    pack = Pack.objects.create(
        id=pack_id,
        case=opened.case,
        key_version=opened.case.secret_version,
        key_wrap=vault.wrap_key(key, secret=opened.secret, case=opened.case, about=pack_id),
        asked_at=at,
        beat_at=at,
        ends_at=at + settings.PACK_LISTED,
    )
    return pack, key


def _order(opened: Opened, pack: Pack, key: bytes, snapshot: frozen.Snapshot) -> bytes:
    """What the making process reads on its standard input: the snapshot, its key, the chosen files with theirs."""
    files = {item.id: _refs(opened, item) for item in snapshot.items if item.include_picture or item.include_original}
    order = {
        "pack": str(pack.pk),
        "case": str(opened.case.pk),
        "key": key.hex(),
        "snapshot": frozen.to_json(snapshot).decode(),
        "files": files,
    }
    return json.dumps(order).encode()


def _refs(opened: Opened, chosen: frozen.Item) -> dict[str, Any]:
    item = items.peek(opened, uuid.UUID(chosen.id))
    rows = items.files_of(item)
    wanted = {
        "view": pictures.shown_role(item) if chosen.include_picture else "",
        "original": "original" if chosen.include_original else "",
    }
    return {name: ref_to_json(vault.ref(item.key, rows[role])) for name, role in wanted.items() if role}


def ref_to_json(ref: FileRef) -> dict[str, Any]:
    return {**asdict(ref), "id": str(ref.id), "case_id": str(ref.case_id), "key": ref.key.hex()}


def _start(order: bytes) -> None:
    """Start the process and hand it the order by its standard input: no key in arguments, environment or files."""
    _children[:] = [child for child in _children if child.poll() is None]
    child = subprocess.Popen(
        [sys.executable, "-m", "evidence.pack.build"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "abuse_help.settings"},
        start_new_session=True,
    )
    _children.append(child)
    assert child.stdin is not None  # noqa: S101
    with contextlib.suppress(BrokenPipeError), child.stdin as pipe:  # one that died at once is shown as stopped
        pipe.write(order)


# --- following ------------------------------------------------------------------------------------


def notice_dead(case: Case, *, at: datetime) -> int:
    """Write down packs whose process has died, or that take longer than ten minutes, as stopped."""
    making = Pack.objects.filter(case=case, status=Pack.Status.MAKING)
    late = making.filter(beat_at__lte=at - DEAD_AFTER) | making.filter(asked_at__lte=at - settings.PACK_MAX_TIME)
    return late.update(status=Pack.Status.STOPPED)


def stop_all(case: Case) -> int:
    """End every pack in making (exit, delete, the end of a share, new keys): the process notices at its next beat."""
    return Pack.objects.filter(case=case, status=Pack.Status.MAKING).update(status=Pack.Status.STOPPED)


def listed(opened: Opened, *, at: datetime) -> list[Pack]:
    """The packs of the last day, the newest first. Looking writes nothing."""
    packs = Pack.objects.filter(case=opened.case, ends_at__gt=at).order_by("-asked_at")
    return [_as_it_is(pack, at) for pack in packs]


def follow(opened: Opened, pack_id: uuid.UUID, *, at: datetime) -> Pack:
    """One pack, as far as it is. Looking writes nothing. NoSuchPack."""
    pack = Pack.objects.filter(case=opened.case, pk=pack_id).first()
    if pack is None:
        raise NoSuchPack
    return _as_it_is(pack, at)


def _as_it_is(pack: Pack, at: datetime) -> Pack:
    """A pack whose process has died is shown as stopped; that is written down when the next one is asked for."""
    late = at - pack.beat_at >= DEAD_AFTER or at - pack.asked_at >= settings.PACK_MAX_TIME
    if pack.status == Pack.Status.MAKING and late:
        pack.status = Pack.Status.STOPPED
    return pack


# --- fetching -------------------------------------------------------------------------------------


def download(opened: Opened, pack_id: uuid.UUID, role: str, *, by: Actor, at: datetime) -> Download:
    """One file ("report" or "bundle") of a ready pack, recorded before its first byte. NoSuchPack.

    One that was ready when the files were locked is frozen with them. Within the stream sending.LockedMeanwhile.
    """
    pack = Pack.objects.filter(case=opened.case, pk=pack_id, status=Pack.Status.READY, ends_at__gt=at).first()
    if pack is None:
        raise NoSuchPack
    key = vault.key_of(opened, pack, pack.pk)
    for row in SealedFile.objects.filter(pack=pack):
        header = vault.header_of(key, row)
        if header["role"] == role:
            act = Act("pack-downloaded", str(pack.pk), {"sha256": header["sha256"]})
            custody.record(opened.case, act, by=by, at=at, secret=opened.secret)
            chunks = while_open(opened, vault.chunks(vault.ref(key, row)))
            return Download(header["name"], header["type"], header["size"], chunks)
    raise NoSuchPack


def drop_old(*, at: datetime) -> int:
    """Delete packs whose day is over, but for held cases: files out of the table, then out of the store."""
    packs = Pack.objects.filter(ends_at__lte=at, case__held=False)
    files = SealedFile.objects.filter(pack__in=packs)
    names = list(files.values_list("name", flat=True))
    with transaction.atomic():
        files.delete()
        count = packs.delete()[0]
        transaction.on_commit(lambda: vault.discard(names))
    return count
