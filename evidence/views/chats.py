"""An exported chat: its conversations, the messages of one, and picking those that matter."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evidence import chats, gate, index, items
from evidence.forms import OFF
from evidence.intake.reading import Asked, NotRead
from evidence.items import ItemView
from evidence.views import wording
from evidence.views.visiting import Visit, bound, in_case

PAGE = 25
MISSING = (items.NoSuchItem, gate.NoPictures, chats.NoSuchConversation)
_MOST_PICKED = 200
_PLACE = re.compile(r"[0-9]{1,9}")  # longer than any conversation


class LookFor(forms.Form):
    """Which messages of a conversation to show, and which of those on the page are ticked. All of it goes by POST.

    `g` is the position of one that was found: it is shown among those around it, whatever was looked for.
    """

    s = forms.IntegerField(required=False, min_value=0, max_value=10_000_000, widget=forms.HiddenInput)
    d = forms.DateField(required=False, widget=forms.DateInput({**OFF, "type": "date"}, format="%Y-%m-%d"))
    w = forms.CharField(required=False, max_length=200, widget=forms.TextInput(OFF))
    q = forms.CharField(required=False, max_length=200, widget=forms.TextInput(OFF))
    m = forms.CharField(required=False, widget=forms.HiddenInput)
    g = forms.IntegerField(required=False, min_value=1, max_value=10_000_000, widget=forms.HiddenInput)

    @property
    def found(self) -> int:
        """The position of a message that was found, to be shown among those around it; 0 for none."""
        return (self.cleaned_data.get("g") or 0) if self.is_bound and self.is_valid() else 0

    def asked(self, number: int, start: int | None = None) -> Asked:
        said = self.cleaned_data if self.is_bound and self.is_valid() and not self.found else {}
        day = said.get("d")
        return Asked(
            conversation=number,
            start=(said.get("s") or 0) if start is None else start,
            count=PAGE,
            day=day.isoformat() if day else "",
            who=said.get("w") or "",
            words=said.get("q") or "",
        )


def _found(visit: Visit, item_id: uuid.UUID) -> ItemView:
    try:
        return chats.export(visit.opened, item_id)
    except MISSING as error:
        raise Http404 from error


@require_GET
@in_case
def conversations(request: HttpRequest, visit: Visit, item_id: uuid.UUID) -> HttpResponse:
    """What is in the export."""
    return _overview(request, visit, _found(visit, item_id))


def _overview(request: HttpRequest, visit: Visit, item: ItemView, problem: str = "") -> HttpResponse:
    picked = chats.picked_from(index.read(visit.opened), item.line.id)
    context = {
        "item": item,
        "line": item.line,
        "app": chats.app(item),
        "people": chats.people(item),
        "own": chats.own(item),
        "plain": chats.plain_text(item),
        "picked": len(picked),
        "problem": problem,
    }
    return render(request, "evidence/chat.html", context, status=422 if problem else 200)


@require_POST
@in_case
def read_again(request: HttpRequest, visit: Visit, item_id: uuid.UUID) -> HttpResponse:
    """Read the export anew, with the order of its dates where the person says it."""
    item = _found(visit, item_id)
    order = request.POST.get("a", "")
    try:
        chats.read_again(visit.opened, item_id, order if order in chats.ORDERS else "", by=visit.by, at=visit.at)
    except NotRead as problem:
        return _overview(request, visit, item, wording.unread(problem))
    return HttpResponseRedirect(reverse("evidence:chat", args=[item_id]))


@require_POST
@in_case
def own(request: HttpRequest, visit: Visit, item_id: uuid.UUID) -> HttpResponse:
    """Which of the people in the export is the owner: the number of the name in the list, nothing to leave it open."""
    names, given = chats.people(_found(visit, item_id)), request.POST.get("a", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 5 else 0
    name = names[number - 1] if 0 < number <= len(names) else ""
    chats.say_own(visit.opened, item_id, name, by=visit.by, at=visit.at)
    return HttpResponseRedirect(reverse("evidence:chat", args=[item_id]))


@require_http_methods(["GET", "POST"])
@in_case
def conversation(request: HttpRequest, visit: Visit, item_id: uuid.UUID, number: int) -> HttpResponse:
    """The messages of one conversation, a page at a time; ticked ones are kept."""
    item = _found(visit, item_id)
    try:
        return _shown(request, visit, item, number)
    except MISSING as error:
        raise Http404 from error
    except items.CaseFull:
        return _overview(request, visit, item, wording.full())
    except NotRead as error:
        return _overview(request, visit, item, wording.unread(error))


def _shown(request: HttpRequest, visit: Visit, item: ItemView, number: int) -> HttpResponse:
    form, said = bound(request, LookFor), ""
    if request.method == "POST" and request.POST.get("b") == "pick":
        said = _pick(request, visit, item, number)
    context = _page(request, visit, item, form, number)
    return render(request, "evidence/conversation.html", {**context, "said": said})


def _pick(request: HttpRequest, visit: Visit, item: ItemView, number: int) -> str:
    places = [int(place) for place in request.POST.getlist("m") if _PLACE.fullmatch(place)][:_MOST_PICKED]
    if not places:
        return gettext("Tick at least one message first.")
    kept = chats.pick(visit.opened, item, (number, places), by=visit.by, at=visit.at)
    text = ngettext("%(count)d message is in your case.", "%(count)d messages are in your case.", len(kept))
    return text % {"count": len(kept)}


def _page(request: HttpRequest, visit: Visit, item: ItemView, form: LookFor, number: int) -> dict[str, Any]:
    asked = form.asked(number, _start(request, form))
    page = chats.page(visit.opened, item, asked, by=visit.by, at=visit.at)
    picked = chats.picked_from(index.read(visit.opened), item.line.id)
    there = {line.mark: line for line in picked.values()}
    return {
        "item": item,
        "line": item.line,
        "form": form,
        "asked": asked,
        "searched": bool(asked.day or asked.who or asked.words),
        "own": chats.own(item),
        "people": chats.people(item),
        "plain": chats.plain_text(item),
        "talk": chats.conversation(item, number),
        "messages": [(one, there.get(f"{number}:{one.position}"), chats.when(one)) for one in page.messages],
        "more": page.more,
        "number": number,
    }


def _start(request: HttpRequest, form: LookFor) -> int:
    """Where the page begins: moved by its buttons, at the start again where something else is looked for."""
    if form.found:
        return (form.found - 1) // PAGE * PAGE
    at = (form.cleaned_data.get("s") or 0) if form.is_bound and form.is_valid() else 0
    moved = {"next": at + PAGE, "back": max(0, at - PAGE), "pick": at}
    return moved.get(request.POST.get("b", ""), 0)
