"""Reads the way that a mail took from its `Received` lines, as they stand; runs in the child."""

from __future__ import annotations

import email.utils
import ipaddress
import re
from typing import Any

from evidence.intake.labels import one_line

_FROM = re.compile(r"^\s*from\s+(\S{1,255})", re.IGNORECASE)
_BY = re.compile(r"\bby\s+(\S{1,255})", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<![\w.:])(?:IPv6:)?([0-9a-f:.]{3,45})(?![\w.:])", re.IGNORECASE)
_MOST_ADDRESSES = 10
_LONGEST = 4_000


def hops(received: list[str]) -> list[dict[str, Any]]:
    """Each `Received` line in the order of the mail: the first is the server that handed it over last."""
    return [_hop(position, line[:_LONGEST]) for position, line in enumerate(received, 1)]


def moment(date: str) -> str:
    """A date of RFC 5322 as ISO 8601 in its own zone; without a zone where it says `-0000`, empty where it is none."""
    try:
        return email.utils.parsedate_to_datetime(date).isoformat(timespec="seconds")
    except Exception:  # it raises TypeError, ValueError, IndexError and OverflowError, as the version has it
        return ""


def _hop(position: int, line: str) -> dict[str, Any]:
    path, _, date = line.rpartition(";")
    source, by, _ = _parts(path or line)
    host = _FROM.search(source)
    return {
        "position": position,
        "from_host": one_line(host[1]) if host else "",
        "by_host": one_line(by),
        "addresses": _addresses(source),
        "at": moment(date.strip()),
        "raw": one_line(line, longest=_LONGEST),
    }


def _parts(path: str) -> tuple[str, str, str]:
    """The clause that says where from, the host that says so, and the rest."""
    by = _BY.search(path)
    return (path[: by.start()], by[1], path[by.end() :]) if by else (path, "", "")


def _addresses(clause: str) -> list[str]:
    found = []
    for match in _ADDRESS.finditer(clause):
        try:
            found.append(str(ipaddress.ip_address(match[1])))
        except ValueError:
            continue
    return list(dict.fromkeys(found))[:_MOST_ADDRESSES]
