"""Reads one recording in the test's own process, or by the real child, and looks at what comes out."""

from __future__ import annotations

import io

from evidence.intake import media, media_child
from evidence.intake.families import tell
from evidence.intake.media import Media, MediaLimits, examine_media

ASKED = {"pixels": 40_000_000, "poster_width": 1080, "poster_pixels": 4_000_000, "with_place": False}


def kind_of(data: bytes) -> str:
    """The media type that the site would find."""
    told = tell(data[:4096])
    assert told
    return told.media_type


def here(data: bytes, media_type: str = "", **more) -> Media:
    """What the child would say, in this process: the parent's checks are real."""
    request = {**ASKED, "media_type": media_type or kind_of(data), **more}
    pieces = media_child.answer(request, io.BufferedReader(io.BytesIO(data)))
    return media._heard(None, pieces, MediaLimits())


def there(data: bytes, media_type: str = "", **more) -> Media:
    """What the child says."""
    return examine_media(lambda at, n: data[at : at + n], len(data), media_type or kind_of(data), **more)
