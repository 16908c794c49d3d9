"""The timeline: the drawing and its words, the list under it, and choosing by account and by kind."""

from __future__ import annotations

from datetime import date
from itertools import accumulate
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats
from django.utils.safestring import mark_safe
from django.utils.translation import get_language_bidi, gettext, ngettext
from django.views.decorators.http import require_GET

from evidence import index, plotting, timeline
from evidence.plotting import QUIET, Plot, Row, Said
from evidence.timeline import Day, Wanted
from evidence.views.visiting import Visit, in_case

PAGE = 25
SPOKEN = 5  # gaps and bursts that are said in words above the list: the longest, the largest
LONGEST = 4  # digits of a number in an address


@require_GET
@in_case
def when(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Oldest first, unknown times at the end. In the address stand numbers that tell nothing without the case."""
    choice = timeline.Filter(index.read(visit.opened).lines)
    wanted = Wanted(_number(request, "a"), _number(request, "k"))
    days = timeline.days(choice.only(wanted))
    count = sum(day.count for day in days)
    page = Paginator(range(count), PAGE).get_page(request.GET.get("p"))
    context = {
        "page": page,
        "days": timeline.part(days, page.start_index() - 1, page.end_index()),
        "choice": choice,
        "accounts": choice.accounts(wanted.account),
        "wanted": wanted,
        "chosen": _chosen(wanted),
        **(_drawing(days) if page.number == 1 and count else {}),
    }
    return render(request, "evidence/timeline.html", context)


def _number(request: HttpRequest, name: str) -> int:
    typed = request.GET.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST else 0


def _chosen(wanted: Wanted) -> str:
    """What goes before the page's number in every link of this page, so that a choice lasts."""
    parts = (("a", wanted.account), ("k", wanted.kind))
    return "".join(f"{name}={number}&" for name, number in parts if number)


# --- the drawing and the same in words ----------------------------------------------------------------------------


def _drawing(days: list[Day]) -> dict[str, Any]:
    drawn = plotting.plot(line for day in days for line in day.lines)
    labels = [_label(drawn, row) for row in drawn.rows]
    facts = _facts(days)
    said = Said(
        title=gettext("In order of time"),
        facts=" ".join(facts),
        rows=labels,
        breaks=[_quiet(row.quiet) if row.quiet >= QUIET else "" for row in drawn.rows],
        unknown=gettext("Not known"),
        legend=(gettext("The time is exact"), gettext("The time is about right"), gettext("The time is not known")),
    )
    picture = mark_safe(plotting.svg(drawn, said, rtl=get_language_bidi()))  # noqa: S308  escaped where it is drawn
    return {"drawing": picture, "unit": drawn.unit, "facts": facts, "rows": _rows(drawn, days)}


def _label(drawn: Plot, row: Row) -> str:
    """The time of a row, short enough to stand beside it."""
    if drawn.unit == "years":
        return "\N{EN DASH}".join(str(year) for year in sorted({row.first.year, row.last.year}))
    return formats.date_format(row.first, "M Y" if drawn.unit == "month" else "j M Y")


def _rows(drawn: Plot, days: list[Day]) -> list[dict[str, Any]]:
    """Each row of the drawing in words, with the page of the list on which it begins."""
    before = accumulate((row.total for row in drawn.rows), initial=0)
    return [
        {"label": _label(drawn, row), "row": row, "page": start // PAGE + 1}
        for start, row in zip(before, drawn.rows, strict=False)
    ]


def _facts(days: list[Day]) -> list[str]:
    known = [day for day in days if day.date]
    facts = [_span(known), _exactness(days)] if known else [_exactness(days)]
    facts += [_burst(day) for day in sorted((d for d in known if d.burst), key=lambda d: -d.count)[:SPOKEN]]
    facts += [_gap(day) for day in sorted((d for d in known if d.quiet), key=lambda d: -d.quiet)[:SPOKEN]]
    return facts


def _day(iso: str) -> str:
    return formats.date_format(date.fromisoformat(iso), "j F Y")


def _span(known: list[Day]) -> str:
    count = sum(day.count for day in known)
    words = {"count": count, "first": _day(known[0].date), "last": _day(known[-1].date)}
    if len(known) == 1:
        return ngettext("%(count)d thing, on %(first)s.", "%(count)d things, on %(first)s.", count) % words
    return gettext("%(count)d things, from %(first)s to %(last)s.") % words


def _exactness(days: list[Day]) -> str:
    found = [line.when.known if day.date else "unknown" for day in days for line in day.lines]
    words = {name: found.count(name) for name in ("exact", "about", "unknown")}
    return gettext("Time exact: %(exact)d. About right: %(about)d. Not known: %(unknown)d.") % words


def _burst(day: Day) -> str:
    words = {"count": day.count, "day": _day(day.date)}
    return ngettext("%(count)d thing on one day: %(day)s.", "%(count)d things on one day: %(day)s.", day.count) % words


def _quiet(days: int) -> str:
    return ngettext("%(days)d day with nothing kept", "%(days)d days with nothing kept", days) % {"days": days}


def _gap(day: Day) -> str:
    words = {"days": day.quiet, "day": _day(day.date)}
    return (
        ngettext(
            "%(days)d day without anything that you kept, until %(day)s.",
            "%(days)d days without anything that you kept, until %(day)s.",
            day.quiet,
        )
        % words
    )
