"""What the facts of an item are called on a staff page, and which of them stand there."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from evidence.items import ItemView

_CLAIMED = {
    "what": _("What it is"),
    "where": _("Where"),
    "account": _("The account"),
    "address": _("Web address"),
    "number": _("Account number or ID"),
    "names": _("Names used"),
    "captured": _("How it was captured"),
    "words": _("Words in the picture"),
}
_OBSERVED = {
    "received_at": _("Received"),
    "type": _("Kind of file"),
    "size": _("Size"),
    "sha256": _("SHA-256"),
    "taken": _("Date inside the file"),
    "device": _("Device named inside the file"),
}

Rows = list[tuple[str, str]]


def claimed(item: ItemView) -> Rows:
    """What the person says, each with its name; addresses stay text, so that no press opens one."""
    return [(str(name), item.claims[key]) for key, name in _CLAIMED.items() if item.claims.get(key)]


def observed(item: ItemView) -> Rows:
    """What was observed when a file arrived; nothing for what was typed."""
    return [
        (str(name), _shown(key, item.observed[key]))
        for key, name in _OBSERVED.items()
        if item.observed.get(key)
    ]


def _shown(key: str, value: object) -> str:
    if key == "size" and isinstance(value, int):
        return ngettext("%d byte", "%d bytes", value) % value
    return str(value)
