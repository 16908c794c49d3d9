"""The owner's own safety: new words, other sessions, and the log of who did what."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evidence import adding_only, cases, custody, custody_words, index, kept_ways, retention, ways
from evidence.forms import OpenForm
from evidence.models import AddPass, OpenSession
from evidence.turns import Busy
from evidence.views import wording
from evidence.views.opening import busy
from evidence.views.visiting import Visit, bound, in_case

PAGE = 25
NOT_YOURS = _(
    "These do not open this case. "
    "Check the words. After several tries it stays shut for 15 minutes, even for the right words."
)


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
        "old_until": kept_ways.oldest_end(visit.opened.case, at=visit.at),
        "can_undo": kept_ways.can_undo(visit.session, at=visit.at),
        "others": OpenSession.objects.filter(case=visit.opened.case).count() - 1,
    }
    return render(request, "evidence/safety.html", context)


@require_http_methods(["GET", "POST"])
@in_case
def change_words(request: HttpRequest, visit: Visit) -> HttpResponse:
    """New words and a new code: with the old ones typed, or without, and then the old ones serve for a while."""
    if request.method == "POST" and request.POST.get("c") == "lost":
        ways.change(visit.session)
        return HttpResponseRedirect(reverse("evidence:words"))
    form = bound(request, OpenForm)
    if request.method == "POST" and form.is_valid():
        try:
            ways.change_knowing(visit.session, form.cleaned_data["x_1"], at=visit.at)
        except ways.WordsMistyped as error:
            form.add_error("x_1", str(error))
        except ways.NotOpened:
            form.add_error("x_1", gettext(NOT_YOURS))
        except Busy:
            return busy(request)
        else:
            return HttpResponseRedirect(reverse("evidence:words"))
    return render(request, "evidence/new_words.html", {"form": form})


@require_POST
@in_case
def undo_words(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Somebody else made new words: those end, and whoever had the case open with them is out."""
    try:
        kept_ways.undo(visit.session, at=visit.at)
    except kept_ways.NothingToUndo as error:
        raise Http404 from error
    return HttpResponseRedirect(reverse("evidence:safety"))


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
    numbers = {str(line.id): line for line in index.read(visit.opened).lines}
    rows = [
        {
            "at": e.at,
            "item": numbers.get(e.act.about),
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
