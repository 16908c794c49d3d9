"""Which room answers which address; after its first segment an address tells nothing."""

from __future__ import annotations

from django.urls import include, path

from abuse_help.exit import leave
from abuse_help.health import healthz
from abuse_help.language import choose

urlpatterns = [
    path("exit/", leave, name="exit"),
    path("healthz/", healthz, name="healthz"),
    path("language/", choose, name="language"),
    path("case/", include("evidence.urls")),
    path("helpline/", include("evidence.helpline.urls")),
    path("", include("guidance.urls")),
]

handler400 = "abuse_help.errors.bad_request"
handler403 = "abuse_help.errors.forbidden"
handler404 = "abuse_help.errors.not_found"
handler500 = "abuse_help.errors.server_error"
