"""A person's answers and marks, in one sealed cookie of fixed size that ends with the browser.

The seal is a documented copy of evidence/crypto (fields.py, contexts.py, padding.py), because this room
stands below that one; tests/guidance/test_answers.py opens each with the other and so holds them equal.
"""

from __future__ import annotations

import base64
import json
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

VERSION = b"\x01"
PURPOSE = "guidance answers"
ROOM = 2045  # bytes of JSON and marks; with its length and the padding the plaintext is always 2,048 bytes
BLOCK = 64
FACTS_ROOM = 1200
CODE = re.compile(r"[a-z0-9]{4}\Z")
ALPHABET = string.digits + string.ascii_lowercase


class Mark(IntEnum):
    """What a person has said about a step: two bits."""

    NONE = 0
    DONE = 1
    LATER = 2
    NOT_FOR_ME = 3


@dataclass(frozen=True)
class Answers:
    """What a person has answered (fact to value) and marked (step code to mark). Empty for a new visitor."""

    facts: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)

    def answered(self, facts: Mapping[str, str]) -> Answers:
        return replace(self, facts={**self.facts, **facts})

    def marked(self, code: str, mark: Mark) -> Answers:
        return replace(self, marks={**self.marks, code: mark})


def get(request: HttpRequest) -> Answers:
    """The answers in the request's cookie; empty where there is none, or it is old, changed or not ours."""
    sealed = request.COOKIES.get(cookie_name(), "")
    if not sealed:
        return Answers()
    try:
        return _read(_unseal(base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))))
    except (ValueError, InvalidTag):
        return Answers()


def put(response: HttpResponseBase, answers: Answers) -> None:
    """Set the cookie: without lifetime, for this host alone, unreadable to scripts, under 3,500 bytes."""
    response.set_cookie(
        cookie_name(),
        base64.urlsafe_b64encode(_seal(_written(answers))).rstrip(b"=").decode(),
        secure=settings.CSRF_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def forget(response: HttpResponseBase) -> None:
    """Take the cookie away."""
    response.delete_cookie(cookie_name(), samesite="Strict")


def cookie_name() -> str:
    return f"{settings.COOKIE_PREFIX}a"


# --- what the cookie holds: length (2 bytes), facts as JSON, a zero byte, 3 bytes for each mark ---


def _written(answers: Answers) -> bytes:
    """Always 2,047 bytes, so that the size tells nothing; the last marks that do not fit are left out."""
    facts = json.dumps(dict(answers.facts), sort_keys=True, separators=(",", ":")).encode()
    if len(facts) > FACTS_ROOM:
        facts = b"{}"
    marks = [_packed(code, mark) for code, mark in answers.marks.items() if mark and CODE.match(code)]
    body = (facts + b"\x00" + b"".join(marks))[: len(facts) + 1 + (ROOM - len(facts) - 1) // 3 * 3]
    return len(body).to_bytes(2, "big") + body.ljust(ROOM, b"\x00")


def _read(plain: bytes) -> Answers:
    size = int.from_bytes(plain[:2], "big")
    facts, _, marks = plain[2 : 2 + size].partition(b"\x00")
    raw: Any = json.loads(facts)
    if not isinstance(raw, dict) or not all(isinstance(value, str) for value in raw.values()):
        raise ValueError("facts are a table of words")
    packed = [marks[at : at + 3] for at in range(0, len(marks) - 2, 3)]
    return Answers(raw, dict(_unpacked(one) for one in packed))


def _packed(code: str, mark: Mark) -> bytes:
    """A four-character code is 21 bits (36^4 < 2^21), a mark two: three bytes."""
    return (int(code, 36) << 2 | mark).to_bytes(3, "big")


def _unpacked(three: bytes) -> tuple[str, Mark]:
    number, mark = divmod(int.from_bytes(three, "big"), 4)
    code = ""
    for _ in range(4):
        number, digit = divmod(number, 36)
        code = ALPHABET[digit] + code
    return code, Mark(mark)


# --- the seal -------------------------------------------------------------------------------------


def _context() -> bytes:
    """Length-prefixed parts, as evidence/crypto/contexts.py makes them for ("guidance answers", 1)."""
    parts = (b"abuse-help/1", PURPOSE.encode(), b"i1", f"field/{VERSION[0]}".encode())
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _seal(plain: bytes) -> bytes:
    padded = plain + b"\x80" + bytes(-(len(plain) + 1) % BLOCK)
    encryptor = Cobblestone256Encryptor(settings.ANSWERS_KEY, _context())
    return VERSION + encryptor.update(padded) + encryptor.finalize()


def _unseal(blob: bytes) -> bytes:
    """Raises ValueError or InvalidTag for anything that `_seal` did not make under this key."""
    if blob[:1] != VERSION:
        raise ValueError("another version")
    decryptor = Cobblestone256Decryptor(settings.ANSWERS_KEY, _context())
    padded = decryptor.update(blob[1:]) + decryptor.finalize()
    if len(padded) % BLOCK or not padded.rstrip(b"\x00").endswith(b"\x80"):
        raise ValueError("not padded")
    return padded.rstrip(b"\x00")[:-1]
