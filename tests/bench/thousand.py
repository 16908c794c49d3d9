"""Measures a case of 1,000 items against one of 10: run in a process of its own, prints its rows as JSON."""

from __future__ import annotations

import base64
import datetime
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from django.test import Client

    from evidence.unlocking import Session

SMALL, LARGE = 10, 1000
TURNS = int(sys.argv[1]) if len(sys.argv) > 1 else 7
FIRST_DAY = datetime.date(2026, 1, 5)
PAGES = {
    "its list": ("/case/k4bs/", 3),
    "its timeline, drawn": ("/case/e7nt/", 10),
    "its timeline, a page of the list": ("/case/e7nt/?p=2", 3),
    "its timeline, one kind of two, drawn": ("/case/e7nt/?k=1", 10),
    "its timeline, one account of two, a page of the list": ("/case/e7nt/?a=1&p=2", 3),
}


class NotAPage(Exception):
    """The site answered with something else than a page."""


def measure() -> list[tuple[str, str, str]]:
    """Rows of the table: processor time of one request to the larger case, and its ratio to the smaller one."""
    (small, small_words), (large, large_words) = _case(SMALL), _case(LARGE)
    rows = [_row("opening it (with the real derivation)", lambda: _open(large_words), lambda: _open(small_words), None)]
    there, here = _window(large), _window(small)
    for name, (address, most) in PAGES.items():
        rows.append(_row(name, lambda: _ask(there, address), lambda: _ask(here, address), most))  # noqa: B023
    return rows


def _row(name: str, large: Callable[[], None], small: Callable[[], None], most: int | None) -> tuple[str, str, str]:
    """Turn about, so that a busy machine hits both alike; the first of each is not counted."""
    pairs = [(_spent(large), _spent(small)) for _ in range(TURNS + 1)][1:]
    ratios = sorted(one / other for one, other in pairs)
    one, other = (statistics.median(pair[place] for pair in pairs) * 1000 for place in (0, 1))
    goal = "" if most is None else f"; ratio at most {most}"
    detail = f"{one:.1f} ms against {other:.1f} ms; {ratios[0]:.2f} to {ratios[-1]:.2f}; goal: 300 ms{goal}"
    return f"A case of {LARGE} items to one of {SMALL}: {name}", f"{statistics.median(ratios):.2f}", detail


def _spent(act: Callable[[], None]) -> float:
    start = time.process_time()
    act()
    return time.process_time() - start


def _ask(window: Client, address: str) -> None:
    if window.get(address).status_code != 200:
        raise NotAPage(address)


def _open(words: str) -> None:
    from django.test import Client

    if Client(HTTP_HOST="127.0.0.1").post("/case/d2xj/", {"x_1": words}).status_code != 302:
        raise NotAPage


def _window(session: Session) -> Client:
    from django.test import Client

    from evidence import unlocking

    window = Client(HTTP_HOST="127.0.0.1")
    window.cookies[unlocking.cookie_name()] = base64.urlsafe_b64encode(session.cookie).decode().rstrip("=")
    return window


def _case(many: int) -> tuple[Session, str]:
    """A case with so many items; its index is written once, as the acts would have left it."""
    from django.utils import timezone

    from evidence import cases, items, ways

    at = timezone.now()
    session = cases.make(device="the bench", at=at)
    waiting = ways.waiting(session)
    assert waiting is not None
    made, ask = waiting
    ways.confirm(session, ways.TypedAgain(made.words[ask[0]], made.words[ask[1]], made.code[-4:]), at=at)
    session.opened.case.refresh_from_db()
    with items.holding(session.opened) as whole:
        for number in range(many):
            _keep(session, whole, number, at)
    return session, " ".join(made.words)


def _keep(session: Session, whole, number: int, at: datetime.datetime) -> None:
    """Notes and events by turns, from two accounts, over most of a year with a summer in which nothing came."""
    from evidence import index, items
    from evidence.crypto import keys
    from evidence.items import Telling

    kind = index.EVENT if number % 2 else index.NOTE
    day = FIRST_DAY + datetime.timedelta(days=number * 7 % 120 + 150 * (number % 3 == 0))
    when = index.When(f"{day}T{number % 24:02}:{number % 60:02}", "about" if number % 5 == 0 else "exact", "remembered")
    claims = {"where": "Instagram", "account": f"@made_up_{number % 4 // 2}", "what": "A made-up message. " * 10}
    telling = Telling(f"Message {number} of a made-up chat, with a title of usual length", when, claims)
    line = items.admit(whole, kind, telling, at=at)
    facts = {"claims": items.clean(kind, telling), "observed": {}, "earlier": []}
    items.store(session.opened, line, facts, key=keys.new_key())


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(measure()))
