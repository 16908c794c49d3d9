"""The only reader and writer of sealed things: object keys, facts, the index, files."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any, Protocol, cast

from django.conf import settings
from django.core.files.storage import storages

from evidence.crypto import envelopes, fields, keys, streams
from evidence.crypto.contexts import context
from evidence.models import Case, SealedFile
from evidence.storage import SealedStorage, Writing

_UNDER_SECRET, _TO_PUBLIC = b"S", b"P"
Blob = bytes | memoryview


class Shut(Exception):
    """The secret at hand is not the one this was sealed under: the case was rotated, or the object is not its own."""


@dataclass(frozen=True)
class Opened:
    """A case whose secret (32 bytes) is known for the length of one request. `owner_seed` only for its owner."""

    case: Case
    secret: bytes = field(repr=False)
    owner_seed: bytes | None = field(default=None, repr=False)


class KeyedRow(Protocol):
    """A row that carries an object key: wrapped under the case secret, or sealed to the case public key."""

    key_version: int
    key_wrap: Any  # bytes, or the memoryview that some databases return


def hold(opened: Opened) -> Case:
    """Take the case's row for this transaction and read it afresh. Shut if it was rotated or deleted meanwhile."""
    row = Case.objects.select_for_update().get(pk=opened.case.pk)
    if row.secret_version != opened.case.secret_version or row.status in {Case.Status.HIDDEN, Case.Status.ERASED}:
        raise Shut
    opened.case.refresh_from_db()
    return opened.case


# --- the case secret and what it opens ------------------------------------------------------------


def case_seed(secret: bytes, case_id: uuid.UUID, version: int) -> bytes:
    """The seed (32 bytes) of the case key pair of this version."""
    return keys.subkey(secret, "kem", case_id, version)


def public_of(seed: bytes) -> bytes:
    """The public key of a seed in the suite that this site seals in (settings.WRAP_SUITE): 1,216 or 32 bytes."""
    return envelopes.public_of(seed, envelopes.SUITES[settings.WRAP_SUITE])


def case_public(secret: bytes, case_id: uuid.UUID, version: int) -> bytes:
    """The public key to which anything may be written without the secret."""
    return public_of(case_seed(secret, case_id, version))


def in_other_suite(case: Case) -> bool:
    """Whether a key of this case is of another suite than the site seals in now: its next secret changes that."""
    wanted = envelopes.SUITES[settings.WRAP_SUITE]
    return any(envelopes.suite_of(bytes(key)) is not wanted for key in (case.owner_public, case.case_public))


def seal_secret(public: bytes, secret: bytes, case: Case, holder: str) -> bytes:
    """The case secret for one holder ("owner", or "worker:<id>"), by HPKE."""
    return envelopes.seal_to(public, secret, context("case-secret", case.pk, case.secret_version, holder))


def open_secret(seed: bytes, blob: Blob, case: Case, holder: str) -> bytes:
    return envelopes.open_with(seed, bytes(blob), context("case-secret", case.pk, case.secret_version, holder))


# --- object keys ----------------------------------------------------------------------------------


def wrap_key(key: bytes, *, secret: bytes, case: Case, about: uuid.UUID | str) -> bytes:
    """An object key under the case secret of the case's present version."""
    version = case.secret_version
    wrapping = keys.subkey(secret, "objects", case.pk, version)
    return _UNDER_SECRET + fields.seal(wrapping, key, context("object-key", case.pk, about, version))


def drop_key(key: bytes, *, case: Case, about: uuid.UUID | str) -> bytes:
    """An object key sealed to the case public key: for writing while the case is shut."""
    ctx = context("object-key", case.pk, about, case.secret_version)
    return _TO_PUBLIC + envelopes.seal_to(bytes(case.case_public), key, ctx)


def key_of(opened: Opened, row: KeyedRow, about: uuid.UUID | str) -> bytes:
    """The object key (32 bytes) of a row. Shut if wrapped under another version; SealBroken if changed."""
    case, wrap = opened.case, bytes(row.key_wrap)
    if row.key_version != case.secret_version:
        raise Shut
    ctx = context("object-key", case.pk, about, row.key_version)
    if wrap[:1] == _TO_PUBLIC:
        return envelopes.open_with(case_seed(opened.secret, case.pk, row.key_version), wrap[1:], ctx)
    return fields.unseal(keys.subkey(opened.secret, "objects", case.pk, row.key_version), wrap[1:], ctx)


# --- facts and the index --------------------------------------------------------------------------


def seal_facts(key: bytes, value: Any, *, case_id: uuid.UUID, about: uuid.UUID | str, field: str = "facts") -> bytes:
    """JSON-like `value` under an object's key, bound to case, object and field."""
    return fields.seal_json(keys.subkey(key, field), value, context(field, case_id, about))


def open_facts(key: bytes, blob: Blob, *, case_id: uuid.UUID, about: uuid.UUID | str, field: str = "facts") -> Any:
    return fields.unseal_json(keys.subkey(key, field), bytes(blob), context(field, case_id, about))


