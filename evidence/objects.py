"""Where sealed files lie in an S3-compatible store: multipart uploads that show only when complete, ranged reading."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice
from typing import Any, BinaryIO, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.storage import Storage
from django.utils.deconstruct import deconstructible

from evidence.intake.ranged import RangedFile
from evidence.storage import AlreadyClosed, StoreDown, Writing

PART = 8 * 1024 * 1024  # bytes: one size for all parts but the last (some stores insist); 10,000 of them at most
DELETED_AT_ONCE = 1000
TYPE = "application/octet-stream"  # said, so that no store looks into a file to find one
_GONE = frozenset({"404", "NoSuchKey", "NoSuchUpload", "NotFound"})
_LIMITS = Config(
    connect_timeout=5,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=32,
    request_checksum_calculation="when_required",  # newer checksums are unknown to many stores:
    response_checksum_validation="when_required",
    s3={"payload_signing_enabled": True},  # the signed SHA-256 of each body, which every store checks, stands in
)


@contextmanager
def _said_plainly() -> Iterator[None]:
    """FileNotFoundError or StoreDown for whatever the store did: no name, address or bucket stands in either."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        raise (FileNotFoundError() if code in _GONE else StoreDown(code)) from None
    except BotoCoreError as error:
        raise StoreDown(type(error).__name__) from None


@lru_cache(maxsize=4)
def _client(endpoint: str, region: str, key_id: str, secret: str) -> Any:
    """One client for a process: making one takes 0.2 s, and its connections are shared by all threads."""
    session = boto3.session.Session(aws_access_key_id=key_id, aws_secret_access_key=secret, region_name=region or None)
    return session.client("s3", endpoint_url=endpoint or None, config=_LIMITS)


@deconstructible
class BucketStorage(Storage):
    """Sealed files in one bucket under random names, `prefix` before each; nothing readable stands with them."""

    def __init__(self, *, bucket: str, prefix: str = "", **access: str) -> None:
        self.bucket, self.prefix, self._access = bucket, prefix, access

    def call(self, verb: str, name: str | None = None, **more: Any) -> Any:
        """One request about the object `name`, or about the bucket. FileNotFoundError, StoreDown."""
        if name is not None:
            more["Key"] = self.prefix + name
        with _said_plainly():
            return getattr(_client(**self._access), verb)(Bucket=self.bucket, **more)

    def begin(self, name: str = "") -> Writing:
        return BucketWriting(self, name or secrets.token_hex(16))

    def open_sealed(self, name: str) -> BinaryIO:
        """The stored ciphertext, seekable, read by ranges. FileNotFoundError if it is gone, StoreDown."""
        return cast("BinaryIO", BucketReading(self, name, self.size(name)))

    def names(self) -> list[str]:
        """Every stored name (for finding orphans, and for backups)."""
        found = chain.from_iterable(page.get("Contents", ()) for page in self._pages("list_objects_v2"))
        return sorted(entry["Key"].removeprefix(self.prefix) for entry in found)

    def size(self, name: str) -> int:
        return int(self.call("head_object", name)["ContentLength"])

    def exists(self, name: str) -> bool:
        with suppress(FileNotFoundError):
            return bool(self.call("head_object", name))
        return False

    def get_modified_time(self, name: str) -> datetime:
        return cast("datetime", self.call("head_object", name)["LastModified"])

    def delete(self, name: str) -> None:
        self.delete_all([name])

    def delete_all(self, names: Iterable[str]) -> None:
        """Delete stored files; one that is gone already is no error. StoreDown where one is left; the others go."""
        refused: list[Any] = []
        for some in _batches(names):
            keys = [{"Key": self.prefix + name} for name in some]
            answer = self.call("delete_objects", Delete={"Objects": keys, "Quiet": True})
            refused += answer.get("Errors", ())
        if refused:
            raise StoreDown(str(refused[0].get("Code")))

    def drop_unfinished(self, *, older_than: datetime) -> int:
        """Abort uploads that took no part since `older_than` and were never completed; returns how many."""
        found = chain.from_iterable(page.get("Uploads", ()) for page in self._pages("list_multipart_uploads"))
        begun = [(upload["Key"], upload["UploadId"]) for upload in found if upload["Initiated"] < older_than]
        return sum(self._drop_stale(key, upload, older_than) for key, upload in begun)

    def _drop_stale(self, key: str, upload: str, older_than: datetime) -> bool:
        with suppress(FileNotFoundError):  # completed or aborted meanwhile
            parts = self.call("list_parts", Key=key, UploadId=upload).get("Parts", ())
            if all(part["LastModified"] < older_than for part in parts):
                self.call("abort_multipart_upload", Key=key, UploadId=upload)
                return True
        return False

    def _pages(self, verb: str) -> Iterator[Any]:
        with _said_plainly():
            pages = _client(**self._access).get_paginator(verb)
            yield from pages.paginate(Bucket=self.bucket, Prefix=self.prefix)


