"""Staff sessions of which the database holds a hash of the cookie, and data that only the cookie opens."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.serializers import JSONSerializer
from django.db.models.functions import Now

from evidence.crypto import fields
from evidence.crypto import keys as symmetric
from evidence.crypto.contexts import context
from evidence.crypto.errors import SealBroken
from evidence.helpline import sign_ins


def stored_key(session_key: str) -> str:
    """The 40 characters that stand in the table: 200 bits of SHA-256, which lead back to no cookie."""
    return base64.b32encode(hashlib.sha256(b"staff-session\0" + session_key.encode()).digest()[:25]).decode()


def _sealing_key(session_key: str) -> bytes:
    return symmetric.subkey(hashlib.sha256(session_key.encode()).digest(), "staff-session")


class SessionStore(DatabaseStore):
    """Django's database sessions (synchronous ones), but a stolen table opens nothing."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        rows = self.model.objects.filter(expire_date__gt=Now())
        row = rows.filter(session_key=stored_key(self.session_key or "")).first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        return super().exists(stored_key(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        row = super().create_model_instance(data)
        row.session_key = stored_key(row.session_key)
        return row

    async def acreate_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        raise NotImplementedError("the site is served by WSGI: this would write the cookie itself")

    def delete(self, session_key: str | None = None) -> None:
        session_key = session_key or self.session_key
        if session_key:
            super().delete(stored_key(session_key))
            sign_ins.forget(stored_key(session_key))

    def cycle_key(self) -> None:
        """A new cookie for the same session, which stays on its worker's list."""
        row = sign_ins.found(stored_key(self.session_key or ""))
        super().cycle_key()
        if row is not None:
            sign_ins.put(row, stored_key(self.session_key or ""))

    @classmethod
    def clear_expired(cls) -> None:
        super().clear_expired()
        sign_ins.prune()

    def encode(self, session_dict: dict[str, Any]) -> str:
        """The session sealed under a key that only its cookie gives: who is signed in is not readable."""
        session_key = self._get_or_create_session_key()  # type: ignore[attr-defined]
        plain = JSONSerializer().dumps(session_dict)
        return base64.b64encode(fields.seal(_sealing_key(session_key), plain, context("staff-session"))).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """What `encode` was given; nothing where it does not open (Django then starts an empty session)."""
        try:
            sealed = base64.b64decode(session_data)
            plain = fields.unseal(_sealing_key(self.session_key or ""), sealed, context("staff-session"))
        except (ValueError, SealBroken):
            return {}
        found: dict[str, Any] = JSONSerializer().loads(plain)
        return found
