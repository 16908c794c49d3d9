"""Sends bytes out of a case only while it stays as it was: a lock or a deletion holds in the middle of a file too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evidence.models import Case
from evidence.vault import Opened

LOOK = 1024**2
"""Bytes that may leave between two looks at the case."""


class LockedMeanwhile(Exception):
    """The case was locked, shut for good or given new keys while a file was on its way: it must not end."""


class Watch:
    """The case as this request found it, to be looked at again while bytes of it leave."""

    def __init__(self, opened: Opened) -> None:
        case = opened.case
        same = Case.objects.filter(pk=case.pk, secret_version=case.secret_version, held=case.held)
        self._same = same.filter(status=Case.Status.OPEN)

    def over(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same pieces, as long as the case stays as it was; else LockedMeanwhile.

        Asks before the first piece and again after every LOOK bytes. What a length or an archive's end has promised
        then does not come, so that what did come can't pass for whole.
        """
        since = LOOK
        for piece in pieces:
            if since >= LOOK:
                since = 0
                if not self._same.exists():
                    raise LockedMeanwhile
            since += len(piece)
            yield piece


def while_open(opened: Opened, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """One stream under a watch that begins now."""
    return Watch(opened).over(pieces)
