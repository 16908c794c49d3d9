"""Seals one short value, such as a field, a header or another key, under a key."""

from __future__ import annotations

import json
from typing import Any

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from evidence.crypto.chunks import plain_length
from evidence.crypto.contexts import VERSION, bound
from evidence.crypto.errors import DidNotOpen, NotJson, UnknownVersion
from evidence.crypto.keys import checked
from evidence.crypto.padding import pad, unpad


def seal(key: bytes, plaintext: bytes, ctx: bytes) -> bytes:
    """One version byte, then Cobblestone-256 over the plaintext padded to a multiple of 64 bytes.

    A value shorter than 64 bytes becomes 137 bytes. `key` is 32 bytes, `ctx` comes from
    `contexts.context`; the cipher gets `contexts.bound(ctx, "field")`. Raises BadKey and NoContext.
    """
    encryptor = Cobblestone256Encryptor(checked(key), bound(ctx, "field"))
    return VERSION + encryptor.update(pad(plaintext)) + encryptor.finalize()


def unseal(key: bytes, blob: bytes | memoryview, ctx: bytes) -> bytes:
    """What `seal` was given under the same key and context.

    Raises UnknownVersion, WrongLength, DidNotOpen or PaddingBroken (all SealBroken); BadKey and NoContext.
    """
    if blob[:1] != VERSION:
        raise UnknownVersion
    plain_length(len(blob) - 1)
    decryptor = Cobblestone256Decryptor(checked(key), bound(ctx, "field"))
    try:
        return unpad(decryptor.update(blob[1:]) + decryptor.finalize())
    except InvalidTag:
        raise DidNotOpen from None


def seal_json(key: bytes, value: object, ctx: bytes) -> bytes:
    """`seal` over canonical JSON: UTF-8, sorted keys, no spaces.

    Raises TypeError or ValueError for what JSON can't hold (NaN too), BadKey and NoContext.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return seal(key, text.encode(), ctx)


def unseal_json(key: bytes, blob: bytes | memoryview, ctx: bytes) -> Any:
    """The value that `seal_json` was given, with lists for tuples; raises as `unseal` does, and NotJson."""
    plain = unseal(key, blob, ctx)
    try:
        return json.loads(plain.decode())
    except ValueError:
        raise NotJson from None
