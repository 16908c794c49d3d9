"""A bare Django project, with nothing switched on: what the figures of `tests.bench` are ratios to."""

from __future__ import annotations

import hashlib
import os
import secrets
import zlib
from typing import cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    FILE_UPLOAD_TEMP_DIR=os.environ.get("LOCAL_DIR"),
    ROOT_URLCONF=__name__,
    SECRET_KEY=secrets.token_hex(),
)


def page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"ok")


def _sent(request: HttpRequest) -> UploadedFile[bytes]:
    return cast("UploadedFile[bytes]", request.FILES["file"])


def hashed(request: HttpRequest) -> JsonResponse:
    """Django's own handler writes the file to a temporary folder; then it is read once and hashed."""
    digest = hashlib.sha256()
    for chunk in _sent(request).chunks():
        digest.update(chunk)
    return JsonResponse({"sha256": digest.hexdigest()})


def hashed_twice(request: HttpRequest) -> JsonResponse:
    """The same with the two checksums that a sealed file carries."""
    digest, crc = hashlib.sha256(), 0
    for chunk in _sent(request).chunks():
        digest.update(chunk)
        crc = zlib.crc32(chunk, crc)
    return JsonResponse({"sha256": digest.hexdigest(), "crc32": crc})


urlpatterns = [path("page/", page), path("hashed/", hashed), path("twice/", hashed_twice)]
application = get_wsgi_application()
