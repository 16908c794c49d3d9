"""What leaving the site ends in the evidence room: this browser's half, and a pack that is being made."""

from __future__ import annotations

from django.http import HttpRequest

from evidence import adding_only, packs, unlocking


def leave(request: HttpRequest) -> None:
    """Forget the half and stop the making; nothing of it is recorded."""
    adding_only.leave(request)
    case = unlocking.leave(request)
    if case is not None:
        packs.stop_all(case)
