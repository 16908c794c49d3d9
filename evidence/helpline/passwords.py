"""Refuses a password that is made of what everybody knows here: names, words of this place, rows of keys."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LEFT, DIFFERENT = 8, 5  # signs that must be left when what everybody knows is taken out, and how many of them differ
WORDS = frozenset(("password", "passphrase", "welcome", "letmein", "secret", "winter", "spring", "summer", "autumn"))
WORDS |= {"helpline", "worker", "supervisor", "admin", "charity", "nextsteps", "sextortion", "evidence", "support"}
ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azerty", "qwertz")
RUN = 3


class NotWhatEverybodyKnows:
    """A password validator of Django: what is left of a password without known words must still be one."""

    def validate(self, password: str, user: Any = None) -> None:
        """ValidationError where too little is left."""
        left = _without_rows(_without_words(password.casefold(), _names(user)))
        signs = re.sub(r"[\W_]", "", left)
        if len(signs) < LEFT or len(set(signs)) < DIFFERENT:
            raise ValidationError(self.get_help_text(), code="known")

    def get_help_text(self) -> str:
        return _("Choose a password without your name, words about this work or rows of keys. Four odd words are good.")


def _names(user: Any) -> list[str]:
    texts = [
        getattr(user, "username", ""),
        getattr(user, "display_name", ""),
        settings.SITE_NAME,
        settings.ORGANISATION,
    ]
    return [word for text in texts for word in re.split(r"\W+", text.casefold()) if len(word) >= RUN]


def _without_words(text: str, names: list[str]) -> str:
    for word in sorted({*WORDS, *names}, key=len, reverse=True):
        text = text.replace(word, " ")
    return text


def _without_rows(text: str) -> str:
    """`text` without runs of at least RUN keys beside each other, in either direction, and without repeats."""
    runs = {row[at : at + RUN] for whole in ROWS for row in (whole, whole[::-1]) for at in range(len(row) - RUN + 1)}
    covered = {place for at in range(len(text)) if text[at : at + RUN] in runs for place in range(at, at + RUN)}
    return re.sub(r"(.)\1+", r"\1", "".join(sign for at, sign in enumerate(text) if at not in covered))
