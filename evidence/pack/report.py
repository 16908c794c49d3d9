"""Makes the report: the snapshot and the chosen pictures in, one PDF/A-3a and PDF/UA-1 file out.

Importing WeasyPrint makes Pillow accept truncated pictures in the whole process, and its memory never comes
back: call this only in a process that ends.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from evidence.pack import fonts, hygiene, jpeg, parts
from evidence.pack.counting import counted_pages
from evidence.pack.decoding import map_strings
from evidence.pack.disclosure import leaves, originals_list, pictures
from evidence.pack.listing import items_json
from evidence.pack.snapshot import Snapshot, to_json
from evidence.pack.times import instant
from evidence.pack.verify import chain_faults

ORIGINALS_LIST = "originals-sha256.txt"
ITEMS_LIST = "exhibits.json"
_HERE = Path(__file__).parent
_TEMPLATES = _HERE.parents[1] / "templates"
Progress = Callable[[int], None]


class PictureMissing(ValueError):
    """A picture was chosen for the report but no copy of it was given."""


def make_report(snapshot: Snapshot, *, pictures: Mapping[str, bytes], progress: Progress = lambda _: None) -> bytes:
    """The PDF's bytes; the same snapshot and pictures give the same bytes on one machine.

    `pictures` maps item ids to re-encoded JPEG copies; only those that leave are looked up. `progress` is
    called with whole percent. Raises PictureMissing, NotAViewCopy, and the BaseException AddressRefused.
    """
    chosen = shown_copies(snapshot, pictures)
    progress(5)
    text = html(snapshot, chosen)
    progress(10)
    return _laid_out(snapshot, text, chosen, progress)


def shown_copies(snapshot: Snapshot, given: Mapping[str, bytes]) -> dict[str, bytes]:
    """The copies that leave, by item id. What is withheld is not even looked up."""
    chosen = {}
    for item in pictures(snapshot):
        if leaves(item).picture:
            try:
                chosen[item.id] = given[item.id]
            except KeyError as fault:
                raise PictureMissing(f"there is no copy of item {item.number}") from fault
    return chosen


def html(snapshot: Snapshot, chosen: Mapping[str, bytes]) -> str:
    """The report as HTML; every string of the snapshot has been made safe to print and is escaped."""
    measured = parts.Measured(
        list_sha256=hashlib.sha256(originals_list(snapshot)).hexdigest(),
        pixels={name: jpeg.size(data) for name, data in chosen.items()},
        log_faults=log_faults(snapshot),
    )
    return filled("report.html", parts.values(printable(snapshot), measured))


def printable(snapshot: Snapshot) -> Snapshot:
    """The snapshot with every string made safe to print."""
    strange = hygiene.unusual(to_json(snapshot).decode())
    drawn = fonts.drawable(strange)
    return map_strings(  # type: ignore[no-any-return]
        lambda text: hygiene.shown(text, drawable=lambda char: char in drawn or char not in strange), snapshot
    )


def log_faults(snapshot: Snapshot) -> tuple[str, ...]:
    """The sentences in which the custody log does not add up; empty where it does."""
    lines = [
        {"seq": e.seq, "commitment": e.commitment, "open": e.open, "salt": e.salt, "body": e.body}
        for e in snapshot.custody.entries
    ]
    return tuple(chain_faults(lines, snapshot.custody.head))


def copies(chosen: Mapping[str, bytes]) -> dict[str, str]:
    """The SHA-256 of each copy in the pack, by item id."""
    return {name: hashlib.sha256(data).hexdigest() for name, data in chosen.items()}


def filled(name: str, values: dict[str, Any], *, escaped: bool = True) -> str:
    """A template of the pack filled in, without settings; `escaped` is False for plain text files only."""
    context = Context(values, autoescape=escaped, use_l10n=False, use_tz=False)
    return str(Engine(dirs=[str(_TEMPLATES)]).get_template(f"pack/{name}").render(context))


def _laid_out(snapshot: Snapshot, text: str, chosen: Mapping[str, bytes], progress: Progress) -> bytes:
    fonts.without_colour()
    from weasyprint import HTML  # noqa: PLC0415 - it changes Pillow for the whole process

    from evidence.pack.fetching import MemoryFetcher  # noqa: PLC0415
    from evidence.pack.finishing import finish  # noqa: PLC0415

    kit = {"report.css": ((_HERE / "report.css").read_bytes(), "text/css")}
    fetcher = MemoryFetcher(kit=kit, picture=chosen.__getitem__)
    with counted_pages(len(snapshot.items) + 12, progress, (10, 80)):
        document = HTML(string=text, base_url="kit:", url_fetcher=fetcher).render(pdf_variant="pdf/a-3a")
    progress(80)
    out = BytesIO()
    with warnings.catch_warnings():
        # WeasyPrint leaves its colour profile's file to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        document.write_pdf(out, pdf_variant="pdf/a-3a", attachments=_attachments(snapshot, chosen), finisher=finish)
    progress(100)
    return out.getvalue()


def _attachments(snapshot: Snapshot, chosen: Mapping[str, bytes]) -> list[Any]:
    from weasyprint import Attachment  # noqa: PLC0415

    made = instant(snapshot.made_at, "made_at")
    files = {
        ORIGINALS_LIST: (originals_list(snapshot), "SHA-256 of every original file", "Data"),
        ITEMS_LIST: (items_json(snapshot, copies(chosen)), "What this report prints, as data", "Data"),
    }
    return [
        Attachment(
            string=data.decode(),
            name=name,
            description=said,
            created=made,
            modified=made,
            relationship=relation,
        )
        for name, (data, said, relation) in files.items()
    ]
