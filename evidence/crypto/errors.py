"""Names every way in which something sealed can refuse to open."""

from __future__ import annotations


class SealBroken(Exception):
    """Something sealed was refused: the base of every refusal below, and all that a caller needs to catch."""


class UnknownVersion(SealBroken):
    """The blob is empty or its leading version byte is none that this code writes."""


class WrongLength(SealBroken):
    """The blob was cut or has grown: no message of this format, or not this one, has that length."""


class DidNotOpen(SealBroken):
    """Wrong key, wrong context or changed bytes; which of the three can't be told from the blob."""


class PaddingBroken(SealBroken):
    """It opened, but does not end in the padding that every field and envelope carries."""


class NotJson(SealBroken):
    """It opened, but what is inside is not JSON in UTF-8."""
