"""The owner's own safety: new words, other sessions, and the log of who did what."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from evidence import adding_only, cases, custody, custody_words, retention, ways
from evidence.models import AddPass, OpenSession
from evidence.views import wording
from evidence.views.visiting import Visit, in_case

PAGE = 25


@require_GET
@in_case
def safety(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Words, sessions and openings in one place."""
    openings = [e for e in custody.recent(visit.opened, 200) if e.act.what in {"case-opened", "case-made"}][:10]
    context = {
        "openings": [{"at": e.at, "more": custody_words.more(e.act)} for e in openings],
        "adding": AddPass.objects.filter(case=visit.opened.case, ends_at__gt=visit.at).count(),
        "case": visit.opened.case,
        "choice": retention.chosen(visit.opened),
        "ordered": retention.is_ordered(visit.opened.case),
        "others": OpenSession.objects.filter(case=visit.opened.case).count() - 1,
    }
    return render(request, "evidence/safety.html", context)


@require_POST
@in_case
def change_words(request: HttpRequest, visit: Visit) -> HttpResponse:
    """New words and a new code; the old ones serve until these are entered again."""
    ways.change(visit.session)
    return HttpResponseRedirect(reverse("evidence:words"))


@require_POST
@in_case
def end_sessions(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Shut the case everywhere but here."""
    cases.end_other_sessions(visit.session, at=visit.at)
    return HttpResponseRedirect(reverse("evidence:safety"))


@require_POST
@in_case
def end_adding(request: HttpRequest, visit: Visit) -> HttpResponse:
    """No device may add any more while the case is shut."""
    adding_only.end_all(visit.opened, by=visit.by, at=visit.at)
    return HttpResponseRedirect(reverse("evidence:safety"))


@require_GET
@in_case
def log(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The whole log in plain words, checked while it is read, newest first."""
    try:
        entries = custody.everything(visit.opened)[::-1]
    except custody.ChainBroken as error:
        return render(request, "evidence/log.html", {"broken": wording.broken(error)})
    page = Paginator(entries, PAGE).get_page(request.GET.get("p"))
    rows = [
        {
            "at": e.at,
            "who": gettext("You") if e.by.role == "owner" else custody_words.who(e.by, say=gettext),
            "said": custody_words.said(e.act, say=gettext),
            "more": custody_words.more(e.act),
            "seq": e.seq,
        }
        for e in page.object_list
    ]
    head = entries[0].head.hex()
    groups = " ".join(head[i : i + 8] for i in range(0, 64, 8))
    return render(request, "evidence/log.html", {"page": page, "rows": rows, "head": groups})
