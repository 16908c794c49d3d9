"""Writes the pack as a BagIt 1.0 folder (RFC 8493) in a ZIP, in one pass, hashing originals as they leave."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from stream_zip import NO_COMPRESSION_32, NO_COMPRESSION_64, ZIP_32, Method, stream_zip

from evidence.pack import checking
from evidence.pack.disclosure import copy_name, leaves, original_name, originals_list, pictures
from evidence.pack.exhibits import tally
from evidence.pack.facts import counted
from evidence.pack.listing import custody_lines, items_json
from evidence.pack.report import ORIGINALS_LIST, copies, filled, printable
from evidence.pack.snapshot import Item, Observations, Snapshot
from evidence.pack.times import clock

# Every entry has the earliest moment that a ZIP file can hold, so that the archive tells no times. It is in UTC,
# since the archive also holds it as seconds: in local time those would tell the server's zone.
FIXED = datetime(1980, 1, 1, tzinfo=UTC)
_MODE = 0o100644
_NARROW = 3_500_000_000  # bytes of originals up to which no offset in the ZIP needs more than 32 bits
OpenOriginal = Callable[[str], Iterator[bytes]]
Member = tuple[str, datetime, int, Method, Iterator[bytes]]


class OriginalChanged(Exception):
    """An original is not, byte for byte, what was received. The archive so far must be thrown away."""


@dataclass(frozen=True)
class Contents:
    """What goes in: the report, the copies that are shown (by item id) and a way to read an original."""

    report: bytes
    chosen: Mapping[str, bytes]
    open_original: OpenOriginal


class Tally:
    """The manifest in the making, and how many bytes and files it counts; `wide` where the ZIP passes 4 GB."""

    def __init__(self, *, wide: bool = False) -> None:
        self._wide = wide
        self.lines: list[str] = []
        self.size = 0

    def add(self, name: str, sha256: str, size: int) -> None:
        """Note one file."""
        self.lines.append(f"{sha256}  {name}\n")
        self.size += size

    def stored(self, size: int, crc32: int) -> Method:
        """A member as it is; without need no ZIP64, which old tools do not read."""
        return NO_COMPRESSION_64(size, crc32) if self._wide else NO_COMPRESSION_32(size, crc32)

    def text(self) -> bytes:
        """The manifest, sorted by name."""
        return "".join(sorted(self.lines, key=lambda line: line[66:])).encode()


def bag(snapshot: Snapshot, contents: Contents, progress: Callable[[int], None] = lambda _: None) -> Iterator[bytes]:
    """The ZIP in pieces. Equal input gives equal bytes. Raises OriginalChanged within the stream."""
    yield from stream_zip(_members(snapshot, contents, progress))


def _members(snapshot: Snapshot, contents: Contents, progress: Callable[[int], None]) -> Iterator[Member]:
    wide = sum(item.observed.size for item in pictures(snapshot) if item.observed and leaves(item).original) > _NARROW
    payload, tags = Tally(wide=wide), Tally(wide=wide)
    root = f"{snapshot.reference}/"
    for name, data in _written(snapshot, contents).items():
        yield _whole(root, f"data/{name}", data, payload)
    leaving = [item for item in pictures(snapshot) if leaves(item).original]
    for done, item in enumerate(leaving):
        yield _original(root, snapshot, item, contents.open_original, payload)
        progress(100 * (done + 1) // len(leaving))
    for name, data in _tag_files(snapshot, payload).items():
        yield _whole(root, name, data, tags)
    yield _whole(root, "tagmanifest-sha256.txt", tags.text(), Tally(wide=wide))


def _written(snapshot: Snapshot, contents: Contents) -> dict[str, bytes]:
    files = {
        "report.pdf": contents.report,
        "items.json": items_json(snapshot, copies(contents.chosen)),
        "custody-log.jsonl": custody_lines(snapshot),
        ORIGINALS_LIST: originals_list(snapshot),
    }
    for item in pictures(snapshot):
        if item.id in contents.chosen:
            files[f"copies/{copy_name(snapshot.marks, item)}"] = contents.chosen[item.id]
    return files


def _tag_files(snapshot: Snapshot, payload: Tally) -> dict[str, bytes]:
    return {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": _bag_info(snapshot, payload),
        "README.txt": _text("README.txt", snapshot),
        "VERIFY.txt": _text("VERIFY.txt", snapshot),
        "manifest-sha256.txt": payload.text(),
    }


def _bag_info(snapshot: Snapshot, payload: Tally) -> bytes:
    return (
        f"Bagging-Date: {snapshot.made_at[:10]}\n"
        f"External-Identifier: {snapshot.reference}\n"
        f"Bag-Software-Agent: {' '.join(printable(snapshot).software.split())}\n"
        f"Payload-Oxum: {payload.size}.{len(payload.lines)}\n"
    ).encode()


def _text(name: str, snapshot: Snapshot) -> bytes:
    safe = printable(snapshot)
    values: dict[str, Any] = {
        "reference": safe.reference,
        # One line: a line break could pass for a line of the instructions.
        "organisation": " ".join(safe.organisation.split()),
        "made": clock(safe.made_at, safe.zone),
        "tally": tally(safe),
        "originals": counted(sum(leaves(item).original for item in safe.items), "original file"),
        "ways": checking.ways("data/report.pdf"),
    }
    return filled(name, values, escaped=False).encode()


def _whole(root: str, name: str, data: bytes, into: Tally) -> Member:
    into.add(name, hashlib.sha256(data).hexdigest(), len(data))
    return root + name, FIXED, _MODE, into.stored(len(data), zlib.crc32(data)), iter((data,))


def _original(root: str, snapshot: Snapshot, item: Item, opened: OpenOriginal, into: Tally) -> Member:
    seen = item.observed
    if seen is None:
        raise OriginalChanged(f"item {item.number} has no original")
    name = f"data/originals/{original_name(snapshot.marks, item)}"
    into.add(name, seen.sha256, seen.size)
    # Without a CRC-32 known beforehand the sizes follow the data instead (a data descriptor).
    method = into.stored(seen.size, int(seen.crc32, 16)) if seen.crc32 else ZIP_32
    return root + name, FIXED, _MODE, method, _rehashed(item.number, seen, opened(item.id))


def _rehashed(number: int, seen: Observations, pieces: Iterator[bytes]) -> Iterator[bytes]:
    digest, size, held = hashlib.sha256(), 0, b""
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        yield held
        held = piece
    if size != seen.size or digest.hexdigest() != seen.sha256:
        # The last piece is never sent, so the file can't pass for whole.
        raise OriginalChanged(f"item {number} is not the file that was received")
    yield held
