"""The project's own settings with one address more in place of all others: an upload without a decoder after it."""

from __future__ import annotations

from abuse_help.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.sealed"
