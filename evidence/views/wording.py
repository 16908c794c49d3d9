"""Says in a person's language what deeper rooms say in English: why a picture was refused, where a log is broken."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from evidence.custody import ChainBroken
from evidence.intake.pictures import PictureRefused
from evidence.intake.reading import NotRead

REFUSALS = {  # word for word what evidence.intake.pictures says: that room knows no Django
    "empty": _("This file is empty."),
    "unknown_kind": _("We can't keep this kind of file. Add a picture, film, sound, PDF, email or saved chat."),
    "damaged": _("This picture is damaged or not whole."),
    "too_many_bytes": _("This file is too big."),
    "too_many_pixels": _("This picture has too many pixels."),
    "too_long": _("This picture is too long or too wide."),
    "too_much_memory": _("This picture is too big to open safely."),
    "too_slow": _("Reading this picture took too long."),
    "decoder_ended": _("This picture could not be read."),
    "busy": _("Other pictures are being read now. Try again in a minute."),
}


def full() -> str:
    """The case can take no more things. It asks for none to be removed: that would not make room either."""
    return gettext("Your case can hold no more things. What you have is safe. Ask the people who run this site.")


def refusal(refused: PictureRefused) -> str:
    """Why a picture was not taken, in one plain sentence or two."""
    return gettext(REFUSALS[refused.code])


def broken(chain: ChainBroken) -> str:
    """Where a log does not hold together, in one plain sentence."""
    return gettext(chain.why).format(entry=chain.entry)


UNREAD = {  # word for word what evidence.intake.reading says
    "empty": _("This file is empty."),
    "unknown_kind": _("This is not a chat export or mail that we can read. It can be kept as it is."),
    "no_messages": _("There are no messages in this file that we can read. It can be kept as it is."),
    "damaged": _("This file is damaged or not whole. It can be kept as it is."),
    "too_many_entries": _("This archive has too many files in it to read safely. It can be kept as it is."),
    "too_much": _("This file unpacks to more than we can read safely. It can be kept as it is."),
    "too_many_parts": _("This mail has too many parts to read safely. It can be kept as it is."),
    "too_much_memory": _("This file is too big to read safely. It can be kept as it is."),
    "too_slow": _("Reading this file took too long. It can be kept as it is."),
    "ended": _("This file could not be read. It can be kept as it is."),
    "no_conversation": _("This conversation is not in the file."),
    "busy": _("Other files are being read now. Try again in a minute."),
}


def unread(problem: NotRead) -> str:
    """Why a chat or a mail was not read, in one plain sentence or two."""
    return gettext(UNREAD[problem.code])
