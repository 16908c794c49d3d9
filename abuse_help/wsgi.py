"""The WSGI door that granian or gunicorn serves (never ASGI: it writes uploads to disk in plain text)."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from abuse_help.plain_forms import only_utf8
from abuse_help.receiving import patient

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abuse_help.settings")
application = patient(only_utf8(get_wsgi_application()), at_once=settings.BODIES_AT_ONCE)
