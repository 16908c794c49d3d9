"""The path of an upload up to the acknowledged, sealed, synced file: behind the project's own middleware.

Left out is what follows for a picture: decoding (it would refuse 100 MB that are no picture) and its rows.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from evidence import vault
from evidence.crypto import keys
from evidence.intake import parts
from evidence.turns import turn


@csrf_exempt  # as the real view: it checks the token when it has read the fields
def upload(request: HttpRequest) -> JsonResponse:
    limits = parts.UploadLimits(total_bytes=settings.FILE_MAX_BYTES * 2, file_bytes=settings.FILE_MAX_BYTES)
    length = int(request.META["CONTENT_LENGTH"])
    with turn("upload"):
        stream = parts.read_parts(request, request.META["CONTENT_TYPE"], length, limits=limits)
        keeping = vault.Keeping(keys.new_key(), uuid.uuid4())
        for part in stream:
            if isinstance(part, parts.FileData):
                keeping.write(part.data)
        facts = keeping.complete()
    vault.discard([keeping.name])
    return JsonResponse({"sha256": facts.sha256})


urlpatterns = [path("case/", include(([path("upload/", upload, name="upload")], "evidence")))]
