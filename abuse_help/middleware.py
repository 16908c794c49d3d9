"""What holds for every request and answer: safe headers, bounded bodies, staff sign-in only for staff."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from typing import cast

from csp.constants import HEADER as CSP
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.wsgi import LimitedStream
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin

from abuse_help.errors import refused
from abuse_help.receiving import NoPlace, TooSlow
from evidence import events

Answer = Callable[[HttpRequest], HttpResponseBase]

METHODS = ("GET", "HEAD", "POST")
REFUSALS = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
STAFF = "/helpline/"
CASE = "/case/"
FINDABLE = frozenset({"/", "/help/", "/safety/", "/privacy/", "/accessibility/"})
FORM_AROUND_FILES = 1024 * 1024  # bytes: what the other fields and the boundaries of an upload may take

HEADERS = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # with no-referrer a form's Origin is null, and Django refuses it
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
POWERS = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
)
SENSES = "camera=(), geolocation=(), microphone=()"  # what is not a page has no powers to lose
PASSKEYS = frozenset({"publickey-credentials-create", "publickey-credentials-get"})


def safe_answers(get_response: Answer) -> Answer:
    """Set the headers of every answer: pages, redirects, refusals, failures and static files alike."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        known = request.method in METHODS
        response = get_response(request) if known else refused(HTTPStatus.METHOD_NOT_ALLOWED)
        if not known:
            response["Allow"] = ", ".join(METHODS)
        for name, value in HEADERS.items():
            response[name] = value
        if CSP not in response:  # the middleware of django-csp acts for staff, whose pages may change it
            response[CSP] = policy()
        if _is_static(request, response):
            response["Permissions-Policy"] = SENSES
        else:
            response["Permissions-Policy"] = _powers(request.path_info)
            response["Cache-Control"] = "no-store"
            if request.path_info not in FINDABLE:
                response["X-Robots-Tag"] = "noindex, nofollow"
        response["Server"] = "web"  # a server that finds no name writes its own
        del response["X-Powered-By"]
        return response

    return answer


@lru_cache(maxsize=1)
def policy() -> str:
    """The content security policy of the settings, made once: it is the same for every page."""
    return str(build_policy())


def _is_static(request: HttpRequest, response: HttpResponseBase) -> bool:
    found = response.status_code in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED}
    return found and request.path_info.startswith(settings.STATIC_URL)


def _powers(path: str) -> str:
    """All of a browser's powers off; passkeys stay on where staff sign in."""
    staff = path.startswith(STAFF)
    return ", ".join(f"{power}={'(self)' if staff and power in PASSKEYS else '()'}" for power in POWERS)


def packed_pages(get_response: Answer) -> Answer:
    """Compress pages, and pages alone: files are sealed, packed already, or measured by who sends them.

    Django adds up to 100 random bytes to each, and masks form tokens, so that sizes tell nothing about what
    stands on a page ("Heal the BREACH", Palacios and others, 2022).
    """
    gzip = GZipMiddleware(get_response)

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        page = isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/html")
        return gzip.process_response(request, response) if page else response

    return answer


def tongues(get_response: Answer) -> Answer:
    """The language of the person, by cookie or browser; staff pages are in English, whoever reads them."""
    spoken = LocaleMiddleware(get_response)

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(STAFF):
            return cast("HttpResponseBase", spoken(request))
        with translation.override(settings.LANGUAGE_CODE):
            return get_response(request)

    return answer


def byte_caps(get_response: Answer) -> Answer:
    """Refuse a body without a length, or longer than its address takes, before anything reads it; take in a form.

    Nothing can read past the declared length, whatever the server handed over. Only the addresses named in
    `settings.UPLOAD_VIEWS`, under /case/, take files; any other takes `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        length = _declared(request)
        if length is None:
            return refused(HTTPStatus.LENGTH_REQUIRED)
        if length > _cap(request, length):
            return refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if "wsgi.input" in request.META:
            request.META["wsgi.input"] = LimitedStream(request.META["wsgi.input"], length)
        late = HTTPStatus.OK if not length or _takes_files(request) else _receive(request)
        return get_response(request) if late is HTTPStatus.OK else _come_back(late)

    return answer


def _declared(request: HttpRequest) -> int | None:
    """The declared length of the body in bytes, or None where it is missing, unreadable or contradicted."""
    if request.META.get("HTTP_TRANSFER_ENCODING"):
        return None
    declared = request.META.get("CONTENT_LENGTH") or ("" if request.method == "POST" else "0")
    return int(declared) if declared.isascii() and declared.isdigit() and len(declared) < 16 else None


def _cap(request: HttpRequest, length: int) -> int:
    small = int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
    if length <= small or not _takes_files(request):
        return small
    pictures = settings.UPLOAD_MAX_FILES * settings.PICTURE_MAX_BYTES
    return int(max(pictures, settings.FILE_MAX_BYTES) + FORM_AROUND_FILES)


def _receive(request: HttpRequest) -> HTTPStatus:
    """Take in a whole form before anything is done with it; says so where it came too slowly, or there was no place."""
    try:
        request.body  # noqa: B018  Django keeps it, and reads the form from there
    except UnreadablePostError as error:
        cause: BaseException | None = error
        while isinstance(cause, UnreadablePostError):  # Django wraps it twice
            cause = cause.__cause__
        if isinstance(cause, TooSlow):
            return HTTPStatus.REQUEST_TIMEOUT
        if isinstance(cause, NoPlace):
            return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.OK


def _come_back(status: HTTPStatus) -> HttpResponse:
    answer = refused(status)
    answer["Retry-After"] = "5"
    return answer


def _takes_files(request: HttpRequest) -> bool:
    if not request.path_info.startswith(CASE):
        return False
    try:
        return resolve(request.path_info).view_name in getattr(settings, "UPLOAD_VIEWS", ())
    except Resolver404:
        return False


def noted_refusals(get_response: Answer) -> Answer:
    """Note who was refused a page of a case or of the desk: its opaque route, and the worker where one is known."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code in REFUSALS and request.path_info.startswith((CASE, STAFF)):
            found = request.resolver_match
            route = re.sub(r"[^a-z0-9:<>_/-]", "", found.route)[:70] if found else ""
            worker = getattr(getattr(request, "_cached_user", None), "pk", None)  # never asks the database anew
            events.note("refused", worker=worker, of=f"{response.status_code}:{route}")
        return response

    return answer


def _for_staff(make: type[MiddlewareMixin]) -> Callable[[Answer], Answer]:
    """The middleware `make`, acting under /helpline/ and nowhere else."""

    def middleware(get_response: Answer) -> Answer:
        inner = cast("Answer", make(get_response))

        def answer(request: HttpRequest) -> HttpResponseBase:
            return inner(request) if request.path_info.startswith(STAFF) else get_response(request)

        return answer

    return middleware


staff_policy = _for_staff(CSPMiddleware)
staff_session = _for_staff(SessionMiddleware)
staff_authentication = _for_staff(AuthenticationMiddleware)
staff_messages = _for_staff(MessageMiddleware)
