"""Checks a worker's password, at the same cost for every name and every outcome."""

from __future__ import annotations

import base64
import hmac
import secrets
import unicodedata
import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import BasePasswordHasher
from django.http import HttpRequest

from evidence.crypto import wraps
from evidence.crypto.errors import SealBroken
from evidence.helpline.keys import cost
from evidence.helpline.models import Worker
from evidence.turns import turn


class Argon2idHasher(BasePasswordHasher):
    """Django's password hash by the one Argon2id of `evidence.crypto.wraps`, with the site's pepper.

    Stored: algorithm$memory in KiB$iterations$salt$32 bytes in base64. Django's own Argon2 hasher has
    no pepper and uses eight lanes, which deadlock a threaded server.
    """

    algorithm = "argon2id-peppered"

    def salt(self) -> str:
        return secrets.token_urlsafe(16)

    def encode(self, password: str, salt: str) -> str:
        return self._encoded(password, salt, cost())

    def verify(self, password: str, encoded: str) -> bool:
        found = self.decode(encoded)
        try:
            stored = wraps.Cost(found["memory_kib"], found["iterations"])
        except SealBroken:
            return False
        return hmac.compare_digest(encoded, self._encoded(password, found["salt"], stored))

    def decode(self, encoded: str) -> dict[str, Any]:
        algorithm, memory_kib, iterations, salt, digest = encoded.split("$")
        costs = {"memory_kib": int(memory_kib), "iterations": int(iterations)}
        return {"algorithm": algorithm, "salt": salt, "hash": digest, **costs}

    def must_update(self, encoded: str) -> bool:
        found, wanted = self.decode(encoded), cost()
        return (found["memory_kib"], found["iterations"]) != (wanted.memory_kib, wanted.iterations)

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        found = self.decode(encoded)
        return {name: found[name] for name in ("algorithm", "memory_kib", "iterations")}

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing to add: `WorkerBackend` spends one derivation on every try."""

    def _encoded(self, password: str, salt: str, spent: wraps.Cost) -> str:
        secret = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
        with turn("derivation"):
            digest = wraps.argon2id(secret, salt=salt.encode(), cost=spent, pepper=settings.PEPPER)
        return "$".join(
            (
                self.algorithm,
                str(spent.memory_kib),
                str(spent.iterations),
                salt,
                base64.b64encode(digest).decode(),
            )
        )


class WorkerBackend(BaseBackend):
    """Signs workers in by name and password: one derivation for a name known, unknown, new or disabled."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_: Mapping[str, Any],
    ) -> Worker | None:
        worker = Worker.objects.filter(username=(username or "").strip().lower()).first()
        if worker is None or not worker.has_usable_password():
            with turn("derivation"):
                wraps.spend_one_derivation(pepper=settings.PEPPER, cost=cost())
            return None
        right = Argon2idHasher().verify(password or "", worker.password)
        return worker if right and worker.is_active else None

    def get_user(self, user_id: uuid.UUID | str) -> Worker | None:
        return Worker.objects.filter(pk=user_id, is_active=True).first()
