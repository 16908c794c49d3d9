"""What the facts of an item are called on a staff page, and which of them stand there."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from evidence.index import When
from evidence.items import ItemView
from evidence.places import Kept
from evidence.templatetags.case_dates import said_moment, said_time

_CLAIMED = {
    "what": gettext_lazy("What it is"),
    "where": gettext_lazy("Where"),
    "account": gettext_lazy("The account"),
    "address": gettext_lazy("Web address"),
    "number": gettext_lazy("Account number or ID"),
    "names": gettext_lazy("Names used"),
    "reach": gettext_lazy("Phone number or email address"),
    "amount": gettext_lazy("How much"),
    "currency": gettext_lazy("In which money"),
    "way": gettext_lazy("How"),
    "target": gettext_lazy("To whom"),
    "reference": gettext_lazy("Reference"),
    "deadline": gettext_lazy("Until when they want it"),
    "state": gettext_lazy("Is it still there?"),
    "captured": gettext_lazy("How it was captured"),
    "words": gettext_lazy("Words in the picture"),
}
_OBSERVED = {
    "received_at": gettext_lazy("Received"),
    "type": gettext_lazy("Kind of file"),
    "size": gettext_lazy("Size"),
    "sha256": gettext_lazy("SHA-256"),
    "taken": gettext_lazy("Date inside the file"),
    "device": gettext_lazy("Device named inside the file"),
}

Rows = list[tuple[str, str]]


def claimed(item: ItemView) -> Rows:
    """What the person says, each with its name; addresses stay text, so that no press opens one."""
    told = [(str(name), item.claims[key]) for key, name in _CLAIMED.items() if item.claims.get(key)]
    return [(_("When"), when(item.line.when)), *told]


def when(claimed: When) -> str:
    """A claimed time as people write it, and how exactly it is known."""
    if not claimed.at:
        return _("Time not known")
    moment = said_time(claimed.at)
    return _("about %s") % moment if claimed.known == "about" else moment


def observed(item: ItemView) -> Rows:
    """What was observed when a file arrived; nothing for what was typed."""
    return [(str(name), _shown(key, item.observed[key])) for key, name in _OBSERVED.items() if item.observed.get(key)]


def place(kept: Kept | None) -> Rows:
    """The place inside a file, where its owner had it read and lets the helpline read it."""
    if kept is None:
        return []
    degrees = [(_("Place inside the file"), kept.degrees)] if kept.degrees else []
    return [*degrees, *((name, text) for name, text in kept.fields if text != kept.degrees)]


def _shown(key: str, value: object) -> str:
    if key == "received_at":
        return said_moment(str(value))
    if key == "size" and isinstance(value, int):
        return ngettext("%d byte", "%d bytes", value) % value
    return str(value)
