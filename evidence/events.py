"""Writes an event of security into the log of the site: one line of JSON with opaque ids, and no word of anybody."""

from __future__ import annotations

import json
import logging
import re
import uuid

LOG = logging.getLogger("security")
ROUTINE = frozenset({"signed-in", "signed-out", "desk-opened", "desk-closed"})
EVENTS = ROUTINE | {
    "sign-in-failed",
    "second-factor-failed",
    "desk-refused",
    "password-refused",
    "password-changed",
    "factor-added",
    "factor-removed",
    "codes-made",
    "sessions-ended",
    "worker-invited",
    "supervisor-invited",
    "worker-reset",
    "invitation-used",
    "limit-reached",
    "chain-broken",
    "refused",
}
_FIXED = re.compile(r"[a-z0-9:<>_/-]{0,80}", re.ASCII)  # a name or a route of our own code


def note(event: str, *, worker: uuid.UUID | None = None, case: uuid.UUID | None = None, of: str = "") -> None:
    """One line. `worker` and `case` are random ids; `of` is a constant of the code: a limit, or a status and a route.

    ValueError for an event that is not listed, or for anything that a person might have typed.
    """
    if event not in EVENTS or not _FIXED.fullmatch(of):
        raise ValueError(event)
    told = {"event": event}
    told |= {name: str(value) for name, value in (("worker", worker), ("case", case)) if value is not None}
    if of:
        told["of"] = of
    LOG.log(logging.INFO if event in ROUTINE else logging.WARNING, json.dumps(told))
