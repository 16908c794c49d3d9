"""Makes a whole pack from a snapshot, the report first and the archive around it, in a process that ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from evidence.pack.bag import Contents, OpenOriginal, bag
from evidence.pack.report import make_report, shown_copies
from evidence.pack.snapshot import Snapshot

_REPORT_SHARE = 80
__all__ = ["make_pack", "make_report"]


def make_pack(
    snapshot: Snapshot,
    *,
    pictures: Mapping[str, bytes],
    open_original: OpenOriginal,
    report: bytes | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[bytes]:
    """The pack's ZIP in pieces; `progress` is called with whole percent, 100 last.

    `pictures` maps item ids to re-encoded JPEG copies and `open_original(id)` gives an original in pieces:
    neither is asked for what is left out. `report` is what make_report gave for the same snapshot and
    pictures; without it the report is made first. Raises PictureMissing, NotAViewCopy, OriginalChanged and, as a
    BaseException, AddressRefused; after any of them, what was written so far must be thrown away.
    """
    chosen = shown_copies(snapshot, pictures)
    share = _REPORT_SHARE if report is None else 0
    if report is None:
        report = make_report(snapshot, pictures=chosen, progress=lambda done: progress(done * share // 100))
    contents = Contents(report, chosen, open_original)
    yield from bag(snapshot, contents, lambda done: progress(share + done * (99 - share) // 100))
    progress(100)
