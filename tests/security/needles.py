"""What must be readable nowhere, in every form in which it could be written, and the search for it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

# Run inside the site's own settings: takes the seven words, prints every key that they open.
KEYS = """
import json, sys, django
django.setup()
from django.utils import timezone
from evidence import cases, vault
from evidence.models import CustodyBody, Item, Message, Pack
opened = cases.open_with(sys.stdin.read(), device="a look", at=timezone.now()).opened
case, seed = opened.case, opened.owner_seed
rows = [(row, row.pk) for model in (Item, Message, Pack) for row in model.objects.filter(case=case)]
rows += [(row, f"custody:{row.seq}") for row in CustodyBody.objects.filter(case=case)]
found = {"owner seed": seed, "case secret": opened.secret}
found["case key pair"] = vault.case_seed(opened.secret, case.pk, case.secret_version)
for place, (row, about) in enumerate(rows):
    found[f"object key {place}"] = vault.key_of(opened, row, about)
print(json.dumps({"case": case.pk.hex, **{name: key.hex() for name, key in found.items()}}))
"""


def of_text(text: str) -> Iterator[bytes]:
    """A text as it is, in JSON, in UTF-16 and, where it is long enough, in base64 at each of the three alignments."""
    yield text.encode()
    yield json.dumps(text)[1:-1].encode()
    yield text.encode("utf-16-le")
    if len(text) > 12:
        yield from _aligned(text.encode())


def of_bytes(data: bytes) -> Iterator[bytes]:
    """Bytes raw, in hex of both cases, and in base64 of both alphabets."""
    yield data
    yield data.hex().encode()
    yield data.hex().upper().encode()
    yield base64.b64encode(data).rstrip(b"=")
    yield base64.urlsafe_b64encode(data).rstrip(b"=")
    yield from _aligned(data)


def _aligned(data: bytes) -> Iterator[bytes]:
    """The inner part of the base64 of anything that holds `data`."""
    for shift in range(3):
        inner = data[shift : len(data) - (len(data) - shift) % 3]
        yield base64.b64encode(inner)


def phrases(words: list[str]) -> Iterator[bytes]:
    for between in (" ", "-", "", ",", ", ", "\n", '", "', "', '"):
        yield between.join(words).encode()
        yield between.join(words[2:]).encode()  # the five that are secret


def found_in(places: dict[str, bytes], needles: dict[str, set[bytes]]) -> set[str]:
    """`needle in place` for each that is readable somewhere."""
    return {
        f"{name} in {place}"
        for place, data in places.items()
        for name, forms in needles.items()
        if any(form in data for form in forms)
    }


def files(folder: Path, *, but: set[str]) -> dict[str, bytes]:
    """Every file below `folder` (the write-ahead log of the database too), but the named folders."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).parts[0] not in but:
            try:
                found[str(path.relative_to(folder))] = path.read_bytes()
            except FileNotFoundError:  # ended while we looked
                continue
    return found


def of_processes(pids: set[int]) -> dict[str, bytes]:
    """What any program here can see of these processes, and the files without a name that they hold open."""
    found = {}
    for pid in pids:
        home = Path(f"/proc/{pid}")
        for place in [home / "cmdline", home / "environ", *_open_files(home)]:
            try:
                found[str(place)] = place.read_bytes()
            except OSError:  # ended while we looked
                continue
    return found


def _open_files(home: Path) -> list[Path]:
    try:
        return [place for place in (home / "fd").iterdir() if str(place.readlink()).endswith(" (deleted)")]
    except OSError:
        return []


def family(pid: int) -> set[int]:
    """A process, its children, and theirs; and those that were started by them and live on."""
    parents = {}
    for home in Path("/proc").glob("[0-9]*"):
        try:
            stat = (home / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(home.name)] = int(stat[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found