class BucketWriting:
    """A multipart upload from the first full part on; what fits into one part is sent whole when it is complete."""

    def __init__(self, store: BucketStorage, name: str) -> None:
        self.name = name
        self._store = store
        self._held = bytearray()
        self._upload = ""
        self._parts: list[dict[str, Any]] = []
        self._sent = 0
        self._open = True

    def write(self, data: bytes) -> None:
        self._held += data
        while len(self._held) >= PART:
            self._send_part()

    def complete(self) -> None:
        """Store what is left and give the object its name; where that fails nothing is left of it. AlreadyClosed."""
        if not self._open:
            raise AlreadyClosed
        self._open = False
        try:
            self._finish()
        except BaseException:
            self._give_up()
            with suppress(OSError):
                self._store.delete(self.name)
            raise

    def abort(self) -> None:
        """Leave nothing; safe to call twice. Where the store is down too, its parts are dropped after an hour."""
        if self._open:
            self._open = False
            self._give_up()

    def _send_part(self) -> None:
        if not self._upload:
            self._upload = self._store.call("create_multipart_upload", self.name, ContentType=TYPE)["UploadId"]
        number, body = len(self._parts) + 1, bytes(memoryview(self._held)[:PART])
        sent = self._store.call("upload_part", self.name, UploadId=self._upload, PartNumber=number, Body=body)
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"]})
        self._sent += len(body)
        del self._held[:PART]

    def _finish(self) -> None:
        if not self._upload:
            self._store.call("put_object", self.name, Body=bytes(self._held), ContentType=TYPE)
            return
        if self._held:
            self._send_part()
        try:
            parts = {"Parts": self._parts}
            self._store.call("complete_multipart_upload", self.name, UploadId=self._upload, MultipartUpload=parts)
        except OSError:  # maybe it was done and only the answer got lost: asking again then finds no upload
            if not self._store.exists(self.name) or self._store.size(self.name) != self._sent:
                raise

    def _give_up(self) -> None:
        self._held.clear()
        if self._upload:
            with suppress(OSError):
                self._store.call("abort_multipart_upload", self.name, UploadId=self._upload)


class BucketReading(RangedFile):
    """A stored object, read by ranged requests. FileNotFoundError, StoreDown."""

    def __init__(self, store: BucketStorage, name: str, size: int) -> None:
        super().__init__(size)
        self._store, self._name = store, name

    def fetch(self, offset: int, length: int) -> bytes:
        answer = self._store.call("get_object", self._name, Range=f"bytes={offset}-{offset + length - 1}")
        try:
            body: bytes = answer["Body"].read()
        except (BotoCoreError, OSError) as error:
            raise StoreDown(type(error).__name__) from None
        if len(body) != length:
            raise StoreDown("ShortAnswer")
        return body


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    left = iter(names)
    while some := list(islice(left, DELETED_AT_ONCE)):
        yield some
