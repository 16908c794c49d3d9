"""Lets a person choose the language: a page with a button for each, and a cookie that ends with the browser."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """GET shows the languages, POST keeps the one that `l` names and goes back to the page that `u` names."""
    if request.method == "POST" and request.POST.get("l") in dict(settings.LANGUAGES):
        return _kept(request.POST["l"], _ours(request, request.POST.get("u", "")))
    return render(request, "language.html", {"back": _ours(request, request.headers.get("Referer", ""))})


def _ours(request: HttpRequest, address: str) -> str:
    """The path of a page of this site; the start for any other."""
    if not address or not url_has_allowed_host_and_scheme(address, {request.get_host()}):
        return "/"
    path = urlsplit(address).path
    return "/" if path == request.path or not path.startswith("/") or path.startswith("//") else path


def _kept(code: str, back: str) -> HttpResponseRedirect:
    response = HttpResponseRedirect(back)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response
