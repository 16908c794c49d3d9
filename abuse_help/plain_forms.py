"""Takes a body in an encoding that no form of this site has for no form, before Django trips over its name."""

from __future__ import annotations

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.utils.http import parse_header_parameters

NO_FORM = "application/octet-stream"


def only_utf8(application: WSGIApplication) -> WSGIApplication:
    """Browsers send our forms as UTF-8, for the pages are.

    Of any other charset Django makes a codec while it begins to read the request, and fails where that is none for
    text ("hex"), before a single safe header is set.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not is_plain(environ.get("CONTENT_TYPE", "")):
            environ["CONTENT_TYPE"] = NO_FORM
        return application(environ, start_response)

    return answer


def is_plain(content_type: str) -> bool:
    """Whether the header names UTF-8 or no charset at all, and can be read."""
    try:
        return parse_header_parameters(content_type)[1].get("charset", "utf-8").lower() in {"utf-8", "utf8"}
    except (LookupError, ValueError):  # a parameter in an encoding (RFC 2231) that is none for text
        return False