def seal_under_secret(opened: Opened, value: Any, field: str, about: uuid.UUID | str = "") -> bytes:
    """JSON-like `value` under the case secret itself: the index, the terms of a share."""
    case = opened.case
    key = keys.subkey(opened.secret, field, case.pk, case.secret_version)
    return fields.seal_json(key, value, context(field, case.pk, about, case.secret_version))


def open_under_secret(opened: Opened, blob: Blob, field: str, about: uuid.UUID | str = "") -> Any:
    case = opened.case
    key = keys.subkey(opened.secret, field, case.pk, case.secret_version)
    return fields.unseal_json(key, bytes(blob), context(field, case.pk, about, case.secret_version))


def seal_for_owner(opened: Opened, plain: bytes, field: str) -> bytes:
    """Bytes that the owner alone opens: no worker with the case secret does, and no new secret is needed later."""
    return envelopes.seal_to(bytes(opened.case.owner_public), plain, context(field, opened.case.pk, "owner"))


def open_as_owner(opened: Opened, blob: Blob, field: str) -> bytes:
    """What `seal_for_owner` was given. Shut for anybody who is not the owner."""
    if opened.owner_seed is None:
        raise Shut
    return envelopes.open_with(opened.owner_seed, bytes(blob), context(field, opened.case.pk, "owner"))


def read_index(opened: Opened) -> dict[str, Any]:
    return cast("dict[str, Any]", open_under_secret(opened, opened.case.index, "index"))


def write_index(opened: Opened, index: dict[str, Any]) -> None:
    opened.case.index = seal_under_secret(opened, index, "index")
    opened.case.save(update_fields=["index"])


# --- files ----------------------------------------------------------------------------------------


def store() -> SealedStorage:
    return cast("SealedStorage", storages["sealed"])


def discard(names: Iterable[str]) -> None:
    """Delete stored files; one that is gone already is no error. What the store refuses now is an orphan, reaped."""
    with suppress(OSError):  # StoreDown too: what was acknowledged stays so, though the folder can't be written now
        store().delete_all(names)


class Keeping:
    """One file on its way in: each piece is sealed as it comes; only ciphertext reaches the store."""

    def __init__(self, key: bytes, case_id: uuid.UUID) -> None:
        self.id = uuid.uuid4()
        self.case_id = case_id
        self.stored_size = 0
        self._key = key
        self._sealer = streams.Sealer(keys.subkey(key, "file"), context("file", case_id, self.id))
        self._writing: Writing = store().begin()

    @property
    def name(self) -> str:
        return self._writing.name

    def write(self, data: bytes) -> None:
        self._put(self._sealer.update(data))

    def complete(self) -> streams.StreamFacts:
        """Seal the end, sync, and give the file its name. Without a row it is an orphan, reaped after an hour."""
        for piece in self._sealer.finish():
            self._put(piece)
        self._writing.complete()
        return self._sealer.facts

    def row(self, header: dict[str, Any], *, on: date, **home: uuid.UUID) -> SealedFile:
        """The row of the completed file, not yet written. `home` is one of item_id, pack_id and upload_id."""
        return SealedFile(
            id=self.id,
            case_id=self.case_id,
            name=self.name,
            stored_size=self.stored_size,
            header=seal_facts(self._key, header, case_id=self.case_id, about=self.id, field="header"),
            created_on=on,
            **home,
        )

    def abort(self) -> None:
        self._writing.abort()

    def _put(self, sealed: bytes) -> None:
        self.stored_size += len(sealed)
        self._writing.write(sealed)


@dataclass(frozen=True)
class FileRef:
    """What is needed to read one sealed file: passed to the process that makes a pack."""

    id: uuid.UUID
    case_id: uuid.UUID
    name: str
    stored_size: int
    size: int
    key: bytes = field(repr=False)


def header_of(key: bytes, row: SealedFile) -> dict[str, Any]:
    """{role, size, sha256, crc32, type, name, ...} of one file."""
    opened = open_facts(key, row.header, case_id=row.case_id, about=row.pk, field="header")
    return cast("dict[str, Any]", opened)


def ref(key: bytes, row: SealedFile) -> FileRef:
    return FileRef(row.pk, row.case_id, row.name, row.stored_size, header_of(key, row)["size"], key)


def chunks(file: FileRef, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """The true bytes of a file, from any place.

    SealBroken here if it was cut, StoreDown here if the store does not answer: before an answer has begun.
    """
    pieces = _chunks(file, start, stop)
    first = next(pieces, b"")
    return chain([first] if first else [], pieces)


def _chunks(file: FileRef, start: int, stop: int | None) -> Iterator[bytes]:
    with _reader(file) as reader:
        yield from reader.chunks(start, stop)


@contextmanager
def parts_of(file: FileRef) -> Iterator[Callable[[int, int], bytes]]:
    """Reads any part of a file while the block runs: `read_at(offset, length)`, all inside the file."""
    with _reader(file) as reader:
        yield lambda offset, length: b"".join(reader.chunks(offset, offset + length))


@contextmanager
def _reader(file: FileRef) -> Iterator[streams.Reader]:
    with store().open_sealed(file.name) as source:
        yield streams.Reader(
            keys.subkey(file.key, "file"),
            context("file", file.case_id, file.id),
            source,
            stored_size=file.stored_size,
            size=file.size,
        )
