"""What every staff page knows about who is signed in; nothing outside /helpline/."""

from __future__ import annotations

from django.http import HttpRequest

from evidence.helpline.models import Worker


def worker(request: HttpRequest) -> dict[str, Worker]:
    """`worker` for templates under /helpline/ when somebody is signed in; else nothing, without a query."""
    if not request.path.startswith("/helpline/"):
        return {}
    user = getattr(request, "user", None)  # lazy: `isinstance` is what asks the database
    return {"worker": user} if isinstance(user, Worker) else {}
