"""Opens what an export is made of, one file or the entries of an archive, as streams that are counted; in the child."""

from __future__ import annotations

import codecs
import contextlib
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from evidence.intake.exports.bounds import Limits, Refused, Tally

_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tar", ".tgz", ".bz2", ".xz", ".jar", ".apk")
_TEXTS = (".txt", ".json", ".html", ".htm")
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error, RuntimeError)
"""What reading a broken archive, text or JSON raises; NotImplementedError and RecursionError are RuntimeErrors."""


class _Guess:
    """Reads bytes that are no UTF-8 as the letters of western Windows, and counts how often it had to."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        self.count += 1
        part = error.object[error.start : error.end]
        if error.encoding.startswith("utf-16"):
            return "\ufffd", error.end
        return part.decode("cp1252", "replace"), error.end


_guess = _Guess()
codecs.register_error("guess-western", _guess)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an export; `info` is None where the file is the whole export. Its name is nothing but text."""

    name: str
    info: zipfile.ZipInfo | None = None


class Bundle:
    """The texts of one export. Nothing is unpacked but the part of an entry that is being read."""

    def __init__(self, file: io.BufferedReader, size: int, tally: Tally) -> None:
        self._file, self._size, self.tally = file, size, tally
        self._archive: zipfile.ZipFile | None = None
        self.entries = [Entry("")]
        if file.read(4) in (b"PK\x03\x04", b"PK\x05\x06"):
            self._archive = _opened(file, tally.limits)
            self.entries = list(self._texts(self._archive.infolist()))
        file.seek(0)

    @contextlib.contextmanager
    def reading(self, entry: Entry) -> Iterator[IO[str]]:
        """The text of an entry. What is damaged in it ends the block, and is counted."""
        before = _guess.count
        with contextlib.ExitStack() as opened:
            try:
                yield self._text(entry, opened)
            except DAMAGE:
                self.tally.skip("damaged")
            finally:
                self.tally.guessed |= _guess.count > before

    def _text(self, entry: Entry, opened: contextlib.ExitStack) -> IO[str]:
        try:
            raw = opened.enter_context(self._open(entry))
            wide = raw.peek(2)[:2] in (b"\xff\xfe", b"\xfe\xff")
        except DAMAGE:
            self.tally.skip("damaged")
            return io.StringIO()
        return opened.enter_context(io.TextIOWrapper(raw, "utf-16" if wide else "utf-8-sig", errors="guess-western"))

    def head(self, entry: Entry, length: int) -> str:
        """The first characters of an entry, or fewer where it is damaged."""
        head = []
        with self.reading(entry) as text:
            head.append(text.read(length))
        return "".join(head)

    def _open(self, entry: Entry) -> io.BufferedReader:
        if self._archive is None or entry.info is None:
            self._file.seek(0)
            return io.BufferedReader(_Metered(_Kept(self._file), self.tally, packed=self._size), 65_536)
        packed = self._archive.open(entry.info)
        return io.BufferedReader(_Metered(packed, self.tally, packed=entry.info.compress_size), 65_536)

    def _texts(self, infos: list[zipfile.ZipInfo]) -> Iterator[Entry]:
        if len(infos) > self.tally.limits.entries:
            raise Refused("too_many_entries")
        for info in infos:
            why = _why_not(info)
            if why:
                self.tally.skip(why)
            elif not info.is_dir():
                yield Entry(info.filename, info)


def _why_not(info: zipfile.ZipInfo) -> str:
    name = info.filename.lower()
    reasons = {
        "encrypted": info.flag_bits & _ENCRYPTED,
        "links": stat.S_ISLNK(info.external_attr >> 16),
        "archives": name.endswith(_ARCHIVES),
        "other": not name.endswith(_TEXTS) or info.compress_type not in _METHODS,
    }
    return next((why for why, holds in reasons.items() if holds and not info.is_dir()), "")


def _opened(file: io.BufferedReader, limits: Limits) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(_Careful(file, limits.directory_bytes))
    except DAMAGE:
        raise Refused("damaged") from None


class _Careful:
    """The archive's file, which refuses to be read in one piece: only an endless list of entries is asked for so."""

    def __init__(self, file: io.BufferedReader, most: int) -> None:
        self._file, self._most = file, most
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(min(size, self._most + 1) if size >= 0 else self._most + 1)
        if len(data) > self._most:
            raise Refused("too_many_entries")
        return data


class _Kept(io.RawIOBase):
    """A file that stays open when its reader is closed."""

    def __init__(self, file: io.BufferedReader) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)


class _Metered(io.RawIOBase):
    """A stream whose bytes are counted while they are read."""

    def __init__(self, stream: IO[bytes] | _Kept, tally: Tally, *, packed: int) -> None:
        self._stream, self._tally, self._packed = stream, tally, packed
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        data = self._stream.read(len(into)) or b""
        self._given += len(data)
        self._tally.unpack(len(data), entry=self._given, packed=self._packed)
        into[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
