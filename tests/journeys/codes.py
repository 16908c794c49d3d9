"""The code that the app of a helpline worker shows, read with time left to type it."""

from __future__ import annotations

import time

from allauth.mfa.totp.internal import auth as totp

PERIOD = 30  # seconds for which a code is good; the site takes no older one
TYPING = 12  # seconds that a busy machine may need until the code has arrived


def period(after: int = 0) -> int:
    """The number of this half minute; waits for one that is later than `after` and has time left."""
    while (now := int(time.time())) // PERIOD <= after or now % PERIOD > PERIOD - TYPING:
        time.sleep(0.2)
    return now // PERIOD


def code(secret: str, of: int) -> str:
    """Six digits: the code of the half minute with the number `of`."""
    shown: str = totp.format_hotp_value(totp.hotp_value(secret, of))
    return shown
