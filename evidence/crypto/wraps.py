"""Keeps a 32-byte secret under what a person knows: seven words, a password or a recovery code."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from evidence.crypto.contexts import bound, context
from evidence.crypto.errors import SealBroken, WrongLength
from evidence.crypto.fields import seal, unseal
from evidence.crypto.keys import KEY_BYTES, checked, checked_pepper, subkey
from evidence.crypto.words import (
    LISTED,
    LOCATING_WORDS,
    WORDS,
    TooLong,
    new_recovery_code,
    recovery_secret,
    spelling,
)

SALT_BYTES = 16
MOST_CHARACTERS = 1_024

# OpenSSL's shared thread pool deadlocks a threaded server when two derivations use more than one lane.
LANES = 1
MEMORY_KIB = range(19 * 1_024, 256 * 1_024 + 1)
ITERATIONS = range(2, 8 + 1)


class CostRefused(SealBroken):
    """A cost outside the bounds: a stored one was changed, to weaken the wrap or to exhaust the server."""


class SecretRefused(ValueError):
    """Nothing was wrapped: not seven listed words, or an empty password."""


@dataclass(frozen=True)
class Cost:
    """What one Argon2id derivation costs: 19 to 256 MiB of memory, 2 to 8 iterations, always one lane.

    Raises CostRefused, so that no derivation ever starts with a cost out of bounds.
    """

    memory_kib: int = 65_536
    iterations: int = 3

    def __post_init__(self) -> None:
        if self.memory_kib not in MEMORY_KIB or self.iterations not in ITERATIONS:
            raise CostRefused

    def is_above(self, other: Cost) -> bool:
        """Whether a wrap of the other cost is too cheap: less memory, or fewer iterations, than this one."""
        return other.memory_kib < self.memory_kib or other.iterations < self.iterations

    def at_least(self, other: Cost) -> Cost:
        """The dearer of both in each respect: a wrap that is made anew never gets weaker."""
        return Cost(max(self.memory_kib, other.memory_kib), max(self.iterations, other.iterations))


@dataclass(frozen=True)
class SlowWrap:
    """What is stored: a salt of 16 bytes, the cost, and a sealed field; nothing in it tells the secret."""

    salt: bytes
    cost: Cost
    blob: bytes


class WordsWrap(SlowWrap):
    """The owner seed under the last five of her seven words."""


class PasswordWrap(SlowWrap):
    """A worker's seed under the worker's password."""


def argon2id(secret: bytes, *, salt: bytes, cost: Cost, pepper: bytes) -> bytes:
    """32 bytes by Argon2id (RFC 9106) with one lane; the pepper goes in as the RFC's secret value K.

    The only call of Argon2id: every try, right, wrong or unknown, passes here exactly once.
    """
    kdf = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.iterations,
        lanes=LANES,
        memory_cost=cost.memory_kib,
        secret=checked_pepper(pepper),
    )
    return kdf.derive(secret)


def wrap_under_words(words: Sequence[str], secret: bytes, *, pepper: bytes, ctx: bytes, cost: Cost) -> WordsWrap:
    """Wrap 32 bytes under the last five of seven listed words; raises SecretRefused, BadKey and NoContext."""
    if len(words) != WORDS or not set(words) <= set(LISTED):
        raise SecretRefused
    salt = secrets.token_bytes(SALT_BYTES)
    key = _slow_key("words", _secret_words(words), salt, cost, pepper)
    return WordsWrap(salt, cost, seal(key, checked(secret), ctx))


def unwrap_with_words(words: Sequence[str], wrap: WordsWrap, *, pepper: bytes, ctx: bytes) -> bytes:
    """The 32 bytes, after one derivation whatever the words are; raises SealBroken, TooLong, NoContext."""
    key = _slow_key("words", _secret_words(words), wrap.salt, wrap.cost, pepper)
    return unseal(key, wrap.blob, ctx)


def wrap_under_password(password: str, secret: bytes, *, pepper: bytes, ctx: bytes, cost: Cost) -> PasswordWrap:
    """Wrap 32 bytes under a password (NFKC); raises SecretRefused, TooLong, BadKey and NoContext."""
    if not password:
        raise SecretRefused
    salt = secrets.token_bytes(SALT_BYTES)
    key = _slow_key("password", _password_bytes(password), salt, cost, pepper)
    return PasswordWrap(salt, cost, seal(key, checked(secret), ctx))


def unwrap_with_password(password: str, wrap: PasswordWrap, *, pepper: bytes, ctx: bytes) -> bytes:
    """The 32 bytes, after one derivation; raises SealBroken, TooLong above 1,024 characters, NoContext."""
    key = _slow_key("password", _password_bytes(password), wrap.salt, wrap.cost, pepper)
    return unseal(key, wrap.blob, ctx)


def wrap_under_code(code: str, secret: bytes, *, ctx: bytes) -> bytes:
    """Wrap 32 bytes under a recovery code: HKDF (RFC 5869) with SHA-512, then a sealed field of 137 bytes.

    105 random bits need neither a slow derivation nor a pepper. Raises BadCode, TooLong, BadKey, NoContext.
    """
    return seal(_code_key(code, ctx), checked(secret), ctx)


def unwrap_with_code(code: str, blob: bytes | memoryview, *, ctx: bytes) -> bytes:
    """The 32 bytes; raises SealBroken, BadCode, TooLong and NoContext."""
    return unseal(_code_key(code, ctx), blob, ctx)


def spend_one_code(code: str, *, ctx: bytes) -> None:
    """Cost as much as a wrong code does, where there is no case to try it on. Raises BadCode, TooLong, NoContext."""
    with suppress(SealBroken):
        unwrap_with_code(code, _NOBODYS, ctx=ctx)


def spend_one_derivation(*, pepper: bytes, cost: Cost) -> None:
    """Cost as much as a wrong secret does, where there is no case to try it on."""
    argon2id(b"nobody", salt=bytes(SALT_BYTES), cost=cost, pepper=pepper)


def _slow_key(kind: str, secret: bytes, salt: bytes, cost: Cost, pepper: bytes) -> bytes:
    if len(salt) != SALT_BYTES:
        raise WrongLength
    return subkey(argon2id(secret, salt=salt, cost=cost, pepper=pepper), f"wrap-{kind}")


def _secret_words(words: Sequence[str]) -> bytes:
    return _short(spelling(words[LOCATING_WORDS:])).encode("utf-8", "surrogatepass")


def _password_bytes(password: str) -> bytes:
    return _short(unicodedata.normalize("NFKC", _short(password))).encode("utf-8", "surrogatepass")


def _short(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise TooLong
    return text


def _code_key(code: str, ctx: bytes) -> bytes:
    hkdf = HKDF(algorithm=SHA512(), length=KEY_BYTES, salt=None, info=bound(ctx, "code"))
    return hkdf.derive(recovery_secret(code))


_NOBODYS = wrap_under_code(new_recovery_code(), secrets.token_bytes(KEY_BYTES), ctx=context("nobody"))
"""Under a code that nobody has seen, with contents that nobody will."""
