"""The process that makes one pack: reads its order from standard input, beats while it works, seals the result.

Run as `python -m evidence.pack.build`. Keys come by the pipe and stay in memory; nothing readable touches a disk.
"""

from __future__ import annotations

import io
import json
import signal
import sys
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from evidence.models import Pack
    from evidence.vault import FileRef

PIECE = 64 * 1024
MOST_SECONDS = 600


class Stopped(Exception):
    """Its row is no longer being made: exit, deletion, the end of a share or new keys ended it."""


def main(order: bytes) -> int:
    """Make the pack that `order` describes; 0 when it is ready, 1 when it was stopped or failed (its row says so)."""
    django.setup()
    from evidence.models import Pack  # noqa: PLC0415  models exist only after setup

    work = json.loads(order)
    pack = Pack.objects.select_related("case").filter(pk=uuid.UUID(work["pack"])).first()
    if pack is None:
        return 1
    try:
        _make(pack, work)
    except Stopped:
        return 1
    except BaseException:
        Pack.objects.filter(pk=pack.pk, status=Pack.Status.MAKING).update(status=Pack.Status.STOPPED)
        raise
    return 0


def _make(pack: Pack, work: dict[str, Any]) -> None:
    from evidence import faults, vault  # noqa: PLC0415
    from evidence.pack import making, snapshot  # noqa: PLC0415

    frozen = snapshot.from_json(work["snapshot"])
    files = {name: {role: _ref(ref) for role, ref in refs.items()} for name, refs in work["files"].items()}
    pictures = {name: b"".join(vault.chunks(refs["view"])) for name, refs in files.items() if "view" in refs}
    beat = _Beat(pack)
    beat(1)
    report = making.make_report(frozen, pictures=pictures, progress=lambda done: beat(1 + done * 8 // 10))
    bundle = making.make_pack(
        frozen,
        report=report,
        pictures=pictures,
        open_original=lambda name: vault.chunks(files[name]["original"]),
        progress=lambda done: beat(81 + done * 18 // 100),
    )
    key = bytes.fromhex(work["key"])
    stem = frozen.reference
    kept: list[Any] = []
    try:
        kept.append(_seal(pack, key, "report", f"{stem}.pdf", "application/pdf", _pieces(report)))
        kept.append(_seal(pack, key, "bundle", f"{stem}.zip", "application/zip", bundle))
        _finish(pack, kept)
    except BaseException as error:
        if not faults.in_doubt(error):
            vault.discard(row.name for row in kept)
        raise


def _ref(value: dict[str, Any]) -> FileRef:
    from evidence.vault import FileRef  # noqa: PLC0415

    ids = {
        "id": uuid.UUID(value["id"]),
        "case_id": uuid.UUID(value["case_id"]),
        "key": bytes.fromhex(value["key"]),
    }
    return FileRef(**{**value, **ids})


class _Beat:
    """Tells the row that the process lives and how far it is; Stopped where the row is no longer in making."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack

    def __call__(self, percent: int) -> None:
        from django.utils import timezone  # noqa: PLC0415

        rows = type(self._pack).objects.filter(pk=self._pack.pk, status="making")
        _take_or_stop(rows.update(percent=max(0, min(99, percent)), beat_at=timezone.now()))  # noqa: TID251


def _pieces(data: bytes) -> Iterator[bytes]:
    stream = io.BytesIO(data)
    return iter(lambda: stream.read(PIECE), b"")


def _seal(pack: Pack, key: bytes, role: str, name: str, mime: str, pieces: Iterator[bytes]) -> Any:
    """One file of the pack, sealed as it is made; returns its row, not yet written."""
    from evidence import vault  # noqa: PLC0415

    keeping = vault.Keeping(key, pack.case_id)
    try:
        for piece in pieces:
            keeping.write(piece)
        facts = keeping.complete()
    except BaseException:
        keeping.abort()
        raise
    header = {"role": role, "name": name, "type": mime, "size": facts.size, "sha256": facts.sha256}
    return keeping.row(header, on=pack.asked_at.date(), pack_id=pack.pk)


def _take_or_stop(rows: int) -> None:
    if not rows:
        raise Stopped


def _finish(pack: Pack, rows: list[Any]) -> None:
    """The rows, the log entry and "ready" in one transaction; Stopped where the pack was stopped meanwhile."""
    from django.db import transaction  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from evidence import custody  # noqa: PLC0415

    with transaction.atomic():
        making = type(pack).objects.filter(pk=pack.pk, status="making")
        _take_or_stop(making.update(status="ready", percent=100))
        for row in rows:
            row.save(force_insert=True)
        act = custody.Act("pack-made", str(pack.pk))
        custody.record(pack.case, act, by=custody.SYSTEM, at=timezone.now())  # noqa: TID251


if __name__ == "__main__":
    signal.alarm(MOST_SECONDS)  # one that hangs ends by itself
    sys.exit(main(sys.stdin.buffer.read()))
