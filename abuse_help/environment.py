"""Reads what the environment gives: plain values, what somebody else chose, and secrets that must be strong."""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

THIS_MACHINE = frozenset({"", "localhost", "127.0.0.1", "::1"})


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def given(name: str, otherwise: str = "") -> str:
    """What somebody else chose: `name` from the environment, or from the file NAME_FILE (or `otherwise`)."""
    value, file = env(name), env(f"{name}_FILE") or otherwise
    if value or not file:
        return value
    try:
        return Path(file).read_text(encoding="ascii").strip()
    except (OSError, UnicodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE can't be read as plain text.") from error


def database(address: str, *, local: bool) -> dict[str, Any]:
    """The database of this address. In production one on another machine is reached with its certificate checked."""
    found: dict[str, Any] = dict(
        # after a restart of the database no request meets a connection that died with it
        dj_database_url.parse(address, conn_max_age=60, conn_health_checks=True)
    )
    options = found.get("OPTIONS", {})
    hosts = [found["HOST"], options.get("host", ""), options.get("hostaddr", ""), options.get("service", "")]
    here = found["ENGINE"].endswith("sqlite3") or all(host in THIS_MACHINE or host.startswith("/") for host in hosts)
    if not local and not here and options.get("sslmode") != "verify-full":
        raise ImproperlyConfigured("DATABASE_URL leads to another machine: add ?sslmode=verify-full to it.")
    return found


def secret(name: str) -> str:
    """The secret `name` from the environment, from the file NAME_FILE, or (local mode) from LOCAL_DIR/secrets."""
    folder = Path(env("LOCAL_DIR") or Path(__file__).resolve().parent.parent / ".local")
    value = given(name, str(folder / "secrets" / name) if env("MODE") == "local" else "")
    least = 64 if name == "SECRET_KEY" else 43  # letters: 48 and 32 random bytes in base64url
    if len(value) < least or len(set(value)) < 16:
        raise ImproperlyConfigured(
            f"{name} is missing or weak: it must hold {least * 3 // 4} random bytes. "
            f"Make one with: python -c 'import secrets; print(secrets.token_urlsafe({least * 3 // 4}))'"
        )
    return value


def secret_bytes(name: str) -> bytes:
    """The 32 bytes that the base64url text of secret `name` stands for."""
    try:
        raw = base64.urlsafe_b64decode(secret(name) + "==")
    except (binascii.Error, ValueError) as error:
        raise ImproperlyConfigured(f"{name} must be 32 random bytes in base64url.") from error
    if len(raw) != 32:
        raise ImproperlyConfigured(f"{name} must be 32 random bytes in base64url.")
    return raw
