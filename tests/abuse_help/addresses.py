"""A few addresses of every kind, for testing what holds for all of them."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path

from abuse_help.exit import leave
from abuse_help.health import healthz


class Story(forms.Form):
    a = forms.CharField(label="What happened", help_text="In your own words.", widget=forms.Textarea)
    x_b = forms.CharField(label="Your seven words", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    c = forms.ChoiceField(
        label="How old are you?", choices=[("k1", "Under 18"), ("k2", "18 or over")], widget=forms.RadioSelect
    )
    d = forms.BooleanField(label="I am sure")


def page(request: HttpRequest) -> HttpResponse:
    form = Story(request.POST) if request.method == "POST" else Story()
    return render(request, "abuse_help/page.html", {"form": form, "lines": range(60)})


def crash(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError


def broken(_request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


def closed(_request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def moved(_request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/")


def read(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.META["wsgi.input"].read())), content_type="text/plain")


def download(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"a" * 5000, content_type="application/octet-stream")


def stream(_request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse([b"<p>" * 500], content_type="text/html")


def who(request: HttpRequest) -> HttpResponse:
    """What the staff middlewares left on the request, and a session where there is one."""
    found = [name for name in ("session", "user", "_messages") if hasattr(request, name)]
    if hasattr(request, "session"):
        request.session["seen"] = True
        messages.info(request, "hello")
    return HttpResponse(" ".join(found), content_type="text/plain")


urlpatterns = [
    path("", page),
    path("crash/", crash),
    path("broken/", broken),
    path("closed/", closed),
    path("moved/", moved),
    path("read/", read),
    path("who/", who),
    path("download/", download),
    path("stream/", stream),
    path("case/files/", read, name="files"),
    path("case/text/", read, name="text"),
    path("helpline/who/", who),
    path("helpline/crash/", crash),
    path("exit/", leave, name="exit"),
    path("healthz/", healthz, name="healthz"),
]

handler400 = "abuse_help.errors.bad_request"
handler403 = "abuse_help.errors.forbidden"
handler404 = "abuse_help.errors.not_found"
handler500 = "abuse_help.errors.server_error"
