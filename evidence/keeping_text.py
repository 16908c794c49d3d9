"""Keeps what a person typed while they open their case again: sealed inside the page, never stored here."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from django.conf import settings
from django.http import QueryDict

from evidence.crypto import fields, keys
from evidence.crypto.contexts import context
from evidence.crypto.errors import SealBroken

SECRET = "x_"  # noqa: S105  field names that start so are words, codes and passwords: never kept
MOST = 300_000


@dataclass(frozen=True)
class Held:
    """An address of ours and the fields that were posted to it."""

    path: str
    fields: QueryDict


def _key() -> bytes:
    return keys.subkey(settings.ANSWERS_KEY, "held")


def hold(path: str, posted: QueryDict) -> str:
    """The posted text fields as one sealed line for a hidden field; secrets and form tokens are left out."""
    kept = {
        name: values for name, values in posted.lists() if not name.startswith(SECRET) and name != "csrfmiddlewaretoken"
    }
    sealed = fields.seal_json(_key(), {"path": path, "fields": kept}, context("held"))
    line = base64.urlsafe_b64encode(sealed).decode()
    return line if len(line) <= MOST else ""


def held(line: str) -> Held | None:
    """What `hold` sealed, or None where the line is empty or was changed."""
    try:
        value = fields.unseal_json(_key(), base64.urlsafe_b64decode(line.encode()), context("held"))
    except (SealBroken, ValueError):
        return None
    data = QueryDict(mutable=True)
    for name, values in value["fields"].items():
        data.setlist(name, values)
    return Held(value["path"], data)
