"""The WSGI door that granian or gunicorn serves (never ASGI: it writes uploads to disk in plain text)."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abuse_help.settings")
application = get_wsgi_application()
