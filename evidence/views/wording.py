"""Says in a person's language what deeper rooms say in English: why a picture was refused, where a log is broken."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from evidence.custody import ChainBroken
from evidence.intake.pictures import PictureRefused

REFUSALS = {  # word for word what evidence.intake.pictures says: that room knows no Django
    "empty": _("This file is empty."),
    "unknown_kind": _("This is not a picture that we can read. Use a PNG, JPEG, WebP or HEIC file."),
    "damaged": _("This picture is damaged or not whole."),
    "too_many_bytes": _("This file is too big."),
    "too_many_pixels": _("This picture has too many pixels."),
    "too_long": _("This picture is too long or too wide."),
    "too_much_memory": _("This picture is too big to open safely."),
    "too_slow": _("Reading this picture took too long."),
    "decoder_ended": _("This picture could not be read."),
    "busy": _("Other pictures are being read now. Try again in a minute."),
}


def refusal(refused: PictureRefused) -> str:
    """Why a picture was not taken, in one plain sentence or two."""
    return gettext(REFUSALS[refused.code])


def broken(chain: ChainBroken) -> str:
    """Where a log does not hold together, in one plain sentence."""
    return gettext(chain.why).format(entry=chain.entry)
